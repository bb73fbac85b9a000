using System.Globalization;
using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Resources.Changes;

/// <summary>Changes of a resource in the last 14 days, newest first: https://learn.microsoft.com/rest/api/resources/changes. Those of deleted ones are in Resource Graph.</summary>
internal static class ChangeOperations
{
    private const int MostAPage = 100;
    private const string Action = "Microsoft.Resources/changes/read";
    private const string Path = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/{resourceProviderNamespace}/{resourceType}/{resourceName}/providers/Microsoft.Resources/changes";
    private static readonly string[] Versions = ["2024-06-01-preview", "2023-07-01-preview", "2023-03-01-preview", "2022-05-01", "2022-03-01-preview"];

    public static IEnumerable<ProviderOperation> All { get; } =
    [
        new(HttpMethod.Get, Path, Action, List) { ApiVersions = Versions, MetadataType = "changes" },
        new(HttpMethod.Get, Path + "/{changeResourceId}", Action, Get) { ApiVersions = Versions },
    ];

    private static Task<Result<ArmResponse>> List(ProviderRequest request, CancellationToken cancellationToken)
    {
        var (top, skip) = (MostAPage, 0);
        var query = request.Request.Query;
        if (query.GetValueOrDefault("$top") is { } asked && (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out top) || top is < 1 or > MostAPage))
        {
            return Task.FromResult<Result<ArmResponse>>(ArmErrors.InvalidParameter("$top", $"The value '{asked}' of $top must be between 1 and {MostAPage}."));
        }

        if (query.GetValueOrDefault("$skiptoken") is { } token && !int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out skip))
        {
            return Task.FromResult<Result<ArmResponse>>(ArmErrors.InvalidParameter("$skipToken", "The value of $skipToken is not one that this server gave."));
        }

        var page = Of(request).Skip(skip).Take(top + 1).ToList();
        return Task.FromResult<Result<ArmResponse>>(ArmResponse.Json(JsonWriting.ToBytes(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("value");
            foreach (var change in page.Take(top))
            {
                json.WriteRawValue(change.Body.Span, skipInputValidation: true);
            }

            json.WriteEndArray();
            if (page.Count > top)
            {
                json.WriteString("nextLink", string.Create(
                    CultureInfo.InvariantCulture, $"{request.Request.BaseUrl}{request.Request.Path}?api-version={request.Request.ApiVersion}&$top={top}&$skipToken={skip + top}"));
            }

            json.WriteEndObject();
        })));
    }

    private static Task<Result<ArmResponse>> Get(ProviderRequest request, CancellationToken cancellationToken)
    {
        var name = request["changeResourceId"];
        var found = Of(request).FirstOrDefault(c =>
        {
            using var document = JsonDocument.Parse(c.Body);
            return name.Equals(document.RootElement.GetProperty("name").GetString(), StringComparison.OrdinalIgnoreCase);
        });
        return Task.FromResult<Result<ArmResponse>>(found is not null
            ? ArmResponse.Json(found.Body)
            : new ArmError { Code = "NotFound", Message = $"The change '{name}' of '{request.Scope}' could not be found.", Status = 404 });
    }

    private static IEnumerable<StoreEvent> Of(ProviderRequest request)
    {
        foreach (var change in ChangeLog.List(request.View.Store, request["subscriptionId"], request.Kernel.Time.GetUtcNow()))
        {
            using var document = JsonDocument.Parse(change.Body);
            if (request.Scope.ToString().Equals(document.RootElement.GetProperty("properties").GetProperty("targetResourceId").GetString(), StringComparison.OrdinalIgnoreCase))
            {
                yield return change;
            }
        }
    }
}
