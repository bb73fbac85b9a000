using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Deployments;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.DeploymentStacks;

/// <summary>
/// Carries stacks out: deploys, then detaches or deletes what the stack doesn't manage any more, then denies what it shall deny. Each step is noted in the stack's own
/// record before the next, so a pass after a crash goes on there. It acts as the stack's caller, to whom the stack's own denials don't apply.
/// </summary>
public sealed class StackReconciler(KernelServices kernel) : IReconciler
{
    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private readonly StackRemoval _removal = new(kernel);

    private static Outcome Changed { get; } = new Outcome.LookAgain(TimeSpan.Zero, "it changed meanwhile");

    public async Task<Outcome> ReconcileAsync(ResourceId id, CancellationToken cancellationToken)
    {
        if (kernel.Store.Get(id.Key) is not { } record || StackDocument.Read(record) is not { IsTerminal: false } document)
        {
            return new Outcome.Settled();
        }

        return document.State == StackState.Deploying ? await DeployAsync(record, document, cancellationToken) : await RemoveAsync(record, document, cancellationToken);
    }

    private async Task<Outcome> DeployAsync(StoreRecord record, StackDocument document, CancellationToken cancellationToken)
    {
        var deployment = ResourceId.Parse(document.DeploymentId);
        if (kernel.Store.Get(deployment.Key) is not { } found)
        {
            var put = DeploymentPreflight.PutOf(CallerOf(document), deployment, ResourceManagerVersions.All[0], ValueWriter.ToUtf8(ValueReader.Read(kernel.Secrets.Unprotect(document.Sealed))));
            return (await kernel.Dispatcher.SendAsync(put, cancellationToken)).Ok(out _, out var error)
                ? new Outcome.LookAgain(LongPause, "its deployment is under way")
                : await EndAsync(record, document with { Error = StackErrors.DeploymentFailed(document, error) }, cancellationToken);
        }

        var made = DeploymentDocument.Read(found);
        if (!made.IsTerminal)
        {
            return new Outcome.LookAgain(LongPause, "its deployment is under way");
        }

        var managed = (made.OutputResources ?? []).ToList();
        var before = document.Resources.Where(r => !managed.Contains(r.Id, StringComparer.OrdinalIgnoreCase)).ToList();
        if (made.State != DeploymentState.Succeeded)
        {
            // What was managed stays so, beside what was made before the fault.
            return await EndAsync(
                record,
                document with { Resources = [.. managed.Select(m => new ManagedResource { Id = m }), .. before], Error = StackErrors.DeploymentFailed(document, made.Error ?? DeploymentErrors.Canceled()) },
                cancellationToken);
        }

        var next = document with { State = StackState.DeletingResources, Resources = [.. managed.Select(m => new ManagedResource { Id = m })], Outputs = made.Outputs };
        next = _removal.Plan(next, before);
        return await NoteAsync(record, next, cancellationToken) ? new Outcome.LookAgain(TimeSpan.Zero, "what it doesn't manage any more goes") : Changed;
    }

    private async Task<Outcome> RemoveAsync(StoreRecord record, StackDocument document, CancellationToken cancellationToken)
    {
        var isGoing = document.State == StackState.Deleting;
        if (isGoing && document.Deletes.Count == 0 && document.Resources.Count > 0)
        {
            // What it denied is free again, before anything goes.
            var planned = _removal.Plan(document with { Resources = [] }, document.Resources);
            var transaction = new StoreTransaction { Writes = [planned.ToWrite(record.Version), .. StackDenials.Removal(kernel.Store, document.ResourceId)] };
            return await kernel.Store.CommitAsync(transaction, cancellationToken) is null ? new Outcome.LookAgain(TimeSpan.Zero, "what it managed goes") : Changed;
        }

        if (await _removal.ProgressAsync(CallerOf(document), document, cancellationToken) is { } progressed)
        {
            return await NoteAsync(record, progressed, cancellationToken) ? new Outcome.LookAgain(TimeSpan.Zero, "resources go") : Changed;
        }

        if (document.Deletes.Any(d => !d.Ended))
        {
            return new Outcome.LookAgain(Pause, "resources are on their way out");
        }

        var failed = document.Deletes.Where(d => d.Error is not null).ToList();
        var left = failed.Select(d => new ManagedResource { Id = d.Id, Status = "deleteFailed" });
        var ended = document with
        {
            Resources = [.. document.Resources, .. left],
            Error = failed.Count == 0 ? null : StackErrors.DeletesFailed(document, [.. failed.Select(d => d.Error).OfType<ArmError>()]),
        };
        return isGoing && failed.Count == 0 ? await VanishAsync(record, document, cancellationToken) : await EndAsync(record, ended, cancellationToken);
    }

    private async Task<bool> NoteAsync(StoreRecord record, StackDocument document, CancellationToken cancellationToken)
        => await kernel.Store.CommitAsync(new StoreTransaction { Writes = [document.ToWrite(record.Version)] }, cancellationToken) is null;

    private async Task<Outcome> VanishAsync(StoreRecord record, StackDocument document, CancellationToken cancellationToken)
    {
        var transaction = new StoreTransaction
        {
            Writes =
            [
                new StoreWrite(record.Key, null) { ExpectedVersion = record.Version }, .. StackDenials.Removal(kernel.Store, document.ResourceId),
                .. kernel.Operations.End(record.Key, OperationStatus.Succeeded, null),
            ],
        };
        return await kernel.Store.CommitAsync(transaction, cancellationToken) is null ? new Outcome.Settled() : Changed;
    }

    /// <summary>The stack's end: in one transaction with what it denies from now on.</summary>
    private async Task<Outcome> EndAsync(StoreRecord record, StackDocument document, CancellationToken cancellationToken)
    {
        var (now, wasGoing) = (kernel.Time.GetUtcNow(), document.State == StackState.Deleting);
        var denials = wasGoing ? [] : StackDenials.Of(kernel.View, document, now).ToList();
        var denied = denials.Select(d => d.Key[..d.Key.LastIndexOf("/providers/", StringComparison.Ordinal)]).ToHashSet();
        var ended = document with
        {
            State = document.Error is null ? StackState.Succeeded : StackState.Failed,
            Ended = now,
            Resources = [.. document.Resources.Select(r => r with { DenyStatus = wasGoing || document.Deny.Mode == DenySettings.None ? DenySettings.None : denied.Contains(r.Id.ToLowerInvariant()) ? document.Deny.Mode : "inapplicable" })],
        };
        var transaction = new StoreTransaction
        {
            Writes =
            [
                ended.ToWrite(record.Version), .. StackDenials.Removal(kernel.Store, document.ResourceId).ExceptBy(denials.Select(d => d.Key), w => w.Key), .. denials,
                .. kernel.Operations.End(record.Key, ended.Error is null ? OperationStatus.Succeeded : OperationStatus.Failed, ended.Error),
            ],
        };
        return await kernel.Store.CommitAsync(transaction, cancellationToken) is null ? new Outcome.Settled() : Changed;
    }

    private static ArmRequest CallerOf(StackDocument document) => new()
    {
        Method = HttpMethod.Put,
        Path = document.Id,
        Principal = document.Caller,
        CorrelationId = document.CorrelationId,
        BaseUrl = document.BaseUrl,
    };
}
