using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Management.ManagementGroups;

/// <summary>https://learn.microsoft.com/rest/api/managementgroups/management-groups/get.</summary>
public sealed record ManagementGroupProperties : IProvisioned
{
    [Computed]
    public string? TenantId { get; set; }

    [MaxLength(250)]
    public string? DisplayName { get; set; }
    public ManagementGroupDetails? Details { get; set; }

    /// <summary>Shown by <c>$expand=children</c>.</summary>
    [Computed]
    public IReadOnlyList<ManagementGroupChild>? Children { get; set; }

    [Private]
    public string? ProvisioningState { get; set; }
}

public sealed record ManagementGroupDetails
{
    [Computed]
    public int? Version { get; set; }

    [Computed]
    public DateTimeOffset? UpdatedTime { get; set; }

    [Computed]
    public string? UpdatedBy { get; set; }

    /// <summary>Null for the root group only.</summary>
    public ManagementGroupParent? Parent { get; set; }

    [Computed]
    public IReadOnlyList<ManagementGroupStep>? Path { get; set; }

    [Computed]
    public IReadOnlyList<string>? ManagementGroupAncestors { get; set; }

    [Computed]
    public IReadOnlyList<ManagementGroupStep>? ManagementGroupAncestorsChain { get; set; }
}

public sealed record ManagementGroupParent
{
    public string? Id { get; set; }

    [Computed]
    public string? Name { get; set; }

    [Computed]
    public string? DisplayName { get; set; }
}

public sealed record ManagementGroupStep(string Name, string DisplayName);

public sealed record ManagementGroupChild
{
    /// <summary><c>Microsoft.Management/managementGroups</c> or <c>/subscriptions</c>.</summary>
    public required string Type { get; init; }
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string DisplayName { get; init; }
    public IReadOnlyList<ManagementGroupChild>? Children { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Resource<ManagementGroupProperties>))]
internal sealed partial class ManagementGroupJson : JsonSerializerContext;
