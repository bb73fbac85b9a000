using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.Crash;

/// <summary>The built <c>lazuli up --engine fake</c>, in a process of its own that can be killed.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = new();
    private ArmClient? _client;

    private ServerProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, e) => _log.Enqueue(e.Data ?? "");
        process.OutputDataReceived += (_, e) => _log.Enqueue(e.Data ?? "");
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    public ArmClient Client => _client ?? throw new InvalidOperationException("It does not answer yet.");

    public string Log => string.Join('\n', _log.TakeLast(40));

    /// <summary>Beside the tests' own output, of the same configuration.</summary>
    public static string Program => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Lazuli.Cli", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "lazuli"));

    /// <summary>Starts it on a state directory and waits until it answers.</summary>
    public static async Task<ServerProcess> StartAsync(string state)
    {
        var server = Begin(state);
        var waited = Stopwatch.StartNew();
        while (true)
        {
            Assert.False(server._process.HasExited, $"The server ended: {server.Log}");
            Assert.True(waited.Elapsed < Patience, $"The server does not start: {server.Log}");
            if (Read(state) is { } file && (int?)file["pid"] == server._process.Id)
            {
                server._client = new ArmClient((string?)file["armEndpoint"] ?? "", (string?)file["caFile"] ?? "");
                return server;
            }

            await Task.Delay(5);
        }
    }

    /// <summary>Starts it and kills it while it starts, or soon after.</summary>
    public static async Task MiscarryAsync(string state, TimeSpan after)
    {
        using var server = Begin(state);
        await Task.Delay(after);
        await server.KillAsync();
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _client?.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static ServerProcess Begin(string state)
    {
        var start = new ProcessStartInfo(Program, ["up", "--state", state, "--engine", "fake", "--port", "0"]) { RedirectStandardError = true, RedirectStandardOutput = true };
        return new(Process.Start(start) ?? throw new InvalidOperationException("It does not start."));
    }

    private static JsonNode? Read(string state)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(Path.Combine(state, "server.json")));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
