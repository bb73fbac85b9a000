using System.Net;
using System.Net.Sockets;

namespace Lazuli.Engines.Net;

/// <summary>A set of addresses of both families: the form that rules are evaluated and written in.</summary>
public sealed record AddressRanges(NumberRanges<uint> V4, NumberRanges<UInt128> V6)
{
    public static AddressRanges All { get; } = new(NumberRanges<uint>.All, NumberRanges<UInt128>.All);

    public bool IsAll => V4.IsAll && V6.IsAll;

    public bool IsEmpty => V4.IsEmpty && V6.IsEmpty;

    public bool Contains(IPAddress address)
        => address.AddressFamily == AddressFamily.InterNetwork ? V4.Contains(Ipv4.Number(address)) : V6.Contains(Ipv6.Number(address));

    public bool Contains(IPNetwork network) => network.BaseAddress.AddressFamily == AddressFamily.InterNetwork
        ? V4.Contains(Ipv4.First(network), Ipv4.Last(network))
        : V6.Contains(Ipv6.First(network), Ipv6.Last(network));

    /// <summary>The fewest prefixes that are this set.</summary>
    public IEnumerable<string> Prefixes()
        => V4.Blocks().Select(b => $"{Ipv4.Address(b.First)}/{32 - b.FreeBits}").Concat(V6.Blocks().Select(b => $"{Ipv6.Address(b.First)}/{128 - b.FreeBits}"));

    /// <summary>CIDRs and addresses.</summary>
    public static AddressRanges Of(IEnumerable<string> prefixes)
    {
        var networks = prefixes.Select(p => p.Contains('/', StringComparison.Ordinal) ? IPNetwork.Parse(p) : Single(IPAddress.Parse(p)))
            .ToLookup(n => n.BaseAddress.AddressFamily == AddressFamily.InterNetwork);
        return new(
            NumberRanges<uint>.Union(networks[true].Select(n => (Ipv4.First(n), Ipv4.Last(n)))),
            NumberRanges<UInt128>.Union(networks[false].Select(n => (Ipv6.First(n), Ipv6.Last(n)))));
    }

    public static AddressRanges Union(IEnumerable<AddressRanges> sets)
    {
        var all = sets.ToArray();
        return new(NumberRanges<uint>.Union(all.SelectMany(s => s.V4.List)), NumberRanges<UInt128>.Union(all.SelectMany(s => s.V6.List)));
    }

    public AddressRanges Complement() => new(V4.Complement(), V6.Complement());

    private static IPNetwork Single(IPAddress address) => new(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
}
