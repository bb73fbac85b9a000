using System.Net;
using Lazuli.Engines.Dns;

namespace Lazuli.Engines.Tests.Dns;

/// <summary>What name servers answer, without a packet. Expected answers are by RFC 1034, 2308 and 4592 and Azure's documentation.</summary>
public sealed class DnsWorldTests
{
    private readonly DnsCatalogue _names = new();

    public DnsWorldTests()
    {
        Zone("contoso.com");
        Set("contoso.com", "contoso.com", DnsType.Soa, DnsData.Soa("ns1-01.azure-dns.com", "me.contoso.com", 1, 3600, 300, 2419200, 60));
        Set("contoso.com", "contoso.com", DnsType.Ns, DnsData.Name("ns1-01.azure-dns.com"));
        Set("contoso.com", "www.contoso.com", DnsType.A, [10, 0, 0, 1], [10, 0, 0, 2]);
        Set("contoso.com", "alias.contoso.com", DnsType.Cname, DnsData.Name("www.contoso.com"));
        Set("contoso.com", "out.contoso.com", DnsType.Cname, DnsData.Name("www.example.org"));
        Set("contoso.com", "*.wild.contoso.com", DnsType.A, [10, 0, 0, 3]);
        Set("contoso.com", "real.wild.contoso.com", DnsType.Txt, DnsData.Txt(["here"]));
        Set("contoso.com", "a.deep.contoso.com", DnsType.A, [10, 0, 0, 4]);
        Set("contoso.com", "sub.contoso.com", DnsType.Ns, DnsData.Name("ns.sub.contoso.com"), DnsData.Name("ns.elsewhere.org"));
        Set("contoso.com", "ns.sub.contoso.com", DnsType.A, [10, 0, 0, 5]);
        Set("contoso.com", "loop1.contoso.com", DnsType.Cname, DnsData.Name("loop2.contoso.com"));
        Set("contoso.com", "loop2.contoso.com", DnsType.Cname, DnsData.Name("loop1.contoso.com"));
    }

    [Theory]
    [InlineData("www.contoso.com", DnsType.A, DnsCode.NoError, "www.contoso.com A 10.0.0.1,www.contoso.com A 10.0.0.2", "")]
    [InlineData("alias.contoso.com", DnsType.A, DnsCode.NoError, "alias.contoso.com CNAME www.contoso.com,www.contoso.com A 10.0.0.1,www.contoso.com A 10.0.0.2", "")]
    [InlineData("alias.contoso.com", DnsType.Cname, DnsCode.NoError, "alias.contoso.com CNAME www.contoso.com", "")]
    [InlineData("alias.contoso.com", DnsType.Aaaa, DnsCode.NoError, "alias.contoso.com CNAME www.contoso.com", "SOA")]
    [InlineData("out.contoso.com", DnsType.A, DnsCode.NoError, "out.contoso.com CNAME www.example.org", "")]
    [InlineData("www.contoso.com", DnsType.Aaaa, DnsCode.NoError, "", "SOA")]
    [InlineData("nobody.contoso.com", DnsType.A, DnsCode.NameError, "", "SOA")]
    [InlineData("x.www.contoso.com", DnsType.A, DnsCode.NameError, "", "SOA")]
    [InlineData("deep.contoso.com", DnsType.A, DnsCode.NoError, "", "SOA")]
    [InlineData("any.wild.contoso.com", DnsType.A, DnsCode.NoError, "any.wild.contoso.com A 10.0.0.3", "")]
    [InlineData("two.any.wild.contoso.com", DnsType.A, DnsCode.NoError, "two.any.wild.contoso.com A 10.0.0.3", "")]
    [InlineData("real.wild.contoso.com", DnsType.A, DnsCode.NoError, "", "SOA")]
    [InlineData("x.real.wild.contoso.com", DnsType.A, DnsCode.NameError, "", "SOA")]
    [InlineData("any.wild.contoso.com", DnsType.Txt, DnsCode.NoError, "", "SOA")]
    [InlineData("x.sub.contoso.com", DnsType.A, DnsCode.NoError, "", "NS,NS")]
    [InlineData("sub.contoso.com", DnsType.Ns, DnsCode.NoError, "", "NS,NS")]
    public void A_zone_answers_as_the_RFCs_say(string name, ushort type, DnsCode code, string answers, string authorities)
    {
        var answer = Ask(name, type);
        Assert.Equal((code, answers, authorities), (answer.Code, string.Join(',', answer.Answers.Select(Text)), string.Join(',', answer.Authorities.Select(r => NameOf(r.Type)))));
    }

