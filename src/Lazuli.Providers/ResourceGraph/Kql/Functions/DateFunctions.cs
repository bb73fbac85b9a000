using System.Globalization;
using System.Text;
using Lazuli.Providers.ResourceGraph.Kql.Values;
using static Lazuli.Providers.ResourceGraph.Kql.Functions.Define;

namespace Lazuli.Providers.ResourceGraph.Kql.Functions;

/// <summary>Functions over dates, which are in UTC; weeks begin on Sunday.</summary>
internal static class DateFunctions
{
    private const string Separators = " /-:,.[]_";

    public static IEnumerable<KqlFunction> All =>
    [
        new("now", 0, 1, _ => ValueKind.DateTime, (a, c) => a.Length == 0 ? Value.Of(c.Now) : a[0].Kind == ValueKind.TimeSpan ? Value.OfTicks((decimal)c.Now.Ticks + a[0].AsLong) : Value.Null),
        new("ago", 1, 1, _ => ValueKind.DateTime, (a, c) => a[0].Kind == ValueKind.TimeSpan ? Value.OfTicks((decimal)c.Now.Ticks - a[0].AsLong) : Value.Null),
        Function("datetime_add", 3, ValueKind.DateTime, a => a[1].Kind.IsWhole() && a[2].Kind == ValueKind.DateTime ? Add(a[2].AsDateTime, a[0].ToText(), a[1].AsLong) : Value.Null),
        Function("datetime_diff", 3, ValueKind.Long, a => a[1].Kind == ValueKind.DateTime && a[2].Kind == ValueKind.DateTime ? Diff(a[0].ToText(), a[1].AsDateTime, a[2].AsDateTime) : Value.Null),
        Function("datetime_part", 2, ValueKind.Long, a => a[1].Kind == ValueKind.DateTime ? Part(a[0].ToText(), a[1].AsDateTime) : Value.Null),
        Function("format_datetime", 2, ValueKind.String, a => a[0].Kind == ValueKind.DateTime ? Format(a[0].AsDateTime, a[1].ToText()) : Value.Empty),
        Function("make_datetime", 3, 7, ValueKind.DateTime, Make),
        .. Bounds("day"), .. Bounds("week"), .. Bounds("month"), .. Bounds("year"),
        Of("getyear", d => d.Year), Of("getmonth", d => d.Month), Of("monthofyear", d => d.Month), Of("dayofmonth", d => d.Day), Of("dayofyear", d => d.DayOfYear), Of("hourofday", d => d.Hour),
        Of("week_of_year", d => ISOWeek.GetWeekOfYear(d)),
        Function("dayofweek", 1, ValueKind.TimeSpan, a => a[0].Kind == ValueKind.DateTime ? Value.Of(TimeSpan.FromDays((int)a[0].AsDateTime.DayOfWeek)) : Value.Null),
        Unix("unixtime_seconds_todatetime", TimeSpan.TicksPerSecond), Unix("unixtime_milliseconds_todatetime", TimeSpan.TicksPerMillisecond),
    ];

    private static KqlFunction Of(string name, Func<DateTime, long> part) => Function(name, 1, ValueKind.Long, a => a[0].Kind == ValueKind.DateTime ? Value.Of(part(a[0].AsDateTime)) : Value.Null);

    private static KqlFunction Unix(string name, long ticks)
        => Function(name, 1, ValueKind.DateTime, a => a[0].Kind.IsNumber() && Math.Abs(a[0].AsReal) < 1e15 ? Value.OfTicks(DateTime.UnixEpoch.Ticks + ((decimal)a[0].AsReal * ticks)) : Value.Null);

    // startofX(date[, offset]) and endofX: the last tick before the next one starts.
    private static KqlFunction[] Bounds(string unit) =>
    [
        Function("startof" + unit, 1, 2, ValueKind.DateTime, a => Start(a[0], unit, At(a, 1), 0)),
        Function("endof" + unit, 1, 2, ValueKind.DateTime, a => Start(a[0], unit, At(a, 1), 1) is { IsNull: false } next ? Value.OfTicks((decimal)next.AsLong - 1) : Value.Null),
    ];

