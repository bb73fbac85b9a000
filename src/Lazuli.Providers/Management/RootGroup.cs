using System.Text.Json;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Management.ManagementGroups;

namespace Lazuli.Providers.Management;

/// <summary>The group that every hierarchy begins with. Azure makes it when management groups are first used; here it is always there.</summary>
public static class RootGroup
{
    /// <summary>The write that makes it; null when it exists.</summary>
    public static StoreWrite? Missing(IResourceStore store, Tenant tenant, DateTimeOffset now)
    {
        var id = ResourceId.ManagementGroup(tenant.TenantId);
        if (store.Get(id.Key) is not null)
        {
            return null;
        }

        var group = new Resource<ManagementGroupProperties>
        {
            Id = id,
            Name = id.Name,
            Type = id.Type.ToString(),
            Properties = new() { TenantId = tenant.TenantId, DisplayName = "Tenant Root Group", Details = new() { Version = 1, UpdatedTime = now, UpdatedBy = tenant.TenantId } },
        };
        var body = JsonSerializer.SerializeToUtf8Bytes(group, ManagementGroupJson.Default.ResourceManagementGroupProperties);
        return new(id.Key, new StoreRecord { Key = id.Key, Type = id.Type.Key, Body = body }) { ExpectedVersion = 0 };
    }
}
