namespace Lazuli.Kernel.Types;

/// <summary>A region: <c>eastus</c>, "East US".</summary>
public sealed record Location(string Name, string DisplayName, string RegionalDisplayName, string Geography, string GeographyGroup, string Latitude, string Longitude, string PhysicalLocation, string? PairedRegion)
{
    public bool HasZones { get; init; } = true;
}

/// <summary>The regions that exist. A location is given as a name or a display name, in any casing.</summary>
public sealed class LocationCatalogue(IReadOnlyList<Location> locations)
{
    public IReadOnlyList<Location> All { get; } = locations;

    /// <summary><c>East US</c> → <c>eastus</c>; null when there is no such region.</summary>
    public string? Normalize(string location)
    {
        var name = location.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        return name == "global" || All.Any(l => l.Name == name) ? name : null;
    }
}
