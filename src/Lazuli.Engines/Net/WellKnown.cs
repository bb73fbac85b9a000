using System.Net;

namespace Lazuli.Engines.Net;

/// <summary>Addresses that Azure has in every virtual network.</summary>
public static class WellKnown
{
    /// <summary>DNS, DHCP, WireServer, host plugin, and the source of health probes. Answered inside each network's namespace.</summary>
    public static IPAddress Platform { get; } = IPAddress.Parse("168.63.129.16");

    /// <summary>The Instance Metadata Service. Answered inside each network's namespace.</summary>
    public static IPAddress Metadata { get; } = IPAddress.Parse("169.254.169.254");

    /// <summary>A guest's gateway for IPv6: the source of router advertisements and of DHCPv6.</summary>
    public static IPAddress Gateway6 { get; } = IPAddress.Parse("fe80::1234:5678:9abc");

    /// <summary>The one link-layer neighbour that a guest ever sees: its gateway and everybody else.</summary>
    public const string NeighbourMac = "12:34:56:78:9a:bc";
}
