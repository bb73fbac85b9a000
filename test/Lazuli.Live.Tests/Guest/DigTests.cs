using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Lazuli.Engines.Dns;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;
using Lazuli.Live.Tests.Net;
using Lazuli.Node;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lazuli.Live.Tests.Guest;

/// <summary>The name server of public zones as BIND's <c>dig</c> sees it.</summary>
[Collection("machine's network")]
public sealed partial class DigTests : IAsyncLifetime
{
    private readonly NetOptions _options = new();
    private readonly DnsCatalogue _names = new();
    private NameServerHost? _server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Isolation.Require();
        Zone("contoso.com");
        Set("contoso.com", "www.contoso.com", DnsType.A, [10, 0, 0, 1], [10, 0, 0, 2]);
        Set("contoso.com", "www.contoso.com", DnsType.Aaaa, DnsData.Address(IPAddress.Parse("2001:db8::1")));
        Set("contoso.com", "one.contoso.com", DnsType.Cname, DnsData.Name("two.contoso.com"));
        Set("contoso.com", "two.contoso.com", DnsType.Cname, DnsData.Name("x.wild.contoso.com"));
        Set("contoso.com", "out.contoso.com", DnsType.Cname, DnsData.Name("www.example.org"));
        Set("contoso.com", "*.wild.contoso.com", DnsType.A, [10, 0, 0, 3]);
        Set("contoso.com", "contoso.com", DnsType.Mx, DnsData.Mx(10, "mail.contoso.com"));
        Set("contoso.com", "contoso.com", DnsType.Caa, DnsData.Caa(128, "issue", "ca.example.org; account=1"));
        Set("contoso.com", "_sip._tcp.contoso.com", DnsType.Srv, DnsData.Srv(1, 2, 5060, "www.contoso.com"));
        Set("contoso.com", "4.0.0.10.contoso.com", DnsType.Ptr, DnsData.Name("www.contoso.com"));
        Set("contoso.com", "text.contoso.com", DnsType.Txt, DnsData.Txt(["one \"two\""]));
        Set("contoso.com", "long.contoso.com", DnsType.Txt, DnsData.Txt([new string('x', 4000)]));
        Set("contoso.com", "middle.contoso.com", DnsType.Txt, DnsData.Txt([new string('x', 700)]));
        Set("contoso.com", "sub.contoso.com", DnsType.Ns, DnsData.Name("ns.sub.contoso.com"));
        Set("contoso.com", "ns.sub.contoso.com", DnsType.A, [10, 0, 0, 5]);
        Set("contoso.com", "own.contoso.com", DnsType.Ns, DnsData.Name(DnsNames.Servers[0]));
        Zone("own.contoso.com");
        Set("own.contoso.com", "www.own.contoso.com", DnsType.A, [10, 1, 0, 1]);
        _server = await NameServerHost.StartAsync(_options, _names, NullLoggerFactory.Instance, Cancel);
    }

    public async ValueTask DisposeAsync() => await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);

    [Theory]
    [InlineData("www.contoso.com A", "NOERROR qr aa", "www.contoso.com. 60 IN A 10.0.0.1|www.contoso.com. 60 IN A 10.0.0.2")]
    [InlineData("+tcp www.contoso.com AAAA", "NOERROR qr aa", "www.contoso.com. 60 IN AAAA 2001:db8::1")]
    [InlineData("+noedns www.contoso.com AAAA", "NOERROR qr aa", "www.contoso.com. 60 IN AAAA 2001:db8::1")]
    [InlineData("+rec www.contoso.com AAAA", "NOERROR qr aa rd", "www.contoso.com. 60 IN AAAA 2001:db8::1")]
    [InlineData("wWw.CoNtOsO.com AAAA", "NOERROR qr aa", "wWw.CoNtOsO.com. 60 IN AAAA 2001:db8::1")]
    [InlineData("one.contoso.com A", "NOERROR qr aa", "one.contoso.com. 60 IN CNAME two.contoso.com.|two.contoso.com. 60 IN CNAME x.wild.contoso.com.|x.wild.contoso.com. 60 IN A 10.0.0.3")]
    [InlineData("out.contoso.com A", "NOERROR qr aa", "out.contoso.com. 60 IN CNAME www.example.org.")]
    [InlineData("any.thing.wild.contoso.com A", "NOERROR qr aa", "any.thing.wild.contoso.com. 60 IN A 10.0.0.3")]
    [InlineData("x.wild.contoso.com MX", "NOERROR qr aa", "contoso.com. 60 IN SOA ns1-01.azure-dns.com. me.contoso.com. 1 3600 300 2419200 60")]
    [InlineData("none.contoso.com A", "NXDOMAIN qr aa", "contoso.com. 60 IN SOA ns1-01.azure-dns.com. me.contoso.com. 1 3600 300 2419200 60")]
    [InlineData("wild.contoso.com A", "NOERROR qr aa", "contoso.com. 60 IN SOA ns1-01.azure-dns.com. me.contoso.com. 1 3600 300 2419200 60")]
    [InlineData("contoso.com MX", "NOERROR qr aa", "contoso.com. 60 IN MX 10 mail.contoso.com.")]
    [InlineData("contoso.com CAA", "NOERROR qr aa", "contoso.com. 60 IN CAA 128 issue \"ca.example.org; account=1\"")]
    [InlineData("_sip._tcp.contoso.com SRV", "NOERROR qr aa", "_sip._tcp.contoso.com. 60 IN SRV 1 2 5060 www.contoso.com.")]
    [InlineData("4.0.0.10.contoso.com PTR", "NOERROR qr aa", "4.0.0.10.contoso.com. 60 IN PTR www.contoso.com.")]
    [InlineData("text.contoso.com TXT", "NOERROR qr aa", "text.contoso.com. 60 IN TXT \"one \\\"two\\\"\"")]
    [InlineData("x.sub.contoso.com A", "NOERROR qr", "sub.contoso.com. 60 IN NS ns.sub.contoso.com.|ns.sub.contoso.com. 60 IN A 10.0.0.5")]
    [InlineData("www.own.contoso.com A", "NOERROR qr aa", "www.own.contoso.com. 60 IN A 10.1.0.1")]
    [InlineData("+tcp www.contoso.com ANY", "NOERROR qr aa", "www.contoso.com. 60 IN A 10.0.0.1|www.contoso.com. 60 IN A 10.0.0.2|www.contoso.com. 60 IN AAAA 2001:db8::1")]
    [InlineData("www.contoso.com TYPE65280", "NOERROR qr aa", "contoso.com. 60 IN SOA ns1-01.azure-dns.com. me.contoso.com. 1 3600 300 2419200 60")]
    [InlineData("www.contoso.com HTTPS", "NOERROR qr aa", "contoso.com. 60 IN SOA ns1-01.azure-dns.com. me.contoso.com. 1 3600 300 2419200 60")]
    [InlineData("+edns=1 +noednsnegotiation www.contoso.com A", "BADVERS qr", "")]
    [InlineData("+opcode=NOTIFY www.contoso.com SOA", "NOTIMP qr", "")]
    [InlineData("+opcode=UPDATE www.contoso.com SOA", "NOTIMP qr", "")]
    [InlineData("version.bind TXT CH", "REFUSED qr", "")]
    [InlineData("example.org A", "REFUSED qr", "")]
    [InlineData("ns1-01.azure-dns.com A", "NOERROR qr aa", "ns1-01.azure-dns.com. 10 IN A 198.18.255.240")]
    public async Task A_question_has_its_answer(string arguments, string header, string records)
    {
        var (found, text, _) = await DigAsync(arguments);
        Assert.Equal((header, records), (found, text));
    }

    [Fact]
    public async Task What_is_too_long_for_UDP_comes_over_TCP()
    {
        var (header, records, _) = await DigAsync("+ignore long.contoso.com TXT");
        Assert.Equal(("NOERROR qr aa tc", ""), (header, records));
        foreach (var arguments in (string[])["long.contoso.com TXT", "+tcp long.contoso.com TXT", "+noedns long.contoso.com TXT"])
        {
            (header, records, var transport) = await DigAsync(arguments);
            Assert.Equal(("NOERROR qr aa", 4000, "TCP"), (header, records.Count(c => c == 'x'), transport));
        }

        // With EDNS it goes over UDP, without it doesn't.
        Assert.Equal("UDP", (await DigAsync("+bufsize=1232 middle.contoso.com TXT")).Transport);
        Assert.Equal("TCP", (await DigAsync("+noedns middle.contoso.com TXT")).Transport);
        Assert.Equal("TCP", (await DigAsync("+bufsize=600 middle.contoso.com TXT")).Transport);
    }

    [Fact]
    public async Task Packets_at_random_neither_stop_nor_delay_it()
    {
        var random = new Random(11);
        using var client = new UdpClient();
        client.Connect(_options.NameServer, 53);
        byte[] seed = [1, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 3, .. "www"u8, 7, .. "contoso"u8, 3, .. "com"u8, 0, 0, 1, 0, 1, 0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0];
        for (var i = 0; i < 20_000; i++)
        {
            var packet = (byte[])seed.Clone();
            for (var n = random.Next(1, 6); n > 0; n--)
            {
                packet[random.Next(packet.Length)] = (byte)random.Next(256);
            }

            await client.SendAsync(packet.AsMemory(0, random.Next(packet.Length + 1)), Cancel);
            while (client.Available > 0)
            {
                await client.ReceiveAsync(Cancel);
            }
        }

        Assert.Equal("NOERROR qr aa", (await DigAsync("www.contoso.com A")).Header);
        Assert.Equal("NOERROR qr aa", (await DigAsync("+tcp www.contoso.com A")).Header);
    }

    private async Task<(string Header, string Records, string Transport)> DigAsync(string arguments)
    {
        var words = arguments.Split(' ').Prepend("+norec");
        var output = await HostProgram.RunAsync(
            "dig", [$"@{_options.NameServer}", "+tries=1", "+time=5", "+nosplit", .. words, "+noall", "+comments", "+answer", "+authority", "+additional", "+stats"], cancellationToken: Cancel);
        var lines = output.Split('\n').Select(l => Space().Replace(l.Trim(), " ")).ToArray();
        var status = Status().Match(output).Groups[1].Value;
        var flags = Flags().Match(output).Groups[1].Value;
        return (
            $"{status} {flags}",
            string.Join('|', lines.Where(l => l.Length > 0 && l[0] != ';')),
            lines.First(l => l.StartsWith(";; SERVER:", StringComparison.Ordinal)).Split(['(', ')'])[^2].ToUpper(CultureInfo.InvariantCulture));
    }

    private void Zone(string name)
    {
        _names.Set(new DnsZoneItem { Key = name, Name = name });
        Set(name, name, DnsType.Soa, DnsData.Soa("ns1-01.azure-dns.com", "me.contoso.com", 1, 3600, 300, 2419200, 60));
    }

    private void Set(string zone, string name, ushort type, params byte[][] data)
        => _names.Set(new DnsRecordsItem { Key = $"{zone}/{name}/{type}", ZoneKey = zone, Name = name, Type = type, Ttl = 60, Data = data });

    [GeneratedRegex("status: ([A-Z]+),")]
    private static partial Regex Status();

    [GeneratedRegex("flags: ([a-z ]+);")]
    private static partial Regex Flags();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
