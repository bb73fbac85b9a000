using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Types;
using Lazuli.Providers.ResourceGraph.Kql;
using Lazuli.Providers.ResourceGraph.Kql.Binding;
using Lazuli.Providers.ResourceGraph.Kql.Syntax;
using Lazuli.Providers.ResourceGraph.Kql.Values;
using Lazuli.Providers.ResourceGraph.Tables;

namespace Lazuli.Providers.ResourceGraph;

/// <summary>Runs queries: https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources. Anybody may ask; the answer holds what they may read.</summary>
internal sealed class ResourceGraphOperations
{
    private static readonly string[] Versions =
    [
        "2024-04-01", "2022-10-01", "2021-06-01-preview", "2021-03-01", "2020-09-01-preview", "2020-04-01-preview", "2019-04-01", "2018-09-01-preview",
    ];

    private static readonly string[] HistoryVersions = ["2021-06-01-preview", "2020-09-01-preview", "2020-04-01-preview"];
    private readonly GraphColumns _rows = new();

    public IReadOnlyList<ProviderOperation> All =>
    [
        new(HttpMethod.Post, "/providers/Microsoft.ResourceGraph/resources", "Microsoft.ResourceGraph/resources/read", Run)
        {
            ApiVersions = Versions,
            MetadataType = "resources",
            IsAuthorized = false,
        },
        new(HttpMethod.Post, "/providers/Microsoft.ResourceGraph/resourcesHistory", "Microsoft.ResourceGraph/resourcesHistory/read", (_, _) => Answer(ArmErrors.NotSupported("The history of resources")))
        {
            ApiVersions = HistoryVersions,
            MetadataType = "resourcesHistory",
            IsAuthorized = false,
        },
    ];

    private static Task<Result<ArmResponse>> Answer(Result<ArmResponse> result) => Task.FromResult(result);

    private Task<Result<ArmResponse>> Run(ProviderRequest caller, CancellationToken cancellationToken)
    {
        var now = caller.Kernel.Time.GetUtcNow();
        if (!GraphRequest.Read(caller.Request.Body).Ok(out var request, out var error))
        {
            return Answer(error);
        }

        if (GraphScope.Of(request, caller) is not { } scope)
        {
            return Answer(GraphErrors.AccessDenied(caller.Request, now));
        }

        try
        {
            return Answer(Run(request, caller, scope, now, cancellationToken));
        }
        catch (KqlFault fault)
        {
            return Answer(GraphErrors.Of(fault, request.Query ?? "", caller.Request, now));
        }
    }

    private ArmResponse Run(GraphRequest request, ProviderRequest caller, GraphScope scope, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var page = new GraphPage { AsTable = IsTable(request, caller.Request.ApiVersion ?? ""), Top = request.Options?.Top ?? GraphOptions.MostRows, Skip = request.Options?.Skip ?? 0 };
        var key = Key(request);
        if (request.Options?.SkipToken is { Length: > 0 } given)
        {
            if (Offset(given, key) is not { } offset)
            {
                return GraphErrors.InvalidSkipToken(caller.Request, now);
            }

            page = page with { Skip = request.Options.Skip ?? offset };
        }

        var query = KqlQuery.Parse(request.Query ?? "");
        var context = new QueryContext(new GraphTables(caller, scope, _rows), caller.Kernel.Time, cancellationToken);
        var table = QueryBinder.Bind(query, context);
        var facets = request.Facets is { Count: > 0 } asked ? asked : [];
        if (facets.Count > 0)
        {
            // Asked several times: kept.
            var kept = context.Count(table.Rows).ToList();
            context.Hold((long)kept.Count * table.Columns.Count);
            table = table with { Rows = kept };
        }

        page.Read(table, context);

        // As on Azure, a query that limits itself isn't paged.
        var limited = query.Body.Operators.Any(o => o is TakeOperator);
        var pageable = !limited && table.Columns.Any(c => c.Type != ValueKind.Dynamic);
        var next = page.Skip + page.Rows.Count;
        var token = pageable && next < page.Total && page.Rows.Count > 0 ? Token(next, key) : null;
        var answers = facets.Select(f => new Facet(f, table, caller.Kernel.Time, cancellationToken)).ToList();
        var body = JsonWriting.ToBytes(json => page.Write(json, token, answers));
        return body.Length > GraphPage.MostBytes ? GraphErrors.TooLarge(body.Length, GraphPage.MostBytes, caller.Request, now) : ArmResponse.Json(body);
    }

    // A table was the only form at first, and the default before 2020-04-01-preview.
    private static bool IsTable(GraphRequest request, string version)
        => request.Options?.ResultFormat?.Equals("table", StringComparison.OrdinalIgnoreCase) ?? string.CompareOrdinal(version, "2020-04-01") < 0;

    private static string Key(GraphRequest request)
        => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', [request.Query ?? "", .. request.Subscriptions ?? [], "", .. request.ManagementGroups ?? []]))))[..16];

    private static string Token(long offset, string key) => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(new SkipToken(offset, key), GraphJson.Default.SkipToken));

    private static long? Offset(string token, string key)
    {
        var bytes = new byte[token.Length];
        if (!Convert.TryFromBase64String(token, bytes, out var length))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(bytes.AsSpan(0, length), GraphJson.Default.SkipToken) is { Offset: >= 0 and var offset } read && read.Query == key ? offset : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
