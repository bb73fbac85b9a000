using System.Net;

namespace Lazuli.Guest;

/// <summary>Addresses that every guest on Azure knows. Both must be local addresses in each VNet's namespace.</summary>
public static class WellKnown
{
    /// <summary>DHCP, DNS, WireServer (:80) and host plugin (:32526).</summary>
    public static readonly IPAddress Host = IPAddress.Parse("168.63.129.16");

    /// <summary>Instance Metadata Service (:80).</summary>
    public static readonly IPAddress Metadata = IPAddress.Parse("169.254.169.254");

    public const int HostPluginPort = 32526;
}
