namespace Lazuli.Guest.Imds;

/// <summary>The api-versions that Azure's IMDS lists, oldest first. Being dates, they compare as text.</summary>
internal static class ImdsVersions
{
    public static readonly IReadOnlyList<string> All =
    [
        "2017-03-01", "2017-04-02", "2017-08-01", "2017-10-01", "2017-12-01",
        "2018-02-01", "2018-04-02", "2018-10-01",
        "2019-02-01", "2019-03-11", "2019-04-30", "2019-06-01", "2019-06-04", "2019-08-01", "2019-08-15", "2019-11-01",
        "2020-06-01", "2020-07-15", "2020-09-01", "2020-10-01", "2020-12-01",
        "2021-01-01", "2021-02-01", "2021-03-01", "2021-05-01", "2021-08-01", "2021-10-01", "2021-11-01", "2021-11-15", "2021-12-13",
        "2023-07-01", "2023-11-15",
        "2024-03-15", "2024-07-17",
        "2025-04-07",
    ];

    /// <summary>Versions of <c>/metadata/scheduledevents</c>, which has its own list.</summary>
    public static readonly IReadOnlyList<string> ScheduledEvents = ["2017-03-01", "2017-08-01", "2017-11-01", "2019-01-01", "2019-04-01", "2019-08-01", "2020-07-01"];

    public static bool IsKnown(string version) => All.Contains(version);

    public static bool AtLeast(this string version, string introduced) => string.CompareOrdinal(version, introduced) >= 0;
}
