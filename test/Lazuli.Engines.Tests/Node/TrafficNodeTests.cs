using System.Collections.Concurrent;
using System.Net;
using Lazuli.Engines.Disk.Fake;
using Lazuli.Engines.Dns;
using Lazuli.Engines.Image.Fake;
using Lazuli.Engines.Net;
using Lazuli.Engines.Net.Fake;
using Lazuli.Engines.Node;
using Lazuli.Engines.Vm.Fake;
using Lazuli.Node;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lazuli.Engines.Tests.Node;

/// <summary>Traffic Manager's endpoints on the node: who is checked, what follows, and what is left after it died.</summary>
public sealed class TrafficNodeTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("lazuli-node-").FullName;
    private readonly Checks _checks = new();
    private HostNode _node;

    public TrafficNodeTests() => _node = NewNode();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _node.StartAsync(Token);

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Who_fails_more_often_than_is_tolerated_gets_nobody_until_it_is_well_again()
    {
        _checks.Well["198.18.0.4"] = _checks.Well["198.18.0.5"] = true;
        await SendAsync(Items.Document(1, new DnsHostItem { Key = "pip", Name = "web.eastus.cloudapp.azure.com", Address = "198.18.0.4" }, Profile()));
        await UntilAsync(EndpointHealth.Online, EndpointHealth.Online, EndpointHealth.Unmonitored);
        Assert.Equal(["198.18.0.4 web.eastus.cloudapp.azure.com", "198.18.0.5 198.18.0.5"], _checks.Asked.Distinct().Order());
        Assert.Equal("198.18.0.4", Ask());

        var before = _checks.Asked.Count(a => a.StartsWith("198.18.0.4", StringComparison.Ordinal));
        _checks.Well["198.18.0.4"] = false;
        await UntilAsync(EndpointHealth.Degraded, EndpointHealth.Online, EndpointHealth.Unmonitored);
        Assert.InRange(_checks.Asked.Count(a => a.StartsWith("198.18.0.4", StringComparison.Ordinal)) - before, 2, 10);
        Assert.Equal("198.18.0.5", Ask());

        // What was found out outlives the node.
        await _node.DisposeAsync();
        _node = NewNode();
        await _node.StartAsync(Token);
        await UntilAsync(EndpointHealth.Degraded, EndpointHealth.Online, EndpointHealth.Unmonitored);
        Assert.Equal("198.18.0.5", Ask());

        _checks.Well["198.18.0.4"] = true;
        await UntilAsync(EndpointHealth.Online, EndpointHealth.Online, EndpointHealth.Unmonitored);
        Assert.Equal("198.18.0.4", Ask());

        // A name without an address fails, too; an address anew is asked.
        await SendAsync(Items.Change(2, [new DnsHostItem { Key = "pip", Name = "web.eastus.cloudapp.azure.com" }]));
        await UntilAsync(EndpointHealth.Degraded, EndpointHealth.Online, EndpointHealth.Unmonitored);

        await SendAsync(Items.Change(3, [], "tm"));
        await _node.ReportAsync(reports => !reports.ContainsKey("tm"));
        Assert.DoesNotContain("tm", await File.ReadAllTextAsync(Path.Combine(_directory, "traffic.json"), Token), StringComparison.Ordinal);
    }

    private static TrafficItem Profile() => new()
    {
        Key = "tm",
        Name = "t.trafficmanager.net",
        Ttl = 1,
        Routing = TrafficRouting.Priority,
        Monitor = new() { IntervalSeconds = 1, Tolerated = 1 },
        Endpoints =
        [
            new() { Name = "a", Target = "web.eastus.cloudapp.azure.com", Priority = 1 },
            new() { Name = "b", Target = "198.18.0.5", Priority = 2 },
            new() { Name = "c", Target = "www.example.org", Priority = 3 },
            new() { Name = "d", Target = "198.18.0.6", Priority = 4, AlwaysServe = true },
        ],
    };

    private HostNode NewNode()
    {
        var vms = new FakeVmEngine(TimeProvider.System);
        return new(
            new() { StateDirectory = _directory, ImageDirectory = _directory },
            new NodeEngines(new FakeNetEngine(new NetOptions()), vms, new FakeDiskEngine(vms.Uses), new FakeImageEngine()) { Traffic = _checks },
            null, TimeProvider.System, NullLoggerFactory.Instance);
    }

    private string Ask() => new IPAddress((_node.Names.World.Answer(new("t.trafficmanager.net", DnsType.A)) ?? throw new InvalidOperationException()).Answers[^1].Data).ToString();

    private async Task SendAsync(NodeDocument document) => Assert.Equal(ApplyResult.Accepted, await _node.ApplyAsync(document, Token));

    private Task UntilAsync(params EndpointHealth[] healths)
        => _node.ReportAsync(reports => reports.GetValueOrDefault("tm") is { Phase: ItemPhase.Applied, Traffic.Endpoints: { } found } && found.OrderBy(e => e.Key).Select(e => e.Value).SequenceEqual(healths));

    /// <summary>Endpoints that are well as a test says; notes whom it asks.</summary>
    private sealed class Checks : ITrafficProbe
    {
        public ConcurrentDictionary<string, bool> Well { get; } = new();
        public ConcurrentQueue<string> Asked { get; } = new();

        public bool Reaches(IPAddress address) => new NetOptions().PublicPool.Contains(address);

        public Task<bool> IsWellAsync(IPAddress address, string host, TrafficMonitor monitor, IReadOnlyList<TrafficHeader> headers, CancellationToken cancellationToken)
        {
            Asked.Enqueue($"{address} {host}");
            return Task.FromResult(Well.GetValueOrDefault(address.ToString()));
        }
    }
}
