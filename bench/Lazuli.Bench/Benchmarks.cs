namespace Lazuli.Bench;

/// <summary>All benchmarks by name, in the order in which they run.</summary>
public static class Benchmarks
{
    public static IReadOnlyDictionary<string, Func<Lab, CancellationToken, Task<BenchResult>>> All { get; } = new OrderedDictionary<string, Func<Lab, CancellationToken, Task<BenchResult>>>
    {
        ["arm-get"] = Requests.GetAsync,
        ["arm-put"] = Puts.RunAsync,
        ["arm-list"] = Requests.ListAsync,
        ["graph-query"] = GraphQueries.RunAsync,
        ["template-parse"] = Templates.ParseAsync,
        ["template-800"] = Templates.ManyAsync,
        ["what-if-800"] = Templates.WhatIfAsync,
        ["template-chain"] = Templates.ChainAsync,
        ["nsg-1000"] = Networks.ThousandRulesAsync,
        ["rule-latency"] = Networks.RuleLatencyAsync,
        ["vnet-1000-nics"] = Networks.ThousandNicsAsync,
        ["vnet-100"] = Networks.HundredNetworksAsync,
        ["public-http"] = PublicHttp.RunAsync,
        ["lb-throughput"] = Balancing.ThroughputAsync,
        ["lb-connections"] = Balancing.ConnectionsAsync,
        ["dns-qps"] = NameServers.RunAsync,
        ["start"] = Processes.StartAsync,
        ["idle-memory"] = Processes.IdleMemoryAsync,
        ["vm-micro-cold"] = Machines.MicroAsync,
        ["vm-debian-cold"] = Machines.DebianAsync,
        ["vm-overhead"] = Machines.OverheadAsync,
    };
}
