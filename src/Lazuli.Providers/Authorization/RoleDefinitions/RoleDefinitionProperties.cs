using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Authorization.RoleDefinitions;

/// <summary>What a role allows.</summary>
public sealed record RoleDefinitionProperties
{
    public string? RoleName { get; set; }

    /// <summary><c>BuiltInRole</c> or <c>CustomRole</c>.</summary>
    public string? Type { get; set; }
    public string? Description { get; set; }
    public IReadOnlyList<string>? AssignableScopes { get; set; }
    public IReadOnlyList<RolePermission>? Permissions { get; set; }

    [Computed]
    public DateTimeOffset? CreatedOn { get; set; }

    [Computed]
    public DateTimeOffset? UpdatedOn { get; set; }

    [Computed]
    public string? CreatedBy { get; set; }

    [Computed]
    public string? UpdatedBy { get; set; }
}

/// <summary>Operations allowed: <see cref="Actions"/> without <see cref="NotActions"/>, and the same for data.</summary>
public sealed record RolePermission
{
    public IReadOnlyList<string>? Actions { get; set; }
    public IReadOnlyList<string>? NotActions { get; set; }
    public IReadOnlyList<string>? DataActions { get; set; }
    public IReadOnlyList<string>? NotDataActions { get; set; }
    public string? Condition { get; set; }
    public string? ConditionVersion { get; set; }
}

/// <summary>One line of <c>BuiltInRoles.json</c>.</summary>
internal sealed record BuiltInRoleData
{
    public required string Id { get; init; }
    public required string RoleName { get; init; }
    public required string Description { get; init; }
    public required string[] Actions { get; init; }
    public required string[] NotActions { get; init; }
    public required string[] DataActions { get; init; }
    public required string[] NotDataActions { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Resource<RoleDefinitionProperties>))]
[JsonSerializable(typeof(BuiltInRoleData[]))]
internal sealed partial class RoleDefinitionJson : JsonSerializerContext;
