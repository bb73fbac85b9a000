using Lazuli.Engines.Disk.Fake;
using Lazuli.Engines.Image.Fake;
using Lazuli.Engines.Net;
using Lazuli.Engines.Net.Fake;
using Lazuli.Engines.Node;
using Lazuli.Engines.Vm.Fake;
using Lazuli.Node;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lazuli.Engines.Tests.Node;

/// <summary>Load balancers on the node: who is asked, what follows, and what is left after it died.</summary>
public sealed class BalancerNodeTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("lazuli-node-").FullName;
    private readonly BalancedNet _net = new(new FakeNetEngine(new NetOptions()));
    private HostNode _node;

    public BalancerNodeTests() => _node = NewNode();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _node.StartAsync(Token);

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Members_are_asked_and_what_they_answer_is_told_and_reported()
    {
        _net.Answers["10.0.0.4"] = ProbeAnswer.Well;
        await SendAsync(Items.Document(1, Items.Vnet(), Items.Nic(), Balancer("10.0.0.4", "10.0.0.5")));

        var first = await UntilAsync("lb", r => r is { Phase: ItemPhase.Applied, LoadBalancer.Members: [{ IsUp: true }, { IsUp: false, Reason: "Down_Probe_TcpProbeTimeout" }] });
        Assert.Equal([new("p", "10.0.0.4", true, "Up_Probe_Success"), new("p", "10.0.0.5", false, "Down_Probe_TcpProbeTimeout")], first.LoadBalancer?.Members);
        Assert.Contains("apply lb", _net.Told);
        Assert.Equal("health lb 10.0.0.4", _net.Told.Last(t => t.StartsWith("health", StringComparison.Ordinal)));

        // One failure is not enough; the second is.
        _net.Answers["10.0.0.4"] = ProbeAnswer.BadStatus;
        await UntilAsync("lb", r => r.LoadBalancer?.Members[0] is { IsUp: true, Reason: "Up_Probe_ApproachingUnhealthyThreshold" });
        await UntilAsync("lb", r => r.LoadBalancer?.Members[0] is { IsUp: false, Reason: "Down_Probe_HttpStatusCodeError" });
        Assert.Equal("health lb", _net.Told.Last(t => t.StartsWith("health", StringComparison.Ordinal)));

        _net.Answers["10.0.0.4"] = ProbeAnswer.Well;
        await UntilAsync("lb", r => r.LoadBalancer?.Members[0] is { IsUp: true });
    }

    [Fact]
    public async Task A_node_that_starts_again_knows_who_was_well_before_it_makes_anything()
    {
        _net.Answers["10.0.0.4"] = ProbeAnswer.Well;
        await SendAsync(Items.Document(1, Items.Vnet(), Items.Nic(), Balancer("10.0.0.4")));
        await UntilAsync("lb", r => r is { Phase: ItemPhase.Applied, LoadBalancer.Members: [{ IsUp: true }] });

        await _node.DisposeAsync();
        _net.Told.Clear();
        _net.Answers["10.0.0.4"] = ProbeAnswer.NoConnection;
        _node = NewNode();
        await _node.StartAsync(Token);

        await UntilAsync("lb", r => r is { Phase: ItemPhase.Applied, LoadBalancer.Members: [{ IsUp: false }] });
        Assert.Equal("health lb 10.0.0.4", _net.Told.First());
    }

    [Fact]
    public async Task Who_leaves_is_asked_no_more()
    {
        _net.Answers["10.0.0.4"] = ProbeAnswer.Well;
        await SendAsync(Items.Document(1, Items.Vnet(), Items.Nic(), Balancer("10.0.0.4")));
        await UntilAsync("lb", r => r is { LoadBalancer.Members: [{ IsUp: true }] });

        await SendAsync(Items.Change(2, [], "lb"));
        await GoneAsync("lb");
        Assert.Equal("apply ", _net.Told.Last(t => t.StartsWith("apply", StringComparison.Ordinal)));
        await SendAsync(Items.Change(3, [], "nic", "net"));
        await GoneAsync("net");
        Assert.DoesNotContain("ask 10.0.0.4", _net.Told.SkipWhile(t => t != "apply "));
    }

    [Fact]
    public async Task A_global_one_goes_by_the_health_of_regional_ones()
    {
        _net.Answers["10.0.0.4"] = ProbeAnswer.Well;
        var regional = Balancer("10.0.0.4") with { Frontends = [new("f", "198.18.0.4", true)] };
        await SendAsync(Items.Document(1, Items.Vnet(), Items.Nic(), regional, new LoadBalancerItem
        {
            Key = "global",
            Standard = true,
            Frontends = [new("f", "198.18.0.5", true)],
            Regional = ["lb"],
            Rules = [new() { Name = "r", Frontend = "f", Protocol = "tcp", FrontendPort = 80, BackendPort = 80, Members = [new("198.18.0.4")] }],
        }));

        await UntilAsync("global", r => r is { Phase: ItemPhase.Applied, LoadBalancer.Members: [{ IsUp: true, Address: "198.18.0.4" }] });
        Assert.Contains("global global", _net.Told);
        _net.Answers["10.0.0.4"] = ProbeAnswer.NoConnection;
        await UntilAsync("global", r => r is { LoadBalancer.Members: [{ IsUp: false, Reason: "Down_Probe_NoHealthyBackend" }] });

        await SendAsync(Items.Change(2, [], "global"));
        await GoneAsync("global");
        Assert.Equal("global", _net.Told.Last(t => t.StartsWith("global", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_without_anything_behind_it_is_true_at_once()
    {
        await SendAsync(Items.Document(1, new LoadBalancerItem { Key = "lb", Frontends = [new("f", "198.18.0.4", true)] }));
        await UntilAsync("lb", r => r.Phase == ItemPhase.Applied);
        await SendAsync(Items.Change(2, [], "lb"));
        await GoneAsync("lb");
    }

    private static LoadBalancerItem Balancer(params string[] members) => new()
    {
        Key = "lb",
        VnetKey = "net",
        Standard = true,
        Frontends = [new("f", "10.0.0.100", false)],
        Probes = [new() { Name = "p", Protocol = "tcp", Port = 80, IntervalSeconds = 1, DownAfter = 2 }],
        Rules = [new() { Name = "r", Frontend = "f", Protocol = "tcp", FrontendPort = 80, BackendPort = 80, Probe = "p", Members = [.. members.Select(m => new BalancerMember(m))] }],
    };

    private HostNode NewNode()
    {
        var vms = new FakeVmEngine(TimeProvider.System);
        return new(
            new() { StateDirectory = _directory, ImageDirectory = _directory },
            new NodeEngines(_net, vms, new FakeDiskEngine(vms.Uses), new FakeImageEngine()), null, TimeProvider.System, NullLoggerFactory.Instance);
    }

    private async Task SendAsync(NodeDocument document) => Assert.Equal(ApplyResult.Accepted, await _node.ApplyAsync(document, Token));

    private async Task<ItemReport> UntilAsync(string key, Func<ItemReport, bool> holds)
    {
        ItemReport? found = null;
        await _node.ReportAsync(reports => reports.TryGetValue(key, out found) && holds(found));
        return found ?? throw new InvalidOperationException();
    }

    private Task GoneAsync(string key) => _node.ReportAsync(reports => !reports.ContainsKey(key));
}