    private static Value Start(Value value, string unit, Value offset, int more)
    {
        if (value.Kind != ValueKind.DateTime || !(offset.IsNull || offset.Kind.IsWhole()) || Math.Abs((decimal)offset.AsLong) > 1_000_000)
        {
            return Value.Null;
        }

        var date = value.AsDateTime.Date;
        var start = unit switch
        {
            "year" => new DateTime(date.Year, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            "month" => new DateTime(date.Year, date.Month, 1, 0, 0, 0, DateTimeKind.Utc),
            "week" when date.Ticks / TimeSpan.TicksPerDay >= (int)date.DayOfWeek => date.AddDays(-(int)date.DayOfWeek),
            _ => date,
        };
        return Add(start, unit, (offset.IsNull ? 0 : offset.AsLong) + more);
    }

    private static Value Add(DateTime date, string part, long count)
    {
        try
        {
            return part.ToLowerInvariant() switch
            {
                "year" => Value.Of(date.AddYears(checked((int)count))),
                "quarter" => Value.Of(date.AddMonths(checked((int)(count * 3)))),
                "month" => Value.Of(date.AddMonths(checked((int)count))),
                var unit => TicksOf(unit) is { } ticks ? Value.OfTicks(date.Ticks + (count * ticks)) : Value.Null,
            };
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException)
        {
            return Value.Null;
        }
    }

    // How many boundaries of the part lie between: 2017-12-31 to 2018-01-01 is a year.
    private static Value Diff(string part, DateTime left, DateTime right) => part.ToLowerInvariant() switch
    {
        "year" => Value.Of((long)left.Year - right.Year),
        "quarter" => Value.Of((((long)left.Year - right.Year) * 4) + ((left.Month - 1) / 3) - ((right.Month - 1) / 3)),
        "month" => Value.Of((((long)left.Year - right.Year) * 12) + left.Month - right.Month),
        "week" => Value.Of(Weeks(left) - Weeks(right)),
        "nanosecond" => Value.Of(unchecked((left.Ticks - right.Ticks) * 100)),
        var unit => TicksOf(unit) is { } ticks ? Value.Of((left.Ticks / (long)ticks) - (right.Ticks / (long)ticks)) : Value.Null,
    };

    // 0001-01-01 was a Monday; weeks begin on Sunday.
    private static long Weeks(DateTime date) => ((date.Ticks / TimeSpan.TicksPerDay) + 1) / 7;

    private static Value Part(string part, DateTime date) => part.ToLowerInvariant() switch
    {
        "year" => Value.Of((long)date.Year),
        "quarter" => Value.Of((date.Month + 2L) / 3),
        "month" => Value.Of((long)date.Month),
        "week_of_year" or "weekofyear" or "week" => Value.Of((long)ISOWeek.GetWeekOfYear(date)),
        "day" => Value.Of((long)date.Day),
        "dayofyear" => Value.Of((long)date.DayOfYear),
        "hour" => Value.Of((long)date.Hour),
        "minute" => Value.Of((long)date.Minute),
        "second" => Value.Of((long)date.Second),
        "millisecond" => Value.Of((long)date.Millisecond),
        "microsecond" => Value.Of(date.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond),
        "nanosecond" => Value.Of(date.Ticks % TimeSpan.TicksPerSecond * 100),
        _ => Value.Null,
    };

    private static decimal? TicksOf(string unit) => unit switch
    {
        "week" => 7 * TimeSpan.TicksPerDay,
        "day" => TimeSpan.TicksPerDay,
        "hour" => TimeSpan.TicksPerHour,
        "minute" => TimeSpan.TicksPerMinute,
        "second" => TimeSpan.TicksPerSecond,
        "millisecond" => TimeSpan.TicksPerMillisecond,
        "microsecond" => TimeSpan.TicksPerMicrosecond,
        "nanosecond" => 0.01m,
        _ => null,
    };

    private static Value Make(Value[] a)
    {
        var parts = a.Select(v => v.Kind.IsNumber() ? v.AsReal : double.NaN).ToArray();
        if (Array.Exists(parts, p => !(Math.Abs(p) < 10_000)) || parts[0] is < 1 or >= 10_000 || parts[1] is < 1 or >= 13 || parts[2] < 1
            || parts[2] >= DateTime.DaysInMonth((int)parts[0], (int)parts[1]) + 1)
        {
            return Value.Null;
        }

        double Or(int index) => index < parts.Length ? parts[index] : 0;
        var seconds = (((Or(3) * 60) + Or(4)) * 60) + Or(5);
        return Value.OfTicks(new DateTime((int)parts[0], (int)parts[1], (int)parts[2], 0, 0, 0, DateTimeKind.Utc).Ticks + ((decimal)seconds * TimeSpan.TicksPerSecond));
    }

    // Letters that mean something, and separators; anything else is refused.
    private static Value Format(DateTime date, string format)
    {
        if (format.Length > 200)
        {
            throw KqlFault.Exceeds("format_datetime(): the format is too long.");
        }

        var text = new StringBuilder();
        for (var i = 0; i < format.Length;)
        {
            var run = 1;
            while (i + run < format.Length && format[i + run] == format[i])
            {
                run++;
            }

            text.Append(Separators.Contains(format[i], StringComparison.Ordinal) ? new string(format[i], run)
                : One(date, format[i], run) ?? throw KqlFault.Means($"format_datetime(): '{format.Substring(i, run)}' is not part of a format."));
            i += run;
        }

        return Value.Of(text.ToString());
    }

    private static string? One(DateTime date, char letter, int run) => letter switch
    {
        'd' or 'h' or 'H' or 'm' or 'M' or 's' when run <= 2 => (letter switch
        {
            'd' => date.Day,
            'h' => (date.Hour + 11) % 12 + 1,
            'H' => date.Hour,
            'm' => date.Minute,
            'M' => date.Month,
            _ => date.Second,
        }).ToString(run == 2 ? "00" : "0", CultureInfo.InvariantCulture),
        'y' when run <= 2 => (date.Year % 100).ToString(run == 2 ? "00" : "0", CultureInfo.InvariantCulture),
        'y' when run == 4 => date.Year.ToString("0000", CultureInfo.InvariantCulture),
        'f' when run <= 7 => date.ToString("fffffff", CultureInfo.InvariantCulture)[..run],
        'F' when run <= 7 => date.ToString("fffffff", CultureInfo.InvariantCulture)[..run].TrimEnd('0'),
        't' when run == 2 => date.Hour < 12 ? "AM" : "PM",
        _ => null,
    };
}
