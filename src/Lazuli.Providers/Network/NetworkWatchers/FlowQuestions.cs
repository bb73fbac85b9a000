using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Lazuli.Engines.Net;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Network.NetworkWatchers;

/// <summary><c>ipFlowVerify</c>: would a packet be let through, and by which rule; <c>nextHop</c>: where would it go.</summary>
internal static class FlowQuestions
{
    public static Result<ActionResult<NetworkWatcherProperties>> Verify(ActionContext<NetworkWatcherProperties> context)
    {
        if (!Read(context, NetworkWatcherJson.Default.IpFlowQuestion).Ok(out var question, out var error))
        {
            return error;
        }

        var inbound = "Inbound".Equals(question.Direction, StringComparison.OrdinalIgnoreCase);
        var protocol = question.Protocol?.ToLowerInvariant();
        if (protocol is not ("tcp" or "udp"))
        {
            return NetworkErrors.BadQuestion("protocol", question.Protocol);
        }

        if (!inbound && !"Outbound".Equals(question.Direction, StringComparison.OrdinalIgnoreCase))
        {
            return NetworkErrors.BadQuestion("direction", question.Direction);
        }

        if (!Port(question.LocalPort, out var local))
        {
            return NetworkErrors.BadQuestion("localPort", question.LocalPort);
        }

        if (!Port(question.RemotePort, out var remote))
        {
            return NetworkErrors.BadQuestion("remotePort", question.RemotePort);
        }

        if (!Cidr.TryAnyAddress(question.LocalIPAddress, out var here))
        {
            return NetworkErrors.InvalidAddress(question.LocalIPAddress ?? "", "localIPAddress");
        }

        if (!Cidr.TryAnyAddress(question.RemoteIPAddress, out var there) || there.AddressFamily != here.AddressFamily)
        {
            return NetworkErrors.InvalidAddress(question.RemoteIPAddress ?? "", "remoteIPAddress");
        }

        if (!ModelOf(context, question.TargetResourceId, question.TargetNicResourceId, here.ToString(), "localIPAddress").Ok(out var model, out error))
        {
            return error;
        }

        var flow = new Flow
        {
            Source = inbound ? there : here,
            Destination = inbound ? here : there,
            Protocol = protocol,
            SourcePort = inbound ? remote : local,
            DestinationPort = inbound ? local : remote,
        };
        var judgements = model.Security.Judge(model.Nic, flow, inbound).ToArray();
        return Answer(json =>
        {
            json.WriteString("access", judgements.All(j => j.Rule.Allow) ? "Allow" : "Deny");
            json.WriteString("ruleName", judgements.Length > 0 ? NetworkModel.NameOf(judgements[^1].Rule) : "");
        });
    }

    public static Result<ActionResult<NetworkWatcherProperties>> NextHop(ActionContext<NetworkWatcherProperties> context)
    {
        if (!Read(context, NetworkWatcherJson.Default.NextHopQuestion).Ok(out var question, out var error))
        {
            return error;
        }

        if (!Cidr.TryAnyAddress(question.SourceIPAddress, out var source))
        {
            return NetworkErrors.InvalidAddress(question.SourceIPAddress ?? "", "sourceIPAddress");
        }

        if (!Cidr.TryAnyAddress(question.DestinationIPAddress, out var destination) || destination.AddressFamily != source.AddressFamily)
        {
            return NetworkErrors.InvalidAddress(question.DestinationIPAddress ?? "", "destinationIPAddress");
        }

        if (!ModelOf(context, question.TargetResourceId, question.TargetNicResourceId, source.ToString(), "sourceIPAddress").Ok(out var model, out error))
        {
            return error;
        }

        var route = model.Routes.Find(destination);
        return Answer(json =>
        {
            json.WriteString("nextHopType", route.NextHop switch
            {
                Engines.Node.NextHop.VNetPeering or Engines.Node.NextHop.VNetGlobalPeering => "VirtualNetworkPeering",
                var other => other.ToString(),
            });
            if (route.Appliance is { } appliance)
            {
                json.WriteString("nextHopIpAddress", appliance.ToString());
            }

            json.WriteString("routeTableId", route.IsUser ? ResourceIds.Shown(context.View, model.RouteTableKey ?? "") : "System Route");
        });
    }

    public static Result<T> Read<T>(ActionContext<NetworkWatcherProperties> context, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(context.Request.Body.Span, type) is { } question ? (Result<T>)question : ArmErrors.InvalidRequestContent("The request body must be a JSON object.");
        }
        catch (JsonException e)
        {
            return ArmErrors.InvalidRequestContent(e.Message);
        }
    }

    public static ActionResult<NetworkWatcherProperties> Answer(Action<Utf8JsonWriter> write) => new()
    {
        Body = JsonWriting.ToBytes(json =>
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }),
    };

    /// <summary>The NICs of a virtual machine in the watcher's region.</summary>
    public static Result<IReadOnlyList<Resource<NetworkInterfaceProperties>>> NicsOf(ActionContext<NetworkWatcherProperties> context, string? machine)
    {
        if (!ResourceId.TryParse(machine, out var vm) || !vm.IsResource || vm.Type.Key != AttachedVm.TypeKey)
        {
            return NetworkErrors.BadQuestion("targetResourceId", machine);
        }

        if (!context.View.Exists(vm))
        {
            return ArmErrors.ResourceNotFound(vm);
        }

        var nics = context.View.List<NetworkInterfaceProperties>(NetworkInterfaceType.TypeName, ResourceId.Subscription(vm.SubscriptionId ?? ""))
            .Where(n => AttachedVm.OfNic(context.View, n.Id)?.Id.Equals(vm) == true).ToArray();
        return nics.Any(n => n.Location != context.Resource.Location) ? NetworkErrors.WatcherElsewhere(context.Resource.Id.ToString(), vm.ToString()) : nics;
    }

    private static Result<NetworkModel> ModelOf(ActionContext<NetworkWatcherProperties> context, string? machine, string? nic, string address, string path)
    {
        if (!NicsOf(context, machine).Ok(out var nics, out var error))
        {
            return error;
        }

        var wanted = nics.Where(n => nic is null || n.Id.Key.Equals(nic, StringComparison.OrdinalIgnoreCase)).ToArray();
        if (wanted.Length == 0)
        {
            return NetworkErrors.BadQuestion("targetNicResourceId", nic);
        }

        var owner = wanted.FirstOrDefault(n => (n.Properties.IpConfigurations ?? []).Any(c => c.Properties?.PrivateIPAddress == address));
        return owner is not null && NetworkModel.Of(owner.Id, context.View) is { } model ? (Result<NetworkModel>)model : NetworkErrors.BadQuestion(path, address);
    }

    private static bool Port(string? text, out int port) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= ushort.MaxValue;
}
