using Lazuli.Engines.Net;

namespace Lazuli.Engines.Linux.Net;

/// <summary>What rulesets call one family of addresses.</summary>
/// <param name="Ip">In expressions.</param>
/// <param name="Type">The type of an address.</param>
/// <param name="Suffix">At the end of names of sets and maps, which are of one family.</param>
/// <param name="IsIpv6">Which one it is.</param>
internal sealed record NftFamily(string Ip, string Type, string Suffix, bool IsIpv6)
{
    public static IReadOnlyList<NftFamily> All { get; } = [new("ip", "ipv4_addr", "", false), new("ip6", "ipv6_addr", "6", true)];

    public static NftFamily Of(string address) => All[Ipv6.Is(address) ? 1 : 0];

    public bool Has(string address) => Ipv6.Is(address) == IsIpv6;

    /// <summary>An address with a port, or a range of them.</summary>
    public string At(string address, string ports) => ports.Length == 0 ? address : IsIpv6 ? $"[{address}]:{ports}" : $"{address}:{ports}";
}
