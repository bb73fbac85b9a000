using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Lazuli.Engines.Dns;
using Lazuli.Engines.Linux.Dns;
using Lazuli.Engines.Net;

namespace Lazuli.Engines.Tests.Dns;

/// <summary>What a check of a Traffic Manager endpoint sends and takes, over loopback in place of the public pool.</summary>
public sealed class TrafficProbeTests
{
    private static readonly TrafficProbe Probe = new(new NetOptions { PublicPool = IPNetwork.Parse("127.0.0.0/8") });

    [Theory]
    [InlineData("HTTP/1.1 200 OK", "", true)]
    [InlineData("HTTP/1.1 204 No Content", "", false)]
    [InlineData("HTTP/1.1 204 No Content", "200-299", true)]
    [InlineData("HTTP/1.1 301 Moved\r\nLocation: http://192.0.2.1/", "", false)]
    [InlineData("HTTP/1.1 301 Moved\r\nLocation: http://192.0.2.1/", "200-200 301-301", true)]
    [InlineData("HTTP/1.1 503 Unavailable", "200-299", false)]
    [InlineData("SSH-2.0-x", "", false)]
    [InlineData("", "", false)]
    public async Task A_page_is_well_by_its_status(string answer, string expected, bool well)
    {
        using var server = Listen(out var port);
        var heard = AnswerAsync(server, answer);
        Assert.Equal(well, await AskAsync(new() { Port = port, Path = "/health?x=1", Headers = [new("X-From", "monitor")], Expected = Ranges(expected), TimeoutSeconds = 2 }));
        var request = await heard;
        Assert.StartsWith("GET /health?x=1 HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains($"\r\nHost: web.example:{port}\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nX-From: monitor\r\n", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_of_the_endpoint_goes_before_the_profiles_and_may_be_the_host()
    {
        using var server = Listen(out var port);
        var heard = AnswerAsync(server, "HTTP/1.1 200 OK");
        Assert.True(await AskAsync(new() { Port = port, Headers = [new("host", "profile"), new("a", "b")] }, new TrafficHeader("Host", "contoso.com")));
        var request = await heard;
        Assert.Contains("\r\nHost: contoso.com\r\n", request, StringComparison.Ordinal);
        Assert.DoesNotContain("profile", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HTTPS_takes_any_certificate_but_no_plain_text()
    {
        using var server = Listen(out var port);
        using var key = RSA.Create(2048);
        using var own = new CertificateRequest("CN=other", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        using var certificate = X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pfx), null);
        var serving = Task.Run(async () =>
        {
            await using var stream = new SslStream(new NetworkStream(await server.AcceptAsync(TestContext.Current.CancellationToken), true));
            await stream.AuthenticateAsServerAsync(certificate);
            await stream.ReadExactlyAsync(new byte["GET /".Length]);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        }, TestContext.Current.CancellationToken);
        Assert.True(await AskAsync(new() { Protocol = "https", Port = port, Path = "/" }));
        await serving;
        var heard = AnswerAsync(server, "HTTP/1.1 200 OK");
        Assert.False(await AskAsync(new() { Protocol = "https", Port = port, Path = "/" }));
        await heard;
    }

    [Fact]
    public async Task Who_is_silent_or_not_there_is_not_well_and_a_connection_is_enough_for_TCP()
    {
        using var server = Listen(out var port);
        Assert.True(await AskAsync(new() { Protocol = "tcp", Port = port }));
        Assert.False(await AskAsync(new() { Port = port, TimeoutSeconds = 1 }));
        server.Dispose();
        Assert.False(await AskAsync(new() { Protocol = "tcp", Port = port }));
        Assert.False(await AskAsync(new() { Port = port }));
    }

    [Fact]
    public async Task Nothing_beyond_the_public_pool_is_ever_asked()
    {
        var real = new TrafficProbe(new NetOptions());
        using var server = Listen(out var port);
        foreach (var address in (string[])["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "198.18.255.240", "198.18.255.254"])
        {
            Assert.False(real.Reaches(IPAddress.Parse(address)));
            Assert.False(await real.IsWellAsync(IPAddress.Parse(address), address, new() { Protocol = "tcp", Port = port }, [], TestContext.Current.CancellationToken));
        }

        Assert.False(server.Poll(0, SelectMode.SelectRead));
        Assert.True(real.Reaches(IPAddress.Parse("198.18.0.4")));
    }

    private static Task<bool> AskAsync(TrafficMonitor monitor, params TrafficHeader[] headers)
        => Probe.IsWellAsync(IPAddress.Loopback, "web.example", monitor, headers, TestContext.Current.CancellationToken);

    private static IReadOnlyList<StatusRange> Ranges(string text)
        => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(r => r.Split('-')).Select(r => new StatusRange(int.Parse(r[0], null), int.Parse(r[1], null)))];

    private static Socket Listen(out int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        port = ((IPEndPoint?)socket.LocalEndPoint)?.Port ?? 0;
        return socket;
    }

    private static async Task<string> AnswerAsync(Socket server, string answer)
    {
        using var caller = await server.AcceptAsync(TestContext.Current.CancellationToken);
        var buffer = new byte[4096];
        var length = await caller.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        await caller.SendAsync(Encoding.ASCII.GetBytes(answer.Length == 0 ? "" : answer + "\r\nContent-Length: 0\r\n\r\n"), TestContext.Current.CancellationToken);
        return Encoding.ASCII.GetString(buffer, 0, length);
    }
}
