using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.Crash;

/// <summary>What a client knows of one resource that only it changes: absent (null), or the mark and power state that its last acknowledged request gave it.</summary>
internal sealed record Known(string Mark, string? Power);

/// <summary>A resource, and everything it may be: one thing as long as every request was answered, two when the server died over one.</summary>
internal sealed class Owned(string path, Func<string, string> body, bool isMachine)
{
    private const string Machine = "running";

    public string Path => path;

    public bool IsMachine => isMachine;

    public HashSet<Known?> Possible { get; private set; } = [null];

    /// <summary>Does one thing to it, by chance. Returns the answer, or null when the server is gone.</summary>
    public async Task<Answer?> ActAsync(Random random, string mark, Func<string, string, string?, Task<Answer>> send)
    {
        var there = !Possible.Contains(null);
        var choice = random.Next(10);
        return !there || choice < 3 ? await TryAsync("PUT", "", body(mark), known => new Known(mark, isMachine ? known?.Power ?? Machine : null), send)
            : choice < 5 ? await TryAsync("DELETE", "", null, _ => null, send)
            : !isMachine || choice < 6 ? await TryAsync("PATCH", "", $$$"""{"tags":{"mark":"{{{mark}}}"}}""", known => known is null ? null : known with { Mark = mark }, send)
            : choice switch
            {
                6 => await PowerAsync("start", _ => Machine, send),
                7 => await PowerAsync("powerOff", power => power == "deallocated" ? power : "stopped", send),
                8 => await PowerAsync("deallocate", _ => "deallocated", send),
                _ => await PowerAsync("restart", _ => Machine, send),
            };
    }

    /// <summary>What a restarted server shows must be possible; from then on it is what is known.</summary>
    public void Seen(Known? shown, string context)
    {
        Assert.True(Possible.Contains(shown), $"{path} is {Show(shown)}, but should be {string.Join(" or ", Possible.Select(Show))}. {context}");
        Possible = [shown];
    }

    private static string Show(Known? known) => known?.ToString() ?? "absent";

    private Task<Answer?> PowerAsync(string action, Func<string?, string> change, Func<string, string, string?, Task<Answer>> send)
        => TryAsync("POST", "/" + action, null, known => known is null ? null : known with { Power = change(known.Power) }, send);

    private async Task<Answer?> TryAsync(string method, string tail, string? content, Func<Known?, Known?> change, Func<string, string, string?, Task<Answer>> send)
    {
        var before = Possible;
        var after = before.Select(change).ToHashSet();
        Possible = [.. before, .. after];
        try
        {
            var answer = await send(method, path + tail, content);
            Assert.True(answer.Status < 500, $"{answer.Request}: {answer.Status} {answer.Text}");
            Possible = answer.Status < 300 ? after : before;
            return answer;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            return null;
        }
    }
}
