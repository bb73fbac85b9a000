using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Lazuli.Engines.Dns;
using Lazuli.Guest;
using Lazuli.Guest.Dns;

namespace Lazuli.Engines.Tests.Guest;

public class DnsTests
{
    private static readonly VnetView View = new(GuestSamples.Vnet());
    private static readonly DnsHostItem Web = new() { Key = "/p", Name = "web.westeurope.cloudapp.azure.com", Address = "203.0.113.7" };
    private static readonly DnsWorld World = WorldOf(Web);

    [Theory]
    [InlineData("web1.abc123.internal.cloudapp.net", 1, "127.0.1.4")]
    [InlineData("WEB1.abc123.Internal.cloudapp.net", 1, "127.0.1.4")]
    [InlineData("web1.abc123.internal.cloudapp.net", 28, "fd00::4")]
    [InlineData("web1.abc123.internal.cloudapp.net", 255, "127.0.1.4,fd00::4")]
    [InlineData("web.westeurope.cloudapp.azure.com", 1, "203.0.113.7")]
    [InlineData("4.1.0.127.in-addr.arpa", 12, "web1.abc123.internal.cloudapp.net")]
    [InlineData("5.1.0.127.in-addr.arpa", 12, "web2.abc123.internal.cloudapp.net")]
    [InlineData("4.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa", 12, "web1.abc123.internal.cloudapp.net")]
    public void A_name_has_its_addresses(string name, ushort type, string expected)
    {
        var reply = Reply.Read(Answer(Query(name, type)));
        Assert.Equal((0, expected), (reply.Code, string.Join(',', reply.Answers)));
    }

    [Theory]
    [InlineData("web2.abc123.internal.cloudapp.net", 28, 0)]
    [InlineData("web1.abc123.internal.cloudapp.net", 15, 0)]
    [InlineData("abc123.internal.cloudapp.net", 1, 0)]
    [InlineData("nobody.abc123.internal.cloudapp.net", 1, 3)]
    [InlineData("a.web1.abc123.internal.cloudapp.net", 1, 3)]
    [InlineData("77.1.0.127.in-addr.arpa", 12, 3)]
    [InlineData("example.com", 1, 5)]
    [InlineData("web1", 1, 5)]
    [InlineData("xabc123.internal.cloudapp.net", 1, 5)]
    [InlineData("web1.other.internal.cloudapp.net", 1, 5)]
    [InlineData("8.8.8.8.in-addr.arpa", 12, 5)]
    [InlineData("1.0.127.in-addr.arpa", 12, 5)]
    [InlineData("", 2, 5)]
    [InlineData("abc123.internal.cloudapp.net", 251, 5)]
    [InlineData("abc123.internal.cloudapp.net", 252, 5)]
    public void What_has_no_answer_says_so_at_once(string name, ushort type, int code)
    {
        var reply = Reply.Read(Answer(Query(name, type)));
        Assert.Equal(code, reply.Code);
        Assert.Empty(reply.Answers);
        Assert.Equal(code == 5 ? 0 : 1, reply.Authorities);
    }

    [Fact]
    public void Edns_is_answered_in_kind_and_a_newer_version_refused()
    {
        var query = Query("web1.abc123.internal.cloudapp.net", 1, edns: [0, 0, 41, 0x10, 0, 0, 0, 0, 0, 0, 0]);
        Assert.Equal((0, 1), (Reply.Read(Answer(query)).Code, Reply.Read(Answer(query)).Additional));
        query[^5] = 1;
        var refused = Answer(query);
        Assert.Equal(1, refused[^6]);
        Assert.Equal(0, refused[3] & 15);
    }

    [Fact]
    public void What_is_longer_than_the_limit_is_cut_to_the_question_with_the_bit()
    {
        var name = string.Join('.', Enumerable.Repeat(new string('a', 59), 3)) + ".abc123.internal.cloudapp.net";
        var vnet = GuestSamples.Vnet() with { Vnet = GuestSamples.Vnet().Vnet with { DnsSuffix = name } };
        var view = new VnetView(vnet);
        var query = Query("4.1.0.127.in-addr.arpa", 12);
        var whole = Answer(query, view);
        Assert.Equal(["web1." + name], Reply.Read(whole).Answers);
        var cut = new byte[DnsResponder.MaxUdp];
        var writer = new DnsWriter(cut, query, DnsQuery.TryParse(query, out var parsed) ? parsed : default, whole.Length - 1);
        var reply = Reply.Read(cut[..writer.Write(VnetResolver.Resolve(view, World, new("4.1.0.127.in-addr.arpa", 12)) ?? new(), recursive: true)]);
        Assert.True(reply.Truncated);
        Assert.Empty(reply.Answers);
    }

    [Fact]
    public void What_is_not_a_query_is_refused_or_ignored()
    {
        var query = Query("web1.abc123.internal.cloudapp.net", 1);
        Assert.Empty(Answer(query[..11]));
        Assert.Empty(Answer([.. query[..2], 0x80, .. query[3..]]));
        Assert.Equal(4, Reply.Read(Answer([.. query[..2], 0x28, .. query[3..]])).Code);
        Assert.Equal(1, Reply.Read(Answer(query[..20])).Code);
        Assert.Equal(1, Reply.Read(Answer([.. query[..12], 0xC0, 12, 0, 1, 0, 1])).Code);
        Assert.Equal(5, Reply.Read(Answer([.. query[..^1], 3])).Code);
    }

