using System.Text.Json.Serialization;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.TrafficManagerProfiles;

/// <summary>One of the three kinds of endpoints; part of their profile's document.</summary>
public abstract class EndpointType(string kind) : EmbeddedType<TrafficManagerProfileProperties, TrafficManagerEndpointProperties>
{
    /// <summary>The last part of the type's name.</summary>
    public string Kind => kind;

    public override ResourceTypeName Name { get; } = TrafficManagerProfileType.TypeName.Child(kind);

    public override IReadOnlyList<string> ApiVersions => TrafficManagerProfileType.Versions;

    public override JsonSerializerContext Json => TrafficManagerJson.Default;

    public override string NamePattern => "^[^/]{1,260}$";

    /// <summary>Whether an endpoint of a profile is of this kind.</summary>
    public bool Is(TrafficManagerEndpoint endpoint) => endpoint.Type?.EndsWith("/" + kind, StringComparison.OrdinalIgnoreCase) == true;

    public override IReadOnlyList<Embedded<TrafficManagerEndpointProperties>> Children(TrafficManagerProfileProperties parent)
        => [.. (parent.Endpoints ?? []).Where(Is).Select(e => new Embedded<TrafficManagerEndpointProperties> { Id = e.Id, Name = e.Name, Type = e.Type, Properties = e.Properties })];

    public override void SetChildren(TrafficManagerProfileProperties parent, IReadOnlyList<Embedded<TrafficManagerEndpointProperties>> children)
        => parent.Endpoints =
        [
            .. (parent.Endpoints ?? []).Where(e => !Is(e)),
            .. children.Select(c => new TrafficManagerEndpoint { Id = c.Id, Name = c.Name, Type = Name.ToString(), Properties = c.Properties }),
        ];
}
