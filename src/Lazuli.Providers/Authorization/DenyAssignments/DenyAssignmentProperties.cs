using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Authorization.RoleDefinitions;

namespace Lazuli.Providers.Authorization.DenyAssignments;

/// <summary>What is forbidden, to whom, whatever roles they have; where is said by the assignment's id.</summary>
public sealed record DenyAssignmentProperties
{
    [Required]
    public string? DenyAssignmentName { get; set; }
    public string? Description { get; set; }

    [Required]
    public IReadOnlyList<RolePermission>? Permissions { get; set; }

    [Computed]
    public string? Scope { get; set; }

    /// <summary>True when it holds for the scope itself only.</summary>
    public bool? DoNotApplyToChildScopes { get; set; }

    [Required]
    public IReadOnlyList<DenyAssignmentPrincipal>? Principals { get; set; }
    public IReadOnlyList<DenyAssignmentPrincipal>? ExcludePrincipals { get; set; }

    /// <summary>True for one that Azure's own services made, such as a deployment stack: nobody else changes or deletes it.</summary>
    [Computed]
    public bool? IsSystemProtected { get; set; }

    [AllowedValues("enforced")]
    public string? DenyAssignmentEffect { get; set; }
    public string? Condition { get; set; }
    public string? ConditionVersion { get; set; }

    [Computed]
    public DateTimeOffset? CreatedOn { get; set; }

    [Computed]
    public DateTimeOffset? UpdatedOn { get; set; }

    [Computed]
    public string? CreatedBy { get; set; }

    [Computed]
    public string? UpdatedBy { get; set; }

    /// <summary>The lower-cased id of the deployment stack that made it, and that it doesn't hold for.</summary>
    [Private]
    public string? Stack { get; set; }
}

public sealed record DenyAssignmentPrincipal
{
    /// <summary>All principals of the tenant.</summary>
    public const string Everyone = "00000000-0000-0000-0000-000000000000";

    [Required]
    public string? Id { get; set; }

    /// <summary><c>User</c>, <c>Group</c>, <c>ServicePrincipal</c>, or <c>SystemDefined</c> for <see cref="Everyone"/>.</summary>
    [AllowedValues("User", "Group", "ServicePrincipal", "SystemDefined")]
    public string? Type { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Resource<DenyAssignmentProperties>))]
internal sealed partial class DenyAssignmentJson : JsonSerializerContext;
