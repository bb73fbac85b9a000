using System.Net;
using System.Net.Sockets;
using System.Numerics;

namespace Lazuli.Engines.Net;

/// <summary>A set of IPv4 addresses as ordered, disjoint, non-adjacent ranges: the form that rules are evaluated and written in.</summary>
public sealed record AddressRanges(IReadOnlyList<(uint First, uint Last)> Ranges)
{
    public static AddressRanges All { get; } = new([(0, uint.MaxValue)]);

    public bool IsAll => Ranges is [(0, uint.MaxValue)];
    public bool IsEmpty => Ranges.Count == 0;

    public bool Contains(IPAddress address) => Ipv4.Number(address) is var n && Ranges.Any(r => r.First <= n && n <= r.Last);

    /// <summary>The fewest prefixes that are this set.</summary>
    public IEnumerable<string> Prefixes()
    {
        foreach (var (first, last) in Ranges)
        {
            for (ulong next = first; next <= last;)
            {
                var size = next == 0 ? 1UL << 32 : next & (~next + 1);
                while (next + size - 1 > last)
                {
                    size >>= 1;
                }

                yield return $"{Ipv4.Address((uint)next)}/{32 - BitOperations.Log2(size)}";
                next += size;
            }
        }
    }

    /// <summary>CIDRs and addresses; those of IPv6 add nothing.</summary>
    public static AddressRanges Of(IEnumerable<string> prefixes)
        => Union(from prefix in prefixes
                 let network = prefix.Contains('/', StringComparison.Ordinal) ? IPNetwork.Parse(prefix) : Single(IPAddress.Parse(prefix))
                 where network.BaseAddress.AddressFamily == AddressFamily.InterNetwork
                 select (Ipv4.First(network), Ipv4.Last(network)));

    public static AddressRanges Union(IEnumerable<(uint First, uint Last)> ranges)
    {
        var merged = new List<(uint First, uint Last)>();
        foreach (var range in ranges.Order())
        {
            if (merged is [.., var last] && (last.Last == uint.MaxValue || range.First <= last.Last + 1))
            {
                merged[^1] = (last.First, Math.Max(last.Last, range.Last));
            }
            else
            {
                merged.Add(range);
            }
        }

        return new AddressRanges(merged);
    }

    public AddressRanges Complement()
    {
        var gaps = new List<(uint First, uint Last)>();
        var next = 0UL;
        foreach (var (first, last) in Ranges)
        {
            if (first > next)
            {
                gaps.Add(((uint)next, first - 1));
            }

            next = last + 1UL;
        }

        if (next <= uint.MaxValue)
        {
            gaps.Add(((uint)next, uint.MaxValue));
        }

        return new AddressRanges(gaps);
    }

    /// <summary>An nft set: <c>{ 10.0.0.0-10.0.0.255, 10.1.0.4 }</c>.</summary>
    public override string ToString()
        => "{ " + string.Join(", ", Ranges.Select(r => r.First == r.Last ? $"{Ipv4.Address(r.First)}" : $"{Ipv4.Address(r.First)}-{Ipv4.Address(r.Last)}")) + " }";

    private static IPNetwork Single(IPAddress address) => new(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
}
