namespace Lazuli.Guest;

/// <summary>A token bucket: bursts of <c>burst</c>, then <c>perSecond</c> a second. Thread-safe.</summary>
internal sealed class RateLimit(TimeProvider time, double perSecond, double burst)
{
    private readonly Lock _lock = new();
    private readonly double _burst = burst;
    private double _tokens = burst;
    private long _last = time.GetTimestamp();

    public bool TryTake()
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            _tokens = Math.Min(_burst, _tokens + (time.GetElapsedTime(_last, now).TotalSeconds * perSecond));
            _last = now;
            if (_tokens < 1)
            {
                return false;
            }

            _tokens--;
            return true;
        }
    }
}
