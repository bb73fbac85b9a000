using System.Text.Json.Nodes;
using Lazuli.Live.Tests.Cloud;

namespace Lazuli.Live.Tests.Crash;

/// <summary>
/// A resource that one client alone writes, and what a server may say about it: the last acknowledged write, or a later one whose
/// answer never came.
/// </summary>
internal sealed class Owned(LiveCloud cloud, string path, string version)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);
    private readonly HashSet<int> _possible = [0];
    private int _revision;

    public string Path => path;
    public string Version => version;

    /// <summary>The operations that acknowledged requests have begun.</summary>
    public List<string> Operations { get; } = [];

    /// <summary>Something acknowledged is there and nothing later was sent to remove it.</summary>
    public bool Exists => !_possible.Contains(0);

    /// <summary>Writes it until the server acknowledges.</summary>
    public async Task PutAsync(JsonObject body, CancellationToken cancellationToken)
    {
        body["tags"] = new JsonObject { ["revision"] = (++_revision).ToString(System.Globalization.CultureInfo.InvariantCulture) };
        _possible.Add(_revision);
        await AcknowledgedAsync(HttpMethod.Put, path, body, cancellationToken);
        _possible.RemoveWhere(p => p != _revision);
    }

    /// <summary>Deletes it until the server acknowledges, and waits until it is gone.</summary>
    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        _possible.Add(0);
        await AcknowledgedAsync(HttpMethod.Delete, path, null, cancellationToken);
        _possible.RemoveWhere(p => p != 0);
        await UntilAsync(a => a.Status == 404, "is gone", cancellationToken);
    }

    public Task PostAsync(string action, CancellationToken cancellationToken) => AcknowledgedAsync(HttpMethod.Post, $"{path}/{action}", null, cancellationToken);

    /// <summary>Fails when the server has forgotten a write that it acknowledged, or made one up.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (await cloud.SendAsync(HttpMethod.Get, path, version, null, cancellationToken) is { } answer)
        {
            Assert.True(answer.Status is 200 or 404, $"GET {path}: {answer}");
            var revision = answer.Status == 404 || answer.State == "Deleting" ? 0 : int.Parse(answer.Body["tags"]?["revision"]?.GetValue<string>() ?? "-1", System.Globalization.CultureInfo.InvariantCulture);
            Assert.True(_possible.Contains(revision), $"{path} has revision {revision}; possible: {string.Join(", ", _possible)} (0 is absent).\n{answer}");
        }
    }

    /// <summary>Waits until what was written is true on the machine.</summary>
    public Task UntilSettledAsync(CancellationToken cancellationToken)
        => Exists ? UntilAsync(a => a.State == "Succeeded", "is Succeeded", cancellationToken) : UntilAsync(a => a.Status == 404, "is gone", cancellationToken);

    private async Task UntilAsync(Func<Answer, bool> condition, string what, CancellationToken cancellationToken)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        cut.CancelAfter(Patience);
        Answer? last = null;
        try
        {
            while (true)
            {
                last = await cloud.SendAsync(HttpMethod.Get, path, version, null, cut.Token) ?? last;
                if (last is not null && condition(last))
                {
                    return;
                }

                await Task.Delay(100, cut.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new Xunit.Sdk.XunitException($"{path}: not within {Patience.TotalSeconds} s that it {what}. Last: {last}");
        }
    }

    private async Task AcknowledgedAsync(HttpMethod method, string target, JsonObject? body, CancellationToken cancellationToken)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        cut.CancelAfter(Patience);
        Answer? last = null;
        try
        {
            while (true)
            {
                var answer = await cloud.SendAsync(method, target, version, body, cut.Token);
                if (answer is { Status: < 300 })
                {
                    Operations.AddRange(answer.Operation is { } began ? [began] : []);
                    return;
                }

                // No answer, or something else is under way: tried again, as every client does.
                Assert.True(answer is null or { Status: 409 or 429 }, $"{method} {target}: {answer}");
                last = answer ?? last;
                await Task.Delay(answer is null ? 30 : 150, cut.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new Xunit.Sdk.XunitException($"{method} {target}: not acknowledged within {Patience.TotalSeconds} s. Last: {last}");
        }
    }
}
