using Lazuli.Engines.Net;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.PublicIPAddresses;
using Lazuli.Providers.Network.PublicIPPrefixes;
using Lazuli.Providers.Network.VirtualNetworks;

namespace Lazuli.Providers.Network;

/// <summary>Who has which part of the public pool: addresses, prefixes, and the networks' shared addresses for default outbound access. Callers hold <see cref="Lock"/>.</summary>
public sealed class PublicPool(NetworkOptions options)
{
    /// <summary>Whoever takes from the pool writes under this lock.</summary>
    public const string Lock = "lazuli/public-addresses";

    /// <summary>The lowest free address of a prefix, or of the pool outside of all prefixes.</summary>
    public string? Free(IResourceView view, string? prefix)
    {
        var taken = Taken(view);
        if (prefix is not null)
        {
            return AddressesOf(Cidr.Parse(prefix)).Select(Cidr.Text).FirstOrDefault(a => !taken.Contains(a));
        }

        var blocks = Blocks(view);
        for (var number = Ipv4.First(options.Net.PublicPool) + 4; number < Ipv4.First(options.Net.Reserved); number++)
        {
            if (!blocks.Exists(b => b.Contains(number)) && Cidr.Text(number) is { } text && !taken.Contains(text))
            {
                return text;
            }
        }

        return null;
    }

    /// <summary>The highest free aligned block, so that blocks and single addresses grow towards each other.</summary>
    internal Cidr? FreeBlock(IResourceView view, int length)
    {
        var (taken, blocks) = (Taken(view).Select(a => Cidr.TryAddress(a, out var number) ? number : 0).ToArray(), Blocks(view));
        var (lowest, size) = (Ipv4.First(options.Net.PublicPool) + 4, 1u << (32 - length));
        for (var first = (Ipv4.First(options.Net.Reserved) & ~(size - 1)) - size; first >= lowest; first -= size)
        {
            var block = new Cidr(first, length);
            if (!blocks.Exists(block.Overlaps) && !Array.Exists(taken, block.Contains))
            {
                return block;
            }
        }

        return null;
    }

    /// <summary>As <see cref="Free"/>, of IPv6.</summary>
    public string? Free6(IResourceView view, string? prefix)
    {
        var taken = Taken(view);
        var (first, end) = prefix is not null ? (Cidr6.Parse(prefix).First, Cidr6.Parse(prefix).Last + 1) : (Ipv6.First(options.Net.PublicPool6) + 4, Ipv6.First(options.Net.Reserved6));
        var blocks = prefix is null ? Blocks6(view) : [];
        for (var number = first; number < end; number++)
        {
            if (!blocks.Exists(b => b.Contains(number)) && Cidr6.Text(number) is { } text && !taken.Contains(text))
            {
                return text;
            }
        }

        return null;
    }

    /// <summary>As <see cref="FreeBlock"/>, of IPv6.</summary>
    internal Cidr6? FreeBlock6(IResourceView view, int length)
    {
        var (taken, blocks) = (Taken(view).Select(a => Cidr6.TryAddress(a, out var number) ? number : UInt128.Zero).ToArray(), Blocks6(view));
        var (lowest, size) = (Ipv6.First(options.Net.PublicPool6) + 4, UInt128.One << (128 - length));
        for (var first = (Ipv6.First(options.Net.Reserved6) & ~(size - 1)) - size; first >= lowest; first -= size)
        {
            var block = new Cidr6(first, length);
            if (!blocks.Exists(block.Overlaps) && !Array.Exists(taken, block.Contains))
            {
                return block;
            }
        }

        return null;
    }

    internal static IEnumerable<uint> AddressesOf(Cidr prefix)
    {
        for (var offset = 0L; offset < prefix.Size; offset++)
        {
            yield return (uint)(prefix.First + offset);
        }
    }

    private static List<Cidr> Blocks(IResourceView view) => [.. Cidr.Among(Prefixes(view))];

    private static List<Cidr6> Blocks6(IResourceView view) => [.. Cidr6.Among(Prefixes(view))];

    private static IEnumerable<string> Prefixes(IResourceView view)
        => view.List<PublicIPPrefixProperties>(PublicIPPrefixType.TypeName, ResourceId.Tenant).Select(p => p.Properties.IpPrefix).OfType<string>();

    private static HashSet<string> Taken(IResourceView view)
        => view.List<PublicIPAddressProperties>(PublicIPAddressType.TypeName, ResourceId.Tenant).Select(a => a.Properties.Allocated)
            .Concat(view.List<VirtualNetworkProperties>(VirtualNetworkType.TypeName, ResourceId.Tenant).Select(v => v.Properties.OutboundAddress))
            .OfType<string>().ToHashSet(StringComparer.Ordinal);
}
