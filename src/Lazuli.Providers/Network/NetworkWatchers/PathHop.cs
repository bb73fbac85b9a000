using System.Net;
using System.Text.Json;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.NetworkWatchers;

/// <summary>What stands against a connection at a hop.</summary>
internal sealed record PathIssue(string Origin, string Severity, string Type, string Key, string Value);

/// <summary>A place on the way of a connection, and what rules and routes have against it there.</summary>
internal sealed record PathHop(string Type, string Address, ResourceId? Nic)
{
    private const int MostHops = 8;

    public Guid Id { get; } = Guid.NewGuid();

    public List<PathIssue> Issues { get; init; } = [];

    /// <summary>The address that a NIC's packets come from.</summary>
    public static string AddressOf(NetworkModel model) => (model.Nic.IpConfigs.FirstOrDefault(c => c.Primary) ?? model.Nic.IpConfigs[0]).PrivateAddress;

    /// <summary>The way from a NIC to an address, appliances included. It ends where something stands against it.</summary>
    /// <param name="port">0 is ICMP.</param>
    public static List<PathHop> Walk(NetworkModel model, IPAddress destination, int port, IResourceView view)
    {
        var flow = new Flow { Source = IPAddress.Parse(AddressOf(model)), Destination = destination, Protocol = port == 0 ? "icmp" : "tcp", DestinationPort = port };
        var here = new PathHop("Source", AddressOf(model), model.Resource.Id);
        List<PathHop> hops = [here];
        while (hops.Count < MostHops)
        {
            here.Judge(model, flow, inbound: false);
            var route = model.Route(destination);
            if (route.NextHop is NextHop.None or NextHop.VirtualNetworkGateway)
            {
                here.Issues.Add(new("Outbound", "Error", "UserDefinedRoute", "RouteType", route.IsUser ? "User" : "System"));
            }

            if (here.Issues.Count > 0)
            {
                return hops;
            }

            var next = route.Appliance ?? destination;
            var there = route.NextHop == NextHop.Internet ? null : Find(model, next, view);
            here = new PathHop(route.Appliance is not null ? "VirtualAppliance" : route.NextHop switch
            {
                NextHop.VNetPeering or NextHop.VNetGlobalPeering => "VirtualNetworkPeering",
                var other => other.ToString(),
            }, next.ToString(), there?.Resource.Id);
            hops.Add(here);
            if (there is null)
            {
                if (route.Appliance is not null)
                {
                    here.Issues.Add(new("Outbound", "Error", "UserDefinedRoute", "RouteType", "User"));
                }

                return hops;
            }

            here.Judge(there, flow, inbound: true);
            if (route.Appliance is null || next.Equals(destination))
            {
                return hops;
            }

            if (!there.Nic.IpForwarding)
            {
                here.Issues.Add(new("Inbound", "Error", "Platform", "IPForwarding", "Disabled"));
            }

            model = there;
        }

        return hops;
    }

    public void Write(Utf8JsonWriter json, PathHop? before, PathHop? after)
    {
        json.WriteStartObject();
        json.WriteString("type", Type);
        json.WriteString("id", Id);
        json.WriteString("address", Address);
        if (Nic is { } nic)
        {
            json.WriteString("resourceId", nic.ToString());
        }

        Ids(json, "nextHopIds", after);
        Ids(json, "previousHopIds", before);
        json.WriteStartArray("issues");
        foreach (var issue in Issues)
        {
            json.WriteStartObject();
            json.WriteString("origin", issue.Origin);
            json.WriteString("severity", issue.Severity);
            json.WriteString("type", issue.Type);
            json.WriteStartArray("context");
            json.WriteStartObject();
            json.WriteString("key", issue.Key);
            json.WriteString("value", issue.Value);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Ids(Utf8JsonWriter json, string name, PathHop? hop)
    {
        json.WriteStartArray(name);
        if (hop is not null)
        {
            json.WriteStringValue(hop.Id);
        }

        json.WriteEndArray();
    }

    private static NetworkModel? Find(NetworkModel model, IPAddress address, IResourceView view)
    {
        var networks = model.State.Vnet.Peers.Where(p => AddressRanges.Of(p.AddressPrefixes).Contains(address)).Select(p => p.VnetKey).Prepend(model.State.Vnet.Key);
        return networks.SelectMany(n => NetworkModel.NicsOf(ResourceId.Parse(n), view)).FirstOrDefault(n => n.IpConfigs.Any(c => c.PrivateAddress == address.ToString())) is { } nic
            ? NetworkModel.Of(ResourceId.Parse(nic.Key), view) : null;
    }

    private void Judge(NetworkModel model, Flow flow, bool inbound)
    {
        if (model.Security.Judge(model.Nic, flow, inbound).FirstOrDefault(j => !j.Rule.Allow) is { Rule: { } rule })
        {
            Issues.Add(new(inbound ? "Inbound" : "Outbound", "Error", "NetworkSecurityRule", "RuleName", DiagnosticQuestions.LongName(rule)));
        }
    }
}
