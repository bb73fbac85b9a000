using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Lazuli.Engines;
using Lazuli.Engines.Disk.Fake;
using Lazuli.Engines.Image.Fake;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Linux.Net;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Lazuli.Engines.Tests.Net;
using Lazuli.Engines.Vm.Fake;
using Lazuli.Node;
using Microsoft.Extensions.Logging.Abstractions;
using static Lazuli.Engines.Tests.Net.Nets;

namespace Lazuli.Live.Tests.Net;

/// <summary>Packet captures, probes in a NIC's name and flow logs of a node, with real packets between guests that are namespaces.</summary>
[Collection("machine's network")]
public sealed class WatchingTests : IAsyncLifetime
{
    private const string Net = "/subscriptions/s/resourcegroups/r/providers/microsoft.network/virtualnetworks/n";
    private const string Group = "/subscriptions/s/resourcegroups/r/providers/microsoft.network/networksecuritygroups/g";
    private static readonly NicItem A = Nic(Net, "10.0.0.4");
    private static readonly NicItem B = Nic(Net, "10.0.0.5", nsg: Group);
    private readonly LiveNode _node = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Isolation.Require();
        await _node.StartAsync();
        await _node.SendAsync([Vnet(Net).Vnet, Nsg(Group, Rule(100, true, "7000", "tcp"), Rule(200, false, "7001", "tcp"))]);
        await LiveNode.UntilAsync(() => Task.FromResult(File.Exists(NetNamespace.PathOf(NicDevice.NamespaceOf(Net))) && Connected()));
        foreach (var nic in new[] { A, B })
        {
            await LiveNetWorld.MakeGuestAsync(nic);
        }

        await _node.SendAsync([A, B]);
        await LiveNode.UntilAsync(() => Task.FromResult(KernelView.Read(NicDevice.NamespaceOf(Net)).Routes.Count(r => r.Device.StartsWith("lzt", StringComparison.Ordinal)) == 2));

        static bool Connected() => KernelView.Read(NicDevice.NamespaceOf(Net)).Devices.ContainsKey("edge");
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();

