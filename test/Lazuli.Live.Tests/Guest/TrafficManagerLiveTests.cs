using System.Net;
using System.Net.Sockets;
using System.Text;
using Lazuli.Engines.Disk.Fake;
using Lazuli.Engines.Dns;
using Lazuli.Engines.Image.Fake;
using Lazuli.Engines.Linux.Dns;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;
using Lazuli.Engines.Net.Fake;
using Lazuli.Engines.Node;
using Lazuli.Engines.Tests.Net;
using Lazuli.Engines.Vm.Fake;
using Lazuli.Live.Tests.Net;
using Lazuli.Node;
using Microsoft.Extensions.Logging.Abstractions;
using static Lazuli.Engines.Tests.Net.Nets;

namespace Lazuli.Live.Tests.Guest;

/// <summary>Web pages behind public addresses, checked by packets, and what <c>dig</c> then says.</summary>
[Collection("machine's network")]
public sealed class TrafficManagerLiveTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_that_stops_answering_is_no_longer_in_the_answers()
    {
        await using var world = new LiveNetWorld();
        var (one, two) = (Nic("n", "10.0.0.4", "198.18.0.4", "g"), Nic("n", "10.0.0.5", "198.18.0.5", "g"));
        await world.ApplyAsync(Vnet("n", one, two).With(Nsg("g", Nets.Rule(100, true, source: "AzureTrafficManager", ports: "8080", protocol: "tcp"))));
        using var first = new Page(one);
        using var second = new Page(two);

        var directory = Directory.CreateTempSubdirectory("lazuli-tm-");
        var (options, vms) = (new NetOptions(), new FakeVmEngine(TimeProvider.System));
        await using var node = new HostNode(
            new() { StateDirectory = directory.FullName, ImageDirectory = directory.FullName },
            new NodeEngines(new FakeNetEngine(options), vms, new FakeDiskEngine(vms.Uses), new FakeImageEngine()) { Traffic = new TrafficProbe(options) },
            null, TimeProvider.System, NullLoggerFactory.Instance);
        await using var names = await NameServerHost.StartAsync(options, node.Names, NullLoggerFactory.Instance, Cancel);
        await node.StartAsync(Cancel);
        await node.ApplyAsync(
            new()
            {
                Generation = 1,
                Items =
                [
                    new DnsHostItem { Key = "p", Name = "web.eastus.cloudapp.azure.com", Address = "198.18.0.4" },
                    new TrafficItem
                    {
                        Key = "t",
                        Name = "t.trafficmanager.net",
                        Ttl = 1,
                        Routing = TrafficRouting.Priority,
                        Monitor = new() { Port = 8080, Path = "/health", IntervalSeconds = 1, TimeoutSeconds = 1, Tolerated = 1 },
                        Endpoints = [new() { Name = "a", Target = "web.eastus.cloudapp.azure.com", Priority = 1 }, new() { Name = "b", Target = "198.18.0.5", Priority = 2 }],
                    },
                ],
            },
            Cancel);

        await UntilAsync("Online Online");
        Assert.Equal("web.eastus.cloudapp.azure.com. 198.18.0.4", await DigAsync());
        Assert.StartsWith("GET /health HTTP/1.1\r\nHost: web.eastus.cloudapp.azure.com:8080\r\n", first.Heard, StringComparison.Ordinal);

        first.Answer = "HTTP/1.1 500 Internal Server Error";
        await UntilAsync("Degraded Online");
        Assert.Equal("198.18.0.5", await DigAsync());

        // Both down: both are as if they were well.
        second.Dispose();
        await UntilAsync("Degraded Degraded");
        Assert.Equal("web.eastus.cloudapp.azure.com. 198.18.0.4", await DigAsync());

        first.Answer = "HTTP/1.1 200 OK";
        await UntilAsync("Online Degraded");

        // The security group says no: that is a page that doesn't answer.
        await world.ApplyAsync(Vnet("n", one, two).With(Nsg("g")));
        await UntilAsync("Degraded Degraded");
        directory.Delete(recursive: true);

        async Task UntilAsync(string healths)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            patience.CancelAfter(TimeSpan.FromSeconds(30));
            await foreach (var report in node.WatchAsync(patience.Token))
            {
                if (report.Items.Any(i => i.Key == "t" && i.Traffic is { } status && string.Join(' ', status.Endpoints.OrderBy(e => e.Key).Select(e => e.Value)) == healths))
                {
                    return;
                }
            }
        }

        async Task<string> DigAsync() => string.Join(' ', (await HostProgram.RunAsync("dig", [$"@{options.NameServer}", "+short", "+tries=1", "t.trafficmanager.net"], cancellationToken: Cancel))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>A web page in a guest that answers everybody the same.</summary>
    private sealed class Page : IDisposable
    {
        private readonly Socket _socket;

        public Page(NicItem nic)
        {
            _socket = Sockets.Open(LiveNetWorld.GuestOf(nic.Key), "tcp");
            _socket.Bind(new IPEndPoint(IPAddress.Any, 8080));
            _socket.Listen();
            _ = ServeAsync();
        }

        public string Answer { get; set; } = "HTTP/1.1 200 OK";
        public string Heard { get; private set; } = "";

        public void Dispose() => _socket.Dispose();

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    using var caller = await _socket.AcceptAsync();
                    var buffer = new byte[4096];
                    Heard = Encoding.ASCII.GetString(buffer, 0, await caller.ReceiveAsync(buffer));
                    await caller.SendAsync(Encoding.ASCII.GetBytes(Answer + "\r\nContent-Length: 0\r\n\r\n"));
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Closed.
            }
        }
    }
}
