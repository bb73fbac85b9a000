namespace Lazuli.Providers.Network.NetworkInterfaces;

/// <summary>A NIC that Azure makes for another resource, as that resource's own document keeps it.</summary>
public sealed record PlatformNic
{
    public string? Id { get; set; }
    public string? MacAddress { get; set; }
    public string? ResourceGuid { get; set; }
    public IReadOnlyList<PlatformAddress>? Addresses { get; set; }
}

/// <summary>One IP configuration of it.</summary>
public sealed record PlatformAddress
{
    public string? Name { get; set; }
    public string? Subnet { get; set; }
    public string? Address { get; set; }
    public bool Static { get; set; }
    public bool Primary { get; set; }
}
