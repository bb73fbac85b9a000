using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace Lazuli.Bench;

/// <summary>One benchmark's outcome.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Value">What was measured, in <paramref name="Unit"/>: <c>seconds</c>, <c>MB</c>, <c>MB/s</c> or <c>per second</c>.</param>
/// <param name="Unit">Of value and floor.</param>
/// <param name="Floor">What a bare peer needed or did, in alternating rounds of the same run.</param>
/// <param name="Ratio">Value divided by floor: the median of the rounds.</param>
/// <param name="Goal">The ratio or value that is required: at least it for rates, at most it for times and sizes.</param>
/// <param name="Holds">Whether it was met.</param>
public sealed record BenchResult(string Name, double Value, string Unit, double Floor, double Ratio, double Goal, bool Holds)
{
    /// <summary>At least <paramref name="goal"/> times the floor, and (where given) another condition.</summary>
    public static BenchResult Rate(string name, Pair measured, double goal, bool also = true)
        => new(name, Round(measured.Value), "per second", Round(measured.Floor), Round(measured.Ratio), goal, measured.Ratio >= goal && also);

    /// <summary>At least <paramref name="goal"/> MB per second.</summary>
    public static BenchResult Speed(string name, Pair measured, double goal)
        => new(name, Round(measured.Value), "MB/s", Round(measured.Floor), Round(measured.Ratio), goal, measured.Value >= goal);

    /// <summary>At most <paramref name="goal"/> times the floor.</summary>
    public static BenchResult Relative(string name, Pair measured, string unit, double goal)
        => new(name, Round(measured.Value), unit, Round(measured.Floor), Round(measured.Ratio), goal, measured.Ratio <= goal);

    /// <summary>At most <paramref name="goal"/>, in the unit itself.</summary>
    public static BenchResult Limit(string name, Pair measured, string unit, double goal)
        => new(name, Round(measured.Value), unit, Round(measured.Floor), Round(measured.Ratio), Round(goal), measured.Value <= goal);

    /// <summary>At most <paramref name="goal"/> more than the floor, in the unit itself.</summary>
    public static BenchResult Added(string name, Pair measured, string unit, double goal)
        => new(name, Round(measured.Value), unit, Round(measured.Floor), Round(measured.Ratio), goal, measured.Value - measured.Floor <= goal);

    public static string Table(IEnumerable<BenchResult> results)
    {
        var text = new StringBuilder($"{"name",-16}{"value",12}  {"unit",-11}{"floor",12}{"ratio",9}{"goal",9}  holds\n");
        foreach (var r in results)
        {
            text.Append(CultureInfo.InvariantCulture, $"{r.Name,-16}{r.Value,12}  {r.Unit,-11}{r.Floor,12}{r.Ratio,9}{r.Goal,9}  {(r.Holds ? "yes" : "no")}\n");
        }

        return text.ToString().TrimEnd();
    }

    // Four significant digits.
    private static double Round(double value) => double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}

/// <summary>
/// Medians of what was measured, of its floor, and of how many times the floor it was in one pair of rounds: what the machine does to both at a time leaves that alone.
/// </summary>
public readonly record struct Pair(double Value, double Floor)
{
    public double Ratio { get; private init; } = Value / Floor;

    /// <summary>Measures both in turn, <paramref name="rounds"/> times, so that a noisy machine treats both alike.</summary>
    public static async Task<Pair> AlternateAsync(int rounds, Func<Task<double>> measured, Func<Task<double>> floor)
    {
        var (values, floors) = (new List<double>(), new List<double>());
        for (var i = 0; i < rounds; i++)
        {
            values.Add(await measured());
            floors.Add(await floor());
        }

        return new(Median(values), Median(floors)) { Ratio = Median([.. values.Zip(floors, (v, f) => v / f)]) };
    }

    public static double Median(IReadOnlyCollection<double> numbers)
    {
        var values = numbers.Order().ToList();
        return values.Count % 2 == 1 ? values[values.Count / 2] : (values[(values.Count / 2) - 1] + values[values.Count / 2]) / 2;
    }
}

/// <summary>A benchmark that can't be run here, told in one line.</summary>
public sealed class BenchFailureException(string message) : Exception(message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(List<BenchResult>))]
[JsonSerializable(typeof(List<int>))]
internal sealed partial class BenchJson : JsonSerializerContext;
