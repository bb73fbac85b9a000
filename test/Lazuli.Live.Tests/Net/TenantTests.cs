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
