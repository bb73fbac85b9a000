using System.Globalization;
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

    public static void Render(StringBuilder text, SecurityModel model, NsgItem nsg, string? variant, bool logged)
    {
        foreach (var inbound in new[] { true, false })
        {
            text.Append(CultureInfo.InvariantCulture, $"  chain {NameOf(nsg.Key, variant, inbound)} {{\n");
            foreach (var rule in model.Rules(nsg, variant, inbound))
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"    {Match(rule)}{Transport(rule)}{(logged ? LinuxFlowWatching.Log(nsg.Key, (rule.IsDefault ? "DefaultRule_" : "UserRule_") + rule.Name, inbound, rule.Allow) : "")}{(rule.Allow ? "return" : "drop")}{(rule.IsDefault ? "" : $" comment \"{rule.Priority}\"")}\n");
            }

            text.Append("  }\n");
        }
    }

    private static string Match(EffectiveRule rule)
        => (rule.Sources.IsAll ? "" : $"ip saddr {rule.Sources} ") + (rule.Destinations.IsAll ? "" : $"ip daddr {rule.Destinations} ");

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
