using System.Collections.Concurrent;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;

namespace Lazuli.Providers.Resources.Deployments;

/// <summary>
/// Answers of validate and what-if that take longer than a client should wait for: it gets 202 with a <c>Location</c>, where the answer is for ten minutes when it is
/// there. In memory: after a restart the client asks anew, as nothing was made.
/// </summary>
internal sealed class LateAnswers(TimeProvider time)
{
    public const string Path = "/providers/Microsoft.Resources/deploymentOperationResults";
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<string, Late> _late = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The answer of <paramref name="work"/> when it comes in time, else where it will be.</summary>
    public async Task<Result<ArmResponse>> AnswerAsync(ArmRequest request, Func<CancellationToken, Task<Result<ArmResponse>>> work, CancellationToken cancellationToken)
    {
        var answer = Task.Run(() => work(CancellationToken.None), cancellationToken);
        await Task.WhenAny(answer, Task.Delay(Wait, time, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        if (answer.IsCompleted)
        {
            return await answer;
        }

        var now = time.GetUtcNow();
        foreach (var (old, late) in _late)
        {
            if (now - late.Since > Kept)
            {
                _late.TryRemove(old, out _);
            }
        }

        var id = Guid.NewGuid().ToString();
        _late[id] = new Late(request.Principal.ObjectId, now, answer);
        return Accepted(request, id);
    }

    /// <summary>GET of the Location: 202 until the answer is there; for who asked only.</summary>
    public async Task<Result<ArmResponse>> GetAsync(ArmRequest request, string id)
        => !_late.TryGetValue(id, out var late) || late.Caller != request.Principal.ObjectId
            ? new ArmError { Code = "OperationNotFound", Message = $"The operation '{id}' could not be found.", Status = 404 }
            : late.Answer.IsCompleted ? await late.Answer : Accepted(request, id);

    private static ArmResponse Accepted(ArmRequest request, string id)
        => new() { Status = 202, Headers = [new("Location", $"{request.BaseUrl}{Path}/{id}?api-version={request.ApiVersion}"), new("Retry-After", "1")] };

    private sealed record Late(string Caller, DateTimeOffset Since, Task<Result<ArmResponse>> Answer);
}
