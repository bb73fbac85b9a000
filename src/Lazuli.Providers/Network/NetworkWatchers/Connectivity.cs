using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Lazuli.Engines.Net;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Network.NetworkWatchers;

/// <summary>
/// <c>connectivityCheck</c>: the way from a virtual machine to a destination by the model (hops, and what rules and routes have against it), and whether somebody answers, by packets that enter
/// where the machine's own do (<see cref="IPacketWatching.ProbeAsync"/>).
/// </summary>
internal sealed class Connectivity(NetworkOptions options)
{
    private const int Probes = 10;

    public Result<ActionResult<NetworkWatcherProperties>> Check(ActionContext<NetworkWatcherProperties> context)
    {
        if (!FlowQuestions.Read(context, NetworkWatcherJson.Default.ConnectivityQuestion).Ok(out var question, out var error)
            || !FlowQuestions.NicsOf(context, question.Source?.ResourceId).Ok(out _, out error))
        {
            return error;
        }

        var protocol = (question.Protocol ?? "Tcp").ToLowerInvariant();
        if (protocol is not ("tcp" or "http" or "https" or "icmp"))
        {
            return NetworkErrors.BadQuestion("protocol", question.Protocol);
        }

        var port = question.Destination?.Port ?? (protocol == "http" ? 80 : protocol == "https" ? 443 : 0);
        if (protocol != "icmp" && port is < 1 or > ushort.MaxValue)
        {
            return NetworkErrors.BadQuestion("destination.port", port.ToString(CultureInfo.InvariantCulture));
        }

        if (question.PreferredIPVersion == "IPv6")
        {
            return ArmErrors.NotSupported("The property 'preferredIPVersion'") with { Target = "preferredIPVersion" };
        }

        if (IPAddress.TryParse(question.Destination?.Address, out var asked) && asked.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return ArmErrors.NotSupported("An IPv6 address in 'destination.address'") with { Target = "destination.address" };
        }

        var machine = ResourceId.Parse(question.Source?.ResourceId ?? "");
        if (Watchers.NicsOf(context.View, machine).FirstOrDefault() is not { } nic || NetworkModel.Of(nic.Id, context.View) is not { } model)
        {
            return NetworkErrors.BadQuestion("source.resourceId", question.Source?.ResourceId);
        }

        var address = question.Destination?.Address;
        if (question.Destination?.ResourceId is { Length: > 0 } target)
        {
            address = ResourceId.TryParse(target, out var other) && Watchers.NicsOf(context.View, other).FirstOrDefault() is { } far ? far.Properties.IpConfigurations?[0].Properties?.PrivateIPAddress : null;
            if (address is null)
            {
                return NetworkErrors.BadQuestion("destination.resourceId", target);
            }
        }

        return string.IsNullOrEmpty(address)
            ? NetworkErrors.BadQuestion("destination.address", address)
            : new ActionResult<NetworkWatcherProperties> { Later = cancel => AnswerAsync(model, address, protocol == "icmp" ? 0 : port, context, cancel) };
    }

    private async Task<Result<ArmResponse>> AnswerAsync(NetworkModel model, string destination, int port, ActionContext<NetworkWatcherProperties> context, CancellationToken cancellationToken)
    {
        var names = new NodeNames(context.Kernel.Store);
        var address = destination;
        if (!IPAddress.TryParse(destination, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetwork)
        {
            address = options.Packets is { } packets ? await packets.ResolveAsync(names.ToNode(model.State.Vnet.Key), destination, cancellationToken) : null;
        }

        if (address is null)
        {
            var lost = new PathHop("Source", PathHop.AddressOf(model), model.Resource.Id) { Issues = { new("Outbound", "Error", "DnsResolution", "Name", destination) } };
            return Write([lost], null);
        }

        var hops = PathHop.Walk(model, IPAddress.Parse(address), port, context.View);
        var probe = options.Packets is { } asked ? await asked.ProbeAsync(new()
        {
            VnetKey = names.ToNode(model.State.Vnet.Key),
            NicKey = names.ToNode(model.Nic.Key),
            MacAddress = model.Nic.MacAddress,
            Source = PathHop.AddressOf(model),
            Destination = address,
            Port = port,
            Count = Probes,
            PatienceMilliseconds = hops.Any(h => h.Issues.Count > 0) ? 100 : 500,
        }, cancellationToken) : null;
        if (probe is { Milliseconds.Count: 0 } && hops.All(h => h.Issues.Count == 0))
        {
            hops[^1].Issues.Add(probe.Refused ? new("Inbound", "Error", "Unknown", "Answer", "Connection refused")
                : probe.Unreachable ? new("Outbound", "Error", "Unknown", "Answer", "Network unreachable")
                : new("Inbound", "Error", "GuestFirewall", "Answer", "None"));
        }

        return Write(hops, probe);
    }

    private static ArmResponse Write(IReadOnlyList<PathHop> hops, PathProbe? probe) => ArmResponse.Json(JsonWriting.ToBytes(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("hops");
        for (var i = 0; i < hops.Count; i++)
        {
            hops[i].Write(json, i > 0 ? hops[i - 1] : null, i + 1 < hops.Count ? hops[i + 1] : null);
        }

        json.WriteEndArray();
        json.WriteString("connectionStatus", StatusOf(hops, probe));
        if (probe is { Milliseconds: { Count: > 0 } times })
        {
            json.WriteNumber("avgLatencyInMs", (int)Math.Round(times.Average()));
            json.WriteNumber("minLatencyInMs", (int)Math.Round(times.Min()));
            json.WriteNumber("maxLatencyInMs", (int)Math.Round(times.Max()));
        }

        json.WriteNumber("probesSent", probe?.Sent ?? 0);
        json.WriteNumber("probesFailed", probe?.Failed ?? 0);
        json.WriteEndObject();
    }));

    private static string StatusOf(IReadOnlyList<PathHop> hops, PathProbe? probe)
        => probe is null ? hops.Any(h => h.Issues.Any(i => i.Severity == "Error")) ? "Unreachable" : "Unknown"
            : probe.Failed == 0 ? "Reachable" : probe.Milliseconds.Count > 0 ? "Degraded" : "Unreachable";
}
