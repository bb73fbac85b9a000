using System.Collections.Concurrent;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;

namespace Lazuli.Kernel.Operations;

/// <summary>How the answer to a question (an action that changes nothing) comes.</summary>
public enum Answering
{
    /// <summary>200 with the answer.</summary>
    AtOnce,

    /// <summary>200 with the answer if it takes at most <see cref="LateAnswers.Patience"/>, else as <see cref="Later"/>.</summary>
    AtOnceIfSoon,

    /// <summary>202 with a <c>Location</c> where the answer is or will be, as Azure answers these: clients poll. What is wrong with the question is said at once, if it is known by then.</summary>
    Later,
}

/// <summary>
/// Answers that are fetched by a second request: 202 with a <c>Location</c>, which is 202 until the answer is there and then the answer, for who asked only. It is there for ten minutes, and for one
/// after it was fetched. In memory: after a restart the client asks anew, as nothing was made.
/// </summary>
public sealed class LateAnswers(TimeProvider time)
{
    /// <summary>How long a question is held before it is answered with 202.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan KeptFetched = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, Late> _late = new(StringComparer.OrdinalIgnoreCase);
    private DateTimeOffset _nextSweep;

    /// <param name="how">How to answer.</param>
    /// <param name="request">The question.</param>
    /// <param name="resource">What is asked about; with <paramref name="location"/> it names the place of the answer.</param>
    /// <param name="location">A region, or null for <c>global</c>.</param>
    /// <param name="work">Finds the answer. It outlives the request unless it is awaited by it.</param>
    /// <param name="cancellationToken">Of the request.</param>
    public async Task<Result<ArmResponse>> AnswerAsync(
        Answering how, ArmRequest request, ResourceId resource, string? location, Func<CancellationToken, Task<Result<ArmResponse>>> work, CancellationToken cancellationToken)
    {
        if (how == Answering.AtOnce)
        {
            return await work(cancellationToken);
        }

        var answer = Task.Run(() => work(CancellationToken.None), cancellationToken);
        await ((Task)answer).WaitAsync(Patience, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (answer.IsCompleted && (how == Answering.AtOnceIfSoon || !(await answer).Ok(out _, out _)))
        {
            return await answer;
        }

        var now = time.GetUtcNow();
        Sweep(now);
        var id = Guid.NewGuid().ToString();
        var late = new Late(request.Principal.ObjectId, OperationLog.StatusUrl(request, resource, location ?? "global", "operationResults", id), answer) { Until = now + Kept };
        _late[id] = late;
        return Accepted(late);
    }

    /// <summary>GET of the Location; null when there is nothing for this caller.</summary>
    internal async Task<Result<ArmResponse>?> GetAsync(ArmRequest request, string id)
    {
        if (!_late.TryGetValue(id, out var late) || late.Caller != request.Principal.ObjectId)
        {
            return null;
        }

        if (!late.Answer.IsCompleted)
        {
            return Accepted(late);
        }

        late.Until = time.GetUtcNow() + KeptFetched;
        return await late.Answer;
    }

    private static ArmResponse Accepted(Late late) => new() { Status = 202, Headers = [new("Location", late.Location), new("Retry-After", "1")] };

    private void Sweep(DateTimeOffset now)
    {
        if (now < _nextSweep)
        {
            return;
        }

        _nextSweep = now + BetweenSweeps;
        foreach (var (id, late) in _late)
        {
            if (late.Answer.IsCompleted && late.Until < now)
            {
                _late.TryRemove(id, out _);
            }
        }
    }

    private sealed record Late(string Caller, string Location, Task<Result<ArmResponse>> Answer)
    {
        public DateTimeOffset Until { get; set; }
    }
}
