using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Resources.ResourceGroups;

/// <summary>
/// Deletes what a doomed group holds. Each pass asks every resource that is left to go; those still in use refuse and are asked again when their users
/// are gone, which gives the order of dependencies without computing it. When nothing goes on any more, what is in the way is the error.
/// </summary>
public sealed class ResourceGroupReconciler(KernelServices kernel) : Reconciler<ResourceGroupProperties>(kernel.View)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task<Outcome> ReconcileAsync(Resource<ResourceGroupProperties> resource, bool deleting, CancellationToken cancellationToken)
    {
        if (!deleting)
        {
            return new Outcome.Settled();
        }

        var left = kernel.Store.List(resource.Id.Key).Where(r => r.Key != resource.Id.Key && IsRoot(r)).ToList();
        if (left.Count == 0)
        {
            return new Outcome.Settled();
        }

        var going = 0;
        var refusals = new List<ArmError>();
        foreach (var record in left)
        {
            var id = ResourceId.Parse(record.Key);
            if (kernel.View.IsDeleting(id))
            {
                going++;
            }
            else if (kernel.Registry.Type(record.Type) is { } type)
            {
                var result = await kernel.Registry.Handler(type).DeleteAsync(Request(resource, id), id, cancellationToken);
                if (result.Ok(out _, out var error))
                {
                    going++;
                }
                else
                {
                    refusals.Add(error with { Target = id.ToString() });
                }
            }
        }

        return going > 0 ? new Outcome.LookAgain(Pause, "resources of the group are being deleted") : new Outcome.Blocked(Blocked(resource.Name, refusals));
    }

    // Children go with their parents, extensions with what they extend.
    private static bool IsRoot(StoreRecord record)
        => ResourceId.TryParse(record.Key, out var id) && !id.IsChild && id.Scope.IsResourceGroup;

    private static ArmError Blocked(string group, List<ArmError> refusals) => new()
    {
        Code = "ResourceGroupDeletionBlocked",
        Message = $"Deletion of resource group '{group}' failed as resources with identifiers '{string.Join(",", refusals.Select(r => r.Target))}' could not be deleted. "
            + "The provisioning state of the resource group will be rolled back.",
        Details = refusals,
        Status = 409,
    };

    private static ArmRequest Request(Resource<ResourceGroupProperties> group, ResourceId id) => new()
    {
        Method = HttpMethod.Delete,
        Path = id.ToString(),
        Principal = new Principal { ObjectId = group.Id.ToString(), Kind = PrincipalKind.ServicePrincipal, ApplicationId = "Microsoft.Resources", TenantId = "", Name = "Microsoft.Resources" },
    };
}
