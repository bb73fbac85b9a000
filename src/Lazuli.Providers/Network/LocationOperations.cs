using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.VirtualNetworks;

namespace Lazuli.Providers.Network;

/// <summary>Operations below <c>Microsoft.Network/locations</c> that a subscription has, and each of its groups.</summary>
internal static class LocationOperations
{
    private static readonly ResourceTypeName Location = ResourceTypeName.Parse("Microsoft.Network/locations");

    /// <summary>The operation at both scopes; its region is one that there is.</summary>
    public static IEnumerable<ProviderOperation> Of(HttpMethod method, string name, Func<ProviderRequest, string, Result<ArmResponse>> run, Answering answers = Answering.AtOnce)
    {
        foreach (var (scope, isFirst) in new[] { ("", true), ("/resourceGroups/{resourceGroupName}", false) })
        {
            yield return new(
                method,
                $"/subscriptions/{{subscriptionId}}{scope}/providers/Microsoft.Network/locations/{{location}}/{name}",
                $"Microsoft.Network/locations/{name}/{(method == HttpMethod.Get ? "read" : "action")}",
                (request, cancellationToken) => request.Kernel.Locations.Normalize(request["location"]) is { } location
                    ? request.Kernel.Late.AnswerAsync(answers, request.Request, ResourceId.Subscription(request["subscriptionId"]).Resource(Location, location), location, _ => Task.FromResult(run(request, location)), cancellationToken)
                    : Task.FromResult<Result<ArmResponse>>(ArmErrors.LocationNotAvailable(request["location"], VirtualNetworkType.TypeName, request.Kernel.Locations.All.Select(l => l.Name))))
            {
                ApiVersions = NetworkVersions.All,
                MetadataType = isFirst ? $"locations/{name}" : null,
            };
        }
    }

    /// <summary>As <see cref="Of(HttpMethod, string, Func{ProviderRequest, string, Result{ArmResponse}})"/>, for what always has an answer.</summary>
    public static IEnumerable<ProviderOperation> Of(HttpMethod method, string name, Func<ProviderRequest, string, ArmResponse> run)
        => Of(method, name, (request, location) => (Result<ArmResponse>)run(request, location));
}
