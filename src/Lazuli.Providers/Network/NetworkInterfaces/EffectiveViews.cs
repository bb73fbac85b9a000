using System.Text.Json;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NetworkWatchers;
using Lazuli.Providers.Network.PrivateEndpoints;
using Lazuli.Providers.Network.RouteTables;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Network.NetworkInterfaces;

/// <summary><c>POST …/effectiveRouteTable</c> and <c>…/effectiveNetworkSecurityGroups</c>: what holds for a NIC of a virtual machine, all things considered.</summary>
internal static class EffectiveViews
{
    public static Result<ActionResult<NetworkInterfaceProperties>> Routes(ActionContext<NetworkInterfaceProperties> context)
    {
        if (!ModelOf(context).Ok(out var model, out var error))
        {
            return error;
        }

        var propagation = context.View.Get<RouteTableProperties>(model.RouteTableKey)?.Properties.DisableBgpRoutePropagation == true;
        var routes = model.Routes.Routes.Select(r => (r.Name, r.IsUser, r.Active, Prefix: r.Prefix.ToString(), Hop: r.NextHop.ToString(), Address: r.Appliance?.ToString()))
            .Concat(EndpointsOf(context).Select(a => (Name: (string?)null, IsUser: false, Active: true, Prefix: a + "/32", Hop: "InterfaceEndpoint", Address: (string?)null)));
        return new ActionResult<NetworkInterfaceProperties>
        {
            Body = JsonWriting.List(routes, (json, route) =>
            {
                json.WriteStartObject();
                if (route.Name is { } name)
                {
                    json.WriteString("name", name);
                }

                json.WriteBoolean("disableBgpRoutePropagation", propagation);
                json.WriteString("source", route.IsUser ? "User" : "Default");
                json.WriteString("state", route.Active ? "Active" : "Invalid");
                json.WriteBoolean("hasBgpOverride", false);
                Strings(json, "addressPrefix", [route.Prefix]);
                json.WriteString("nextHopType", route.Hop);
                Strings(json, "nextHopIpAddress", route.Address is { } address ? [address] : []);
                json.WriteEndObject();
            }),
        };
    }

    public static Result<ActionResult<NetworkInterfaceProperties>> Groups(ActionContext<NetworkInterfaceProperties> context)
    {
        if (!ModelOf(context).Ok(out var model, out var error))
        {
            return error;
        }

        return new ActionResult<NetworkInterfaceProperties>
        {
            Body = JsonWriting.List(model.Security.GroupsOf(model.Nic, inbound: true), (json, group) =>
            {
                json.WriteStartObject();
                Link(json, "networkSecurityGroup", ResourceIds.Shown(context.View, group.Key));
                json.WriteStartObject("association");
                if (group.Key == model.Nic.NsgKey)
                {
                    Link(json, "networkInterface", model.Resource.Id.ToString());
                }
                else
                {
                    Link(json, "subnet", model.Resource.Properties.IpConfigurations?[0].Properties?.Subnet?.Id ?? "");
                }

                json.WriteEndObject();
                json.WriteStartArray("effectiveSecurityRules");
                WriteRules(json, model, group);
                json.WriteEndArray();
                json.WriteEndObject();
            }),
        };
    }

    /// <summary>All rules of a group as they are for the NIC, with tags and application security groups as prefixes.</summary>
    public static void WriteRules(Utf8JsonWriter json, NetworkModel model, NsgItem group)
    {
        var variant = model.Security.VariantOf(model.Nic);
        foreach (var rule in model.Security.Rules(group, variant, true).Concat(model.Security.Rules(group, variant, false)))
        {
            var (protocol, from, to) = NetworkModel.Words(rule);
            json.WriteStartObject();
            json.WriteString("name", NetworkModel.NameOf(rule));
            json.WriteString("protocol", protocol);
            json.WriteString("sourcePortRange", from[0]);
            json.WriteString("destinationPortRange", to[0]);
            Strings(json, "sourcePortRanges", from);
            Strings(json, "destinationPortRanges", to);
            Addresses(json, "source", Written(rule, source: true), rule.Sources);
            Addresses(json, "destination", Written(rule, source: false), rule.Destinations);
            json.WriteString("access", rule.Allow ? "Allow" : "Deny");
            json.WriteNumber("priority", rule.Priority);
            json.WriteString("direction", rule.Inbound ? "Inbound" : "Outbound");
            json.WriteEndObject();
        }
    }

    private static void Addresses(Utf8JsonWriter json, string side, IReadOnlyList<string> written, AddressRanges ranges)
    {
        var shown = written.Select(w => w == "*" ? "0.0.0.0/0" : w.Contains('/', StringComparison.Ordinal) ? w : w.Contains(':', StringComparison.Ordinal) ? w + "/128" : w.Contains('.', StringComparison.Ordinal) ? w + "/32" : w).ToArray();
        json.WriteString(side + "AddressPrefix", shown.FirstOrDefault() ?? ranges.Prefixes().FirstOrDefault());
        Strings(json, side + "AddressPrefixes", shown.Length > 0 ? shown : ranges.Prefixes());
        if (!ranges.IsAll && shown.Any(s => !s.Contains('/', StringComparison.Ordinal)))
        {
            Strings(json, side == "source" ? "expandedSourceAddressPrefix" : "expandedDestinationAddressPrefix", ranges.Prefixes());
        }
    }

    // A default rule's words are Azure's own.
    private static IReadOnlyList<string> Written(EffectiveRule rule, bool source) => rule.Written is { } own
        ? source ? own.Sources : own.Destinations
        : (rule.Name, source) switch
        {
            ("AllowVnetInBound" or "AllowVnetOutBound", _) => ["VirtualNetwork"],
            ("AllowAzureLoadBalancerInBound", true) => ["AzureLoadBalancer"],
            ("AllowInternetOutBound", false) => ["Internet"],
            _ => ["*"],
        };

    private static void Link(Utf8JsonWriter json, string name, string id)
    {
        json.WriteStartObject(name);
        json.WriteString("id", id);
        json.WriteEndObject();
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    // Addresses of the network's private endpoints.
    private static IEnumerable<string> EndpointsOf(ActionContext<NetworkInterfaceProperties> context)
        => NetworkInterfaceRules.NetworkOf(context.Resource.Properties) is not { } network ? [] :
            from endpoint in context.View.Referrers<PrivateEndpointProperties>(network)
            from own in endpoint.Properties.Nic?.Addresses ?? []
            where own.Address is not null
            select own.Address;

    private static Result<NetworkModel> ModelOf(ActionContext<NetworkInterfaceProperties> context)
    {
        if (AttachedVm.OfNic(context.View, context.Resource.Id) is null)
        {
            return NetworkErrors.NicNotAttached(context.Resource.Id.ToString());
        }

        return NetworkModel.Of(context.Resource.Id, context.View) is { } model ? (Result<NetworkModel>)model : ArmErrors.ResourceNotFound(context.Resource.Id);
    }
}
