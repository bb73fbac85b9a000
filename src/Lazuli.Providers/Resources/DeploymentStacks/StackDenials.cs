using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Authorization.DenyAssignments;

namespace Lazuli.Providers.Resources.DeploymentStacks;

/// <summary>A stack's deny settings as deny assignments, one on each resource that it manages: what Azure's stacks make.</summary>
internal static class StackDenials
{
    /// <summary>The deny assignments that the stack shall have. None on management groups, nor on assignments and locks, as on Azure.</summary>
    public static IEnumerable<StoreWrite> Of(IResourceView view, StackDocument document, DateTimeOffset now)
    {
        if (document.Deny.Mode == DenySettings.None)
        {
            yield break;
        }

        var writes = document.Deny.Mode == DenySettings.DenyWriteAndDelete;
        var properties = new DenyAssignmentProperties
        {
            DenyAssignmentName = $"Deny assignment '{document.Deny.Mode}' created by Deployment Stack '{document.Id}'.",
            Description = $"Created by Deployment Stack '{document.Id}'.",
            Permissions =
            [
                new()
                {
                    Actions = writes ? ["*"] : ["*/delete"],
                    NotActions = [.. document.Deny.ExcludedActions, .. writes ? (string[])["*/read"] : [], "Microsoft.Authorization/locks/delete"],
                    DataActions = [],
                    NotDataActions = [],
                },
            ],
            DoNotApplyToChildScopes = !document.Deny.ApplyToChildScopes,
            Principals = [new() { Id = DenyAssignmentPrincipal.Everyone, Type = "SystemDefined" }],
            ExcludePrincipals = [.. document.Deny.ExcludedPrincipals.Select(p => new DenyAssignmentPrincipal { Id = p })],
            CreatedOn = now,
            UpdatedOn = now,
            Stack = document.ResourceId.Key,
        };
        foreach (var id in document.Resources.Select(r => ResourceId.Parse(r.Id)))
        {
            if (id.SubscriptionId is not null && !id.Type.Namespace.Equals("Microsoft.Authorization", StringComparison.OrdinalIgnoreCase) && view.Exists(id))
            {
                yield return DenyAssignmentType.Write(id.Resource(DenyAssignmentType.TypeName, NameOf(document.ResourceId, id)), properties);
            }
        }
    }

    /// <summary>The writes that take all of a stack's deny assignments away.</summary>
    public static IEnumerable<StoreWrite> Removal(IResourceStore store, ResourceId stack)
        => from record in store.ListByType(DenyAssignmentType.TypeName.Key)
           let assignment = JsonSerializer.Deserialize(record.Body.Span, DenyAssignmentJson.Default.ResourceDenyAssignmentProperties)
           where assignment?.Properties.Stack == stack.Key
           select new StoreWrite(record.Key, null);

    private static string NameOf(ResourceId stack, ResourceId resource)
        => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{stack.Key}\n{resource.Key}")).AsSpan(0, 16)).ToString();
}
