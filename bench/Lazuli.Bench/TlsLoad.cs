using System.Diagnostics;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Lazuli.Bench;

/// <summary>One keep-alive HTTP/1.1 connection over TLS that does as little as possible beside the exchange itself.</summary>
public sealed class TlsConnection : IDisposable
{
    private readonly SslStream _stream;
    private byte[] _buffer = new byte[64 * 1024];

    private TlsConnection(SslStream stream) => _stream = stream;

    /// <summary>The whole of the last answer: head and body as they came.</summary>
    public ReadOnlySpan<byte> Answer => _buffer.AsSpan(0, Length);

    public int Length { get; private set; }

    public int HeadLength { get; private set; }

    public static async Task<TlsConnection> OpenAsync(Uri endpoint)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint.Host == "localhost" ? "127.0.0.1" : endpoint.Host, endpoint.Port);
            // Whose certificate it is does not matter here; what it costs does.
            var stream = new SslStream(new NetworkStream(socket, ownsSocket: true), false, (_, _, _, _) => true);
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" });
            return new TlsConnection(stream);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends one request and reads its answer to the end; the answer's status.</summary>
    public async Task<int> ExchangeAsync(ReadOnlyMemory<byte> request)
    {
        await _stream.WriteAsync(request);
        (Length, HeadLength) = (0, 0);
        long end = -1;
        while (end < 0 || Length < end)
        {
            if (Length == _buffer.Length)
            {
                Array.Resize(ref _buffer, _buffer.Length * 2);
            }

            var read = await _stream.ReadAsync(_buffer.AsMemory(Length));
            if (read == 0)
            {
                throw new IOException("The server closed the connection.");
            }

            Length += read;
            end = End();
        }

        return int.Parse(_buffer.AsSpan(9, 3), CultureInfo.InvariantCulture);
    }

    public string Body()
    {
        var text = Encoding.UTF8.GetString(Answer[HeadLength..]);
        if (!Encoding.ASCII.GetString(Answer[..HeadLength]).Contains("chunked", StringComparison.OrdinalIgnoreCase))
        {
            return text;
        }

        var body = new StringBuilder();
        var bytes = Answer[HeadLength..];
        while (true)
        {
            var line = bytes.IndexOf("\r\n"u8);
            var size = int.Parse(bytes[..line], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                return body.ToString();
            }

            body.Append(Encoding.UTF8.GetString(bytes.Slice(line + 2, size)));
            bytes = bytes[(line + 2 + size + 2)..];
        }
    }

    public void Dispose() => _stream.Dispose();

    // Where the answer ends: the length that its head tells, or (chunked) here, or not yet (-1).
    private long End()
    {
        var bytes = Answer;
        if (HeadLength == 0)
        {
            var blank = bytes.IndexOf("\r\n\r\n"u8);
            if (blank < 0)
            {
                return -1;
            }

            HeadLength = blank + 4;
        }

        var field = bytes[..HeadLength].IndexOf("Content-Length: "u8);
        if (field >= 0)
        {
            var value = bytes[(field + 16)..HeadLength];
            return HeadLength + long.Parse(value[..value.IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
        }

        return bytes.EndsWith("\r\n0\r\n\r\n"u8) || bytes[9..12].SequenceEqual("204"u8) ? bytes.Length : -1;
    }
}

/// <summary>Some connections that ask one after the other as fast as they are answered.</summary>
public sealed class TlsLoad : IDisposable
{
    private readonly TlsConnection[] _connections;

    private TlsLoad(TlsConnection[] connections) => _connections = connections;

    public static async Task<TlsLoad> OpenAsync(Uri endpoint, int connections)
        => new(await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => TlsConnection.OpenAsync(endpoint))));

    /// <summary>Answers per second over a time. <paramref name="next"/> makes the request of a connection.</summary>
    public async Task<double> RunAsync(TimeSpan time, Func<int, ReadOnlyMemory<byte>> next)
    {
        var clock = Stopwatch.StartNew();
        var counts = await Task.WhenAll(_connections.Select((connection, i) => Task.Run(async () =>
        {
            long count = 0;
            while (clock.Elapsed < time)
            {
                var status = await connection.ExchangeAsync(next(i));
                if (status >= 300)
                {
                    throw new BenchFailureException($"answered {status}: {connection.Body()}");
                }

                count++;
            }

            return count;
        })));
        return counts.Sum() / clock.Elapsed.TotalSeconds;
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }
    }
}
