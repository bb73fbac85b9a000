using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Node.Api;

/// <summary>A node in another process, over its Unix socket. Connects at each call; what <see cref="INode"/> promises about <see cref="IOException"/> holds.</summary>
public sealed class NodeClient : INode, INodePackets, IDisposable
{
    private readonly HttpClient _http;

    /// <param name="socketPath">At most 107 bytes, as the kernel allows.</param>
    public NodeClient(string socketPath)
    {
        var endpoint = new UnixDomainSocketEndPoint(socketPath);
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(endpoint, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        })
        {
            BaseAddress = new Uri("http://node/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public Task<ApplyResult> ApplyAsync(NodeDocument document, CancellationToken cancellationToken) => ReachAsync(async () =>
    {
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(document, NodeJson.Default.NodeDocument));
        using var answer = await _http.PostAsync("document", content, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return JsonSerializer.Deserialize(await answer.Content.ReadAsByteArrayAsync(cancellationToken), NodeJson.Default.ApplyResult);
    });

    public async IAsyncEnumerable<NodeReport> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var answer = await ReachAsync(() => _http.GetAsync("reports", HttpCompletionOption.ResponseHeadersRead, cancellationToken));
        using var reader = new StreamReader(await ReachAsync(() => answer.Content.ReadAsStreamAsync(cancellationToken)));
        while (await ReachAsync(() => reader.ReadLineAsync(cancellationToken).AsTask()) is { } line)
        {
            yield return JsonSerializer.Deserialize(line, NodeJson.Default.NodeReport) ?? throw new IOException("The node sent an empty report.");
        }

        throw new IOException("The node went away.");
    }

    public Task<byte[]?> ReadSerialLogAsync(string vmKey, CancellationToken cancellationToken) => ReadAsync("serial", vmKey, cancellationToken);

    public Task<byte[]?> ScreenshotAsync(string vmKey, CancellationToken cancellationToken) => ReadAsync("screenshot", vmKey, cancellationToken);

    public Task<Stream?> OpenCaptureAsync(string captureKey, CancellationToken cancellationToken) => ReachAsync(async () =>
    {
        // The answer lives as long as its stream.
        var answer = await _http.GetAsync($"capture?key={Uri.EscapeDataString(captureKey)}", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(cancellationToken);
    });

    public Task<PathProbe?> ProbeAsync(ProbeRequest request, CancellationToken cancellationToken) => ReachAsync(async () =>
    {
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, NodeJson.Default.ProbeRequest));
        using var answer = await _http.PostAsync("probe", content, cancellationToken);
        return answer.StatusCode == HttpStatusCode.NotFound ? null
            : JsonSerializer.Deserialize(await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(cancellationToken), NodeJson.Default.PathProbe);
    });

    public Task<string?> ResolveAsync(string vnetKey, string name, CancellationToken cancellationToken) => ReachAsync(async () =>
        await _http.GetStringAsync($"resolve?vnet={Uri.EscapeDataString(vnetKey)}&name={Uri.EscapeDataString(name)}", cancellationToken) is { Length: > 0 } address ? address : null);

    /// <summary>Ends all machines, then the node's process.</summary>
    public Task EndAsync(CancellationToken cancellationToken) => ReachAsync(async () =>
    {
        using var answer = await _http.PostAsync("end", null, cancellationToken);
        return answer.EnsureSuccessStatusCode().StatusCode;
    });

    public void Dispose() => _http.Dispose();

    private Task<byte[]?> ReadAsync(string what, string vmKey, CancellationToken cancellationToken) => ReachAsync(async () =>
    {
        using var answer = await _http.GetAsync($"{what}?vm={Uri.EscapeDataString(vmKey)}", cancellationToken);
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(cancellationToken);
    });

    private static async Task<T> ReachAsync<T>(Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or JsonException)
        {
            throw new IOException($"The node can't be reached: {e.Message}", e);
        }
    }
}
