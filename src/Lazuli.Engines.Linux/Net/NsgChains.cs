using System.Globalization;
using System.Text;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Linux.Net;

/// <summary>
/// One security group as two nft chains: <c>return</c> means that this group allows the connection (another may still have its
/// say), <c>drop</c> that it denies it. Azure's default rules are the end of each chain.
/// </summary>
internal sealed class NsgChains(AddressRanges virtualNetwork)
{
    private readonly AddressRanges _internet = virtualNetwork.Complement();
    private readonly AddressRanges _loadBalancer = AddressRanges.Of([WellKnown.Platform.ToString()]);

    public static string NameOf(string nsgKey, bool inbound) => MachineName.Of("nsg", nsgKey) + (inbound ? "_in" : "_out");

    public void Render(StringBuilder text, NsgItem nsg)
    {
        RenderChain(text, nsg, inbound: true, end: [Match(virtualNetwork, virtualNetwork), Match(_loadBalancer, AddressRanges.All)]);
        RenderChain(text, nsg, inbound: false, end: [Match(virtualNetwork, virtualNetwork), Match(AddressRanges.All, _internet)]);
    }

    private void RenderChain(StringBuilder text, NsgItem nsg, bool inbound, string[] end)
    {
        text.Append(CultureInfo.InvariantCulture, $"  chain {NameOf(nsg.Key, inbound)} {{\n");
        foreach (var rule in nsg.Rules.Where(r => r.Inbound == inbound).OrderBy(r => r.Priority))
        {
            var sources = Resolve(rule.Sources);
            var destinations = Resolve(rule.Destinations);
            if (!sources.IsEmpty && !destinations.IsEmpty)
            {
                text.Append(CultureInfo.InvariantCulture, $"    {Match(sources, destinations)}{Transport(rule)}{(rule.Allow ? "return" : "drop")} comment \"{rule.Priority}\"\n");
            }
        }

        foreach (var match in end)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {match}return\n");
        }

        text.Append("    drop\n  }\n");
    }

    private AddressRanges Resolve(IReadOnlyList<string> prefixes)
        => AddressRanges.Union(prefixes.SelectMany(p => p.ToLowerInvariant() switch
        {
            "*" => AddressRanges.All,
            "virtualnetwork" => virtualNetwork,
            "azureloadbalancer" => _loadBalancer,
            "internet" => _internet,
            _ => AddressRanges.Of([p]),
        } is var ranges ? ranges.Ranges : []));

    private static string Match(AddressRanges sources, AddressRanges destinations)
        => (sources.IsAll ? "" : $"ip saddr {sources} ") + (destinations.IsAll ? "" : $"ip daddr {destinations} ");

    /// <summary>Ports narrow TCP and UDP; a rule for any protocol that names ports speaks of those two alone.</summary>
    private static string Transport(NsgRule rule)
    {
        var ports = Ports("sport", rule.SourcePorts) + Ports("dport", rule.DestinationPorts);
        return rule.Protocol.ToLowerInvariant() switch
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

    private static string Ports(string field, IReadOnlyList<string> ports)
    {
        var ranges = PortRanges.Union(ports);
        return ranges is [(0, ushort.MaxValue)] ? "" : $"th {field} {{ {string.Join(", ", ranges.Select(r => r.First == r.Last ? $"{r.First}" : $"{r.First}-{r.Last}"))} }} ";
    }
}
