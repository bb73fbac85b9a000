using System.Net;
using System.Net.Sockets;
using System.Text;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Linux.Net;
using Lazuli.Engines.Net;
using Lazuli.Engines.Tests.Net;
using static Lazuli.Engines.Tests.Net.Nets;

namespace Lazuli.Live.Tests.Net;

/// <summary>What one guest can't do to another, bare frames and floods included.</summary>
[Collection("machine's network")]
public sealed class TenantTests
{
    [Fact]
    public async Task Spoofed_frames_rogue_servers_and_router_advertisements_reach_nobody()
    {
        Isolation.Require();
        var owner = File.ReadLines("/proc/self/uid_map").First().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[2] == "1" ? 0 : 1234;
        var engine = new LinuxNetEngine(new NetOptions { TapOwner = owner });
        var (a, b, far) = (Nic("n", "10.0.0.4", forwarding: true), Nic("n", "10.0.0.5"), Nic("m", "10.0.0.5"));
        await engine.ApplyAsync(Vnet("n", a, b), default);
        await engine.ApplyAsync(Vnet("m", far), default);
        try
        {
            using var bad = await TapGuest.OpenAsync(a);
            using var good = await TapGuest.OpenAsync(b);
            using var other = await TapGuest.OpenAsync(far);
            await good.HearAnswersAsync();
            await other.HearAnswersAsync();
            var all = Enumerable.Repeat((byte)0xff, 6).ToArray();

            // ARP: for the gateway, for the victim, unasked, and straight into the victim's face.
            foreach (var to in new[] { all, good.Mac })
            {
                bad.Send([.. to, .. bad.Mac, 8, 6, 0, 1, 8, 0, 6, 4, 0, 2, .. bad.Mac, 10, 0, 0, 1, .. good.Mac, 10, 0, 0, 5]);
                bad.Send([.. to, .. bad.Mac, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1, .. bad.Mac, 10, 0, 0, 5, 0, 0, 0, 0, 0, 0, 10, 0, 0, 5]);

                // A DHCP server that is none, and datagrams in the victim's, the gateway's and the platform's name.
                bad.SendUdp(bad.Mac, "10.0.0.4", "255.255.255.255", 68, "offer", to);
                bad.SendUdp(bad.Mac, "10.0.0.1", "255.255.255.255", 68, "offer", to);
                bad.SendUdp(bad.Mac, "168.63.129.16", "10.0.0.5", 68, "offer", to);
                bad.SendUdp(good.Mac, "10.0.0.4", "10.0.0.5", 99, "not my MAC", to);
                bad.SendUdp(bad.Mac, "127.0.0.1", "10.0.0.5", 99, "loopback", to);
                bad.SendUdp(bad.Mac, "224.0.0.1", "10.0.0.5", 99, "multicast", to);
            }

            // A router advertisement (ICMPv6 134), a bridge's hello (802.1D), and IPv6 and VLAN frames to the victim.
            byte[] advertisement = [0x60, 0, 0, 0, 0, 16, 58, 255, 0xfe, 0x80, .. new byte[13], 1, 0xff, 2, .. new byte[13], 1, 134, 0, 0, 0, 64, 0, 7, 8, .. new byte[8]];
            bad.Send([0x33, 0x33, 0, 0, 0, 1, .. bad.Mac, 0x86, 0xdd, .. advertisement]);
            bad.Send([.. good.Mac, .. bad.Mac, 0x86, 0xdd, .. advertisement]);
            bad.Send([1, 0x80, 0xc2, 0, 0, 0, .. bad.Mac, 0, 38, 0x42, 0x42, 3, .. new byte[35]]);
            bad.Send([.. good.Mac, .. bad.Mac, 0x81, 0, 0, 1, 8, 0, .. new byte[40]]);

            bad.SendUdp(bad.Mac, "10.0.0.4", "10.0.0.5", 99, "the end");
            Assert.Equal(["the end"], await good.HearUntilAsync("the end"));
            other.Ask(other.Mac, "10.0.0.5", "10.0.0.77");
            Assert.Equal(IPAddress.Parse("10.0.0.77"), (await other.HearAnswerAsync()).Address);

            // Nobody believed a word: the victim's neighbour is who it was.
            var view = KernelView.Read(NicDevice.NamespaceOf("n"));
            Assert.Equal(NicDevice.Of(b).MacAddress, view.Neighbours[new(NicDevice.InterfaceOf(b.Key), Ipv4.Number(IPAddress.Parse("10.0.0.5")))]);
            Assert.Equal(2, view.Neighbours.Count);
        }
        finally
        {
            await engine.RemoveAsync("n", default);
            await engine.RemoveAsync("m", default);
        }
    }

