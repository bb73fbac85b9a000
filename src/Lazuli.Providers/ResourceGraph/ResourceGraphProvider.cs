using Lazuli.Kernel.Types;
using Lazuli.Providers.ResourceGraph.Queries;

namespace Lazuli.Providers.ResourceGraph;

/// <summary>Microsoft.ResourceGraph: queries over what the other providers have.</summary>
public sealed class ResourceGraphProvider(TimeProvider time) : Provider
{
    public override string Namespace => "Microsoft.ResourceGraph";

    public override IReadOnlyList<ResourceType> Types { get; } = [new GraphQueryType(time)];

    public override IReadOnlyList<ProviderOperation> Operations { get; } = new ResourceGraphOperations().All;
}
