namespace Lazuli.Server.SignIn;

/// <summary>
/// Slows guessing: after ten failures of one subject it is locked for a minute, and for twice as long after each further ten, up to an hour.
/// A success forgets. Memory is bounded; when it is full the oldest subjects are forgotten.
/// </summary>
internal sealed class Throttle(TimeProvider time)
{
    private const int Allowed = 10;
    private const int MaxSubjects = 10_000;
    private static readonly TimeSpan FirstLock = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestLock = TimeSpan.FromHours(1);
    private readonly Dictionary<string, Failures> _failures = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _gate = new();

    public bool IsLocked(string subject)
    {
        lock (_gate)
        {
            return _failures.TryGetValue(subject, out var failures) && failures.LockedUntil > time.GetUtcNow();
        }
    }

    public void Failed(string subject)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            var count = _failures.TryGetValue(subject, out var before) && now - before.Last < LongestLock ? before.Count + 1 : 1;
            var rounds = Math.Min(count / Allowed, 7);
            var locked = count % Allowed == 0 ? now + Min(FirstLock * Math.Pow(2, rounds - 1), LongestLock) : DateTimeOffset.MinValue;
            _failures[subject] = new(count, now, locked);
            if (_failures.Count > MaxSubjects)
            {
                foreach (var old in _failures.OrderBy(f => f.Value.Last).Take(MaxSubjects / 10).Select(f => f.Key).ToList())
                {
                    _failures.Remove(old);
                }
            }
        }
    }

    public void Succeeded(string subject)
    {
        lock (_gate)
        {
            _failures.Remove(subject);
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private readonly record struct Failures(int Count, DateTimeOffset Last, DateTimeOffset LockedUntil);
}
