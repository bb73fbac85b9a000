namespace Lazuli.Engines.Dns;

/// <summary>Names and numbers that Azure's DNS has everywhere.</summary>
public static class DnsNames
{
    /// <summary>Below it are Traffic Manager's profiles.</summary>
    public const string TrafficSuffix = "trafficmanager.net";

    /// <summary>Seconds that the name of a public address, or its absence, may be kept.</summary>
    public const uint HostTtl = 10;

    /// <summary>The servers of every public zone.</summary>
    public static IReadOnlyList<string> Servers { get; } = ["ns1-01.azure-dns.com", "ns2-01.azure-dns.net", "ns3-01.azure-dns.org", "ns4-01.azure-dns.info"];

    /// <summary>What makes an absence cacheable where there is no zone with a SOA of its own.</summary>
    public static DnsRecord Authority(string zone) => new(zone, DnsType.Soa, HostTtl, DnsData.Soa(Servers[0], "azuredns-hostmaster.microsoft.com", 1, 900, 300, 604800, HostTtl));
}
