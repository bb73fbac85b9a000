using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Deployments;

namespace Lazuli.Providers.Resources.DeploymentStacks;

/// <summary>What becomes of what a stack doesn't manage any more. Who is in use refuses and is asked again when others are gone; groups come last.</summary>
internal sealed class StackRemoval(KernelServices kernel)
{
    private static readonly string[] Gone = ["ResourceNotFound", "ParentResourceNotFound", "ResourceGroupNotFound", "NotFound"];

    /// <summary>The stack with what shall be detached and what shall be deleted.</summary>
    public StackDocument Plan(StackDocument document, IReadOnlyList<ManagedResource> unmanaged)
    {
        var (detached, deletes) = (new List<string>(), new List<StackDelete>());
        foreach (var id in unmanaged.Select(u => ResourceId.Parse(u.Id)))
        {
            if (!document.Unmanage.Deletes(id))
            {
                detached.Add(id.ToString());
            }
            else if (kernel.Registry.Type(id.Type) is { CanDelete: true })
            {
                deletes.Add(new StackDelete { Id = id.ToString() });
            }
            else if (document.Unmanage.ResourcesWithoutDeleteSupport == UnmanageAction.Detach)
            {
                detached.Add(id.ToString());
            }
            else
            {
                deletes.Add(new StackDelete { Id = id.ToString(), Started = true, Ended = true, Error = StackErrors.CannotDelete(id) });
            }
        }

        return document with { Detached = detached, Deletes = deletes };
    }

    /// <summary>One round; null when nothing is new.</summary>
    public async Task<StackDocument?> ProgressAsync(ArmRequest caller, StackDocument document, CancellationToken cancellationToken)
    {
        var deletes = document.Deletes.ToArray();
        var refused = new Dictionary<int, ArmError>();
        var news = false;
        for (var i = 0; i < deletes.Length; i++)
        {
            if (deletes[i] is { Started: true, Ended: false } running && Ended(running) is { } ended)
            {
                (deletes[i], news) = (ended, true);
            }
        }

        var last = deletes.Where(d => !d.Ended).Select(d => Rank(d)).DefaultIfEmpty().Min();
        for (var i = 0; i < deletes.Length; i++)
        {
            if (deletes[i].Started || Rank(deletes[i]) > last)
            {
                continue;
            }

            var begun = await BeginAsync(caller, deletes[i], cancellationToken);
            if (begun.Error is { } error)
            {
                refused[i] = error;
            }
            else
            {
                (deletes[i], news) = (begun, true);
            }
        }

        if (!news && !Array.Exists(deletes, d => d is { Started: true, Ended: false }))
        {
            // Nothing goes any more that could make way: the refusals are final.
            foreach (var (i, error) in refused)
            {
                (deletes[i], news) = (deletes[i] with { Started = true, Ended = true, Error = error }, true);
            }
        }

        return news ? document with { Deletes = deletes } : null;
    }

    private static int Rank(StackDelete delete) => ResourceId.Parse(delete.Id) switch { { IsManagementGroup: true } => 2, { IsResourceGroup: true } => 1, _ => 0 };

    private async Task<StackDelete> BeginAsync(ArmRequest caller, StackDelete delete, CancellationToken cancellationToken)
    {
        var id = ResourceId.Parse(delete.Id);
        var request = DeploymentPreflight.RequestOf(caller, HttpMethod.Delete, id, kernel.Registry.Type(id.Type)?.ApiVersions[0] ?? "");
        return (await kernel.Dispatcher.SendAsync(request, cancellationToken)).Ok(out var response, out var error)
            ? delete with { Started = true, OperationId = response.OperationId, Ended = response.OperationId is null }
            : Gone.Contains(error.Code) ? delete with { Started = true, Ended = true }
            : delete with { Error = error with { Target = delete.Id } };
    }

    private StackDelete? Ended(StackDelete delete)
        => kernel.Operations.Get(delete.OperationId ?? "") switch
        {
            { EndTime: null } => null,
            { Status: not OperationStatus.Succeeded } failed => delete with { Ended = true, Error = (failed.Error ?? ArmErrors.Internal()) with { Target = delete.Id } },
            _ => delete with { Ended = true },
        };
}
