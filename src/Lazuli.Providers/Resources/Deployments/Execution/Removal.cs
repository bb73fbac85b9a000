using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Resources.Deployments.Execution;

/// <summary>
/// Mode Complete, when everything is made: what else is in the resource group goes (https://learn.microsoft.com/azure/azure-resource-manager/templates/deployment-modes).
/// Tracked resources only, and none that another resource manages; children go with their parents. Who is in use refuses and is asked again when others are gone,
/// which gives the order. Locks and rights hold as for everybody.
/// </summary>
internal sealed class Removal(KernelServices kernel)
{
    /// <summary>One round: what was asked to go or has gone. Empty when there is nothing more to do, or only to wait.</summary>
    /// <param name="run">The run; its <see cref="DeploymentRun.Deletes"/> are brought up to date.</param>
    /// <param name="made">Ids that the deployment made, nested deployments included: they stay.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<DeploymentStep>> ProgressAsync(DeploymentRun run, IReadOnlyCollection<string> made, CancellationToken cancellationToken)
    {
        var changed = run.Deletes.Values.Where(s => s.IsRunning).Select(s => StepEnd.Of(kernel, s)).OfType<DeploymentStep>().ToList();
        changed.ForEach(s => run.Deletes[KeyOf(s)] = s);
        var refused = new List<DeploymentStep>();
        foreach (var id in Doomed(run, made).Where(id => !run.Deletes.ContainsKey(id.Key)))
        {
            var step = await DeleteAsync(run, id, cancellationToken);
            if (step.Error is null)
            {
                changed.Add(step);
                run.Deletes[id.Key] = step;
            }
            else
            {
                refused.Add(step);
            }
        }

        if (changed.Count == 0 && !run.Deletes.Values.Any(s => s.IsRunning))
        {
            // Nothing goes any more that could make way: the refusals are final.
            refused.ForEach(s => run.Deletes[KeyOf(s)] = s);
            return refused;
        }

        return changed;
    }

    private static string KeyOf(DeploymentStep step) => step.Target.ToLowerInvariant();

    private IEnumerable<ResourceId> Doomed(DeploymentRun run, IReadOnlyCollection<string> made)
    {
        var group = run.Document.ResourceId.Scope;
        var kept = new HashSet<string>();
        foreach (var id in made.Select(ResourceId.Parse))
        {
            for (var at = id; at is not null && at.IsResource; at = at.Parent)
            {
                kept.Add(at.Key);
            }
        }

        var going = new HashSet<string>();
        foreach (var record in kernel.Store.List(group.Key).Where(r => r.Key != group.Key))
        {
            if (kernel.Registry.Type(record.Type) is { IsTracked: true } type && !kept.Contains(record.Key)
                && ResourceId.TryParse(record.Key, out var key) && !(key.Parent is { } parent && going.Contains(parent.Key))
                && Shown(type, record) is { } id)
            {
                going.Add(record.Key);
                yield return id;
            }
        }
    }

    // In its own casing; null for what another resource manages, such as the disk of a machine.
    private ResourceId? Shown(ResourceType type, Kernel.Store.StoreRecord record)
    {
        using var json = JsonDocument.Parse(kernel.Registry.Handler(type).Render(record));
        return json.RootElement.TryGetProperty("managedBy", out var manager) && manager.GetString() is { Length: > 0 } ? null
            : ResourceId.Parse(json.RootElement.GetProperty("id").GetString() ?? record.Key);
    }

    private async Task<DeploymentStep> DeleteAsync(DeploymentRun run, ResourceId id, CancellationToken cancellationToken)
    {
        var name = DeploymentStep.NameOf(run.Document.RunId, $"delete {id.Key}");
        var step = run.NewStep(id, DeploymentStep.Delete, kernel.Time.GetUtcNow());
        if (run.Unnoted.TryGetValue(name, out var operation))
        {
            return StepEnd.Started(kernel, step, operation.Length == 0 ? null : operation, 202);
        }

        var delete = DeploymentPreflight.RequestOf(run.Caller, HttpMethod.Delete, id, kernel.Registry.Type(id.Type)?.ApiVersions[0] ?? "") with { Step = name };
        return (await kernel.Dispatcher.SendAsync(delete, cancellationToken)).Ok(out var response, out var error)
            ? StepEnd.Started(kernel, step, response.OperationId, response.Status)
            : StepEnd.Refused(kernel, step, error);
    }
}

/// <summary>How steps begin and end.</summary>
internal static class StepEnd
{
    /// <summary>What was accepted: under way as long as its operation is, else done.</summary>
    public static DeploymentStep Started(KernelServices kernel, DeploymentStep step, string? operationId, int status) => operationId is null
        ? step with { State = DeploymentState.Succeeded, Ended = kernel.Time.GetUtcNow(), Status = status }
        : step with { OperationId = operationId, Status = status, TrackedKey = kernel.Operations.Get(operationId)?.TrackedKey ?? ResourceId.Parse(step.Target).Key };

    public static DeploymentStep Refused(KernelServices kernel, DeploymentStep step, ArmError error)
        => step with { State = DeploymentState.Failed, Ended = kernel.Time.GetUtcNow(), Status = error.Status, Error = error.Target is null ? error with { Target = step.Target } : error };

    /// <summary>The step as it ended; null as long as it goes on.</summary>
    public static DeploymentStep? Of(KernelServices kernel, DeploymentStep step)
    {
        var operation = step.OperationId is null ? null : kernel.Operations.Get(step.OperationId);
        if (operation is { EndTime: null })
        {
            return null;
        }

        var now = operation?.EndTime ?? kernel.Time.GetUtcNow();
        return operation is null or { Status: Kernel.Operations.OperationStatus.Succeeded }
            ? step with { State = DeploymentState.Succeeded, Ended = now }
            : step with
            {
                State = DeploymentState.Failed,
                Ended = now,
                Error = DeploymentErrors.ResourceFailed(step.Target, operation.Error ?? ArmErrors.Internal()),
            };
    }
}
