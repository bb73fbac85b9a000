using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Lazuli.Engines.Tests.Net;
using static Lazuli.Engines.Tests.Net.Nets;

namespace Lazuli.Live.Tests.Net;

/// <summary>Health probes by packets.</summary>
[Collection("machine's network")]
public sealed class ProbeTests
{
    private static readonly NicItem Member = Nic("n", "10.0.0.4", nsg: "g");

    [Fact]
    public async Task A_probe_comes_from_the_platform_and_under_the_members_security_rules()
    {
        await using var world = new LiveNetWorld();
        await world.ApplyAsync(Vnet("n", Member).With(Nsg("g", Nets.Rule(100, false, source: "Internet"))));
        Assert.Equal(ProbeAnswer.NoConnection, await AskAsync(world, "tcp"));

        using var service = Service.Open(Member, 8080);
        Assert.Equal(ProbeAnswer.Well, await AskAsync(world, "tcp"));
        Assert.Equal(ProbeAnswer.NoHttp, await AskAsync(world, "http"));

        using var seen = NetServer(8081, async (caller, _) =>
        {
            await caller.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {(((IPEndPoint?)caller.RemoteEndPoint)?.Address.Equals(WellKnown.Platform) == true ? 200 : 500)} x\r\n\r\n"));
        });
        Assert.Equal(ProbeAnswer.Well, await AskAsync(world, "http", 8081));

        await world.ApplyAsync(Vnet("n", Member).With(Nsg("g", Nets.Rule(100, false, source: "AzureLoadBalancer"))));
        Assert.Equal(ProbeAnswer.NoConnection, await AskAsync(world, "tcp"));
        await world.ApplyAsync(Vnet("n", Member).With(Nsg("g", Nets.Rule(100, false, ports: "8080", protocol: "tcp"))));
        Assert.Equal(ProbeAnswer.NoConnection, await AskAsync(world, "tcp"));
        Assert.Equal(ProbeAnswer.Well, await AskAsync(world, "http", 8081));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", ProbeAnswer.Well)]
    [InlineData("HTTP/1.0 200 OK\r\n\r\n", ProbeAnswer.Well)]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", ProbeAnswer.BadStatus)]
    [InlineData("HTTP/1.1 503 Unavailable\r\n\r\n", ProbeAnswer.BadStatus)]
    [InlineData("SSH-2.0-x\r\n", ProbeAnswer.NoHttp)]
    [InlineData("", ProbeAnswer.NoHttp)]
    [InlineData(null, ProbeAnswer.NoResponse)]
    public async Task Only_200_is_well(string? answer, ProbeAnswer expected)
    {
        await using var world = new LiveNetWorld();
        await world.ApplyAsync(Vnet("n", Member).With(Nsg("g")));
        var request = "";
        using var server = NetServer(8080, async (caller, text) =>
        {
            request = text;
            if (answer is null)
            {
                await Task.Delay(TimeSpan.FromSeconds(5));
            }

            await caller.SendAsync(Encoding.ASCII.GetBytes(answer ?? ""));
        });

        Assert.Equal(expected, await AskAsync(world, "http"));
        Assert.StartsWith("GET /health HTTP/1.1\r\n", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HTTPS_takes_any_certificate()
    {
        await using var world = new LiveNetWorld();
        await world.ApplyAsync(Vnet("n", Member).With(Nsg("g")));
        using var key = RSA.Create(2048);
        using var own = new CertificateRequest("CN=other", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        using var certificate = X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pfx), null);
        using var socket = Sockets.Open(LiveNetWorld.GuestOf(Member.Key), "tcp");
        socket.Bind(new IPEndPoint(IPAddress.Any, 8080));
        socket.Listen();
        var serving = Task.Run(async () =>
        {
            await using var stream = new SslStream(new NetworkStream(await socket.AcceptAsync(), true));
            await stream.AuthenticateAsServerAsync(certificate);
            await stream.ReadExactlyAsync(new byte["GET /".Length]);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
        });

        Assert.Equal(ProbeAnswer.Well, await AskAsync(world, "https", patience: TimeSpan.FromSeconds(10)));
        await serving;
    }

    private static Task<ProbeAnswer> AskAsync(LiveNetWorld world, string protocol, int port = 8080, TimeSpan? patience = null)
        => world.Linux.ProbeAsync("n", "10.0.0.4", Balancers.Probe(port, protocol), patience ?? TimeSpan.FromSeconds(1.5), default);

    private static Socket NetServer(int port, Func<Socket, string, Task> answer)
    {
        var socket = Sockets.Open(LiveNetWorld.GuestOf(Member.Key), "tcp");
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        socket.Listen();
        _ = ServeAsync();
        return socket;

        async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    using var caller = await socket.AcceptAsync();
                    var buffer = new byte[1024];
                    var length = await caller.ReceiveAsync(buffer);
                    await answer(caller, Encoding.ASCII.GetString(buffer, 0, length));
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Closed.
            }
        }
    }
}
