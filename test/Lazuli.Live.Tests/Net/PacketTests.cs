using System.Net;
using System.Net.Sockets;
using System.Text;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Linux.Net;
using Lazuli.Engines.Net;
using Lazuli.Engines.Tests.Net;
using static Lazuli.Engines.Tests.Net.Nets;

namespace Lazuli.Live.Tests.Net;

/// <summary>What only packets can prove.</summary>
[Collection("machine's network")]
public sealed class PacketTests
{
    private const string P1 = "198.18.0.4";

    [Fact]
    public async Task A_live_edit_takes_effect_at_once_and_leaves_established_connections_alone()
    {
        await using var world = new LiveNetWorld();
        var (a, b) = (Nic("n", "10.0.0.4", P1, nsg: "g"), Nic("n", "10.0.0.5"));
        var open = Vnet("n", a, b).With(Nsg("g", Rule(100, allow: true, ports: "7000", protocol: "tcp")));
        await world.ApplyAsync(open);
        using var server = NetNamespace.OpenSocket(LiveNetWorld.GuestOf(a.Key), AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.Any, 7000));
        server.Listen();
        using var outside = Sockets.Open(null, "tcp");
        using var inside = Sockets.Open(LiveNetWorld.GuestOf(b.Key), "tcp");
        await outside.ConnectAsync(IPEndPoint.Parse(P1 + ":7000"));
        using var outsideEnd = await server.AcceptAsync();
        await inside.ConnectAsync(IPEndPoint.Parse("10.0.0.4:7000"));
        using var insideEnd = await server.AcceptAsync();

        await world.ApplyAsync(open.With(Nsg("g", Rule(100, allow: false), Rule(100, allow: false, inbound: false))));

        Assert.Equal("still here", await TalkAsync(outside, outsideEnd, "still here"));
        Assert.Equal("and back", await TalkAsync(outsideEnd, outside, "and back"));
        Assert.Equal("within, too", await TalkAsync(inside, insideEnd, "within, too"));
        Assert.Null((await world.SendAsync(Outside(P1, 7001))).Receiver);
        Assert.Null((await world.SendAsync(Tcp(b, "10.0.0.4", 7001))).Receiver);

