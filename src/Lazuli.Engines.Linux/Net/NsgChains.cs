using System.Globalization;
using System.Net;
using System.Text;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Linux.Net;

/// <summary>
/// One security group as two nft chains: <c>return</c> means that this group allows the connection (another may still have its
/// say), <c>drop</c> that it denies it. Azure's default rules are the end of each chain. Where a route table changes what the tags mean
/// (<see cref="SecurityModel.VariantOf"/>), its NICs have chains of their own.
/// </summary>
internal static class NsgChains
{
    public static string NameOf(string nsgKey, string? variant, bool inbound)
        => MachineName.Of("nsg", variant is null ? nsgKey : $"{nsgKey}\n{variant}") + (inbound ? "_in" : "_out");

    /// <summary>Writes both chains of a group.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="model">What the group's rules mean.</param>
    /// <param name="nsg">The group.</param>
    /// <param name="variant">The route table that changes what they mean, or null.</param>
    /// <param name="logged">Whether flow logs want to know what is decided.</param>
    /// <param name="ipv6">Without it, rules are written for IPv4 alone: no other packet comes.</param>
    public static void Render(StringBuilder text, SecurityModel model, NsgItem nsg, string? variant, bool logged, bool ipv6)
    {
        foreach (var inbound in new[] { true, false })
        {
            text.Append(CultureInfo.InvariantCulture, $"  chain {NameOf(nsg.Key, variant, inbound)} {{\n");
            foreach (var rule in model.Rules(nsg, variant, inbound))
            {
                foreach (var match in Matches(rule, ipv6))
                {
                    text.Append(CultureInfo.InvariantCulture,
                        $"    {match}{Transport(rule)}{(logged ? LinuxFlowWatching.Log(nsg.Key, (rule.IsDefault ? "DefaultRule_" : "UserRule_") + rule.Name, inbound, rule.Allow) : "")}{(rule.Allow ? "return" : "drop")}{(rule.IsDefault ? "" : $" comment \"{rule.Priority}\"")}\n");
                }
            }

            text.Append("  }\n");
        }
    }

    /// <summary>What matches a set of addresses: at most one for each family, nothing at all for an empty set.</summary>
    public static IEnumerable<string> Addresses(string field, AddressRanges ranges)
    {
        if (!ranges.V4.IsEmpty)
        {
            yield return Ipv4Match(field, ranges);
        }

        if (!ranges.V6.IsEmpty)
        {
            yield return Ipv6Match(field, ranges);
        }
    }

    private static IEnumerable<string> Matches(EffectiveRule rule, bool ipv6)
    {
        var (from, to) = (rule.Sources, rule.Destinations);
        if (from.IsAll && to.IsAll)
        {
            yield return "";
            yield break;
        }

        if (!from.V4.IsEmpty && !to.V4.IsEmpty)
        {
            yield return from.V4.IsAll && to.V4.IsAll ? "meta nfproto ipv4 " : Ipv4Match("saddr", from) + Ipv4Match("daddr", to);
        }

        if (ipv6 && !from.V6.IsEmpty && !to.V6.IsEmpty)
        {
            yield return from.V6.IsAll && to.V6.IsAll ? "meta nfproto ipv6 " : Ipv6Match("saddr", from) + Ipv6Match("daddr", to);
        }
    }

    private static string Ipv4Match(string field, AddressRanges ranges) => ranges.V4.IsAll ? "" : $"ip {field} {Elements(ranges.V4.List, Ipv4.Address)} ";

    private static string Ipv6Match(string field, AddressRanges ranges) => ranges.V6.IsAll ? "" : $"ip6 {field} {Elements(ranges.V6.List, Ipv6.Address)} ";

    private static string Elements<T>(IReadOnlyList<(T First, T Last)> ranges, Func<T, IPAddress> address)
        where T : IEquatable<T>
        => "{ " + string.Join(", ", ranges.Select(r => r.First.Equals(r.Last) ? $"{address(r.First)}" : $"{address(r.First)}-{address(r.Last)}")) + " }";

    /// <summary>Ports narrow TCP and UDP; a rule for any protocol that names ports speaks of those two alone.</summary>
    private static string Transport(EffectiveRule rule)
    {
        var ports = Ports("sport", rule.SourcePorts) + Ports("dport", rule.DestinationPorts);
        return rule.Protocol switch
        {
            "*" => ports.Length == 0 ? "" : "meta l4proto { tcp, udp } " + ports,
            "tcp" => "meta l4proto tcp " + ports,
            "udp" => "meta l4proto udp " + ports,
            "icmp" => "meta l4proto icmp ",
            "esp" => "meta l4proto esp ",
            "ah" => "meta l4proto ah ",
            _ => throw new ArgumentException($"Unknown protocol '{rule.Protocol}'."),
        };
    }

    private static string Ports(string field, IReadOnlyList<(ushort First, ushort Last)> ranges)
        => PortRanges.IsEvery(ranges) ? "" : $"th {field} {{ {string.Join(", ", ranges.Select(r => r.First == r.Last ? $"{r.First}" : $"{r.First}-{r.Last}"))} }} ";
}