    [Fact]
    public async Task Spoofed_sources_and_advertisements_of_IPv6_reach_nobody()
    {
        Isolation.Require();
        var owner = File.ReadLines("/proc/self/uid_map").First().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[2] == "1" ? 0 : 1234;
        var engine = new LinuxNetEngine(new NetOptions { TapOwner = owner });
        var (a, b) = (Nic("n", "10.0.0.4").And("fd00:1:0:a::4"), Nic("n", "10.0.0.5").And("fd00:1:0:a::5"));
        await engine.ApplyAsync(Dual("n", a, b), default);
        try
        {
            using var bad = await TapGuest.OpenAsync(a);
            using var good = await TapGuest.OpenAsync(b);
            await good.HearAnswersAsync();
            const string link = "fe80::20d:3aff:fe00:4";
            var gateway = WellKnown.Gateway6.ToString();
            byte[] own = [2, 1, .. bad.Mac];

            // Neighbour advertisements (136) for the victim and the gateway, a router's (134), a redirect (137), a solicitation (135) in the victim's name: on the link, to the victim, to all.
            foreach (var to in new[] { "ff02::1", gateway, "fd00:1:0:a::5" })
            {
                foreach (var from in new[] { link, "fd00:1:0:a::4", "fd00:1:0:a::5", gateway, "::" })
                {
                    bad.SendIcmp6(from, to, [136, 0, 0, 0, 0xe0, 0, 0, 0, .. IPAddress.Parse("fd00:1:0:a::5").GetAddressBytes(), .. own]);
                    bad.SendIcmp6(from, to, [136, 0, 0, 0, 0xe0, 0, 0, 0, .. WellKnown.Gateway6.GetAddressBytes(), .. own]);
                    bad.SendIcmp6(from, to, [134, 0, 0, 0, 64, 0, 7, 8, .. new byte[8]]);
                    bad.SendIcmp6(from, to, [137, 0, 0, 0, 0, 0, 0, 0, .. IPAddress.Parse(link).GetAddressBytes(), .. IPAddress.Parse("fd00:1:0:a::5").GetAddressBytes()]);
                    bad.SendIcmp6(from, "ff02::1:ff00:5", [135, 0, 0, 0, 0, 0, 0, 0, .. IPAddress.Parse("fd00:1:0:a::5").GetAddressBytes(), 1, 1, .. bad.Mac]);
                }
            }

            // Datagrams in the victim's, the gateway's and nobody's name, and a DHCPv6 server that is none.
            foreach (var from in new[] { "fd00:1:0:a::5", "fd00:1:0:a::77", gateway, "::1", "ff02::1", "2001:2::4" })
            {
                bad.SendUdp6(from, "fd00:1:0:a::5", 99, "spoofed");
            }

            bad.SendUdp6(link, "fd00:1:0:a::5", 546, "reply");
            bad.SendUdp6(link, "ff02::1", 546, "reply");
            bad.SendUdp6("fd00:1:0:a::4", "ff02::1", 546, "reply");

            bad.SendUdp6("fd00:1:0:a::4", "fd00:1:0:a::5", 99, "mine");
            bad.SendUdp(bad.Mac, "10.0.0.4", "10.0.0.5", 99, "the end");
            var heard = await good.HearUntilAsync("the end");
            Assert.Equal(Convert.ToHexString("mine"u8), heard[^2][^8..]);

            // What comes from the guest's own address to the victim's is a packet like others: by a hop it has lost what news of the link must have (RFC 4861 7.1).
            Assert.Equal(4, heard.Count - 2);
            Assert.All(heard.Take(4), frame => Assert.StartsWith("FE" + Convert.ToHexString(IPAddress.Parse("fd00:1:0:a::4").GetAddressBytes()), frame[42..], StringComparison.Ordinal));

            // Nobody believed a word.
            var neighbours = await HostProgram.RunAsync("ip", ["-6", "neigh", "show", "nud", "permanent"], networkNamespace: NicDevice.NamespaceOf("n"), cancellationToken: TestContext.Current.CancellationToken);
            Assert.Contains($"fd00:1:0:a::5 dev {NicDevice.InterfaceOf(b.Key)} lladdr {NicDevice.Of(b).MacAddress}", neighbours, StringComparison.Ordinal);
            Assert.Contains($"fd00:1:0:a::4 dev {NicDevice.InterfaceOf(a.Key)} lladdr {NicDevice.Of(a).MacAddress}", neighbours, StringComparison.Ordinal);
        }
        finally
        {
            await engine.RemoveAsync("n", default);
        }
    }

