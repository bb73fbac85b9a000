using System.Text;
using Lazuli.Engines.Dns;
using Lazuli.Guest.Dns;

namespace Lazuli.Engines.Tests.Guest;

/// <summary>Answers that are written once and kept are the ones that would be written anew.</summary>
public sealed class WrittenAnswersTests
{
    private static readonly byte[] Edns = [0, 0, 41, 0x10, 0, 0, 0, 0, 0, 0, 0];
    private readonly DnsCatalogue _names = new();
    private readonly WrittenAnswers _written;

    public WrittenAnswersTests()
    {
        _names.Set(new DnsZoneItem { Key = "z", Name = "contoso.com" });
        Set("contoso.com", DnsType.Soa, DnsData.Soa("ns1-01.azure-dns.com", "me.contoso.com", 1, 3600, 300, 2419200, 60));
        Set("www.contoso.com", DnsType.A, [10, 0, 0, 1], [10, 0, 0, 2]);
        Set("alias.contoso.com", DnsType.Cname, DnsData.Name("www.contoso.com"));
        Set("out.contoso.com", DnsType.Cname, DnsData.Name("www.example.org"));
        Set("*.wild.contoso.com", DnsType.Txt, DnsData.Txt([new string('x', 600)]));
        Set("long.contoso.com", DnsType.Txt, [.. Enumerable.Range(0, 20).Select(i => DnsData.Txt([new string('x', 1000)]))]);
        Set("sub.contoso.com", DnsType.Ns, [.. Enumerable.Range(0, 20).Select(i => DnsData.Name($"ns{i}.sub.contoso.com"))]);
        for (byte i = 0; i < 20; i++)
        {
            Set($"ns{i}.sub.contoso.com", DnsType.A, [10, 0, 1, i]);
        }

        _written = new(_names);
    }

    [Fact]
    public void A_hundred_thousand_packets_mutated_are_answered_as_if_nothing_were_kept()
    {
        var random = new Random(7);
        byte[][] seeds =
        [
            .. from name in (string[])["www.contoso.com", "WwW.cOnToSo.CoM", "alias.contoso.com", "out.contoso.com", "x.wild.contoso.com", "long.contoso.com", "a.sub.contoso.com", "none.contoso.com", "contoso.com", "example.org", ""]
               from type in (ushort[])[DnsType.A, DnsType.Txt, DnsType.Any, 65]
               from edns in (byte[][])[[], Edns]
               select Query(name, type, edns),
        ];
        var (kept, fresh) = (new byte[ushort.MaxValue], new byte[ushort.MaxValue]);
        var fast = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var packet = i < 2 * seeds.Length ? seeds[i % seeds.Length] : Mutate.Bytes(random, seeds[i % seeds.Length]);
            var udp = (i / seeds.Length) % 2 == 0;
            var length = DnsResponder.Answer(packet, udp, udp ? fresh.AsSpan(0, DnsResponder.MaxUdp) : fresh, (n, t) => _names.World.Answer(new(n, t)), recursive: false);
            var quick = Answer(packet, udp, udp ? kept.AsSpan(0, DnsResponder.MaxUdp) : kept);
            if (quick > 0)
            {
                fast++;
                Assert.Equal(Convert.ToHexString(fresh.AsSpan(0, length)), Convert.ToHexString(kept.AsSpan(0, quick)));
            }
        }

        Assert.InRange(fast, 10_000, 90_000);
    }

    [Fact]
    public void A_question_asked_before_costs_no_memory()
    {
        var (query, reply) = (Query("www.contoso.com", DnsType.A, Edns), new byte[DnsResponder.MaxUdp]);
        Assert.True(Answer(query, true, reply) > 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Answer(query, true, reply);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void The_case_of_a_question_is_kept_and_changes_nothing()
    {
        var (lower, mixed) = (new byte[DnsResponder.MaxUdp], new byte[DnsResponder.MaxUdp]);
        var length = Answer(Query("www.contoso.com", DnsType.A, Edns), true, lower);
        var query = Query("wWw.CONTOSO.cOm", DnsType.A, Edns);
        Assert.Equal(length, Answer(query, true, mixed));
        Assert.Equal(query[12..^Edns.Length], mixed[12..(query.Length - Edns.Length)]);
        Assert.Equal(lower[(query.Length - Edns.Length)..length], mixed[(query.Length - Edns.Length)..length]);
    }

    [Fact]
    public void What_changes_is_answered_anew()
    {
        var reply = new byte[DnsResponder.MaxUdp];
        var length = Answer(Query("www.contoso.com", DnsType.A), true, reply);
        Assert.Equal([10, 0, 0, 2], reply[(length - 4)..length]);
        Set("www.contoso.com", DnsType.A, [10, 9, 9, 9]);
        length = Answer(Query("www.contoso.com", DnsType.A), true, reply);
        Assert.Equal((1, "0A090909"), (reply[7], Convert.ToHexString(reply.AsSpan(length - 4, 4))));
    }

    [Fact]
    public void What_depends_on_luck_or_on_who_asks_is_never_kept()
    {
        _names.Set(new TrafficItem { Key = "t", Name = "t.trafficmanager.net", Ttl = 1, Routing = TrafficRouting.Weighted, Endpoints = [new() { Name = "a", Target = "192.0.2.1" }] });
        _names.Set(new DnsRecordsItem { Key = "z/direct", ZoneKey = "z", Name = "tm.contoso.com", Type = DnsType.A, Ttl = 1, AliasKey = "t" });
        _names.Set(new DnsRecordsItem { Key = "z/twice", ZoneKey = "z", Name = "tm2.contoso.com", Type = DnsType.A, Ttl = 1, AliasKey = "z/direct" });
        Set("cname.contoso.com", DnsType.Cname, DnsData.Name("t.trafficmanager.net"));
        foreach (var name in (string[])["t.trafficmanager.net", "tm.contoso.com", "tm2.contoso.com", "cname.contoso.com"])
        {
            Assert.Equal(0, Answer(Query(name, DnsType.A), true, new byte[DnsResponder.MaxUdp]));
        }
    }

    private int Answer(byte[] packet, bool udp, Span<byte> reply) => _written.Answer(packet, udp, reply, static (world, name, type) => world.Answer(new(name, type)));

    private void Set(string name, ushort type, params byte[][] data) => _names.Set(new DnsRecordsItem { Key = $"z/{name}/{type}", ZoneKey = "z", Name = name, Type = type, Ttl = 60, Data = data });

    private static byte[] Query(string name, ushort type, byte[]? edns = null)
    {
        byte[] question = name.Length == 0 ? [0] : [.. name.Split('.').SelectMany(l => (byte[])[(byte)l.Length, .. Encoding.ASCII.GetBytes(l)]), 0];
        return [0xAB, 0xCD, 1, 0, 0, 1, 0, 0, 0, 0, 0, (byte)(edns is { Length: > 0 } ? 1 : 0), .. question, (byte)(type >> 8), (byte)type, 0, 1, .. edns ?? []];
    }
}
