using System.Collections.Concurrent;
using System.Text;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Deployments.Language.Templates;
using Lazuli.Providers.Resources.Deployments.Language.Values;
using Lazuli.Providers.Resources.Deployments.Links;

namespace Lazuli.Providers.Resources.Deployments.Execution;

/// <summary>
/// Carries deployments out: each pass sees which resources have ended, starts those whose dependencies are done (all at once), and ends the deployment when nothing is
/// left that could start. It acts as the deployment's caller, through the same door as everybody. Steps are noted in the store, so a pass after a crash goes on where
/// the last one stopped and does nothing twice. Passes are caused by changes of the resources under way.
/// </summary>
public sealed class DeploymentReconciler : IReconciler
{
    private const int AtOnce = 256;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(30);
    private readonly KernelServices _kernel;
    private readonly Removal _removal;
    private readonly RollBack _rollBack;
    private readonly ConcurrentDictionary<string, DeploymentRun> _runs = new();

    public DeploymentReconciler(KernelServices kernel)
    {
        _kernel = kernel;
        _removal = new(kernel);
        _rollBack = new(kernel);
        kernel.Store.Committed += OnCommitted;
    }

    private static Outcome Changed { get; } = new Outcome.LookAgain(TimeSpan.Zero, "it changed meanwhile");

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
                return await EndAsync(record, document, DeploymentErrors.Failed(id, [error]), null, [], cancellationToken) ? new Outcome.Settled() : Changed;
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
            return await GoOnAsync(record, document, run, cancellationToken);
        }
        catch
        {
            // What was started may not be noted: the next pass reads it from the store.
            _runs.TryRemove(id.Key, out _);
            throw;
        }
    }

    private async Task<Outcome> GoOnAsync(StoreRecord record, DeploymentDocument document, DeploymentRun run, CancellationToken cancellationToken)
    {
        while (await ProgressAsync(record, run, cancellationToken))
        {
        }

        return Array.Exists(run.Steps, s => s is { IsRunning: true }) ? new Outcome.LookAgain(LongPause, "resources are under way")
            : run.Ready().Any() ? new Outcome.LookAgain(Pause, "resources wait for other operations")
            : await FinishAsync(record, document, run, cancellationToken);
    }

    /// <summary>Notes what has ended and starts what is ready; false when there was nothing of either.</summary>
    private async Task<bool> ProgressAsync(StoreRecord record, DeploymentRun run, CancellationToken cancellationToken)
    {
        var changed = new List<DeploymentStep>();
        foreach (var step in run.Steps)
        {
            if (step is { IsRunning: true } && StepEnd.Of(_kernel, step) is { } ended)
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

        return await NoteAsync(record, changed.DistinctBy(s => s.Index).Select(s => run.Steps[s.Index] ?? s), cancellationToken);
    }

    /// <summary>Writes steps down; false when the deployment was canceled or deleted meanwhile, which the next pass sees.</summary>
    private async Task<bool> NoteAsync(StoreRecord record, IEnumerable<DeploymentStep> steps, CancellationToken cancellationToken)
    {
        var transaction = new StoreTransaction { Writes = [.. steps.Select(s => s.ToWrite(record.Key))], Requires = [(record.Key, record.Version)] };
        if (await _kernel.Store.CommitAsync(transaction, cancellationToken) is null)
        {
            return true;
        }

        _runs.TryRemove(record.Key, out _);
        _kernel.Queue.Poke(record.Key);
        return false;
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
        if (run.Unnoted.TryGetValue(step.Name, out var operation))
        {
            return StepEnd.Started(_kernel, step, operation.Length == 0 ? null : operation, 200);
        }

        if (!evaluated.Ok(out var body, out var fault))
        {
            return StepEnd.Refused(_kernel, step, fault);
        }

        var content = ValueWriter.ToUtf8(resource.IsDeployment ? TemplateLink.Rebase(body, run.Document.TemplateLink) : body);
        if (run.Document.Debugs("requestContent"))
        {
            step = step with { Request = Encoding.UTF8.GetString(content.Span) };
        }

        var put = DeploymentPreflight.PutOf(run.Caller, resource.Id, resource.ApiVersion, content) with { Step = step.Name };
        if ((await _kernel.Dispatcher.SendAsync(put, cancellationToken)).Ok(out var response, out var error))
        {
            step = run.Document.Debugs("responseContent") && !response.Body.IsEmpty ? step with { Response = Encoding.UTF8.GetString(response.Body.Span) } : step;
            return StepEnd.Started(_kernel, step, response.OperationId, response.Status);
        }

        if (error.Code == "AnotherOperationInProgress")
        {
            var since = run.Refused.TryGetValue(resource.Index, out var first) ? first : run.Refused[resource.Index] = step.Started;
            if (step.Started - since < Patience)
            {
                return null;
            }
        }

        return StepEnd.Refused(_kernel, step, error);
    }

    /// <summary>When nothing is left to be made: what else there is in mode Complete goes, what failed is rolled back, and the deployment ends.</summary>
    private async Task<Outcome> FinishAsync(StoreRecord record, DeploymentDocument document, DeploymentRun run, CancellationToken cancellationToken)
    {
        var made = run.Plan.Resources.Where(r => run.Steps[r.Index]?.State == DeploymentState.Succeeded).SelectMany(Made).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (document.IsComplete && !Array.Exists(run.Steps, s => s?.Error is not null))
        {
            while (await _removal.ProgressAsync(run, made, cancellationToken) is { Count: > 0 } gone)
            {
                if (!await NoteAsync(record, gone, cancellationToken))
                {
                    return Changed;
                }
            }

            if (run.Deletes.Values.Any(s => s.IsRunning))
            {
                return new Outcome.LookAgain(LongPause, "resources are on their way out");
            }
        }

        var errors = run.Steps.Concat(run.Deletes.Values).Select(s => s?.Error).OfType<ArmError>().ToList();
        if (errors.Count > 0)
        {
            if (document.OnError is { } onError)
            {
                if (await _rollBack.ProgressAsync(run, onError, cancellationToken) is { } news)
                {
                    run.RollBack = news;
                    if (!await NoteAsync(record, [news], cancellationToken))
                    {
                        return Changed;
                    }
                }

                if (run.RollBack is { IsRunning: true })
                {
                    return new Outcome.LookAgain(LongPause, "an earlier deployment is deployed again");
                }

                document = document with { OnError = onError with { ProvisioningState = run.RollBack?.State } };
                errors.AddRange(run.RollBack?.Error is { } alsoFailed ? [alsoFailed] : []);
            }

            return await EndAsync(record, document, DeploymentErrors.Failed(document.ResourceId, errors), null, made, cancellationToken) ? new Outcome.Settled() : Changed;
        }

        var lookup = new ResourceLookup(_kernel, run.Caller, run.Plan);
        var evaluated = await lookup.EvaluateAsync(run.Plan.Outputs, cancellationToken);
        return await (evaluated.Ok(out var outputs, out var error)
            ? EndAsync(record, document, null, run.Plan.Template.Outputs.Count > 0 ? outputs.ToString() : null, made, cancellationToken)
            : EndAsync(record, document, DeploymentErrors.OutputsFailed(error), null, made, cancellationToken)) ? new Outcome.Settled() : Changed;
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
