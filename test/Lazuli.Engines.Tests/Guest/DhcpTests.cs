using System.Buffers.Binary;
using System.Net;
using System.Text;
using Lazuli.Guest;
using Lazuli.Guest.Dhcp;

namespace Lazuli.Engines.Tests.Guest;

public class DhcpTests
{
    private static readonly byte[] Mac = [0x00, 0x0D, 0x3A, 0x01, 0x02, 0x03];
    private static readonly VnetView View = new(GuestSamples.Vnet());

    /// <summary>The offer, byte for byte: header, cookie, and the options in order.</summary>
    [Fact]
    public void An_offer_has_the_bytes_that_it_should_have()
    {
        const string Expected =
            "02010600" + "12345678" + "00008000" + "00000000" + "7f000104" + "a83f8110" + "00000000" + "000d3a010203";
        const string Options =
            "63825363" + "350102" + "3604a83f8110" + "3304ffffffff" + "3a04ffffffff" + "3b04ffffffff" + "0104ffffff00" + "03047f000101" + "0604a83f8110" + "1a0205dc" + "f504a83f8110"
            + "7917" + "007f000101" + "20a83f81107f000101" + "20a9fea9fe7f000101"
            + "f917" + "007f000101" + "20a83f81107f000101" + "20a9fea9fe7f000101";
        var (target, reply) = Answer(Packet(1));
        var hex = Convert.ToHexStringLower(reply);
        Assert.Equal(DhcpTarget.Broadcast, target);
        Assert.StartsWith(Expected, hex, StringComparison.Ordinal);
        Assert.Equal(Options + "0f1c" + Convert.ToHexStringLower("abc123.internal.cloudapp.net"u8) + "ff", hex[(236 * 2)..].TrimEnd('0'));
        Assert.InRange(reply.Length, 300, 548);
    }

    [Fact]
    public void A_request_for_the_address_is_acknowledged()
    {
        var (target, reply) = Answer(Packet(3, options: [54, 4, 168, 63, 129, 16, 50, 4, 127, 0, 1, 4]));
        Assert.Equal((DhcpTarget.Broadcast, 5), (target, Options(reply)[53][0]));
        Assert.Equal("127.0.1.4", new IPAddress(reply.AsSpan(16, 4)).ToString());
    }

    [Fact]
    public void A_renewal_is_acknowledged_to_the_address_itself()
    {
        var (target, reply) = Answer(Packet(3, client: [127, 0, 1, 4]));
        Assert.Equal((DhcpTarget.Client, 5), (target, Options(reply)[53][0]));
    }

    [Theory]
    [InlineData(new byte[] { 50, 4, 10, 9, 9, 9 }, new byte[] { 0, 0, 0, 0 })]
    [InlineData(new byte[] { }, new byte[] { 10, 9, 9, 9 })]
    [InlineData(new byte[] { }, new byte[] { 0, 0, 0, 0 })]
    public void A_request_for_another_address_is_refused(byte[] options, byte[] client)
    {
        var (target, reply) = Answer(Packet(3, client: client, options: options));
        Assert.Equal((DhcpTarget.Broadcast, 6), (target, Options(reply)[53][0]));
        Assert.Equal(0u, BinaryPrimitives.ReadUInt32BigEndian(reply.AsSpan(16)));
        Assert.DoesNotContain(51, Options(reply).Keys);
    }

    [Fact]
    public void An_inform_gets_options_without_a_lease()
    {
        var (target, reply) = Answer(Packet(8, client: [127, 0, 1, 4]));
        Assert.Equal((DhcpTarget.Client, 5), (target, Options(reply)[53][0]));
        Assert.DoesNotContain(51, Options(reply).Keys);
        Assert.Equal(0u, BinaryPrimitives.ReadUInt32BigEndian(reply.AsSpan(16)));
    }

