using System.Text.Json.Serialization;

namespace Lazuli.Server.Graph;

/// <summary>A directory object as Microsoft Graph shows it; only what the kind has is written.</summary>
internal sealed record GraphObject
{
    [JsonPropertyName("@odata.type")]
    public string? ODataType { get; init; }
    public required string Id { get; init; }
    public required string DisplayName { get; init; }
    public string? AppId { get; init; }
    public string? ServicePrincipalType { get; init; }
    public IReadOnlyList<string>? ServicePrincipalNames { get; init; }
    public string? AppOwnerOrganizationId { get; init; }
    public string? UserPrincipalName { get; init; }
    public bool? AccountEnabled { get; init; }
    public bool? SecurityEnabled { get; init; }
    public DateTimeOffset? CreatedDateTime { get; init; }
    public IReadOnlyList<GraphPasswordCredential>? PasswordCredentials { get; init; }
}

internal sealed record GraphPasswordCredential
{
    public required string KeyId { get; init; }
    public string? DisplayName { get; init; }
    public required string Hint { get; init; }
    public required DateTimeOffset StartDateTime { get; init; }
    public required DateTimeOffset EndDateTime { get; init; }
}

internal sealed record GraphList(IReadOnlyList<GraphObject> Value);

internal sealed record GetByIdsRequest
{
    public IReadOnlyList<string>? Ids { get; init; }
    public IReadOnlyList<string>? Types { get; init; }
}

internal sealed record GraphError(string Code, string Message);

internal sealed record GraphErrorBody(GraphError Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GraphObject))]
[JsonSerializable(typeof(GraphList))]
[JsonSerializable(typeof(GetByIdsRequest))]
[JsonSerializable(typeof(GraphErrorBody))]
internal sealed partial class GraphJson : JsonSerializerContext;
