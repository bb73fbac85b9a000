using System.Globalization;
using System.Text.RegularExpressions;
using Lazuli.Providers.Resources.Deployments.Language.Values;
using static Lazuli.Providers.Resources.Deployments.Language.Functions.Define;

namespace Lazuli.Providers.Resources.Deployments.Language.Functions;

/// <summary>dateTimeAdd, dateTimeFromEpoch, dateTimeToEpoch; utcNow and newGuid, in parameter defaults only.</summary>
internal static partial class DateFunctions
{
    private const string Basic = "yyyyMMdd'T'HHmmss'Z'";
    private const string Extended = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Formats in which a result is written when its base was.</summary>
    private static readonly string[] Kept = [Basic, Extended, "yyyy-MM-dd HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", "yyyy-MM-dd"];

    public static IEnumerable<TemplateFunction> All =>
    [
        Function("dateTimeAdd", 2, 3, Add),
        Function("dateTimeFromEpoch", 1, c => c.Integer(0) is >= -62_135_596_800 and <= 253_402_300_799 and var seconds
            ? c.Text(DateTimeOffset.FromUnixTimeSeconds(seconds).ToString(Extended, CultureInfo.InvariantCulture))
            : throw c.Fault("the parameter is outside of the range of dates")),
        Function("dateTimeToEpoch", 1, c => Value.Of(Parse(c, 0).Time.ToUnixTimeSeconds())),
        Function("utcNow", 0, 1, c => OnlyInDefaults(c, () => Format(c, c.Context.Facts.Now, c.OptionalString(0) ?? Basic))),
        Function("newGuid", 0, c => OnlyInDefaults(c, c.Context.Facts.NewGuid)),
    ];

    private static StringValue OnlyInDefaults(Call call, Func<string> make) => call.Context.InParameterDefault
        ? call.Text(make())
        : throw new TemplateFault($"The template function '{call.Name}' is not expected at this location. The function can only be used in the default value of a parameter. Please see https://aka.ms/arm-functions for usage details");

    private static (DateTimeOffset Time, string Format) Parse(Call call, int i)
    {
        var text = call.String(i);
        foreach (var format in Kept)
        {
            if (DateTimeOffset.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var exact))
            {
                return (exact, format);
            }
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? (time, Extended)
            : throw call.Fault($"'{text}' is not a date and time in ISO 8601 format");
    }

    private static StringValue Add(Call call)
    {
        var (time, format) = Parse(call, 0);
        var match = Duration().Match(call.String(1));
        if (!match.Success || !match.Groups.Values.Skip(1).Any(g => g.Success && g.Name != "sign"))
        {
            throw call.Fault($"'{call.String(1)}' is not a duration in ISO 8601 format");
        }

        try
        {
            var sign = match.Groups["sign"].Success ? -1 : 1;
            int Part(string name) => match.Groups[name].Success ? sign * int.Parse(match.Groups[name].ValueSpan, CultureInfo.InvariantCulture) : 0;
            var seconds = match.Groups["s"].Success ? sign * double.Parse(match.Groups["s"].ValueSpan, CultureInfo.InvariantCulture) : 0;
            time = time.AddYears(Part("y")).AddMonths(Part("mo")).AddDays(Part("d") + (7 * Part("w"))).AddHours(Part("h")).AddMinutes(Part("m")).AddSeconds(seconds);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException)
        {
            throw call.Fault("the result is outside of the range of dates");
        }

        return call.Text(Format(call, time, call.OptionalString(2) ?? format));
    }

    private static string Format(Call call, DateTimeOffset time, string format)
    {
        try
        {
            return time.ToUniversalTime().ToString(format, CultureInfo.InvariantCulture);
        }
        catch (FormatException)
        {
            throw call.Fault($"'{format}' is not a date format");
        }
    }

    [GeneratedRegex(@"^(?<sign>-)?P(?:(?<y>\d{1,5})Y)?(?:(?<mo>\d{1,6})M)?(?:(?<w>\d{1,7})W)?(?:(?<d>\d{1,8})D)?(?:T(?:(?<h>\d{1,8})H)?(?:(?<m>\d{1,9})M)?(?:(?<s>\d{1,12}(?:\.\d{1,7})?)S)?)?$")]
    private static partial Regex Duration();
}
