using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Microsoft.AspNetCore.Routing;

namespace Lazuli.Kernel.Types;

/// <summary>A resource provider: a namespace, its types (a plain list: one line each) and its operations that belong to no resource.</summary>
public abstract class Provider
{
    public abstract string Namespace { get; }

    public abstract IReadOnlyList<ResourceType> Types { get; }

    public virtual IReadOnlyList<ProviderOperation> Operations => [];
}

/// <summary>
/// An operation that belongs to no stored resource: <c>GET /subscriptions/{subscriptionId}/providers/Microsoft.Compute/locations/{location}/vmSizes</c>.
/// </summary>
/// <param name="Template">A whole path as ASP.NET route template.</param>
/// <param name="Action">The role action, checked at the longest scope in the path that is a subscription, group or resource.</param>
public sealed record ProviderOperation(HttpMethod Method, string Template, string Action, Func<ProviderRequest, CancellationToken, Task<Result<ArmResponse>>> Run)
{
    /// <summary>Versions offered; empty accepts any well-formed one.</summary>
    public IReadOnlyList<string> ApiVersions { get; init; } = [];

    /// <summary>A type path for provider metadata, e.g. <c>locations/vmSizes</c>; null leaves it out.</summary>
    public string? MetadataType { get; init; }

    /// <summary>False when any authenticated caller may (e.g. listing subscriptions shows only one's own).</summary>
    public bool IsAuthorized { get; init; } = true;
}

/// <summary>A request that matched a <see cref="ProviderOperation"/>.</summary>
public sealed record ProviderRequest(ArmRequest Request, RouteValueDictionary Values, KernelServices Kernel)
{
    public string this[string name] => Values[name] as string ?? "";

    public IResourceView View => Kernel.View;

    /// <summary>The scope that the caller was authorized at.</summary>
    public required ResourceId Scope { get; init; }
}