        foreach (var nic in new[] { A, B })
        {
            await NetNamespace.RemoveAsync(LiveNetWorld.GuestOf(nic.Key), default);
        }
    }

    [Fact]
    public async Task A_capture_holds_what_its_filters_take_survives_the_node_and_obeys_its_limits()
    {
        using var wanted = Service.Open(B, 7000);
        using var other = Service.Open(B, 22);
        var capture = new PacketCaptureItem { Key = "c", VmKey = "vm", TotalBytes = 1 << 20, TimeLimit = 600, Filters = [new() { Protocol = "TCP", LocalPorts = "7000", RemoteAddresses = "10.0.0.4" }] };
        var shortest = new PacketCaptureItem { Key = "short", VmKey = "vm", TotalBytes = 24 + (3 * (16 + 54)), BytesPerPacket = 54, TimeLimit = 600, Filters = [new() { Protocol = "TCP" }] };
        var brief = new PacketCaptureItem { Key = "brief", VmKey = "vm", TotalBytes = 1 << 20, TimeLimit = 1 };
        await _node.SendAsync([Machine("vm", B), capture, shortest, brief]);
        await LiveNode.UntilAsync(async () => (await StateAsync("c"), await StateAsync("short")) == (CaptureState.Running, CaptureState.Running));

        await TalkAsync(7000);
        await LiveNode.UntilAsync(async () => (await FramesAsync("c")).Count >= 6);
        var first = await FramesAsync("c");
        Assert.All(first, f => Assert.Contains(7000, PortsOf(f)));
        Assert.InRange(first.Count, 6, 40);
        var lines = await HostProgram.RunAsync("tcpdump", ["-nnt", "-r", Assert.Single(Directory.GetFiles(Path.Combine(_node.Directory, "captures"), MachineName.Of("cap", "c") + ".pcap"))], cancellationToken: Token);
        Assert.InRange(lines.Split('\n').Count(l => l.Contains("10.0.0.5.7000", StringComparison.Ordinal)), first.Count, 40);

        await LiveNode.UntilAsync(async () => (await StatusAsync("short"))?.StopReason == "SizeExceeded" && (await StatusAsync("brief"))?.StopReason == "TimeExceeded");
        Assert.Equal([54, 54, 54], (await FramesAsync("short")).Select(f => f.Length));

        // The node dies and comes back: the same file goes on.
        await _node.Node.DisposeAsync();
        await _node.StartAsync();
        await LiveNode.UntilAsync(async () => await StateAsync("c") == CaptureState.Running);
        await TalkAsync(7000);
        await LiveNode.UntilAsync(async () => (await FramesAsync("c")).Count >= first.Count + 6);
        Assert.Equal(first, (await FramesAsync("c")).Take(first.Count));

        await _node.SendAsync([capture with { Stopped = true }]);
        await LiveNode.UntilAsync(async () => (await StatusAsync("c"))?.StopReason == "Manual");
        var stopped = await FramesAsync("c");
        await TalkAsync(7000);
        Assert.Equal(stopped.Count, (await FramesAsync("c")).Count);

        await _node.SendAsync([], "c", "short", "brief");
        await LiveNode.UntilAsync(() => Task.FromResult(!Directory.EnumerateFiles(Path.Combine(_node.Directory, "captures")).Any()));
        Assert.Null(await _node.Node.Packets.OpenCaptureAsync("c", Token));
    }

    [Fact]
    public async Task Packets_in_a_nics_name_meet_what_its_own_meet()
    {
        using var service = Service.Open(B, 7000);
        var open = await ProbeAsync(7000);
        Assert.Equal((4, 4, false), (open.Sent, open.Milliseconds.Count, open.Refused));
        Assert.All(open.Milliseconds, m => Assert.InRange(m, 0.001, 1000));
        Assert.Equal((0, false), Of(await ProbeAsync(7001)));
        Assert.Equal((0, true), Of(await ProbeAsync(22)));
        Assert.Equal((4, false), Of(await ProbeAsync(0)));
        Assert.True((await ProbeAsync(80, "203.0.113.7")).Unreachable);

        // What the guest itself has open goes on, and nothing of the probes stays.
        await TalkAsync(7000);
        Assert.DoesNotContain(KernelView.Read(NicDevice.NamespaceOf(Net)).Devices.Keys, d => d.StartsWith("lz-probe", StringComparison.Ordinal));
        Assert.Null(await _node.Node.Packets.ProbeAsync(Request(7000) with { NicKey = "nobody" }, Token));

        static (int, bool) Of(PathProbe probe) => (probe.Milliseconds.Count, probe.Refused);
    }

    [Fact]
    public async Task Flow_logs_tell_of_every_flow_with_its_rule_and_what_went_through()
    {
        const string log = "/subscriptions/s/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NetworkWatcher_eastus/flowLogs/";
        var old = new FlowLogItem { Key = "one", TargetKey = Group, ResourceId = log + "one", TargetId = Group, Guid = Guid.NewGuid(), Enabled = true, Version = 2, Account = "logs" };
        var whole = old with { Key = "two", TargetKey = Net, TargetId = Net, ResourceId = log + "two" };
        using var service = Service.Open(B, 7000);
        await _node.SendAsync([old, whole]);
        await LiveNode.UntilAsync(async () => (await HostProgram.RunAsync("nft", ["list", "ruleset"], networkNamespace: NicDevice.NamespaceOf(Net), cancellationToken: Token)).Contains("group 7", StringComparison.Ordinal));
        await Task.WhenAll(TalkAsync(7000), Assert.ThrowsAnyAsync<Exception>(() => TalkAsync(7001)));

        var folder = $"insights-logs-networksecuritygroupflowevent/resourceId=/{Group[1..].ToUpperInvariant()}";
        await LiveNode.UntilAsync(() => Task.FromResult(Tuples(folder, B).Any(t => t.Tuple.Contains(",E,", StringComparison.Ordinal)) && Tuples(folder, B).Any(t => t.Rule == "UserRule_r200")));
        var allowed = Tuples(folder, B).Where(t => t.Rule == "UserRule_r100").Select(t => t.Tuple.Split(',')).ToList();
        Assert.Equal(["10.0.0.4", "10.0.0.5"], allowed[0][1..3]);
        Assert.Equal(["7000", "T", "I", "A", "B", "", "", "", ""], allowed[0][4..]);
        Assert.Equal("E", allowed[^1][8]);
        var (packets, bytes, back) = (allowed[1..].Sum(t => Number(t[9])), allowed[1..].Sum(t => Number(t[10])), allowed[1..].Sum(t => Number(t[12])));
        Assert.InRange(packets, 4, 20);
        Assert.InRange(bytes, 10_000, 13_000);
        Assert.InRange(back, 10_000, 13_000);
        Assert.All(Tuples(folder, B).Where(t => t.Rule == "UserRule_r200"), t => Assert.EndsWith(",7001,T,I,D,B,,,,", t.Tuple, StringComparison.Ordinal));

        // The network's log has the NIC without a group, too.
        const string container = "insights-logs-flowlogflowevent/flowLogResourceID=/S_NETWORKWATCHERRG/NETWORKWATCHER_EASTUS_TWO";
        await LiveNode.UntilAsync(() => Task.FromResult(Tuples(container, A).Any(t => t.Tuple.Split(',')[7] == "E")));
        Assert.Contains(Tuples(container, A), t => t.Tuple.Contains(",7000,6,O,B,NX,", StringComparison.Ordinal));
        Assert.Contains(Tuples(container, B), t => t.Rule == "UserRule_r200" && t.Tuple.Contains(",7001,6,I,D,NX,", StringComparison.Ordinal));

        // Turned off, nothing is watched any more.
        await _node.SendAsync([old with { Enabled = false }], "two");
        await LiveNode.UntilAsync(async () => !(await HostProgram.RunAsync("nft", ["list", "ruleset"], networkNamespace: NicDevice.NamespaceOf(Net), cancellationToken: Token)).Contains("group 7", StringComparison.Ordinal));
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>A guest's connection to the other: 10,000 bytes there and back.</summary>
    private static async Task TalkAsync(int port)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(LiveNetWorld.Patience);
        using var socket = Sockets.Open(LiveNetWorld.GuestOf(A.Key), "tcp");
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse("10.0.0.5"), port), patience.Token);
        await socket.SendAsync(new byte[10_000], patience.Token);
        socket.Shutdown(SocketShutdown.Send);
        var buffer = new byte[4096];
        var got = 0;
        for (int read; (read = await socket.ReceiveAsync(buffer, patience.Token)) > 0;)
        {
            got += read;
        }

        Assert.InRange(got, 10_000, 11_000);
    }

    private static ProbeRequest Request(int port, string to = "10.0.0.5")
        => new() { VnetKey = Net, NicKey = A.Key, MacAddress = A.MacAddress, Source = "10.0.0.4", Destination = to, Port = port, PatienceMilliseconds = 400 };

    private async Task<PathProbe> ProbeAsync(int port, string to = "10.0.0.5") => await _node.Node.Packets.ProbeAsync(Request(port, to), Token) ?? throw new InvalidOperationException();

    private List<(string Rule, string Tuple)> Tuples(string folder, NicItem nic)
    {
        var root = Path.Combine(_node.Directory, "flowlogs", "logs", folder);
        var tuples = new List<(string, string)>();
        foreach (var file in Directory.Exists(root) ? Directory.GetFiles(root, "PT1H.json", SearchOption.AllDirectories) : [])
        {
            if (!file.Contains("macAddress=" + nic.MacAddress.Replace("-", "", StringComparison.Ordinal), StringComparison.Ordinal))
            {
                continue;
            }

            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (var record in json.RootElement.GetProperty("records").EnumerateArray())
            {
                var rules = record.TryGetProperty("properties", out var old)
                    ? old.GetProperty("flows").EnumerateArray().Select(f => (f.GetProperty("rule"), f.GetProperty("flows")[0].GetProperty("flowTuples")))
                    : record.GetProperty("flowRecords").GetProperty("flows").EnumerateArray().SelectMany(f => f.GetProperty("flowGroups").EnumerateArray()).Select(g => (g.GetProperty("rule"), g.GetProperty("flowTuples")));
                tuples.AddRange(from rule in rules from tuple in rule.Item2.EnumerateArray() select (rule.Item1.GetString() ?? "", tuple.GetString() ?? ""));
            }
        }

        return tuples;
    }

    /// <summary>The frames of a capture, read without the code that wrote them.</summary>
    private async Task<List<byte[]>> FramesAsync(string key)
    {
        await using var stream = await _node.Node.Packets.OpenCaptureAsync(key, Token) ?? throw new InvalidOperationException();
        using var memory = new MemoryStream();
        await stream.CopyToAsync(memory, Token);
        var file = memory.ToArray();
        Assert.Equal(0xa1b2c3d4, BinaryPrimitives.ReadUInt32LittleEndian(file));
        var frames = new List<byte[]>();
        for (var at = 24; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 8));
            frames.Add(file[(at + 16)..(at + 16 + length)]);
            at += 16 + length;
        }

        return frames;
    }

    private static int[] PortsOf(byte[] frame) => [BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(34)), BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(36))];

    private async Task<CaptureState?> StateAsync(string key) => (await StatusAsync(key))?.State;

    private async Task<PacketCaptureStatus?> StatusAsync(string key)
    {
        await foreach (var report in _node.Node.WatchAsync(Token))
        {
            return report.Items.FirstOrDefault(i => i.Key == key)?.Capture;
        }

        return null;
    }

    private static VmItem Machine(string key, NicItem nic) => new()
    {
        Key = key,
        VmId = Guid.NewGuid(),
        Name = key,
        Cpus = 1,
        MemoryMiB = 128,
        Power = VmPower.Deallocated,
        OsDisk = new() { DiskKey = "disk" },
        NicKeys = [nic.Key],
        Metadata = new() { ResourceId = key, Location = "eastus", SubscriptionId = "s", ResourceGroupName = "r", VmSize = "Standard_B1s" },
    };
}
