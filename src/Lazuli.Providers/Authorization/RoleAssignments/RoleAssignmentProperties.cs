using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Authorization.RoleAssignments;

/// <summary>Who has which role; where is said by the assignment's id.</summary>
public sealed record RoleAssignmentProperties
{
    [Required]
    public string? RoleDefinitionId { get; set; }

    [Required]
    public string? PrincipalId { get; set; }

    [AllowedValues("User", "Group", "ServicePrincipal", "ForeignGroup", "Device")]
    public string? PrincipalType { get; set; }

    [Computed]
    public string? Scope { get; set; }
    public string? Description { get; set; }
    public string? Condition { get; set; }
    public string? ConditionVersion { get; set; }
    public string? DelegatedManagedIdentityResourceId { get; set; }

    [Computed]
    public DateTimeOffset? CreatedOn { get; set; }

    [Computed]
    public DateTimeOffset? UpdatedOn { get; set; }

    [Computed]
    public string? CreatedBy { get; set; }

    [Computed]
    public string? UpdatedBy { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Resource<RoleAssignmentProperties>))]
internal sealed partial class RoleAssignmentJson : JsonSerializerContext;
