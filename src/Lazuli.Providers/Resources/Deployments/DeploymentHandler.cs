using System.Text.RegularExpressions;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Deployments.Language.Templates;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments;

/// <summary>
/// The requests of deployments. A PUT checks everything, stores the deployment with its operation and answers; the reconciler carries it out.
/// </summary>
internal sealed class DeploymentHandler(DeploymentsType type, KernelServices kernel) : IResourceHandler, IReconcileTarget
{
    private const int Attempts = 20;
    private readonly DeploymentPreflight _preflight = new(kernel);

    public Task<Result<ArmResponse>> GetAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
        => Task.FromResult<Result<ArmResponse>>(kernel.Store.Get(id.Key) is { } record ? ArmResponse.Json(Render(record)) : DeploymentErrors.NotFound(id));

    public async Task<Result<ArmResponse>> PutAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
    {
        if (!(await PrepareAsync(request, id, cancellationToken)).Ok(out var prepared, out var error))
        {
            return error;
        }

        using var held = await kernel.Locks.AcquireAsync([id.Key], cancellationToken);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var record = kernel.Store.Get(id.Key);
            var before = record is null ? null : DeploymentDocument.Read(record);
            if (before is { IsTerminal: false })
            {
                return DeploymentErrors.Active(before);
            }

            var operation = kernel.Operations.Start(request, id, "PUT", null) with { TrackedKey = id.Key };
            if (!Document(id, prepared, operation.Id).Ok(out var document, out var fault) || !DeploymentHistory.MakeRoom(kernel.Store, id, before is not null).Ok(out var room, out fault))
            {
                return fault;
            }

            if (before?.Location is { } bound && bound != document.Location)
            {
                return DeploymentErrors.OtherLocation(id, document.Location ?? "", bound);
            }

            var transaction = new StoreTransaction
            {
                Writes =
                [
                    document.ToWrite(prepared.Plan, record?.Version ?? 0), OperationLog.Write(operation), .. room,
                    .. before is null ? [] : DeploymentStep.Removal(kernel.Store, before.RunId),
                ],
                Requires = id.Parent is { IsTenant: false } scope && kernel.Store.Get(scope.Key) is { } owner ? [(owner.Key, owner.Version)] : [],
                Events = [ActivityLog.Event(request, id, $"{DeploymentsType.TypeName}/write", "Accepted", kernel.Time.GetUtcNow(), operation.Id)],
            };
            if (await kernel.Store.CommitAsync(transaction, cancellationToken) is null)
            {
                return new ArmResponse
                {
                    // Also the second time: what goes on after the answer is followed by its headers.
                    Status = 201,
                    Body = DeploymentView.Render(document, kernel.Time),
                    OperationId = operation.Id,
                    Headers = [new("Azure-AsyncOperation", $"{request.BaseUrl}{id}/operationStatuses/{operation.Id}?api-version={request.ApiVersion}"), new("Retry-After", "1")],
                };
            }
        }