    [Fact]
    public void A_referral_is_not_authoritative_and_brings_the_addresses_that_are_known()
    {
        var answer = Ask("x.sub.contoso.com", DnsType.A);
        Assert.False(answer.Authoritative);
        Assert.Equal("ns.sub.contoso.com A 10.0.0.5", Text(Assert.Single(answer.Additional)));
    }

    [Fact]
    public void A_zone_of_ones_own_below_a_delegation_answers_itself()
    {
        Zone("sub.contoso.com");
        Set("sub.contoso.com", "x.sub.contoso.com", DnsType.A, [10, 1, 0, 1]);
        var answer = Ask("x.sub.contoso.com", DnsType.A);
        Assert.True(answer.Authoritative);
        Assert.Equal("x.sub.contoso.com A 10.1.0.1", Text(Assert.Single(answer.Answers)));
    }

    [Fact]
    public void An_absence_is_kept_no_longer_than_the_SOA_says() => Assert.Equal(60u, Assert.Single(Ask("nobody.contoso.com", DnsType.A).Authorities).Ttl);

    [Fact]
    public void Aliases_in_a_ring_end() => Assert.Equal(DnsCode.ServerFailure, Ask("loop1.contoso.com", DnsType.A).Code);

    [Fact]
    public void A_name_of_nobody_here_has_no_answer() => Assert.Null(_names.World.Answer(new("example.org", DnsType.A)));

    [Fact]
    public void An_alias_record_set_follows_what_it_names()
    {
        Set("contoso.com", "pip.contoso.com", DnsType.A, "/pip");
        Assert.Empty(Ask("pip.contoso.com", DnsType.A).Answers);
        foreach (var address in new[] { "198.18.0.4", "198.18.0.5" })
        {
            _names.Set(new DnsHostItem { Key = "/pip", Name = "p.eastus.cloudapp.azure.com", Address = address });
            Assert.Equal($"pip.contoso.com A {address}", Text(Assert.Single(Ask("pip.contoso.com", DnsType.A).Answers)));
            Assert.Equal($"p.eastus.cloudapp.azure.com A {address}", Text(Assert.Single(Ask("p.eastus.cloudapp.azure.com", DnsType.A).Answers)));
        }

        Set("contoso.com", "six.contoso.com", DnsType.Aaaa, "/six");
        _names.Set(new DnsHostItem { Key = "/six", Name = "six.eastus.cloudapp.azure.com", Address = "2001:2::4" });
        Assert.Equal(IPAddress.Parse("2001:2::4").GetAddressBytes(), Assert.Single(Ask("six.contoso.com", DnsType.Aaaa).Answers).Data);
        Assert.Equal(IPAddress.Parse("2001:2::4").GetAddressBytes(), Assert.Single(Ask("six.eastus.cloudapp.azure.com", DnsType.Aaaa).Answers).Data);
        Assert.Empty(Ask("six.eastus.cloudapp.azure.com", DnsType.A).Answers);

        Set("contoso.com", "same.contoso.com", DnsType.A, "contoso.com/www.contoso.com/1");
        Assert.Equal(["same.contoso.com A 10.0.0.1", "same.contoso.com A 10.0.0.2"], Ask("same.contoso.com", DnsType.A).Answers.Select(Text));
        _names.Remove("/pip");
        Assert.Empty(Ask("pip.contoso.com", DnsType.A).Answers);
        Assert.Null(_names.World.Answer(new("p.eastus.cloudapp.azure.com", DnsType.A)));
    }

