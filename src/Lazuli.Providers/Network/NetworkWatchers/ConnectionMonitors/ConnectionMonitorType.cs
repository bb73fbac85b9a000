using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.NetworkWatchers.ConnectionMonitors;

/// <summary>Microsoft.Network/networkWatchers/connectionMonitors: whether virtual machines reach what they should, asked again and again.</summary>
public sealed class ConnectionMonitorType(NetworkOptions options) : NetworkType<ConnectionMonitorProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Network/networkWatchers/connectionMonitors");
    private const int MostTests = 100;

    public override ResourceTypeName Name => TypeName;

    public override Type Reconciler => typeof(ConnectionMonitorReconciler);

    public override JsonSerializerContext Json => ConnectionMonitorJson.Default;

    public override IReadOnlyList<ResourceAction> Actions =>
    [
        new ResourceAction<ConnectionMonitorProperties>("query", Query) { Writes = false, Answers = Answering.Later },
        new ResourceAction<ConnectionMonitorProperties>("start", context => Become(context, "Running")),
        new ResourceAction<ConnectionMonitorProperties>("stop", context => Become(context, "Stopped")),
    ];

    public override IEnumerable<ResourceReference> References(Resource<ConnectionMonitorProperties> resource)
        => from endpoint in resource.Properties.Endpoints ?? []
           where endpoint.ResourceId is not null
           select new ResourceReference(endpoint.ResourceId ?? "", "properties.endpoints.resourceId");

    public override IEnumerable<ArmError> Validate(Resource<ConnectionMonitorProperties> desired, Resource<ConnectionMonitorProperties>? current)
    {
        var monitor = desired.Properties;
        var (endpoints, configurations, groups) = (monitor.Endpoints ?? [], monitor.TestConfigurations ?? [], monitor.TestGroups ?? []);
        foreach (var error in new Refusals()
            .IfSet(monitor.Source, "properties.source")
            .IfSet(monitor.Destination, "properties.destination")
            .IfAny(monitor.Outputs, "properties.outputs")
            .When(configurations.Any(c => c.Protocol == "Http" || c.HttpConfiguration is not null), "properties.testConfigurations.httpConfiguration")
            .When(configurations.Any(c => c.PreferredIPVersion == "IPv6"), "properties.testConfigurations.preferredIPVersion")
            .When(endpoints.Any(e => e.Type is not (null or "AzureVM" or "ExternalAddress")), "properties.endpoints.type")
            .When(endpoints.Any(e => IPAddress.TryParse(e.Address, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6), "properties.endpoints.address")
            .When(endpoints.Any(e => e.Filter is not null), "properties.endpoints.filter")
            .When(endpoints.Any(e => e.Scope is not null), "properties.endpoints.scope").Errors)
        {
            yield return error;
        }

        if (groups.Count == 0)
        {
            yield return NetworkErrors.BadQuestion("properties.testGroups", "");
        }

        var sources = groups.SelectMany(g => g.Sources ?? []).ToHashSet(StringComparer.Ordinal);
        foreach (var endpoint in endpoints.Where(e => (e.ResourceId is null && (e.Address is not { Length: > 0 } || sources.Contains(e.Name ?? ""))) || e.Name is not { Length: > 0 }))
        {
            yield return NetworkErrors.BadQuestion("properties.endpoints", endpoint.Name);
        }

        foreach (var configuration in configurations.Where(c => c.Name is not { Length: > 0 } || c.Protocol is null || (c.Protocol == "Tcp" && c.TcpConfiguration?.Port is not > 0)))
        {
            yield return NetworkErrors.BadQuestion("properties.testConfigurations", configuration.Name);
        }

        foreach (var group in groups)
        {
            var unknown = (group.Sources ?? []).Concat(group.Destinations ?? []).Except(endpoints.Select(e => e.Name))
                .Concat((group.TestConfigurations ?? []).Except(configurations.Select(c => c.Name))).FirstOrDefault();
            if (unknown is not null || group is not { Name.Length: > 0, Sources.Count: > 0, Destinations.Count: > 0, TestConfigurations.Count: > 0 })
            {
                yield return NetworkErrors.BadQuestion("properties.testGroups", unknown ?? group.Name);
            }
        }

        if (groups.Sum(g => (g.Sources?.Count ?? 0) * (g.Destinations?.Count ?? 0) * (g.TestConfigurations?.Count ?? 0)) > MostTests)
        {
            yield return ArmErrors.NotSupported($"A connection monitor of more than {MostTests} tests");
        }
    }

    public override Resource<ConnectionMonitorProperties> Default(Resource<ConnectionMonitorProperties> desired, Resource<ConnectionMonitorProperties>? current, IResourceView view)
    {
        var monitor = desired.Properties;
        monitor.ConnectionMonitorType = "MultiEndpoint";
        monitor.MonitoringStatus ??= current?.Properties.MonitoringStatus ?? (monitor.AutoStart == false ? "NotStarted" : "Running");
        monitor.StartTime ??= current?.Properties.StartTime ?? TimeProvider.System.GetUtcNow();
        foreach (var configuration in monitor.TestConfigurations ?? [])
        {
            configuration.TestFrequencySec ??= 60;
        }

        return desired;
    }

    public override IEnumerable<ArmError> Admit(Resource<ConnectionMonitorProperties> desired, Resource<ConnectionMonitorProperties>? current, IResourceView view)
        => from endpoint in desired.Properties.Endpoints ?? []
           where (desired.Properties.TestGroups ?? []).Any(g => g.Sources?.Contains(endpoint.Name ?? "") == true)
           let elsewhere = ResourceId.TryParse(endpoint.ResourceId, out var machine) ? Watchers.IsElsewhere(view, desired.Id, machine) : null
           where elsewhere is not null
           select elsewhere;

    private static Result<ActionResult<ConnectionMonitorProperties>> Become(ActionContext<ConnectionMonitorProperties> context, string status)
        => new ActionResult<ConnectionMonitorProperties> { Desired = context.Resource with { Properties = context.Resource.Properties with { MonitoringStatus = status } } };

    private Result<ActionResult<ConnectionMonitorProperties>> Query(ActionContext<ConnectionMonitorProperties> context)
    {
        var states = options.Monitors.Get(context.Resource.Id)?.States ?? [];
        return new ActionResult<ConnectionMonitorProperties>
        {
            Body = JsonWriting.ToBytes(json =>
            {
                json.WriteStartObject();
                json.WriteString("sourceStatus", states.Any(s => s.Reachable is not null) ? "Active" : "Unknown");
                json.WriteStartArray("states");
                foreach (var state in states)
                {
                    Write(json, state);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }),
        };
    }

    private static void Write(Utf8JsonWriter json, MonitorState state)
    {
        json.WriteStartObject();
        json.WriteString("testName", state.Test);
        json.WriteString("connectionState", state.Reachable switch { true => "Reachable", false => "Unreachable", null => "Unknown" });
        json.WriteString("startTime", state.From);
        json.WriteString("endTime", state.Until);
        json.WriteString("evaluationState", "Completed");
        json.WriteNumber("avgLatencyInMs", (int)Math.Round(state.Average));
        json.WriteNumber("minLatencyInMs", (int)Math.Round(state.Least));
        json.WriteNumber("maxLatencyInMs", (int)Math.Round(state.Most));
        json.WriteNumber("probesSent", state.Sent);
        json.WriteNumber("probesFailed", state.Failed);
        json.WriteStartArray("hops");
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
