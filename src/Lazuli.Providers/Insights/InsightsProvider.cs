using System.Text.Json;
using System.Text.RegularExpressions;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Insights;

/// <summary>Microsoft.Insights: the activity log.</summary>
public sealed partial class InsightsProvider : Provider
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    public override string Namespace => "Microsoft.Insights";

    public override IReadOnlyList<ResourceType> Types => [];

    public override IReadOnlyList<ProviderOperation> Operations { get; } =
    [
        new(HttpMethod.Get, "/subscriptions/{subscriptionId}/providers/Microsoft.Insights/eventtypes/management/values", "Microsoft.Insights/eventtypes/management/values/read", List)
        {
            ApiVersions = ["2017-03-01-preview", "2015-04-01", "2014-04-01"],
            MetadataType = "eventtypes",
        },
    ];

    // https://learn.microsoft.com/rest/api/monitor/activity-logs/list: a time range and at most one of the other clauses.
    private static Task<Result<ArmResponse>> List(ProviderRequest request, CancellationToken cancellationToken)
    {
        var now = request.Kernel.Time.GetUtcNow();
        var (from, to) = (now - Longest, now);
        var tests = new List<Func<JsonElement, bool>>();
        foreach (var clause in (request.Request.Query.GetValueOrDefault("$filter") ?? "").Split(" and ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Clause().Match(clause) is not { Success: true } match)
            {
                return Fault(clause);
            }

            // Clients differ in whether they quote.
            var (name, op, value) = (match.Groups[1].Value.ToLowerInvariant(), match.Groups[2].Value.ToLowerInvariant(), match.Groups[3].Success ? match.Groups[3].Value : match.Groups[4].Value);
            if (name == "eventtimestamp" && DateTimeOffset.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time))
            {
                (from, to) = op == "ge" ? (time, to) : (from, time);
            }
            else if (op == "eq" && PropertyOf(name) is { } property)
            {
                tests.Add(e => value.Equals(Text(e, property), StringComparison.OrdinalIgnoreCase));
            }
            else
            {
                return Fault(clause);
            }
        }

        var select = request.Request.Query.GetValueOrDefault("$select") is { Length: > 0 } names ? names.Split(',', StringSplitOptions.TrimEntries).ToHashSet(StringComparer.OrdinalIgnoreCase) : null;
        var events = request.Kernel.Store.Events(request["subscriptionId"].ToLowerInvariant(), from, to).Where(e => tests.Count == 0 || Matches(e, tests));
        return Task.FromResult<Result<ArmResponse>>(ArmResponse.Json(JsonWriting.List(events, (json, e) => Write(json, e, select))));
    }

    private static void Write(Utf8JsonWriter json, StoreEvent entry, HashSet<string>? select)
    {
        if (select is null)
        {
            json.WriteRawValue(entry.Body.Span, skipInputValidation: true);
            return;
        }

        using var document = JsonDocument.Parse(entry.Body);
        json.WriteStartObject();
        foreach (var property in document.RootElement.EnumerateObject().Where(p => select.Contains(p.Name)))
        {
            property.WriteTo(json);
        }

        json.WriteEndObject();
    }

    private static bool Matches(StoreEvent entry, List<Func<JsonElement, bool>> tests)
    {
        using var document = JsonDocument.Parse(entry.Body);
        return tests.TrueForAll(t => t(document.RootElement));
    }

    private static string? PropertyOf(string name) => name switch
    {
        "resourcegroupname" => "resourceGroupName",
        "resourceuri" or "resourceid" => "resourceId",
        "resourceprovider" => "resourceProviderName",
        "correlationid" => "correlationId",
        "caller" => "caller",
        "status" => "status",
        "operationname" => "operationName",
        "resourcetype" => "resourceType",
        "level" or "levels" => "level",
        _ => null,
    };

    private static string? Text(JsonElement element, string name)
        => !element.TryGetProperty(name, out var value) ? null : value.ValueKind == JsonValueKind.Object ? value.GetProperty("value").GetString() : value.GetString();

    private static Task<Result<ArmResponse>> Fault(string clause)
        => Task.FromResult<Result<ArmResponse>>(ArmErrors.BadRequest("BadRequest", $"The clause '{clause}' of $filter is not supported."));

    [GeneratedRegex(@"^(\w+)\s+(eq|ge|le)\s+(?:'([^']*)'|([^'\s]+))$", RegexOptions.IgnoreCase)]
    private static partial Regex Clause();
}
