using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Tests.Compute;

/// <summary>Just enough of Microsoft.Network for machines to be tested alone: an interface that brings its own network.</summary>
internal sealed class StandInNetwork : Provider
{
    public override string Namespace => "Microsoft.Network";

    public override IReadOnlyList<ResourceType> Types { get; } = [new StandInNicType()];
}

public sealed record StandInNic : IProvisioned
{
    public string? ProvisioningState { get; set; }

    public IReadOnlyList<JsonElement>? IpConfigurations { get; set; }
}

internal sealed class StandInNicType : ResourceType<StandInNic>
{
    public override ResourceTypeName Name { get; } = ResourceTypeName.Parse("Microsoft.Network/networkInterfaces");

    public override IReadOnlyList<string> ApiVersions { get; } = ["2024-05-01"];

    public override JsonSerializerContext Json => StandInJson.Default;

    public override Type Reconciler => typeof(StandInNicReconciler);
}

public sealed class StandInNicReconciler(IResourceView view, NodeLink link) : NodeReconciler<StandInNic>(view, link)
{
    protected override IEnumerable<NodeItem> Project(Resource<StandInNic> resource)
    {
        var vnet = resource.Id.Key + "/vnet";
        return
        [
            new VnetItem { Key = vnet, AddressPrefixes = ["10.0.0.0/16"], Subnets = [new() { Key = vnet + "/s", AddressPrefixes = ["10.0.0.0/24"] }], DnsSuffix = "x.internal.cloudapp.net" },
            new NicItem { Key = resource.Id.Key, VnetKey = vnet, MacAddress = "00-0D-3A-01-02-03", IpConfigs = [new() { Name = "ip", SubnetKey = vnet + "/s", PrivateAddress = "10.0.0.4", Primary = true }] },
        ];
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Resource<StandInNic>))]
internal sealed partial class StandInJson : JsonSerializerContext;
