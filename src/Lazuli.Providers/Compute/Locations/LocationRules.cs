using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Compute.Locations;

/// <summary>The location in the path of an operation.</summary>
internal static class LocationRules
{
    /// <summary>Its name, or null when there is no such region.</summary>
    public static string? Normalize(ProviderRequest request) => request.Kernel.Locations.Normalize(request["location"]) is { } name and not "global" ? name : null;

    public static ArmError NoSuch(ProviderRequest request)
        => ArmErrors.LocationNotAvailable(request["location"], ResourceTypeName.Parse("Microsoft.Compute/locations"), request.Kernel.Locations.All.Select(l => l.Name)) with
        {
            Code = "NoRegisteredProviderFound",
        };
}
