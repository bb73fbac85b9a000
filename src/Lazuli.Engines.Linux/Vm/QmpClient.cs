using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Lazuli.Engines.Linux.Vm;

/// <summary>
/// One connection to a QEMU process over the QEMU Machine Protocol: commands by id, answers in any order, events in a channel that completes when
/// the process goes. Thread-safe. Source: QEMU's <c>docs/interop/qmp-spec.txt</c>.
/// </summary>
internal sealed class QmpClient : IAsyncDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly SemaphoreSlim _write = new(1, 1);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonNode?>> _waiting = new(StringComparer.Ordinal);
    private readonly Channel<QmpEvent> _events = Channel.CreateUnbounded<QmpEvent>(new() { SingleReader = true });
    private readonly TaskCompletionSource _greeted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private int _lastId;

    private QmpClient(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reading = ReadAsync();
    }

    public ChannelReader<QmpEvent> Events => _events.Reader;

    /// <summary>Connects and shakes hands. QEMU serves one connection at a time.</summary>
    /// <exception cref="SocketException">Nobody listens there (yet).</exception>
    /// <exception cref="IOException">The process went, or doesn't answer.</exception>
    public static async Task<QmpClient> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var client = new QmpClient(socket);
        try
        {
            await client._greeted.Task.WaitAsync(AnswerLimit, cancellationToken);
            await client.ExecuteAsync("qmp_capabilities", null, cancellationToken);
            return client;
        }
        catch (TimeoutException e)
        {
            await client.DisposeAsync();
            throw new IOException("QEMU doesn't greet.", e);
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command and answers its <c>return</c>.</summary>
    /// <exception cref="QmpException">QEMU refused.</exception>
    /// <exception cref="IOException">The process went, or doesn't answer.</exception>
    public async Task<JsonNode?> ExecuteAsync(string command, JsonObject? arguments, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _lastId).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var message = new JsonObject { ["execute"] = command, ["id"] = id };
        if (arguments is not null)
        {
            message["arguments"] = arguments;
        }

        var answer = new TaskCompletionSource<JsonNode?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        try
        {
            if (_reading.IsCompleted)
            {
                throw Gone();
            }

            await _write.WaitAsync(cancellationToken);
            try
            {
                await _stream.WriteAsync(Encoding.UTF8.GetBytes(message.ToJsonString() + "\n"), cancellationToken);
            }
            finally
            {
                _write.Release();
            }

            return await answer.Task.WaitAsync(AnswerLimit, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new IOException($"QEMU doesn't answer {command}.", e);
        }
        catch (ObjectDisposedException e)
        {
            throw new IOException("The connection to QEMU is closed.", e);
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _reading;
        await _stream.DisposeAsync();
        _write.Dispose();
    }

    private async Task ReadAsync()
    {
        using var reader = new StreamReader(_stream, Encoding.UTF8, leaveOpen: true);
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                Hear(JsonNode.Parse(line) as JsonObject);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or JsonException or SocketException)
        {
            // The process went or talks nonsense: the same to us.
        }

        _greeted.TrySetException(Gone());
        foreach (var waiting in _waiting.Values)
        {
            waiting.TrySetException(Gone());
        }

        _events.Writer.TryComplete();
    }

    private void Hear(JsonObject? message)
    {
        if (message is null)
        {
            return;
        }

        if (message.ContainsKey("QMP"))
        {
            _greeted.TrySetResult();
        }
        else if (message["event"] is { } name)
        {
            _events.Writer.TryWrite(new((string?)name ?? "", message["data"] as JsonObject));
        }
        else if ((string?)message["id"] is { } id && _waiting.TryRemove(id, out var waiting))
        {
            if (message["error"] is JsonObject error)
            {
                waiting.TrySetException(new QmpException((string?)error["class"] ?? "", (string?)error["desc"] ?? ""));
            }
            else
            {
                waiting.TrySetResult(message["return"]);
            }
        }
    }

    private static IOException Gone() => new("The QEMU process is gone.");
}

internal sealed record QmpEvent(string Name, JsonObject? Data);

/// <summary>QEMU refused a command.</summary>
internal sealed class QmpException(string errorClass, string description) : Exception(description)
{
    public string ErrorClass { get; } = errorClass;
}