    public static TheoryData<string, byte[]> Unanswered => new()
    {
        { "decline", Packet(4) },
        { "release", Packet(7, client: [127, 0, 1, 4]) },
        { "inform of an address that isn't its own", Packet(8, client: [10, 0, 0, 1]) },
        { "request to another server", Packet(3, options: [54, 4, 10, 0, 0, 1, 50, 4, 127, 0, 1, 4]) },
        { "a reply", Changed(p => p[0] = 2) },
        { "not Ethernet", Changed(p => p[1] = 6) },
        { "another MAC", Changed(p => p[33]++) },
        { "through a relay", Changed(p => p[24] = 10) },
        { "no cookie", Changed(p => p[236] = 0) },
        { "too short", Packet(1)[..239] },
        { "an option past the end", Packet(1, options: [61, 200]) },
        { "a cut option", [.. Packet(1)[..^1], 61] },
        { "an unknown message", Packet(9) },
        { "no message type", Changed(p => p[240] = 61) },
        { "an address of 3 bytes", Packet(3, options: [50, 3, 127, 0, 1]) },
    };

    [Theory]
    [MemberData(nameof(Unanswered))]
    public void What_is_not_for_this_server_is_not_answered(string what, byte[] packet) => Assert.True(Answer(packet).Target == DhcpTarget.Nobody, what);

    [Fact]
    public void Custom_name_servers_come_with_the_suffix_that_Azure_gives_then()
    {
        var vnet = GuestSamples.Vnet();
        var view = new VnetView(vnet with { Vnet = vnet.Vnet with { DnsServers = ["10.0.0.53", "fd00::1", "10.0.0.54"] } });
        var options = Options(Answer(Packet(1), view).Reply);
        Assert.Equal([10, 0, 0, 53, 10, 0, 0, 54], options[6]);
        Assert.Equal("reddog.microsoft.com", Encoding.ASCII.GetString(options[15]));

        var nic = new VnetView(vnet with { Nics = [vnet.Nics[0] with { DnsServers = ["10.9.9.9"] }] });
        Assert.Equal([10, 9, 9, 9], Options(Answer(Packet(1), nic).Reply)[6]);
    }

    [Fact]
    public void No_bytes_break_it_and_no_answer_is_of_another_address()
    {
        var random = new Random(3);
        var reply = new byte[DhcpReply.MaxLength];
        byte[][] seeds = [Packet(1), Packet(3, options: [54, 4, 168, 63, 129, 16, 50, 4, 127, 0, 1, 4, 12, 4, 97, 98, 99, 100]), Packet(3, client: [127, 0, 1, 4])];
        var nic = View.NicOf("nic1")!;
        for (var i = 0; i < 200_000; i++)
        {
            var target = DhcpResponder.Answer(View.Vnet, nic, Mutate.Bytes(random, seeds[i % 3]), reply, out var length);
            if (target != DhcpTarget.Nobody)
            {
                Assert.InRange(length, 300, 548);
                Assert.Contains(new IPAddress(reply.AsSpan(16, 4)).ToString(), new[] { "0.0.0.0", "127.0.1.4" });
            }
        }
    }

    private static byte[] Packet(byte message, byte[]? client = null, byte[]? options = null)
    {
        var packet = new byte[240];
        new byte[] { 1, 1, 6, 0, 0x12, 0x34, 0x56, 0x78, 0, 0, 0x80, 0 }.CopyTo(packet, 0);
        (client ?? []).CopyTo(packet, 12);
        Mac.CopyTo(packet, 28);
        new byte[] { 0x63, 0x82, 0x53, 0x63 }.CopyTo(packet, 236);
        return [.. packet, 53, 1, message, .. options ?? [], 255];
    }

    private static byte[] Changed(Action<byte[]> change)
    {
        var packet = Packet(1);
        change(packet);
        return packet;
    }

    private static (DhcpTarget Target, byte[] Reply) Answer(byte[] packet, VnetView? view = null)
    {
        var reply = new byte[DhcpReply.MaxLength];
        var target = DhcpResponder.Answer((view ?? View).Vnet, (view ?? View).NicOf("nic1")!, packet, reply, out var length);
        return (target, reply[..length]);
    }

    private static Dictionary<int, byte[]> Options(byte[] reply)
    {
        var options = new Dictionary<int, byte[]>();
        for (var at = 240; reply[at] != 255; at += 2 + reply[at + 1])
        {
            options.Add(reply[at], reply[(at + 2)..(at + 2 + reply[at + 1])]);
        }

        return options;
    }
}
