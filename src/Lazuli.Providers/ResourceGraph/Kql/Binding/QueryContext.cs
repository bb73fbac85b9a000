using System.Text.RegularExpressions;

namespace Lazuli.Providers.ResourceGraph.Kql.Binding;

/// <summary>
/// One run of one query: its clock and what it may use. Work is counted in steps (a row through an operator, a value of a list), memory in values that are kept:
/// whatever the query says, it ends soon.
/// </summary>
public sealed class QueryContext(ITables tables, TimeProvider time, CancellationToken cancellationToken)
{
    private const long MostSteps = 10_000_000;
    private const long MostHeld = 4_000_000;
    private const int LongestPattern = 2_000;
    private const int MostPatterns = 1_000;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestMatch = TimeSpan.FromMilliseconds(250);
    private readonly long _start = time.GetTimestamp();
    private readonly Dictionary<string, Regex> _patterns = new(StringComparer.Ordinal);
    private long _steps;
    private long _held;

    public ITables Tables => tables;

    /// <summary>The same in all of a query.</summary>
    public DateTime Now { get; } = time.GetUtcNow().UtcDateTime;

    public void Step(long count = 1)
    {
        var before = _steps;
        _steps += count;
        if (_steps > MostSteps)
        {
            throw KqlFault.Exceeds("The query takes too much work.");
        }

        if (before >> 12 != _steps >> 12)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (time.GetElapsedTime(_start) > Longest)
            {
                throw KqlFault.Exceeds("The query takes too long.");
            }
        }
    }

    public void Hold(long values)
    {
        _held += values;
        if (_held > MostHeld)
        {
            throw KqlFault.Exceeds("The query keeps too many values at once.");
        }
    }

    /// <summary>Rows through an operator, counted.</summary>
    public IEnumerable<T> Count<T>(IEnumerable<T> rows)
    {
        foreach (var row in rows)
        {
            Step();
            yield return row;
        }
    }

    /// <summary>A pattern, whose matching takes time linear in the text.</summary>
    public Regex Pattern(string pattern)
    {
        if (_patterns.TryGetValue(pattern, out var known))
        {
            return known;
        }

        if (pattern.Length > LongestPattern)
        {
            throw KqlFault.Exceeds($"A regular expression has at most {LongestPattern} characters.");
        }

        if (_patterns.Count >= MostPatterns)
        {
            throw KqlFault.Exceeds($"A query uses at most {MostPatterns} regular expressions.");
        }

        try
        {
            return _patterns[pattern] = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, LongestMatch);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw KqlFault.Means($"'{pattern}' is not a regular expression that is supported: {e.Message}");
        }
    }

    /// <summary>Does something with a pattern; a match that takes too long is the query's fault.</summary>
    public T Match<T>(string pattern, Func<Regex, T> use)
    {
        try
        {
            return use(Pattern(pattern));
        }
        catch (RegexMatchTimeoutException)
        {
            throw KqlFault.Exceeds($"Matching '{pattern}' takes too long.");
        }
    }
}
