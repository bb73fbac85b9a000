using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.VirtualNetworks;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Network.NetworkWatchers;

/// <summary><c>topology</c>: networks of a resource group (or one network, or one subnet) in the watcher's region, what they contain and what is associated.</summary>
internal static class TopologyView
{
    public static Result<ActionResult<NetworkWatcherProperties>> Of(ActionContext<NetworkWatcherProperties> context)
    {
        if (!FlowQuestions.Read(context, NetworkWatcherJson.Default.TopologyQuestion).Ok(out var question, out var error))
        {
            return error;
        }

        var (view, subscription) = (context.View, context.Resource.Id.SubscriptionId ?? "");
        var subnet = ResourceId.TryParse(question.TargetSubnet?.Id, out var one) ? one : null;
        ResourceId? scope = subnet?.Parent
            ?? (ResourceId.TryParse(question.TargetVirtualNetwork?.Id, out var network) ? network
                : question.TargetResourceGroupName is { Length: > 0 } group && ResourceId.TryParse($"/subscriptions/{subscription}/resourceGroups/{group}", out var whole) ? whole
                : null);
        if (scope is null)
        {
            return NetworkErrors.BadQuestion("targetResourceGroupName", question.TargetResourceGroupName);
        }

        var networks = view.List<VirtualNetworkProperties>(VirtualNetworkType.TypeName, scope).Where(n => n.Location == context.Resource.Location).ToArray();
        return FlowQuestions.Answer(json =>
        {
            var now = context.Kernel.Time.GetUtcNow();
            json.WriteString("id", Guid.NewGuid().ToString());
            json.WriteString("createdDateTime", now);
            json.WriteString("lastModified", now);
            json.WriteStartArray("resources");
            foreach (var found in networks)
            {
                var subnets = (found.Properties.Subnets ?? []).Where(s => subnet is null || subnet.Key.Equals(s.Id, StringComparison.OrdinalIgnoreCase)).ToArray();
                Resource(json, found.Id.ToString(), found.Location, [.. subnets.Select(s => ((string?)s.Id, "Contains"))]);
                foreach (var part in subnets)
                {
                    var nics = PrivateAddresses.UsersOf(view, ResourceId.Parse(part.Id ?? "")).Select(u => u.Nic).OfType<ResourceId>().DistinctBy(n => n.Key).ToArray();
                    Resource(json, part.Id ?? "", found.Location,
                    [
                        (part.Properties?.NetworkSecurityGroup?.Id, "Associated"), (part.Properties?.RouteTable?.Id, "Associated"), (part.Properties?.NatGateway?.Id, "Associated"),
                        .. nics.Select(n => ((string?)n.ToString(), "Contains")),
                    ]);
                    foreach (var nic in nics.Select(view.Get<NetworkInterfaceProperties>).OfType<Resource<NetworkInterfaceProperties>>())
                    {
                        Resource(json, nic.Id.ToString(), nic.Location,
                        [
                            (AttachedVm.OfNic(view, nic.Id)?.Id.ToString(), "Associated"), (nic.Properties.NetworkSecurityGroup?.Id, "Associated"),
                            .. (nic.Properties.IpConfigurations ?? []).Select(c => (c.Properties?.PublicIPAddress?.Id, "Associated")),
                        ]);
                    }
                }
            }

            json.WriteEndArray();
        });
    }

    private static void Resource(Utf8JsonWriter json, string id, string? location, IEnumerable<(string? Id, string Kind)> associations)
    {
        json.WriteStartObject();
        json.WriteString("name", ResourceId.Parse(id).Name);
        json.WriteString("id", id);
        json.WriteString("location", location);
        json.WriteStartArray("associations");
        foreach (var (other, kind) in associations)
        {
            if (other is not null)
            {
                json.WriteStartObject();
                json.WriteString("name", ResourceId.Parse(other).Name);
                json.WriteString("resourceId", other);
                json.WriteString("associationType", kind);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
