using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Lazuli.Engines.Dns;
using Lazuli.Engines.Net;
using Lazuli.Live.Tests.Net;
using Lazuli.Node;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lazuli.Live.Tests.Guest;

/// <summary>The name server of public zones, by packets: questions written here byte by byte, over UDP and TCP.</summary>
[Collection("machine's network")]
public sealed class NameServerLiveTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Public_zones_are_answered_over_UDP_and_TCP()
    {
        Isolation.Require();
        var (options, names) = (new NetOptions(), new DnsCatalogue());
        names.Set(new DnsZoneItem { Key = "z", Name = "contoso.com" });
        names.Set(new DnsRecordsItem { Key = "z/a", ZoneKey = "z", Name = "www.contoso.com", Type = DnsType.A, Ttl = 60, Data = [[10, 0, 0, 1]] });
        names.Set(new DnsRecordsItem
        {
            Key = "z/t",
            ZoneKey = "z",
            Name = "long.contoso.com",
            Type = DnsType.Txt,
            Ttl = 60,
            Data = [.. Enumerable.Range(0, 20).Select(i => DnsData.Txt([new string('x', 1000)]))],
        });
        await using var server = await NameServerHost.StartAsync(options, names, NullLoggerFactory.Instance, Cancel);

        var answer = await UdpAsync(options.NameServer, "WWW.contoso.com", DnsType.A);
        Assert.Equal((0x84, 0, 1), (answer[2], answer[3], answer[7]));
        Assert.Equal((byte[])[10, 0, 0, 1], answer[^4..]);
        Assert.Equal(3, (await UdpAsync(options.NameServer, "none.contoso.com", DnsType.A))[3]);
        Assert.Equal(5, (await UdpAsync(options.NameServer, "example.org", DnsType.A))[3]);
        Assert.Equal(options.NameServer.GetAddressBytes(), (await UdpAsync(options.NameServer, DnsNames.Servers[0], DnsType.A))[^4..]);

        var cut = await UdpAsync(options.NameServer, "long.contoso.com", DnsType.Txt);
        Assert.Equal((2, 0), (cut[2] & 2, cut[7]));
        var whole = await TcpAsync(options.NameServer, "long.contoso.com", DnsType.Txt);
        Assert.Equal((0, 20), (whole[2] & 2, whole[7]));
        Assert.True(whole.Length > 20_000);
    }

    private static byte[] Query(string name, ushort type)
    {
        byte[] question = [.. name.Split('.').SelectMany(l => (byte[])[(byte)l.Length, .. Encoding.ASCII.GetBytes(l)]), 0];
        return [0xAB, 0xCD, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. question, (byte)(type >> 8), (byte)type, 0, 1];
    }

    private static async Task<byte[]> UdpAsync(IPAddress server, string name, ushort type)
    {
        using var client = new UdpClient();
        client.Connect(server, 53);
        await client.SendAsync(Query(name, type), Cancel);
        return (await client.ReceiveAsync(Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Cancel)).Buffer;
    }

    private static async Task<byte[]> TcpAsync(IPAddress server, string name, ushort type)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server, 53, Cancel);
        var query = Query(name, type);
        await client.GetStream().WriteAsync((byte[])[0, (byte)query.Length, .. query], Cancel);
        var length = new byte[2];
        await client.GetStream().ReadExactlyAsync(length, Cancel);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await client.GetStream().ReadExactlyAsync(answer, Cancel);
        return answer;
    }
}
