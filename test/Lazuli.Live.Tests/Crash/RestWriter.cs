using System.Text.Json.Nodes;
using Lazuli.Live.Tests.Cloud;
using Lazuli.Live.Tests.Matrix;

namespace Lazuli.Live.Tests.Crash;

/// <summary>A client that makes a drawn cloud true, and each change of it: it writes what differs from what it wrote last, each until the server acknowledges.</summary>
internal sealed class RestWriter(LiveCloud cloud)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);
    private readonly Dictionary<string, string> _written = new(StringComparer.Ordinal);

    /// <summary>Requests that the server acknowledged.</summary>
    public int Writes { get; private set; }

    public async Task ApplyAsync(RestCloud rest, Matrix.Cloud drawn, CancellationToken cancellationToken)
    {
        var documents = rest.Documents().ToList();
        foreach (var gone in _written.Keys.Except(documents.Select(d => d.Path)).ToList())
        {
            await SendAsync(HttpMethod.Delete, gone, null, cancellationToken);
            _written.Remove(gone);
        }

        // A NIC lets go of addresses and rules before others take them or they go.
        var changed = documents.Where(IsNew).Select(d => d.Path).ToHashSet(StringComparer.Ordinal);
        var shaken = changed.Any(p => p.Contains("/loadBalancers/", StringComparison.Ordinal));
        foreach (var card in drawn.Cards.Where(c => _written.ContainsKey(rest.NicPath(c.Name)) && (shaken || changed.Contains(rest.NicPath(c.Name)))))
        {
            await PutAsync(rest.NicPath(card.Name), rest.NicOf(card, whole: false), cancellationToken);
        }

        foreach (var (path, body) in documents.Where(IsNew))
        {
            await PutAsync(path, body, cancellationToken);
        }
    }

    /// <summary>Waits until everything that was written is true on the machine.</summary>
    public async Task UntilSettledAsync(CancellationToken cancellationToken)
    {
        foreach (var path in _written.Keys)
        {
            await UntilAsync(HttpMethod.Get, path, null, a => a.State == "Succeeded", cancellationToken);
        }
    }

    private bool IsNew((string Path, JsonObject Body) document) => _written.GetValueOrDefault(document.Path) != document.Body.ToJsonString();

    private async Task PutAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        await SendAsync(HttpMethod.Put, path, body, cancellationToken);
        _written[path] = body.ToJsonString();
    }

    private async Task SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        await UntilAsync(method, path, body, answer =>
        {
            // Something else is under way: tried again, as every client does.
            Assert.True(answer.Status is < 300 or 409 or 429 || (answer.Status == 404 && method == HttpMethod.Delete), $"{method} {path}: {answer}\n{body}");
            return answer.Status is < 300 or 404;
        }, cancellationToken);
        Writes++;
    }

    private async Task UntilAsync(HttpMethod method, string path, JsonObject? body, Func<Answer, bool> holds, CancellationToken cancellationToken)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        cut.CancelAfter(Patience);
        Answer? last = null;
        try
        {
            while (true)
            {
                var answer = await cloud.SendAsync(method, path, Bodies.NetworkVersion, body, cut.Token);
                if (answer is not null && holds(answer))
                {
                    return;
                }

                last = answer ?? last;
                await Task.Delay(answer is null ? 30 : 60, cut.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new Xunit.Sdk.XunitException($"{method} {path}: not within {Patience.TotalSeconds} s. Last: {last}\n{body}");
        }
    }
}
