using Lazuli.Guest;
using Lazuli.Guest.Ipv6;

namespace Lazuli.Engines.Tests.Guest;

public class Dhcp6Tests
{
    private const string Client = "0001000a00030001000d3a010203";
    private const string Server = "0002000a00030001123456789abc";
    private const string Own = "fd000000000000000000000000000004";
    private const string Given = "0003002801020304ffffffffffffffff00050018" + Own + "ffffffffffffffff";

    // abc123.internal.cloudapp.net
    private const string Suffix = "0018001e" + "06616263313233" + "08696e7465726e616c" + "08636c6f7564617070" + "036e6574" + "00";
    private static readonly VnetView View = new(GuestSamples.Vnet());

    [Fact]
    public void A_solicitation_is_answered_by_an_advertisement_and_by_a_reply_when_it_hurries()
    {
        Assert.Equal("02abcdef" + Client + Server + Given + Suffix, Answer("01abcdef" + Client + "0003000c010203040000000000000000"));
        Assert.Equal("07abcdef" + Client + Server + "000e0000" + Given + Suffix, Answer("01abcdef" + Client + "000e0000" + "0003000c010203040000000000000000"));
    }

    [Fact]
    public void Who_asks_by_name_gets_the_address_again_and_loses_every_other()
    {
        Assert.Equal("07abcdef" + Client + Server + Given + Suffix, Answer("05abcdef" + Client + Server + Ia(Own)));
        Assert.Equal("07abcdef" + Client + Server + Given + Suffix, Answer("06abcdef" + Client + Ia(Own)));
        const string other = "fd000000000000000000000000000099";
        Assert.Equal("07abcdef" + Client + Server + "0003004401020304ffffffffffffffff00050018" + Own + "ffffffffffffffff" + "00050018" + other + "0000000000000000" + Suffix,
            Answer("03abcdef" + Client + Server + Ia(other)));
    }

    [Fact]
    public void A_second_association_gets_nothing()
        => Assert.Equal("07abcdef" + Client + Server + Given + "0003001209090909ffffffffffffffff000d00020002" + Suffix,
            Answer("03abcdef" + Client + Server + "0003000c010203040000000000000000" + "0003000c090909090000000000000000"));

    [Fact]
    public void Confirmations_tell_whether_the_address_is_its_own()
    {
        Assert.Equal("07abcdef" + Client + Server + "000d00020000", Answer("04abcdef" + Client + Ia(Own)));
        Assert.Equal("07abcdef" + Client + Server + "000d00020004", Answer("04abcdef" + Client + Ia("fd000000000000000000000000000099")));
        Assert.Equal("07abcdef" + Client + Server + "000d00020000", Answer("08abcdef" + Client + Server + Ia(Own)));
    }

    [Fact]
    public void Names_are_told_without_an_address() => Assert.Equal("07abcdef" + Server + Suffix, Answer("0babcdef"));

    [Fact]
    public void Custom_servers_of_this_family_are_told()
    {
        var vnet = GuestSamples.Vnet();
        var view = new VnetView(vnet with { Vnet = vnet.Vnet with { DnsServers = ["10.0.0.9", "fd00::53"] } });
        Assert.Equal("07abcdef" + Server + "00170010fd000000000000000000000000000053", Answer("0babcdef", view: view));
    }

    [Theory]
    [InlineData("01abcdef", "no client")]
    [InlineData("01abcdef" + Client + Server, "a solicitation for one server")]
    [InlineData("03abcdef" + Client, "a request for none")]
    [InlineData("03abcdef" + Client + "0002000a00030001ffffffffffff", "another server")]
    [InlineData("02abcdef" + Client, "an advertisement")]
    [InlineData("07abcdef" + Client + Server, "a reply")]
    [InlineData("0cabcdef" + Client, "a relay")]
    [InlineData("63abcdef" + Client, "an unknown message")]
    [InlineData("01abcdef" + Client + "0003000401020304", "an association cut short")]
    [InlineData("01abcdef" + Client + "00030050", "an option longer than the packet")]
    [InlineData("01abcd", "a packet cut short")]
    public void It_is_silent(string packet, string why) => Assert.True(Answer(packet).Length == 0, why);

    [Fact]
    public void A_NIC_without_an_address_of_this_family_is_not_served()
        => Assert.Equal("", Answer("01abcdef" + Client + "0003000c010203040000000000000000", "nic2"));

    [Fact]
    public void No_packet_breaks_it()
    {
        var (random, good) = (new Random(1), Convert.FromHexString("03abcdef" + Client + Server + Ia(Own)));
        for (var i = 0; i < 100_000; i++)
        {
            var reply = Dhcp6Responder.Answer(View.Vnet, View.NicOf("nic1") ?? throw new InvalidOperationException(), Mutate.Bytes(random, good));
            Assert.True(reply is null || (reply.Length < 1000 && reply[0] is 2 or 7));
        }
    }

    [Fact]
    public void An_advertisement_names_a_router_and_no_prefix()
    {
        Assert.Equal("86000000" + "40c02328" + "0000000000000000" + "0101123456789abc" + "05010000000005dc", Convert.ToHexStringLower(RouterAdvertisement.Bytes));
        Assert.True(RouterAdvertisement.IsAskedFor([133, 0, 0, 0, 0, 0, 0, 0]));
        Assert.False(RouterAdvertisement.IsAskedFor([135, 0, 0, 0, 0, 0, 0, 0]));
        Assert.False(RouterAdvertisement.IsAskedFor([133, 0, 0, 0]));
    }

    private static string Ia(string address) => "0003002801020304" + "0000000000000000" + "00050018" + address + "0000000000000000";

    private static string Answer(string packet, string nic = "nic1", VnetView? view = null)
        => Dhcp6Responder.Answer((view ?? View).Vnet, (view ?? View).NicOf(nic) ?? throw new InvalidOperationException(), Convert.FromHexString(packet)) is { } reply ? Convert.ToHexStringLower(reply) : "";
}
