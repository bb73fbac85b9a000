using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;

namespace Lazuli.Providers.ResourceGraph;

/// <summary>A request to query: https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources.</summary>
public sealed record GraphRequest
{
    public IReadOnlyList<string>? Subscriptions { get; set; }
    public IReadOnlyList<string>? ManagementGroups { get; set; }

    /// <summary>The one group of older versions.</summary>
    public string? ManagementGroupId { get; set; }
    public string? Query { get; set; }
    public GraphOptions? Options { get; set; }
    public IReadOnlyList<FacetRequest>? Facets { get; set; }

    /// <summary>The request, or what is wrong with it as it stands.</summary>
    public static Result<GraphRequest> Read(ReadOnlyMemory<byte> body)
    {
        GraphRequest? request;
        try
        {
            request = JsonSerializer.Deserialize(body.Span, GraphJson.Default.GraphRequest);
        }
        catch (JsonException e)
        {
            return ArmErrors.InvalidRequestContent(e.Message);
        }

        return request is not { Query: not null } ? Missing("query")
            : request.Facets?.Any(f => f?.Expression is null) == true ? Missing("facets.expression")
            : request.Options is { Top: < 1 or > GraphOptions.MostRows } ? Outside("$top")
            : request.Options is { Skip: < 0 } ? Outside("$skip")
            : request.Facets?.Any(f => f.Options is { Top: < 1 or > GraphOptions.MostRows }) == true ? Outside("facets.$top")
            : request.Options?.ResultFormat is { } format && !Knows(format, "table", "objectArray") ? Outside("resultFormat")
            : request.Options?.AuthorizationScopeFilter is { } filter && !Knows(filter, "AtScopeAndBelow", "AtScopeAndAbove", "AtScopeAboveAndBelow", "AtScopeExact") ? Outside("authorizationScopeFilter")
            : request.Facets?.Any(f => f.Options?.SortOrder is { } order && !Knows(order, "asc", "desc")) == true ? Outside("facets.sortOrder")
            : request;
    }

    private static bool Knows(string value, params ReadOnlySpan<string> known)
    {
        foreach (var one in known)
        {
            if (value.Equals(one, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static ArmError Missing(string name) => ArmErrors.BadRequest("BadRequest", $"The property '{name}' of the request is required.", name);

    private static ArmError Outside(string name) => ArmErrors.BadRequest("BadRequest", $"The value of '{name}' is not one that is allowed.", name);
}

public sealed record GraphOptions
{
    /// <summary>The most rows of a page, and of a facet.</summary>
    public const int MostRows = 1000;

    [JsonPropertyName("$skipToken")]
    public string? SkipToken { get; set; }

    [JsonPropertyName("$top")]
    public int? Top { get; set; }

    [JsonPropertyName("$skip")]
    public int? Skip { get; set; }
    public string? ResultFormat { get; set; }

    /// <summary>Whether scopes that can't be read are left out instead of being an error.</summary>
    public bool? AllowPartialScopes { get; set; }
    public string? AuthorizationScopeFilter { get; set; }
}

public sealed record FacetRequest
{
    public string? Expression { get; set; }
    public FacetOptions? Options { get; set; }
}

public sealed record FacetOptions
{
    public string? SortBy { get; set; }
    public string? SortOrder { get; set; }
    public string? Filter { get; set; }

    [JsonPropertyName("$top")]
    public int? Top { get; set; }
}

/// <summary>Where a page ends, and of which query.</summary>
public sealed record SkipToken(long Offset, string Query);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(GraphRequest))]
[JsonSerializable(typeof(SkipToken))]
internal sealed partial class GraphJson : JsonSerializerContext;