    [Fact]
    public async Task A_guest_is_answered_over_UDP_and_TCP_and_a_stranger_is_not()
    {
        await using var host = await GuestHost.StartAsync(GuestSamples.Vnet());
        host.Services.Names.Set(Web);
        var query = Query("WEB.westeurope.cloudapp.azure.com", 1);
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Parse(GuestSamples.Web1), 0));
        using var stranger = new UdpClient(new IPEndPoint(IPAddress.Parse("127.0.1.77"), 0));
        var server = host.Find("a", "168.63.129.16:53", ProtocolType.Udp);
        await stranger.SendAsync(query, server, TestContext.Current.CancellationToken);
        await udp.SendAsync(query, server, TestContext.Current.CancellationToken);
        Assert.Equal(["203.0.113.7"], Reply.Read((await udp.ReceiveAsync(TestContext.Current.CancellationToken)).Buffer).Answers);
        Assert.Equal(0, stranger.Available);

        using var tcp = new TcpClient(new IPEndPoint(IPAddress.Parse(GuestSamples.Web2), 0));
        await tcp.ConnectAsync(host.Find("a", "168.63.129.16:53"), TestContext.Current.CancellationToken);
        for (var i = 0; i < 3; i++)
        {
            await tcp.GetStream().WriteAsync((byte[])[0, (byte)query.Length, .. query], TestContext.Current.CancellationToken);
            var length = new byte[2];
            await tcp.GetStream().ReadExactlyAsync(length, TestContext.Current.CancellationToken);
            var reply = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
            await tcp.GetStream().ReadExactlyAsync(reply, TestContext.Current.CancellationToken);
            Assert.Equal(["203.0.113.7"], Reply.Read(reply).Answers);
        }
    }

    [Fact]
    public void No_bytes_break_it_and_no_answer_is_longer_than_UDP_takes()
    {
        var random = new Random(5);
        byte[][] seeds =
        [
            Query("web1.abc123.internal.cloudapp.net", 1),
            Query("web1.abc123.internal.cloudapp.net", 255, edns: [0, 0, 41, 0x10, 0, 0, 0, 0, 0, 0, 0]),
            Query("4.1.0.127.in-addr.arpa", 12),
            Query("4.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa", 12),
            Query(string.Join('.', Enumerable.Repeat("aaaaaaa", 31)), 1),
        ];
        var reply = new byte[DnsResponder.MaxUdp];
        for (var i = 0; i < 300_000; i++)
        {
            var packet = Mutate.Bytes(random, seeds[i % seeds.Length]);
            var length = DnsResponder.Answer(packet, udp: true, reply, (n, t) => VnetResolver.Resolve(View, World, new(n, t)), recursive: true);
            Assert.InRange(length, 0, DnsResponder.MaxUdp);
            if (length > 0)
            {
                Assert.Equal(packet[..2], reply[..2]);
                Assert.True((reply[2] & 0x80) != 0);
            }
        }
    }

    private static DnsWorld WorldOf(params ReadOnlySpan<DnsItem> items)
    {
        var names = new DnsCatalogue();
        foreach (var item in items)
        {
            names.Set(item);
        }

        return names.World;
    }

    private static byte[] Query(string name, ushort type, byte[]? edns = null)
    {
        byte[] question = name.Length == 0 ? [0] : [.. name.Split('.').SelectMany(l => (byte[])[(byte)l.Length, .. System.Text.Encoding.ASCII.GetBytes(l)]), 0];
        return [0xAB, 0xCD, 1, 0, 0, 1, 0, 0, 0, 0, 0, (byte)(edns is null ? 0 : 1), .. question, (byte)(type >> 8), (byte)type, 0, 1, .. edns ?? []];
    }

    private static byte[] Answer(byte[] query, VnetView? view = null, bool udp = true)
    {
        var reply = new byte[udp ? DnsResponder.MaxUdp : 16384];
        return reply[..DnsResponder.Answer(query, udp, reply, (n, t) => VnetResolver.Resolve(view ?? View, World, new(n, t)), recursive: true)];
    }

    /// <summary>Reads an answer independently of the product: follows compression pointers, and checks that all bytes are accounted for.</summary>
    private sealed record Reply(int Code, bool Truncated, IReadOnlyList<string> Answers, int Authorities, int Additional)
    {
        public static Reply Read(byte[] bytes)
        {
            Assert.Equal([0xAB, 0xCD], bytes[..2]);
            var counts = Enumerable.Range(0, 4).Select(i => BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(4 + (i * 2)))).ToArray();
            var at = 12;
            for (var i = 0; i < counts[0]; i++)
            {
                Name(bytes, ref at);
                at += 4;
            }

            var answers = new List<string>();
            for (var i = 0; i < counts[1] + counts[2] + counts[3]; i++)
            {
                Name(bytes, ref at);
                var type = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at));
                var length = BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at + 8));
                at += 10;
                if (type == 6)
                {
                    var inside = at;
                    Name(bytes, ref inside);
                    Assert.Equal("hostmaster", Name(bytes, ref inside));
                    Assert.Equal(at + length, inside + 20);
                }
                else if (i < counts[1])
                {
                    var inside = at;
                    answers.Add(type == 12 ? Name(bytes, ref inside) : new IPAddress(bytes.AsSpan(at, length)).ToString());
                }

                at += length;
            }

            Assert.Equal(bytes.Length, at);
            return new Reply(bytes[3] & 15, (bytes[2] & 2) != 0, answers, counts[2], counts[3]);
        }

        private static string Name(byte[] bytes, ref int at)
        {
            var labels = new List<string>();
            while (bytes[at] is not 0 and < 0xC0)
            {
                labels.Add(System.Text.Encoding.ASCII.GetString(bytes, at + 1, bytes[at]));
                at += 1 + bytes[at];
            }

            at += bytes[at] == 0 ? 1 : 2;
            return string.Join('.', labels);
        }
    }
}
