using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.VirtualNetworks;

namespace Lazuli.Providers.Network;

/// <summary>Operations below <c>Microsoft.Network/locations</c> that a subscription has, and each of its groups.</summary>
internal static class LocationOperations
{
    /// <summary>The operation at both scopes; its region is one that there is.</summary>
    public static IEnumerable<ProviderOperation> Of(HttpMethod method, string name, Func<ProviderRequest, string, Result<ArmResponse>> run)
    {
        foreach (var (scope, isFirst) in new[] { ("", true), ("/resourceGroups/{resourceGroupName}", false) })
        {
            yield return new(
                method,
                $"/subscriptions/{{subscriptionId}}{scope}/providers/Microsoft.Network/locations/{{location}}/{name}",
                $"Microsoft.Network/locations/{name}/{(method == HttpMethod.Get ? "read" : "action")}",
                (request, _) => Task.FromResult(request.Kernel.Locations.Normalize(request["location"]) is { } location
                    ? run(request, location)
                    : ArmErrors.LocationNotAvailable(request["location"], VirtualNetworkType.TypeName, request.Kernel.Locations.All.Select(l => l.Name))))
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
