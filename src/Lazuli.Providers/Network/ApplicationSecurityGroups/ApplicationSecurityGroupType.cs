using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.ApplicationSecurityGroups;

/// <summary>
/// Microsoft.Network/applicationSecurityGroups: a name for NICs of one virtual network that security rules use in place of addresses. It is nothing on the
/// machine: its members and the rules that name it are.
/// </summary>
public sealed class ApplicationSecurityGroupType : NetworkType<ApplicationSecurityGroupProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Network/applicationSecurityGroups");

    public override ResourceTypeName Name => TypeName;

    public override JsonSerializerContext Json => ApplicationSecurityGroupJson.Default;

    public override Resource<ApplicationSecurityGroupProperties> Default(
        Resource<ApplicationSecurityGroupProperties> desired, Resource<ApplicationSecurityGroupProperties>? current, IResourceView view)
    {
        desired.Properties.ResourceGuid ??= Guid.NewGuid().ToString();
        return desired;
    }

    public override IEnumerable<ArmError> AdmitDelete(Resource<ApplicationSecurityGroupProperties> current, IResourceView view)
    {
        var users = view.Referrers(current.Id).Select(id => id.ToString()).ToArray();
        return users.Length > 0 ? [NetworkErrors.InUse("InUseApplicationSecurityGroupCannotBeDeleted", "Application security group", current.Id, users)] : [];
    }
}
