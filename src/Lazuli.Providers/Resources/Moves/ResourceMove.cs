using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Authorization.RoleAssignments;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Resources.Moves;

/// <summary>
/// One move: resources of one group, with all that is below them, into another group. It is one transaction: nobody ever sees half of it. What refers to the moved resources follows;
/// locks on them move with them, role assignments at them end, as in Azure; the machine keeps its own names for them (<see cref="NodeNames"/>).
/// </summary>
internal sealed class ResourceMove(KernelServices kernel, ResourceId source, ResourceId target, IReadOnlyList<ResourceId> resources)
{
    private const string DeploymentType = "microsoft.resources/deployments";
    private static readonly string[] Copies = ["/snapshots", "/images", "/galleries"];
    private readonly Dictionary<ResourceId, ResourceId> _moves = resources.ToDictionary(r => r, r => r.IsChild ? r : target.Resource(r.Type, r.Name));

    /// <summary>Keys of everything that may not change meanwhile.</summary>
    public IEnumerable<string> LockKeys
        => resources.SelectMany(r => kernel.Store.Referrers(r.Key).Select(f => f.Key).Where(k => k.StartsWith("/subscriptions/", StringComparison.Ordinal)).Select(k => ResourceId.Parse(k).Root.Key))
            .Concat(_moves.SelectMany(m => new[] { m.Key.Key, m.Value.Key }))
            .Append(source.Key)
            .Append(target.Key);

    /// <summary>All that is in the way.</summary>
    public ArmError? Check()
    {
        var errors = new List<ArmError>();
        foreach (var (from, to) in _moves)
        {
            if (from.IsChild || !from.Scope.Equals(source))
            {
                errors.Add(MoveErrors.Invalid($"The resource '{from}' is not a top-level resource of the group '{source}'."));
            }
            else if (kernel.Registry.Type(from.Type) is not { CanMove: true })
            {
                errors.Add(MoveErrors.NotSupported(from));
            }
            else if (kernel.Store.Get(from.Key) is null)
            {
                errors.Add(ArmErrors.ResourceNotFound(from));
            }
            else if (kernel.Store.Get(to.Key) is not null)
            {
                errors.Add(MoveErrors.Exists(from, to));
            }
            else if ((SubscriptionRules.Check(kernel.Store, to, "write") ?? LockRules.Check(kernel.Store, from, "action") ?? LockRules.Check(kernel.Store, target, "action")) is { } held)
            {
                errors.Add(held);
            }
        }

        if (errors.Count > 0)
        {
            return ArmError.Combine(errors);
        }

        var busy = resources.Where(r => kernel.Store.List(r.Key).Any(IsBusy)).ToList();
        return busy.Count > 0 ? MoveErrors.NotSucceeded(busy) : Missing() is { Count: > 0 } missing ? MoveErrors.MissingDependents(missing) : null;
    }

    /// <summary>The whole change, as of now.</summary>
    public StoreTransaction Plan(ArmRequest request, Operation operation)
    {
        var rewriter = new IdRewriter(_moves);
        var leaving = resources.SelectMany(r => kernel.Store.List(r.Key)).ToList();
        var following = resources.SelectMany(r => kernel.Store.Referrers(r.Key)).Where(IsFollower).Where(r => !leaving.Contains(r)).DistinctBy(r => r.Key);
        var names = new NodeNames(kernel.Store);
        return new StoreTransaction
        {
            // In this order: who looks in between finds nothing under the old id before it finds the new names.
            Writes =
            [
                .. leaving.Select(r => new StoreWrite(r.Key, null) { ExpectedVersion = r.Version }),
                .. _moves.SelectMany(m => names.Move(m.Key.Key, m.Value.Key)),
                .. leaving.Where(r => r.Type != RoleAssignmentType.TypeName.Key).Select(r => Rewritten(r, rewriter) with { ExpectedVersion = 0 }),
                .. following.Select(r => Rewritten(r, rewriter) with { ExpectedVersion = r.Version }),
                OperationLog.Write(operation),
            ],
            Requires = [.. new[] { source, target }.Select(g => (g.Key, kernel.Store.Get(g.Key)?.Version ?? -1))],
            Events = [ActivityLog.Event(request, source, "Microsoft.Resources/subscriptions/resourceGroups/moveResources/action", "Succeeded", kernel.Time.GetUtcNow(), operation.Id)],
        };
    }

    private static StoreWrite Rewritten(StoreRecord record, IdRewriter rewriter)
    {
        var key = rewriter.Rewrite(record.Key).ToLowerInvariant();
        return new(key, new StoreRecord
        {
            Key = key,
            Type = record.Type,
            Body = rewriter.Rewrite(record.Body),
            References = [.. record.References.Select(r => rewriter.Rewrite(r).ToLowerInvariant())],
        });
    }

    // What was deployed once stays as it was told then.
    private static bool IsFollower(StoreRecord record) => record.Type != DeploymentType && !record.Type.StartsWith(ResourceView.Internal, StringComparison.Ordinal);

    private bool IsBusy(StoreRecord record)
    {
        if (kernel.Operations.Open(record.Key).Any())
        {
            return true;
        }

        using var document = JsonDocument.Parse(record.Body);
        return document.RootElement.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
            && properties.TryGetProperty("provisioningState", out var state) && state.ValueKind == JsonValueKind.String && state.GetString() != OperationStatus.Succeeded;
    }

    // What the moved resources can't be apart from: a machine, its disks and its interfaces; between subscriptions the whole network, too.
    private HashSet<ResourceId> Missing()
    {
        var seen = new HashSet<ResourceId>(resources);
        var missing = new HashSet<ResourceId>();
        var open = new Queue<ResourceId>(resources);
        while (open.TryDequeue(out var id))
        {
            foreach (var other in Neighbours(id).Where(o => Binds(id, o) && seen.Add(o)))
            {
                missing.Add(other);
                open.Enqueue(other);
            }
        }

        return missing;
    }

    private IEnumerable<ResourceId> Neighbours(ResourceId id)
        => kernel.Store.List(id.Key).SelectMany(r => r.References).Concat(kernel.Store.Referrers(id.Key).Where(IsFollower).Select(r => r.Key))
            .Select(k => ResourceId.TryParse(k, out var other) && other.IsResource ? other.Root : null)
            .OfType<ResourceId>()
            .Select(o => kernel.Store.Get(o.Key) is { } record ? Named(record) : null)
            .OfType<ResourceId>();

    private bool Binds(ResourceId a, ResourceId b)
    {
        var (first, second) = (a.Type.Namespace.ToUpperInvariant(), b.Type.Namespace.ToUpperInvariant());
        return !a.Type.Equals(b.Type)
            && first is "MICROSOFT.COMPUTE" or "MICROSOFT.NETWORK" && second is "MICROSOFT.COMPUTE" or "MICROSOFT.NETWORK"
            && !Copies.Any(c => a.Type.Key.Contains(c, StringComparison.Ordinal) || b.Type.Key.Contains(c, StringComparison.Ordinal))
            && (source.SubscriptionScope?.Equals(target.SubscriptionScope) != true || first == "MICROSOFT.COMPUTE" || second == "MICROSOFT.COMPUTE");
    }

    // With the casing that it was made with.
    private static ResourceId Named(StoreRecord record)
    {
        using var document = JsonDocument.Parse(record.Body);
        return document.RootElement.TryGetProperty("id", out var id) && ResourceId.TryParse(id.GetString(), out var parsed) ? parsed : ResourceId.Parse(record.Key);
    }
}
