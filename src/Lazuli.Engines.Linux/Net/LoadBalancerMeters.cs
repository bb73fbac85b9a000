using System.Globalization;
using System.Text;
using System.Text.Json;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Linux.Net;

/// <summary>
/// Counters of each rule, by the marks of connections. They have a table of their own, which is only added to, so that no change of rules sets them back; it goes
/// when the network has no load balancer left.
/// </summary>
internal static class LoadBalancerMeters
{
    private const string Table = "inet lazuli_meters";

    /// <summary>Lines for <c>nft -f</c>.</summary>
    public static string Render(IReadOnlyList<LoadBalancerItem> balancers)
    {
        var text = new StringBuilder($"add table {Table}\n");
        if (balancers.Count == 0)
        {
            return text.Append(CultureInfo.InvariantCulture, $"delete table {Table}\n").ToString();
        }

        foreach (var map in new[] { "in", "out", "syn" })
        {
            text.Append(CultureInfo.InvariantCulture, $"add map {Table} {map} {{ type mark : counter; }}\n");
        }

        foreach (var (name, mark) in Of(balancers).Select(r => (r.Name, r.Mark)).Distinct())
        {
            foreach (var map in new[] { "in", "out", "syn" })
            {
                text.Append(CultureInfo.InvariantCulture, $"add counter {Table} {map}_{name}\nadd element {Table} {map} {{ {mark} : \"{map}_{name}\" }}\n");
            }
        }

        text.Append(CultureInfo.InvariantCulture, $$"""
            add chain {{Table}} count { type filter hook postrouting priority 200; policy accept; }
            flush chain {{Table}} count
            add rule {{Table}} count ct mark & {{BalancerMarks.Balanced}} == 0 accept
            add rule {{Table}} count ct direction reply counter name ct mark map @out accept
            add rule {{Table}} count counter name ct mark map @in
            add rule {{Table}} count tcp flags & (syn | ack) == syn counter name ct mark map @syn

            """);
        return text.ToString();
    }

    public static async Task<IReadOnlyList<BalancerCounters>> ReadAsync(string networkNamespace, IReadOnlyList<LoadBalancerItem> balancers, CancellationToken cancellationToken)
    {
        if (balancers.Count == 0)
        {
            return [];
        }

        var counters = new Dictionary<string, (long Packets, long Bytes)>(StringComparer.Ordinal);
        using var document = JsonDocument.Parse(await HostProgram.RunAsync("nft", ["-j", "list", "counters", "table", "inet", "lazuli_meters"], null, networkNamespace, cancellationToken: cancellationToken));
        foreach (var element in document.RootElement.GetProperty("nftables").EnumerateArray())
        {
            if (element.TryGetProperty("counter", out var counter) && counter.GetProperty("name").GetString() is { } name)
            {
                counters[name] = (counter.GetProperty("packets").GetInt64(), counter.GetProperty("bytes").GetInt64());
            }
        }

        var flows = Conntrack.List(networkNamespace, BalancerMarks.Balanced).GroupBy(f => f.Mark).ToDictionary(g => g.Key, g => g.Count());
        return
        [
            .. from rule in Of(balancers).DistinctBy(r => r.Name)
               let received = counters.GetValueOrDefault("in_" + rule.Name)
               let sent = counters.GetValueOrDefault("out_" + rule.Name)
               select new BalancerCounters
               {
                   BalancerKey = rule.Balancer.Key,
                   Rule = rule.Rule,
                   BytesIn = received.Bytes,
                   PacketsIn = received.Packets,
                   BytesOut = sent.Bytes,
                   PacketsOut = sent.Packets,
                   Syns = counters.GetValueOrDefault("syn_" + rule.Name).Packets,
                   Flows = flows.GetValueOrDefault(rule.Mark),
               },
        ];
    }

    private static IEnumerable<(LoadBalancerItem Balancer, string Rule, string Name, uint Mark)> Of(IReadOnlyList<LoadBalancerItem> balancers)
        => from balancer in balancers
           from rule in balancer.Rules.Select(r => (r.Name, Kind: 'r', Flag: r.FloatingIp ? BalancerMarks.Floating : 0))
               .Concat(balancer.NatRules.Select(r => (r.Name, Kind: 'n', Flag: 0u)))
               .Concat(balancer.Snat.Select(r => (r.Name, Kind: 'o', Flag: 0u)))
           select (balancer, rule.Name, BalancerMarks.NameOf(balancer, rule.Name, rule.Kind), BalancerMarks.Of(balancer, rule.Name, rule.Kind) | rule.Flag);
}
