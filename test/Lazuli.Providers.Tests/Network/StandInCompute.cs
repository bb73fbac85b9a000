using System.Text.Json.Serialization;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Tests.Network;

/// <summary>Just enough of Microsoft.Compute for NICs to be attached to something.</summary>
internal sealed class StandInCompute : Provider
{
    public override string Namespace => "Microsoft.Compute";

    public override IReadOnlyList<ResourceType> Types { get; } = [new StandInVmType()];
}

public sealed record StandInVm
{
    public StandInOsProfile? OsProfile { get; set; }
    public StandInNetworkProfile? NetworkProfile { get; set; }
}

public sealed record StandInOsProfile
{
    public string? ComputerName { get; set; }
}

public sealed record StandInNetworkProfile
{
    public IReadOnlyList<ResourceLink>? NetworkInterfaces { get; set; }
}

internal sealed class StandInVmType : ResourceType<StandInVm>
{
    public override ResourceTypeName Name { get; } = ResourceTypeName.Parse("Microsoft.Compute/virtualMachines");

    public override IReadOnlyList<string> ApiVersions { get; } = ["2024-05-01"];

    public override JsonSerializerContext Json => StandInComputeJson.Default;

    public override IEnumerable<ResourceReference> References(Resource<StandInVm> resource)
        => (resource.Properties.NetworkProfile?.NetworkInterfaces ?? []).Select(n => new ResourceReference(n.Id ?? "", "properties.networkProfile"));
}

[JsonSerializable(typeof(Resource<StandInVm>))]
internal sealed partial class StandInComputeJson : JsonSerializerContext;
