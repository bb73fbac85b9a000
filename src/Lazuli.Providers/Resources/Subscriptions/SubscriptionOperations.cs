using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Resources.Subscriptions;

/// <summary>GET /subscriptions (those that the caller may read) and GET /subscriptions/{id}.</summary>
internal static class SubscriptionOperations
{
    private const string Read = "Microsoft.Resources/subscriptions/read";

    public static IEnumerable<ProviderOperation> All { get; } =
    [
        new(HttpMethod.Get, "/subscriptions", Read, List) { ApiVersions = ResourceManagerVersions.All, IsAuthorized = false },
        new(HttpMethod.Get, "/subscriptions/{subscriptionId}", Read, Get) { ApiVersions = ResourceManagerVersions.All },
    ];

    private static Task<Result<ArmResponse>> List(ProviderRequest request, CancellationToken cancellationToken)
    {
        // A right on anything inside makes a subscription visible, as on Azure.
        var kernel = request.Kernel;
        var visible = StoredSubscription.List(kernel.Store).Where(s => kernel.Authorizer.IsAllowed(request.Request.Principal, Read, s.Id)
            || kernel.Store.ListByType(ResourceTypeName.ResourceGroup.Key, s.Id.Key).Any(g => kernel.Authorizer.IsAllowed(request.Request.Principal, $"{ResourceTypeName.ResourceGroup}/read", ResourceId.Parse(g.Key))));
        return Task.FromResult<Result<ArmResponse>>(ArmResponse.Json(JsonWriting.List(visible, (json, s) => s.Write(json))));
    }

    private static Task<Result<ArmResponse>> Get(ProviderRequest request, CancellationToken cancellationToken)
        => Task.FromResult<Result<ArmResponse>>(request.Kernel.Store.Get(request.Scope.Key) is { } record
            ? ArmResponse.Json(JsonWriting.ToBytes(StoredSubscription.Read(record).Write))
            : ArmErrors.SubscriptionNotFound(request["subscriptionId"]));
}
