using System.Collections.Concurrent;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Deployments.Language.Templates;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Execution;

/// <summary>
/// Carries deployments out: each pass sees which resources have ended, starts those whose dependencies are done (all at once), and ends the deployment when nothing is
/// left that could start. It acts as the deployment's caller, through the same door as everybody. Steps are noted in the store, so a pass after a crash goes on where
/// the last one stopped and does nothing twice. Passes are caused by changes of the resources under way.
/// </summary>
public sealed class DeploymentReconciler : IReconciler
{
    private const int AtOnce = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(30);
    private readonly KernelServices _kernel;
    private readonly ConcurrentDictionary<string, DeploymentRun> _runs = new();

    public DeploymentReconciler(KernelServices kernel)
    {
        _kernel = kernel;
        kernel.Store.Committed += OnCommitted;
    }

    public async Task<Outcome> ReconcileAsync(ResourceId id, CancellationToken cancellationToken)
    {
        if (_kernel.Store.Get(id.Key) is not { } record || DeploymentDocument.Read(record) is not { IsTerminal: false } document)
        {
            _runs.TryRemove(id.Key, out _);
            return new Outcome.Settled();
        }

        if (!_runs.TryGetValue(id.Key, out var run) || run.Document.RunId != document.RunId)
        {
            if (!DeploymentRun.Load(_kernel, record).Ok(out run, out var error))
            {
                return await EndAsync(record, document, DeploymentErrors.Failed(id, [error]), null, [], cancellationToken) ? new Outcome.Settled() : new Outcome.LookAgain(TimeSpan.Zero, "it changed meanwhile");
            }

            _runs[id.Key] = run;
        }

        if (document.State == DeploymentState.Accepted)
        {
            var running = document with { State = DeploymentState.Running };
            await _kernel.Store.CommitAsync(new StoreTransaction { Writes = [running.ToWrite(null, record.Version)] }, cancellationToken);
            return new Outcome.LookAgain(TimeSpan.Zero, "it begins");
        }

        try
        {
            while (await ProgressAsync(record, run, cancellationToken))
            {
            }
        }
        catch
        {
            // What was started may not be noted: the next pass reads it from the store.
            _runs.TryRemove(id.Key, out _);
            throw;
        }

        if (Array.Exists(run.Steps, s => s is { IsRunning: true }))
        {
            return new Outcome.LookAgain(LongPause, "resources are under way");
        }

        if (run.Ready().Any())
        {
            return new Outcome.LookAgain(Pause, "resources wait for other operations");
        }

        return await FinishAsync(record, document, run, cancellationToken) ? new Outcome.Settled() : new Outcome.LookAgain(TimeSpan.Zero, "it changed meanwhile");
    }

    /// <summary>Notes what has ended and starts what is ready; false when there was nothing of either.</summary>
    private async Task<bool> ProgressAsync(StoreRecord record, DeploymentRun run, CancellationToken cancellationToken)
    {
        var changed = new List<DeploymentStep>();
        foreach (var step in run.Steps)
        {
            if (step is { IsRunning: true } && Ended(step) is { } ended)
            {
                changed.Add(ended);
            }
        }

        foreach (var ended in changed)
        {
            run.Steps[ended.Index] = ended;
        }

        foreach (var group in run.Ready().ToList().Chunk(AtOnce))
        {
            var requests = new List<(PlannedResource Resource, Result<ObjectValue> Body)>();
            foreach (var resource in group)
            {
                var lookup = new ResourceLookup(_kernel, run.Caller, run.Plan);
                requests.Add((resource, await lookup.EvaluateAsync(l => resource.Evaluate(l), cancellationToken)));
            }

            foreach (var step in await Task.WhenAll(requests.Select(r => StartAsync(run, r.Resource, r.Body, cancellationToken))))
            {
                if (step is not null)
                {
                    changed.Add(step);
                    run.Steps[step.Index] = step;
                }
            }
        }

        if (changed.Count == 0)
        {
            return false;
        }

        var transaction = new StoreTransaction
        {
            Writes = [.. changed.DistinctBy(s => s.Index).Select(s => (run.Steps[s.Index] ?? s).ToWrite(record.Key))],
            Requires = [(record.Key, record.Version)],
        };
        if (await _kernel.Store.CommitAsync(transaction, cancellationToken) is not null)
        {
            // Canceled or deleted meanwhile: the next pass sees it.
            _runs.TryRemove(record.Key, out _);
            _kernel.Queue.Poke(record.Key);
            return false;
        }

        return true;
    }

    private DeploymentStep? Ended(DeploymentStep step)
    {
        var operation = step.OperationId is null ? null : _kernel.Operations.Get(step.OperationId);
        if (operation is { EndTime: null })
        {
            return null;
        }

        var now = operation?.EndTime ?? _kernel.Time.GetUtcNow();
        return operation is null or { Status: OperationStatus.Succeeded }
            ? step with { State = DeploymentState.Succeeded, Ended = now }
            : step with
            {
                State = DeploymentState.Failed,
                Ended = now,
                Error = DeploymentErrors.ResourceFailed(step.Target, operation.Error ?? ArmErrors.Internal()),
            };
    }

