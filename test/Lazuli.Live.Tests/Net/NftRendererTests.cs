using Lazuli.Engines.Linux.Net;
using Lazuli.Engines.Net;
using Lazuli.Engines.Tests.Net;
using static Lazuli.Engines.Tests.Net.Nets;

namespace Lazuli.Live.Tests.Net;

/// <summary>The ruleset as text; needs no root.</summary>
public sealed class NftRendererTests
{
    [Fact]
    public void The_number_of_rules_does_not_grow_with_the_number_of_nics()
    {
        int Lines(int nics) => NftRenderer.Render(Vnet("n",
            [.. Enumerable.Range(4, nics).Select(i => Nic("n", $"10.0.0.{i}", $"198.18.0.{i}", nsg: "g"))]).With(Nsg("g", Rule(100, true)))).Split('\n').Length;

        Assert.Equal(Lines(2), Lines(200));
    }

    [Fact]
    public void Names_of_rules_and_keys_never_reach_the_ruleset()
    {
        var text = NftRenderer.Render(Vnet("n", Nic("n", "10.0.0.4", nsg: "evil\"} flush ruleset"))
            .With(Nsg("evil\"} flush ruleset", Rule(100, true) with { Name = "evil\"} flush ruleset" })));

        Assert.DoesNotContain("evil", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_becomes_one_line_of_its_groups_chain()
    {
        var text = NftRenderer.Render(Vnet("n", Nic("n", "10.0.0.4", nsg: "g")).With(Nsg("g",
            Rule(200, allow: false, ports: "80-90", protocol: "tcp", source: "Internet", destination: "10.0.0.4"),
            Rule(100, allow: true, ports: "22") with { Sources = ["10.0.0.0/25", "10.0.0.128/25", "fd00::/8"], SourcePorts = ["1-5", "6-10", "*"] })));

        Assert.Contains($$"""
              chain {{MachineChain("g")}}_in {
                ip saddr { 10.0.0.0-10.0.0.255 } meta l4proto { tcp, udp } th dport { 22 } return comment "100"
                ip saddr { 0.0.0.0-9.255.255.255, 10.1.0.0-168.63.129.15, 168.63.129.17-255.255.255.255 } ip daddr { 10.0.0.4 } meta l4proto tcp th dport { 80-90 } drop comment "200"
                ip saddr { 10.0.0.0-10.0.255.255, 168.63.129.16 } ip daddr { 10.0.0.0-10.0.255.255, 168.63.129.16 } return
                ip saddr { 168.63.129.16 } return
                drop
              }
            """, text, StringComparison.Ordinal);
    }

    private static string MachineChain(string key) => Engines.MachineName.Of("nsg", key);
}