        await world.ApplyAsync(open.With(Nsg("g", Rule(100, allow: true, ports: "7001", protocol: "tcp"))));
        Assert.Equal(a.Key, (await world.SendAsync(Outside(P1, 7001))).Receiver);
        Assert.Equal("after all", await TalkAsync(outside, outsideEnd, "after all"));
    }

    [Fact]
    public async Task A_public_address_that_leaves_takes_its_connections_along()
    {
        await using var world = new LiveNetWorld();
        var (a, b) = (Nic("n", "10.0.0.4", P1), Nic("n", "10.0.0.5"));
        await world.ApplyAsync(Vnet("n", a, b));
        using var first = NetNamespace.OpenSocket(LiveNetWorld.GuestOf(a.Key), AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var second = NetNamespace.OpenSocket(LiveNetWorld.GuestOf(b.Key), AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var outside = Sockets.Open(null, "udp");
        first.Bind(new IPEndPoint(IPAddress.Any, 7000));
        second.Bind(new IPEndPoint(IPAddress.Any, 7000));
        await outside.ConnectAsync(IPEndPoint.Parse(P1 + ":7000"));
        Assert.Equal("one", await TalkAsync(outside, first, "one"));

        await world.ApplyAsync(Vnet("n", Nic("n", "10.0.0.4"), Nic("n", "10.0.0.5", P1)));
        await outside.SendAsync("lost"u8.ToArray());
        await Assert.ThrowsAsync<OperationCanceledException>(() => TalkAsync(null, first, ""));
    }

    [Fact]
    public async Task A_guest_reaches_neither_the_nodes_own_namespace_nor_the_edge()
    {
        await using var world = new LiveNetWorld();
        var a = Nic("n", "10.0.0.4", P1);
        await world.ApplyAsync(Vnet("n", a));
        var options = new NetOptions();
        using var node = Sockets.Open(null, "tcp");
        node.Bind(new IPEndPoint(IPAddress.Any, 7000));
        node.Listen();
        using var edge = Sockets.Open("lz-edge", "tcp");
        edge.Bind(new IPEndPoint(IPAddress.Any, 7000));
        edge.Listen();
        await LiveNetWorld.IpAsync("lz-edge", "addr add 198.18.255.250/32 dev lo\n");
        try
        {
            foreach (var target in new[] { options.Outside(0), IPAddress.Parse("198.18.255.250"), IPAddress.Parse("192.0.0.8") })
            {
                using var guest = Sockets.Open(LiveNetWorld.GuestOf(a.Key), "tcp");
                using var patience = new CancellationTokenSource(LiveNetWorld.Patience);
                var e = await Record.ExceptionAsync(async () => await guest.ConnectAsync(new IPEndPoint(target, 7000), patience.Token));
                Assert.True(e is OperationCanceledException or SocketException { SocketErrorCode: not SocketError.ConnectionRefused }, $"{target}: {e}");
            }
        }
        finally
        {
            await LiveNetWorld.IpAsync("lz-edge", "addr del 198.18.255.250/32 dev lo\n");
        }
    }

    [Fact]
    public async Task Edge_and_node_each_keep_guests_out_alone()
    {
        await using var world = new LiveNetWorld();
        var a = Nic("n", "10.0.0.4", P1);
        await world.ApplyAsync(Vnet("n", a));
        var target = new IPEndPoint(new NetOptions().Outside(0), 7000);
        using var node = Sockets.Open(null, "udp");
        node.Bind(target);
        using var self = Sockets.Open(null, "udp");

        // Past the edge's rules: from the edge itself.
        using var edge = Sockets.Open("lz-edge", "udp");
        edge.SetRawSocketOption(0, LiveNetWorld.Transparent, BitConverter.GetBytes(1));
        edge.Bind(IPEndPoint.Parse(P1 + ":7000"));
        await edge.SendToAsync("from the edge"u8.ToArray(), target);
        await self.SendToAsync("from here"u8.ToArray(), target);
        Assert.Equal("from here", await TalkAsync(null, node, ""));

        // Without the node's rules: the edge's are enough.
        using var guest = Sockets.Open(LiveNetWorld.GuestOf(a.Key), "udp");
        await HostProgram.RunAsync("nft", ["delete", "table", "inet", "lazuli"]);
        await guest.SendToAsync("from a guest"u8.ToArray(), target);
        await self.SendToAsync("from here"u8.ToArray(), target);
        Assert.Equal("from here", await TalkAsync(null, node, ""));

        // And without both it would have come: the road is there.
        await HostProgram.RunAsync("nft", ["delete", "table", "inet", "lazuli"], networkNamespace: "lz-edge");
        await guest.SendToAsync("from a guest"u8.ToArray(), target);
        Assert.Equal("from a guest", await TalkAsync(null, node, ""));
    }

    [Fact]
    public async Task Every_network_has_a_metadata_address_of_its_own()
    {
        await using var world = new LiveNetWorld();
        var (a, b) = (Nic("n", "10.0.0.4"), Nic("m", "10.0.0.4"));
        await world.ApplyAsync(Vnet("n", a));
        await world.ApplyAsync(Vnet("m", b));
        using var server = Sockets.Open(NicDevice.NamespaceOf("n"), "tcp");
        server.Bind(new IPEndPoint(WellKnown.Metadata, 80));
        server.Listen();

        using var own = Sockets.Open(LiveNetWorld.GuestOf(a.Key), "tcp");
        await own.ConnectAsync(new IPEndPoint(WellKnown.Metadata, 80));
        using var foreign = Sockets.Open(LiveNetWorld.GuestOf(b.Key), "tcp");
        var e = await Assert.ThrowsAsync<SocketException>(async () => await foreign.ConnectAsync(new IPEndPoint(WellKnown.Metadata, 80)));
        Assert.Equal(SocketError.ConnectionRefused, e.SocketErrorCode);
    }

    [Fact]
    public async Task A_tap_answers_a_guest_for_every_address_but_its_own_and_believes_only_what_is_the_nics()
    {
        Isolation.Require();
        // In a user namespace of its own only the mapped user may own a device.
        var (owner, shown) = File.ReadLines("/proc/self/uid_map").First().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[2] == "1" ? (0, "user root") : (1234, "user 1234");
        var engine = new LinuxNetEngine(new NetOptions { TapOwner = owner });
        var (a, b) = (Nic("n", "10.0.0.4"), Nic("n", "10.0.0.5"));
        await engine.ApplyAsync(Vnet("n", a, b), default);
        try
        {
            var details = await HostProgram.RunAsync("ip", ["-d", "link", "show", NicDevice.InterfaceOf(a.Key)], networkNamespace: NicDevice.NamespaceOf("n"));
            Assert.Contains("tun type tap", details, StringComparison.Ordinal);
            Assert.Contains("persist on", details, StringComparison.Ordinal);
            Assert.Contains(shown, details, StringComparison.Ordinal);
            Assert.Contains("mtu 1500", details, StringComparison.Ordinal);

            using var guest = await TapGuest.OpenAsync(a);
            foreach (var address in new[] { "10.0.0.1", "10.0.0.5", "10.0.0.77" })
            {
                guest.Ask(guest.Mac, "10.0.0.4", "10.0.0.4");
                guest.Ask(guest.Mac, "10.0.0.5", "10.0.0.1");
                guest.Ask([2, 2, 2, 2, 2, 2], "10.0.0.4", "10.0.0.1");
                guest.Ask(guest.Mac, "10.0.0.4", address);
                Assert.Equal((WellKnown.NeighbourMac, IPAddress.Parse(address)), await guest.HearAnswerAsync());
            }

            using var dhcp = Sockets.Open(NicDevice.NamespaceOf("n"), "udp");
            dhcp.Bind(new IPEndPoint(IPAddress.Any, 67));
            byte[] all = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
            guest.SendUdp([2, 2, 2, 2, 2, 2], "0.0.0.0", "255.255.255.255", 67, "wrong MAC", all);
            guest.SendUdp(guest.Mac, "0.0.0.0", "168.63.129.16", 53, "no address, no service");
            guest.SendUdp(guest.Mac, "0.0.0.0", "255.255.255.255", 67, "discover", all);
            Assert.Equal("discover", await TalkAsync(null, dhcp, ""));
            guest.SendUdp([2, 2, 2, 2, 2, 2], "10.0.0.4", "168.63.129.16", 67, "wrong MAC");
            guest.SendUdp(guest.Mac, "10.0.0.5", "168.63.129.16", 67, "wrong address");
            guest.SendUdp(guest.Mac, "10.0.0.4", "168.63.129.16", 67, "renew");
            Assert.Equal("renew", await TalkAsync(null, dhcp, ""));
        }
        finally
        {
            await engine.RemoveAsync("n", default);
        }
    }

    [Fact]
    public async Task Another_engine_adopts_what_it_finds_and_completes_what_was_cut()
    {
        await using var world = new LiveNetWorld();
        var (a, b) = (Nic("n", "10.0.0.4", P1), Nic("n", "10.0.0.5"));
        var state = Vnet("n", a, b);
        await world.ApplyAsync(state);
        using var server = Sockets.Open(LiveNetWorld.GuestOf(a.Key), "tcp");
        server.Bind(new IPEndPoint(IPAddress.Any, 7000));
        server.Listen();
        using var client = Sockets.Open(null, "tcp");
        await client.ConnectAsync(IPEndPoint.Parse(P1 + ":7000"));
        using var end = await server.AcceptAsync();

        await new LinuxNetEngine(new NetOptions()).ApplyAsync(state, default);
        Assert.Equal("same", await TalkAsync(client, end, "same"));

        // As if cut: rules are gone, routes half gone, the wire is down, a stranger's device is there.
        var netns = NicDevice.NamespaceOf("n");
        await HostProgram.RunAsync("nft", ["delete", "table", "inet", "lazuli"], networkNamespace: netns);
        await LiveNetWorld.IpAsync(netns, $"route del 10.0.0.4/32 dev {NicDevice.InterfaceOf(a.Key)}\nlink set edge down\ntuntap add dev lztstranger mode tap\n");
        await LiveNetWorld.IpAsync("lz-edge", $"route del {P1}/32\n");
        await new LinuxNetEngine(new NetOptions()).ApplyAsync(state, default);

        Assert.Equal(a.Key, (await world.SendAsync(Outside(P1, 80))).Receiver);
        Assert.Equal(a.Key, (await world.SendAsync(Tcp(b, "10.0.0.4", 80))).Receiver);
        Assert.Equal(2, Assert.Single(await world.Engine.ListAsync(default)).Devices.Count);
    }

    [Fact]
    public async Task Cut_anywhere_and_taken_up_again_it_ends_the_same()
    {
        await using var world = new LiveNetWorld();
        var (a, b) = (Nic("n", "10.0.0.4", P1, nsg: "g"), Nic("n", "10.0.0.5"));
        var whole = Vnet("n", a, b).With(Nsg("g", Rule(100, allow: true, ports: "80")));
        await world.ApplyAsync(whole);
        var random = new Random(7);
        for (var i = 0; i < 60; i++)
        {
            var extra = Enumerable.Range(10, random.Next(20)).Select(n => Nic("n", $"10.0.1.{n}", $"198.18.1.{n}"));
            using var cut = new CancellationTokenSource();
            var (engine, step) = (new LinuxNetEngine(new NetOptions()), i % 4);
            var work = step switch
            {
                0 => engine.ApplyAsync(Vnet("other", [.. Enumerable.Range(4, 6).Select(n => Nic("other", $"10.0.0.{n}", $"198.18.2.{n}"))]), cut.Token),
                1 => engine.RemoveAsync("other", cut.Token),
                _ => engine.ApplyAsync(whole with { Nics = [a, b, .. extra] }, cut.Token),
            };
            cut.CancelAfter(TimeSpan.FromMilliseconds(random.Next(60)));
            await Record.ExceptionAsync(() => work);
            Assert.True(work.IsCompletedSuccessfully || work.IsCanceled, $"{work.Exception}");
        }

        var last = new LinuxNetEngine(new NetOptions());
        await last.SweepAsync(() => new HashSet<string> { "n" }, default);
        await last.ApplyAsync(whole, default);
        Assert.Equal(2, Assert.Single(await last.ListAsync(default)).Devices.Count);
        Assert.Equal(["n"], KernelView.Read("lz-edge").Devices.Keys.Where(d => d.StartsWith("lzv", StringComparison.Ordinal)).Select(d => d == NicDevice.NamespaceOf("n") ? "n" : d));
        Assert.Equal(a.Key, (await world.SendAsync(Outside(P1, 80))).Receiver);
        Assert.Null((await world.SendAsync(Outside(P1, 81))).Receiver);
        Assert.Equal(b.Key, (await world.SendAsync(Tcp(a, "10.0.0.5", 81))).Receiver);
    }

    [Fact]
    public async Task A_half_made_namespace_is_made_anew()
    {
        Isolation.Require();
        var engine = new LinuxNetEngine(new NetOptions());
        await File.WriteAllBytesAsync(NetNamespace.PathOf(NicDevice.NamespaceOf("n")), []);
        Assert.Empty(Assert.Single(await engine.ListAsync(default)).Devices);
        await engine.ApplyAsync(Vnet("n", Nic("n", "10.0.0.4")), default);
        Assert.Single(Assert.Single(await engine.ListAsync(default)).Devices);
        await engine.RemoveAsync("n", default);
        Assert.Empty(await engine.ListAsync(default));
        Assert.DoesNotContain(KernelView.Read("lz-edge").Devices.Keys, d => d.StartsWith("lzv", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_host_joins_reaches_public_addresses_and_is_not_reached()
    {
        await using var world = new LiveNetWorld();
        var options = new NetOptions();
        var a = Nic("n", "10.0.0.4", P1);
        await world.ApplyAsync(Vnet("n", a));
        await NetNamespace.EnsureAsync("host", default);
        using var process = HostProgram.Start(new("sleep", ["1000"]), "host");
        try
        {
            await OutsideLink.AttachAsync(options, Environment.ProcessId, process.Id, default);
            await OutsideLink.AttachAsync(options, Environment.ProcessId, process.Id, default);
            using var server = Sockets.Open(LiveNetWorld.GuestOf(a.Key), "tcp");
            server.Bind(new IPEndPoint(IPAddress.Any, 7000));
            server.Listen();
            using var host = Sockets.Open("host", "tcp");
            await host.ConnectAsync(IPEndPoint.Parse(P1 + ":7000"));
            using var end = await server.AcceptAsync();
            Assert.Equal(options.Outside(1), (end.RemoteEndPoint as IPEndPoint)?.Address);
            Assert.Equal("hello", await TalkAsync(host, end, "hello"));

            using var service = Sockets.Open("host", "tcp");
            service.Bind(new IPEndPoint(IPAddress.Any, 7000));
            service.Listen();
            using var guest = Sockets.Open(LiveNetWorld.GuestOf(a.Key), "tcp");
            using var patience = new CancellationTokenSource(LiveNetWorld.Patience);
            var e = await Record.ExceptionAsync(async () => await guest.ConnectAsync(new IPEndPoint(options.Outside(1), 7000), patience.Token));
            Assert.True(e is OperationCanceledException or SocketException { SocketErrorCode: not SocketError.ConnectionRefused }, $"{e}");

            await OutsideLink.DetachAsync(options, process.Id, default);
            Assert.Equal(["lo"], KernelView.Read("host").Devices.Keys.Where(d => d.StartsWith("lo", StringComparison.Ordinal) || d.StartsWith("lz", StringComparison.Ordinal)));
            Assert.Empty(await HostProgram.RunAsync("ip", ["route"], networkNamespace: "host"));
        }
        finally
        {
            process.Kill();
            await NetNamespace.RemoveAsync("host", default);
        }
    }

    /// <summary>What one end hears after the other has spoken.</summary>
    private static async Task<string> TalkAsync(Socket? from, Socket to, string text)
    {
        using var patience = new CancellationTokenSource(LiveNetWorld.Patience);
        if (from is not null)
        {
            await from.SendAsync(Encoding.ASCII.GetBytes(text), patience.Token);
        }

        var buffer = new byte[100];
        return Encoding.ASCII.GetString(buffer, 0, await to.ReceiveAsync(buffer, patience.Token));
    }
}
