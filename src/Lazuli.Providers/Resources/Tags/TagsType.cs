using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Resources.Tags;

/// <summary>Microsoft.Resources/tags: the tags of a subscription, group or resource as a resource that extends it, with a right of its own.</summary>
public sealed class TagsType : ResourceType
{
    public override ResourceTypeName Name { get; } = ResourceTypeName.Parse("Microsoft.Resources/tags");

    public override IReadOnlyList<string> ApiVersions { get; } =
    [
        "2025-04-01", "2025-03-01", "2024-11-01", "2024-07-01", "2024-03-01", "2023-07-01", "2022-09-01", "2021-04-01", "2021-01-01", "2020-10-01", "2020-08-01", "2020-06-01", "2019-10-01",
    ];

    public override ResourceScopes Scopes => ResourceScopes.Extension;

    public override bool IsTracked => false;

    public override bool CanPatch => true;

    /// <summary>Something that can be tagged always has this resource.</summary>
    public override int CreatedStatus => 200;

    public override IResourceHandler CreateHandler(KernelServices kernel) => new TagsHandler(this, kernel);
}