    [Fact]
    public async Task A_guest_asks_for_its_gateway_and_is_answered()
    {
        Isolation.Require();
        var owner = File.ReadLines("/proc/self/uid_map").First().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[2] == "1" ? 0 : 1234;
        var engine = new LinuxNetEngine(new NetOptions { TapOwner = owner });
        var a = Nic("n", "10.0.0.4").And("fd00:1:0:a::4");
        await engine.ApplyAsync(Dual("n", a), default);
        try
        {
            using var guest = await TapGuest.OpenAsync(a);
            guest.SendIcmp6("fd00:1:0:a::4", "ff02::1:ff78:9abc", [135, 0, 0, 0, 0, 0, 0, 0, .. WellKnown.Gateway6.GetAddressBytes(), 1, 1, .. guest.Mac]);
            var answer = await guest.HearIcmp6Async(136);
            Assert.Equal(WellKnown.Gateway6.GetAddressBytes(), answer[62..78]);
            Assert.Equal(WellKnown.NeighbourMac, string.Join(':', answer[80..86].Select(x => x.ToString("x2", null))));
        }
        finally
        {
            await engine.RemoveAsync("n", default);
        }
    }

    [Fact]
    public async Task A_flood_from_one_guest_leaves_the_platform_to_the_others()
    {
        await using var world = new LiveNetWorld();
        var (a, b) = (Nic("n", "10.0.0.4"), Nic("n", "10.0.0.5"));
        await world.ApplyAsync(Vnet("n", a, b));
        using var server = Sockets.Open(NicDevice.NamespaceOf("n"), "udp");
        server.Bind(new IPEndPoint(WellKnown.Platform, 53));
        var heard = new Dictionary<string, int> { ["10.0.0.4"] = 0, ["10.0.0.5"] = 0 };
        var answering = Task.Run(() =>
        {
            var buffer = new byte[100];
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            try
            {
                while (true)
                {
                    server.ReceiveFrom(buffer, ref from);
                    heard[((IPEndPoint)from).Address.ToString()]++;
                }
            }
            catch (SocketException)
            {
                // The end.
            }
        });
        using var flooder = Sockets.Open(LiveNetWorld.GuestOf(a.Key), "udp");
        using var asker = Sockets.Open(LiveNetWorld.GuestOf(b.Key), "udp");
        await flooder.ConnectAsync(new IPEndPoint(WellKnown.Platform, 53));
        await asker.ConnectAsync(new IPEndPoint(WellKnown.Platform, 53));
        var started = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < 40; i++)
        {
            for (var n = 0; n < 2_000; n++)
            {
                flooder.Send("flood"u8);
            }

            asker.Send(Encoding.ASCII.GetBytes($"question {i}"));
        }

        var seconds = started.Elapsed.TotalSeconds;
        flooder.Dispose();
        using var patience = new CancellationTokenSource(LiveNetWorld.Patience);
        while (heard["10.0.0.5"] < 40 && !patience.IsCancellationRequested)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        server.Dispose();
        await answering;
        Assert.Equal(40, heard["10.0.0.5"]);
        Assert.InRange(heard["10.0.0.4"], 500, 2_000 + (int)(seconds * 1_500));
    }
}