        return ArmErrors.AnotherOperationInProgress(id);
    }

    public Task<Result<ArmResponse>> PatchAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
        => Task.FromResult<Result<ArmResponse>>(ArmErrors.MethodNotAllowed("PATCH", id.ToString()));

    public async Task<Result<ArmResponse>> DeleteAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
    {
        using var held = await kernel.Locks.AcquireAsync([id.Key], cancellationToken);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (kernel.Store.Get(id.Key) is not { } record)
            {
                return ArmResponse.Empty(204);
            }

            var document = DeploymentDocument.Read(record);
            if (!document.IsTerminal && !(id.ResourceGroupId is { } group && kernel.View.IsDeleting(group)))
            {
                return DeploymentErrors.Active(document);
            }

            var now = kernel.Time.GetUtcNow();
            var operation = kernel.Operations.Start(request, id, "DELETE", null) with { Status = OperationStatus.Succeeded, EndTime = now };
            var transaction = new StoreTransaction
            {
                Writes =
                [
                    new StoreWrite(id.Key, null) { ExpectedVersion = record.Version }, OperationLog.Write(operation), .. DeploymentStep.Removal(kernel.Store, document.RunId),
                    .. kernel.Operations.End(id.Key, OperationStatus.Canceled, DeploymentErrors.Canceled()),
                ],
                Events = [ActivityLog.Event(request, id, $"{DeploymentsType.TypeName}/delete", "Succeeded", now, operation.Id)],
            };
            if (await kernel.Store.CommitAsync(transaction, cancellationToken) is null)
            {
                return new ArmResponse { Status = 202, Headers = OperationLog.Headers(request, operation, id, withLocation: true), OperationId = operation.Id };
            }
        }

        return ArmErrors.AnotherOperationInProgress(id);
    }

    public async Task<Result<ArmResponse>> ActAsync(ArmRequest request, ResourceId id, ResourceAction action, CancellationToken cancellationToken)
    {
        switch (action.Name)
        {
            case "validate":
                return await kernel.Late.AnswerAsync(action.Answers, request, id, null, token => ValidateAsync(request, id, token), cancellationToken);
            case "whatIf":
                return await kernel.Late.AnswerAsync(action.Answers, request, id, null, token => PredictAsync(request, id, token), cancellationToken);
            case "cancel":
                return await CancelAsync(request, id, cancellationToken);
            default:
                return kernel.Store.Get(id.Key) is not { } record ? DeploymentErrors.NotFound(id)
                    : ValueReader.Read(kernel.Secrets.Unprotect(DeploymentDocument.Read(record).Sealed)) is ObjectValue o && o["template"] is { } template
                        ? ArmResponse.Json(ValueWriter.ToUtf8(new ObjectBuilder().Set("template", template).Build()))
                        : DeploymentErrors.NotFound(id);
        }
    }

    private async Task<Result<ArmResponse>> ValidateAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
        => !(await PrepareAsync(request, id, cancellationToken)).Ok(out var prepared, out var error) || !Document(id, prepared, "").Ok(out var document, out error) ? error
            : ArmResponse.Json(DeploymentView.RenderValidated(document, prepared, kernel.Time.GetUtcNow()));

    private async Task<Result<ArmResponse>> PredictAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
        => !(await PrepareAsync(request, id, cancellationToken, predict: true)).Ok(out var asked, out var error) ? error
            : ArmResponse.Json(await new WhatIf(kernel, request).PredictAsync(asked, cancellationToken));

    /// <summary>Faults of the deployment's own name. What it would make is checked by <see cref="DeploymentPreflight"/>, which follows links.</summary>
    public IReadOnlyList<ArmError> CheckPut(ArmRequest request, ResourceId id) => CheckName(id) is { } error ? [error] : [];

    public IEnumerable<ResourceSlice> List(ResourceId scope, string? after) => DeploymentHistory.List(kernel.Store, scope, after).Select(r => new ResourceSlice(r.Key, Render(r)));

    public ReadOnlyMemory<byte> Render(StoreRecord record) => DeploymentView.Render(DeploymentDocument.Read(record), kernel.Time);

    public bool IsDeleting(StoreRecord record) => false;

    /// <summary>Nothing: a deployment's state is written by its reconciler itself.</summary>
    public StoreWrite? Stated(StoreRecord record, string? state, object? update) => null;

    public StoreWrite Doom(StoreRecord record) => new(record.Key, null);

    private ArmError? CheckName(ResourceId id) => Regex.IsMatch(id.Name, type.NamePattern, RegexOptions.CultureInvariant) ? null
        : ArmErrors.BadRequest("InvalidDeploymentName", $"The deployment name '{id.Name}' is not valid: it must have 1 to 64 letters, digits, '-', '_', '.', '(' and ')'.");

    private async Task<Result<PreparedDeployment>> PrepareAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken, bool predict = false)
    {
        if (CheckName(id) is { } misnamed)
        {
            return misnamed;
        }

        if (!DeploymentRequest.Parse(request.Body.Span).Ok(out var wanted, out var error))
        {
            return error;
        }

        if (wanted.CheckScope(id, kernel.Locations) is { } misplaced)
        {
            return misplaced;
        }

        if (wanted.OnError is { } onError)
        {
            if (!DeploymentHistory.FindSuccessful(kernel.Store, id, onError).Ok(out var found, out error))
            {
                return error;
            }

            wanted = wanted with { OnError = found };
        }

        return await _preflight.PrepareAsync(request, id, wanted, predict, cancellationToken);
    }

    private Result<DeploymentDocument> Document(ResourceId id, PreparedDeployment prepared, string operationId)
    {
        var (request, wanted, plan) = (prepared.Caller, prepared.Request, prepared.Plan);
        if (!plan.Parameters(withSecrets: true).Ok(out var all, out var error) || !plan.Parameters(withSecrets: false).Ok(out var shown, out error))
        {
            return error;
        }

        return new DeploymentDocument
        {
            Id = id.ToString(),
            RunId = Guid.NewGuid().ToString("N"),
            CorrelationId = request.CorrelationId.Length > 0 ? request.CorrelationId : Guid.NewGuid().ToString(),
            ApiVersion = request.ApiVersion ?? "",
            BaseUrl = request.BaseUrl,
            Caller = request.Principal,
            State = DeploymentState.Accepted,
            Started = kernel.Time.GetUtcNow(),
            OperationId = operationId,
            TemplateHash = Template.Hash(wanted.Template),
            Location = wanted.Location is { } location ? kernel.Locations.Normalize(location) ?? location : null,
            Mode = wanted.Mode,
            TemplateLink = wanted.TemplateLink,
            ParametersLink = wanted.ParametersLink,
            OnError = wanted.OnError,
            DebugDetail = wanted.DebugDetail,
            Tags = wanted.Tags,
            Sealed = kernel.Secrets.Protect(ValueWriter.ToJson(new ObjectBuilder().Set("template", wanted.Template).Set("parameters", all).Build())),
            Parameters = ValueWriter.ToJson(shown),
            Providers = DeploymentView.Providers(plan),
            Dependencies = DeploymentView.Dependencies(plan),
        };
    }

    private async Task<Result<ArmResponse>> CancelAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (kernel.Store.Get(id.Key) is not { } record)
            {
                return DeploymentErrors.NotFound(id);
            }

            var document = DeploymentDocument.Read(record);
            if (document.IsTerminal)
            {
                return DeploymentErrors.CannotBeCanceled(document);
            }

            var now = kernel.Time.GetUtcNow();
            var running = DeploymentStep.List(kernel.Store, document.RunId).Where(s => s.IsRunning).ToList();
            var canceled = document with { State = DeploymentState.Canceled, Ended = now, Error = DeploymentErrors.Canceled() };
            var transaction = new StoreTransaction
            {
                Writes =
                [
                    canceled.ToWrite(null, record.Version),
                    .. running.Select(s => (s with { State = DeploymentState.Canceled, Ended = now }).ToWrite(id.Key)),
                    .. kernel.Operations.End(id.Key, OperationStatus.Canceled, canceled.Error),
                ],
                Events = [ActivityLog.Event(request, id, $"{DeploymentsType.TypeName}/cancel/action", "Succeeded", now)],
            };
            if (await kernel.Store.CommitAsync(transaction, cancellationToken) is null)
            {
                foreach (var nested in running.Select(s => ResourceId.Parse(s.Target)).Where(t => t.Type.Equals(DeploymentsType.TypeName)))
                {
                    await CancelAsync(request, nested, cancellationToken);
                }

                return ArmResponse.Empty(204);
            }
        }

        return ArmErrors.AnotherOperationInProgress(id);
    }
}