    private async Task<DeploymentStep?> StartAsync(DeploymentRun run, PlannedResource resource, Result<ObjectValue> evaluated, CancellationToken cancellationToken)
    {
        var step = new DeploymentStep
        {
            RunId = run.Document.RunId,
            Index = resource.Index,
            Target = resource.Id.ToString(),
            State = DeploymentState.Running,
            Started = _kernel.Time.GetUtcNow(),
        };
        if (run.Unnoted.TryGetValue(resource.Id.Key, out var operation))
        {
            return Noted(step, operation.Length == 0 ? null : operation, 200);
        }

        if (!evaluated.Ok(out var body, out var fault))
        {
            return Refused(step, fault);
        }

        var put = DeploymentPreflight.PutOf(run.Caller, resource.Id, resource.ApiVersion, ValueWriter.ToUtf8(body));
        if ((await _kernel.Dispatcher.SendAsync(put, cancellationToken)).Ok(out var response, out var error))
        {
            return Noted(step, response.OperationId, response.Status);
        }

        if (error.Code == "AnotherOperationInProgress")
        {
            var since = run.Refused.TryGetValue(resource.Index, out var first) ? first : run.Refused[resource.Index] = step.Started;
            if (step.Started - since < Patience)
            {
                return null;
            }
        }

        return Refused(step, error);
    }

    private DeploymentStep Noted(DeploymentStep step, string? operationId, int status) => operationId is null
        ? step with { State = DeploymentState.Succeeded, Ended = _kernel.Time.GetUtcNow(), Status = status }
        : step with { OperationId = operationId, Status = status, TrackedKey = _kernel.Operations.Get(operationId)?.TrackedKey ?? ResourceId.Parse(step.Target).Key };

    private DeploymentStep Refused(DeploymentStep step, ArmError error)
        => step with { State = DeploymentState.Failed, Ended = _kernel.Time.GetUtcNow(), Status = error.Status, Error = error.Target is null ? error with { Target = step.Target } : error };

    private async Task<bool> FinishAsync(StoreRecord record, DeploymentDocument document, DeploymentRun run, CancellationToken cancellationToken)
    {
        var errors = run.Steps.Where(s => s?.Error is not null).Select(s => s?.Error ?? ArmErrors.Internal()).ToList();
        var made = run.Plan.Resources.Where(r => run.Steps[r.Index]?.State == DeploymentState.Succeeded).SelectMany(Made).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (errors.Count > 0)
        {
            return await EndAsync(record, document, DeploymentErrors.Failed(document.ResourceId, errors), null, made, cancellationToken);
        }

        var lookup = new ResourceLookup(_kernel, run.Caller, run.Plan);
        return (await lookup.EvaluateAsync(run.Plan.Outputs, cancellationToken)).Ok(out var outputs, out var error)
            ? await EndAsync(record, document, null, run.Plan.Template.Outputs.Count > 0 ? outputs.ToString() : null, made, cancellationToken)
            : await EndAsync(record, document, DeploymentErrors.OutputsFailed(error), null, made, cancellationToken);
    }

    // Of a nested deployment, what it made.
    private IEnumerable<string> Made(PlannedResource resource)
        => !resource.IsDeployment ? [resource.Id.ToString()]
            : _kernel.Store.Get(resource.Id.Key) is { } nested ? DeploymentDocument.Read(nested).OutputResources ?? [] : [];

    private async Task<bool> EndAsync(StoreRecord record, DeploymentDocument document, ArmError? error, string? outputs, IReadOnlyList<string> made, CancellationToken cancellationToken)
    {
        var state = error is null ? DeploymentState.Succeeded : DeploymentState.Failed;
        var ended = document with { State = state, Ended = _kernel.Time.GetUtcNow(), Error = error, Outputs = outputs, OutputResources = made };
        var transaction = new StoreTransaction
        {
            Writes = [ended.ToWrite(null, record.Version), .. _kernel.Operations.End(record.Key, error is null ? OperationStatus.Succeeded : OperationStatus.Failed, error)],
        };
        if (await _kernel.Store.CommitAsync(transaction, cancellationToken) is not null)
        {
            return false;
        }

        _runs.TryRemove(record.Key, out _);
        return true;
    }

    private void OnCommitted(IReadOnlyList<StoreChange> changes)
    {
        foreach (var change in changes)
        {
            foreach (var referrer in _kernel.Store.Referrers(change.Key))
            {
                if (referrer is { Type: DeploymentStep.RecordType, References: [_, var deployment] })
                {
                    _kernel.Queue.Poke(deployment);
                }
            }
        }
    }
}
