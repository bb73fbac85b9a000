using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Lazuli.Kernel.Identity;

namespace Lazuli.Bench;

/// <summary>A server in a process of its own, and a way to talk to it.</summary>
public sealed class LazuliProcess(Process process, Uri endpoint, string state) : IDisposable
{
    private TlsConnection? _connection;
    private string _token = "";

    public Process Process { get; } = process;

    public Uri Endpoint { get; } = endpoint;

    public string Subscription => Credentials.SubscriptionId;

    /// <summary>The path of the resource group that benchmarks work in.</summary>
    public string Group => $"/subscriptions/{Subscription}/resourceGroups/bench";

    private FirstCredentials Credentials { get; } = FirstCredentials.Read(state) ?? throw new BenchFailureException($"'{state}' has no credentials.");

    /// <summary><c>lazuli up</c> on any port.</summary>
    public static async Task<LazuliProcess> UpAsync(Lab lab, string state, string engine)
    {
        var process = lab.Start(Lab.Program, "up", "--state", state, "--engine", engine, "--port", "0", "--json");
        var text = new StringBuilder();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            text.AppendLine(line);
            if (line == "}")
            {
                using var server = JsonDocument.Parse(text.ToString());
                return await ConnectAsync(process, new Uri(server.RootElement.GetProperty("armEndpoint").GetString() ?? ""), state);
            }
        }

        throw new BenchFailureException("the server did not start; LAZULI_BENCH_TRACE=1 shows what it says.");
    }

    /// <summary>The server inside a process of this program, which notes the sizes of group commits.</summary>
    public static async Task<LazuliProcess> HostAsync(Lab lab, string state)
    {
        var process = lab.Start(Lab.Self, "host", state);
        return await ConnectAsync(process, new Uri(await process.StandardOutput.ReadLineAsync() ?? throw new BenchFailureException("the server did not start.")), state);
    }

    public byte[] Request(string method, string path, string? body = null)
    {
        var head = $"{method} {path} HTTP/1.1\r\nHost: {Endpoint.Authority}\r\nAuthorization: Bearer {_token}\r\nAccept: application/json\r\n";
        return Encoding.UTF8.GetBytes(body is null ? head + "\r\n" : $"{head}Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
    }

    /// <summary>One request; the answer's body. Anything but success is a failure.</summary>
    public async Task<string> SendAsync(string method, string path, string? body = null)
    {
        var connection = _connection ??= await TlsConnection.OpenAsync(Endpoint);
        var status = await connection.ExchangeAsync(Request(method, path, body));
        return status < 300 ? connection.Body() : throw new BenchFailureException($"{method} {path}: {status} {connection.Body()}");
    }

    /// <summary>A question whose answer is fetched from its Location, at once and again until it is there: without the second that clients wait between.</summary>
    public async Task<string> AskAsync(string path, string body)
    {
        await SendAsync("POST", path, body);
        var location = new Uri(OwnHeaders().Single(h => h.StartsWith("Location:", StringComparison.Ordinal))["Location:".Length..].Trim()).PathAndQuery;
        string answer;
        while ((answer = await SendAsync("GET", location)).Length == 0)
        {
        }

        return answer;
    }

    /// <summary>The headers of the last answer that a bare server would not send by itself.</summary>
    public string[] OwnHeaders()
        => [.. Encoding.ASCII.GetString(_connection is { } c ? c.Answer[..c.HeadLength] : []).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Where(h => !h.StartsWith("Date:", StringComparison.Ordinal) && !h.StartsWith("Content-Length:", StringComparison.Ordinal) && !h.StartsWith("Transfer-Encoding:", StringComparison.Ordinal))];

    public void Dispose() => _connection?.Dispose();

    private static async Task<LazuliProcess> ConnectAsync(Process process, Uri endpoint, string state)
    {
        var server = new LazuliProcess(process, endpoint, state);
        var (tenant, id, secret) = (server.Credentials.TenantId, server.Credentials.ClientId, server.Credentials.ClientSecret);
        var form = $"grant_type=client_credentials&client_id={id}&client_secret={Uri.EscapeDataString(secret)}&scope={Uri.EscapeDataString($"{endpoint.GetLeftPart(UriPartial.Authority)}/.default")}";
        var request = $"POST /{tenant}/oauth2/v2.0/token HTTP/1.1\r\nHost: {endpoint.Authority}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {form.Length}\r\n\r\n{form}";
        using var connection = await TlsConnection.OpenAsync(endpoint);
        if (await connection.ExchangeAsync(Encoding.ASCII.GetBytes(request)) != 200)
        {
            throw new BenchFailureException($"signing in failed: {connection.Body()}");
        }

        using var answer = JsonDocument.Parse(connection.Body());
        server._token = answer.RootElement.GetProperty("access_token").GetString() ?? "";
        return server;
    }
}