    [Fact]
    public void A_public_address_has_its_reverse_name()
    {
        _names.Set(new DnsHostItem { Key = "/pip", Name = "p.eastus.cloudapp.azure.com", Address = "198.18.0.4", Reverse = "www.contoso.com" });
        Assert.Equal("4.0.18.198.in-addr.arpa 12 www.contoso.com", Text(Assert.Single(Ask("4.0.18.198.in-addr.arpa", DnsType.Ptr).Answers)));
        Assert.Equal("SOA", NameOf(Assert.Single(Ask("4.0.18.198.in-addr.arpa", DnsType.A).Authorities).Type));
        Assert.Null(_names.World.Answer(new("5.0.18.198.in-addr.arpa", DnsType.Ptr)));
    }

    [Fact]
    public void A_private_zone_is_seen_by_its_networks_first_and_by_nobody_else()
    {
        Zone("contoso.com", new DnsZoneLink("/v1", Registers: true, Redirects: false), new DnsZoneLink("/v2", Registers: false, Redirects: true));
        Set("private contoso.com", "inner.contoso.com", DnsType.A, [10, 9, 0, 1]);
        _names.SetHosts("/v1", [new("vm1", IPAddress.Parse("10.9.0.4")), new("vm1", IPAddress.Parse("fd00::4")), new("inner", IPAddress.Parse("10.9.0.5"))]);
        _names.SetHosts("/v2", [new("vm2", IPAddress.Parse("10.9.0.6"))]);

        Assert.Equal(DnsCode.NameError, Ask("inner.contoso.com", DnsType.A).Code);
        Assert.Equal("inner.contoso.com A 10.9.0.1", Text(Assert.Single(Ask("inner.contoso.com", DnsType.A, "/v1").Answers)));
        Assert.Equal("vm1.contoso.com A 10.9.0.4", Text(Assert.Single(Ask("vm1.contoso.com", DnsType.A, "/v2").Answers)));
        Assert.Equal(IPAddress.Parse("fd00::4").GetAddressBytes(), Assert.Single(Ask("vm1.contoso.com", DnsType.Aaaa, "/v2").Answers).Data);
        Assert.Equal(DnsCode.NameError, Ask("vm2.contoso.com", DnsType.A, "/v1").Code);
        Assert.Equal(DnsCode.NameError, Ask("www.contoso.com", DnsType.A, "/v1").Code);
        Assert.Equal(2, Ask("www.contoso.com", DnsType.A, "/v2").Answers.Count);
        Assert.Equal(DnsCode.NameError, Ask("vm1.contoso.com", DnsType.A, "/v3").Code);

        _names.SetHosts("/v1", []);
        Assert.Equal(DnsCode.NameError, Ask("vm1.contoso.com", DnsType.A, "/v1").Code);
    }

    [Fact]
    public void What_leaves_the_document_leaves_the_answers()
    {
        _names.Remove("contoso.com/www.contoso.com/1");
        Assert.Equal(DnsCode.NameError, Ask("www.contoso.com", DnsType.A).Code);
        _names.Remove("contoso.com");
        Assert.Null(_names.World.Answer(new("alias.contoso.com", DnsType.A)));
    }

    private DnsAnswer Ask(string name, ushort type, string? vnet = null) => _names.World.Answer(new(name, type, vnet)) ?? throw new InvalidOperationException("refused");

    private void Zone(string name, params DnsZoneLink[] links)
        => _names.Set(new DnsZoneItem { Key = links.Length == 0 ? name : "private " + name, Name = name, Links = links.Length == 0 ? null : links });

    private void Set(string zone, string name, ushort type, params byte[][] data)
        => _names.Set(new DnsRecordsItem { Key = $"{zone}/{name}/{type}", ZoneKey = zone, Name = name, Type = type, Ttl = 3600, Data = data });

    private void Set(string zone, string name, ushort type, string alias)
        => _names.Set(new DnsRecordsItem { Key = $"{zone}/{name}/{type}", ZoneKey = zone, Name = name, Type = type, Ttl = 3600, AliasKey = alias });

    private static string NameOf(ushort type) => type switch { DnsType.A => "A", DnsType.Cname => "CNAME", DnsType.Soa => "SOA", DnsType.Ns => "NS", _ => type.ToString(System.Globalization.CultureInfo.InvariantCulture) };

    private static string Text(DnsRecord record)
        => $"{record.Owner} {NameOf(record.Type)} {(record.Type == DnsType.A ? new IPAddress(record.Data).ToString() : DnsName.Decode(record.Data))}";
}
