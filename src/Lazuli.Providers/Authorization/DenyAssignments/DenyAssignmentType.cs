using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Authorization.DenyAssignments;

/// <summary>Microsoft.Authorization/denyAssignments, at any scope. Deployment stacks make them; so may who has the right. They hold from the next request on.</summary>
public sealed class DenyAssignmentType(TimeProvider time) : ResourceType<DenyAssignmentProperties>
{
    public static ResourceTypeName TypeName { get; } = ResourceTypeName.Parse("Microsoft.Authorization/denyAssignments");

    public override ResourceTypeName Name => TypeName;

    public override IReadOnlyList<string> ApiVersions { get; } = ["2024-07-01-preview", "2022-04-01", "2018-07-01-preview"];

    public override ResourceScopes Scopes => ResourceScopes.Extension;

    public override bool IsTracked => false;

    public override bool CanPatch => false;

    public override string NamePattern => "^.+$";

    public override JsonSerializerContext Json => DenyAssignmentJson.Default;

    /// <summary>The write of one that a deployment stack makes.</summary>
    public static StoreWrite Write(ResourceId id, DenyAssignmentProperties properties)
    {
        var assignment = new Resource<DenyAssignmentProperties> { Id = id, Name = id.Name, Type = TypeName.ToString(), Properties = properties with { Scope = id.Scope.ToString(), IsSystemProtected = true } };
        var body = JsonSerializer.SerializeToUtf8Bytes(assignment, DenyAssignmentJson.Default.ResourceDenyAssignmentProperties);
        return new(id.Key, new StoreRecord { Key = id.Key, Type = TypeName.Key, Body = body });
    }

    public override Resource<DenyAssignmentProperties> Default(Resource<DenyAssignmentProperties> desired, Resource<DenyAssignmentProperties>? current, IResourceView view)
    {
        var properties = desired.Properties;
        properties.Scope = desired.Id.Scope.ToString();
        properties.DoNotApplyToChildScopes ??= false;
        properties.IsSystemProtected = current?.Properties.IsSystemProtected ?? false;
        properties.CreatedOn = current?.Properties.CreatedOn ?? time.GetUtcNow();
        properties.UpdatedOn = time.GetUtcNow();
        return desired;
    }

    public override void Sign(Resource<DenyAssignmentProperties> desired, Resource<DenyAssignmentProperties>? current, Principal caller)
    {
        desired.Properties.CreatedBy = current?.Properties.CreatedBy ?? caller.ObjectId;
        desired.Properties.UpdatedBy = caller.ObjectId;
    }

    public override IEnumerable<ArmError> Validate(Resource<DenyAssignmentProperties> desired, Resource<DenyAssignmentProperties>? current)
    {
        var properties = desired.Properties;
        if (!Guid.TryParse(desired.Name, out _))
        {
            yield return ArmErrors.BadRequest("InvalidDenyAssignmentId", $"The deny assignment ID '{desired.Name}' is not valid. The deny assignment ID must be a GUID.");
        }

        if (properties.Condition is { Length: > 0 } || (properties.Permissions ?? []).Any(p => p.Condition is { Length: > 0 }))
        {
            yield return ArmErrors.NotSupported("A condition on a deny assignment") with { Target = "properties.condition" };
        }

        if (current?.Properties.IsSystemProtected == true)
        {
            yield return AuthorizationErrors.SystemProtected(desired.Name);
        }
    }

    public override IEnumerable<ArmError> AdmitDelete(Resource<DenyAssignmentProperties> current, IResourceView view)
        => current.Properties.IsSystemProtected == true ? [AuthorizationErrors.SystemProtected(current.Name)] : [];
}
