using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Execution;

/// <summary>
/// <c>onErrorDeployment</c>: when a deployment has failed, an earlier one is deployed again under its own name, with the template and the parameters it had, in the
/// mode of the one that failed (https://learn.microsoft.com/azure/azure-resource-manager/templates/rollback-on-error).
/// </summary>
internal sealed class RollBack(KernelServices kernel)
{
    /// <summary>Begins it, or sees whether it has ended; null when there is no news.</summary>
    public async Task<DeploymentStep?> ProgressAsync(DeploymentRun run, OnErrorDeployment onError, CancellationToken cancellationToken)
    {
        if (run.RollBack is { } begun)
        {
            return begun.IsRunning ? StepEnd.Of(kernel, begun) : null;
        }

        var id = run.Document.ResourceId.Scope.Resource(DeploymentsType.TypeName, onError.DeploymentName ?? "");
        var step = run.NewStep(id, DeploymentStep.Create, kernel.Time.GetUtcNow());
        var name = DeploymentStep.NameOf(run.Document.RunId, "roll back");
        if (run.Unnoted.TryGetValue(name, out var operation))
        {
            return StepEnd.Started(kernel, step, operation.Length == 0 ? null : operation, 200);
        }

        if (kernel.Store.Get(id.Key) is not { } record || DeploymentDocument.Read(record) is not { State: DeploymentState.Succeeded } earlier)
        {
            return StepEnd.Refused(kernel, step, DeploymentErrors.NothingToRollBackTo(run.Document.ResourceId, onError.DeploymentName));
        }

        var inputs = (ObjectValue)ValueReader.Read(kernel.Secrets.Unprotect(earlier.Sealed));
        var properties = new ObjectBuilder().Set("mode", run.Document.Mode).SetIf("template", inputs["template"]).SetIf("parameters", inputs["parameters"]).Build();
        var body = new ObjectBuilder().SetIf("location", earlier.Location is { } location ? Value.Of(location) : null).Set("properties", properties).Build();
        var put = DeploymentPreflight.PutOf(run.Caller, id, run.Document.ApiVersion, ValueWriter.ToUtf8(body)) with { Step = name };
        return (await kernel.Dispatcher.SendAsync(put, cancellationToken)).Ok(out var response, out var error)
            ? StepEnd.Started(kernel, step, response.OperationId, response.Status)
            : StepEnd.Refused(kernel, step, error);
    }
}
