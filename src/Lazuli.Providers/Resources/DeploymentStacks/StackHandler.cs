using System.Text.RegularExpressions;
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

/// <summary>The requests of stacks. A PUT checks the template as its deployment would, stores the stack with its operation and answers; the reconciler carries it out.</summary>
internal sealed class StackHandler(DeploymentStackType type, KernelServices kernel) : IResourceHandler, IReconcileTarget, IPredictsPut
{
    private const string ManageDenySetting = "Microsoft.Resources/deploymentStacks/manageDenySetting/action";
    private const int Attempts = 20;
    private readonly DeploymentPreflight _preflight = new(kernel);

    public Task<Result<ArmResponse>> GetAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
        => Task.FromResult<Result<ArmResponse>>(kernel.Store.Get(id.Key) is { } record ? ArmResponse.Json(Render(record)) : StackErrors.NotFound(id));

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
            var before = record is null ? null : StackDocument.Read(record);
            if (before is { IsTerminal: false })
            {
                return StackErrors.UnderWay(before);
            }

            var (document, denies) = (prepared.Document, prepared.Document.Deny.Mode != DenySettings.None || (before is not null && before.Deny.Mode != DenySettings.None));
            if (denies && !kernel.Authorizer.IsAllowed(request.Principal, ManageDenySetting, id))
            {
                return ArmErrors.AuthorizationFailed(request.Principal.Name, request.Principal.ObjectId, ManageDenySetting, id.ToString());
            }

            if (before?.Location is { } bound && bound != document.Location)
            {
                return StackErrors.OtherLocation(id, document.Location ?? "", bound);
            }

            document = document with { Resources = before?.Resources ?? [] };
            if (await CommitAsync(request, document, record, "PUT", "write", cancellationToken) is { } operation)
            {
                return new ArmResponse
                {
                    Status = before is null ? 201 : 200,
                    Body = StackView.Render(document),
                    OperationId = operation.Id,
                    Headers = OperationLog.Headers(request, operation, id, withLocation: false),
                };
            }
        }

        return ArmErrors.AnotherOperationInProgress(id);
    }

    public Task<Result<ArmResponse>> PatchAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
        => Task.FromResult<Result<ArmResponse>>(ArmErrors.MethodNotAllowed("PATCH", id.ToString()));

    public async Task<Result<ArmResponse>> DeleteAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
    {
        if (!StackRequest.ParseDelete(request.Query).Ok(out var unmanage, out var error))
        {
            return error;
        }

        using var held = await kernel.Locks.AcquireAsync([id.Key], cancellationToken);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (kernel.Store.Get(id.Key) is not { } record)
            {
                return ArmResponse.Empty(204);
            }

            // With its group it goes as it is: what it manages there goes, too, and the rest stays.
            var document = StackDocument.Read(record);
            var withGroup = id.ResourceGroupId is { } group && kernel.View.IsDeleting(group);
            if (!document.IsTerminal && !withGroup)
            {
                return StackErrors.UnderWay(document);
            }

            if (document.Deny.Mode != DenySettings.None && !withGroup && !kernel.Authorizer.IsAllowed(request.Principal, ManageDenySetting, id))
            {
                return ArmErrors.AuthorizationFailed(request.Principal.Name, request.Principal.ObjectId, ManageDenySetting, id.ToString());
            }

            var going = document with
            {
                State = StackState.Deleting,
                Started = kernel.Time.GetUtcNow(),
                Ended = null,
                Caller = withGroup ? document.Caller : request.Principal with { ActsFor = id.Key },
                CorrelationId = request.CorrelationId.Length > 0 ? request.CorrelationId : document.CorrelationId,
                Unmanage = unmanage,
                Deletes = [],
                Error = null,
            };
            if (await CommitAsync(request, going, record, "DELETE", "delete", cancellationToken) is { } operation)
            {
                return new ArmResponse { Status = 202, Headers = OperationLog.Headers(request, operation, id, withLocation: true), OperationId = operation.Id };
            }
        }

        return ArmErrors.AnotherOperationInProgress(id);
    }

    public async Task<Result<ArmResponse>> ActAsync(ArmRequest request, ResourceId id, ResourceAction action, CancellationToken cancellationToken)
    {
        if (action.Name == "validate")
        {
            return await kernel.Late.AnswerAsync(action.Answers, request, id, null, token => ValidateAsync(request, id, token), cancellationToken);
        }

        return kernel.Store.Get(id.Key) is not { } record ? StackErrors.NotFound(id)
            : ArmResponse.Json(ValueWriter.ToUtf8(new ObjectBuilder().SetIf("template", ((ValueReader.Read(kernel.Secrets.Unprotect(StackDocument.Read(record).Sealed)) as ObjectValue)?["properties"] as ObjectValue)?["template"]).Build()));
    }

    private async Task<Result<ArmResponse>> ValidateAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
        => (await PrepareAsync(request, id, cancellationToken)).Ok(out var prepared, out var error) ? ArmResponse.Json(StackView.RenderValidated(prepared.Document, prepared.Deployment)) : error;

    public IReadOnlyList<ArmError> CheckPut(ArmRequest request, ResourceId id) => CheckName(id) is { } error ? [error] : StackRequest.Parse(request, id, kernel.Locations).Ok(out _, out var fault) ? [] : [fault];

    /// <summary>What a template's stack would show: its settings. What its own template would change, its own deployment says.</summary>
    public IReadOnlyList<ArmError> CheckPut(ArmRequest request, ResourceId id, out ReadOnlyMemory<byte>? after)
    {
        after = null;
        if (kernel.Store.Get(id.Key) is { } record && StackRequest.Parse(request, id, kernel.Locations).Ok(out var wanted, out _))
        {
            after = StackView.Render(StackDocument.Read(record) with
            {
                Tags = wanted.Deployment.Tags,
                Description = wanted.Description,
                Unmanage = wanted.Unmanage,
                Deny = wanted.Deny,
                DeploymentScope = wanted.DeploymentScope,
            });
        }

        return CheckPut(request, id);
    }

    public IEnumerable<ResourceSlice> List(ResourceId scope, string? after)
        => kernel.Store.ListByType(type.Name.Key, $"{(scope.IsTenant ? "" : scope.Key)}/providers/{type.Name.Key}", after).Select(r => new ResourceSlice(r.Key, Render(r)));

    public ReadOnlyMemory<byte> Render(StoreRecord record) => StackView.Render(StackDocument.Read(record));

    public bool IsDeleting(StoreRecord record) => false;

    /// <summary>Nothing: a stack's state is written by its reconciler itself.</summary>
    public StoreWrite? Stated(StoreRecord record, string? state, object? update) => null;

    public StoreWrite Doom(StoreRecord record) => new(record.Key, null);

    private ArmError? CheckName(ResourceId id) => Regex.IsMatch(id.Name, type.NamePattern, RegexOptions.CultureInvariant) ? null : type.InvalidName(id);

    private async Task<Result<(StackDocument Document, PreparedDeployment Deployment)>> PrepareAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
    {
        if (CheckName(id) is { } misnamed)
        {
            return misnamed;
        }

        if (!StackRequest.Parse(request, id, kernel.Locations).Ok(out var wanted, out var error))
        {
            return error;
        }

        // The name is this PUT's own: whether its deployment is there says whether it was started.
        var name = $"{(id.Name.Length > 50 ? id.Name[..50] : id.Name)}-{Guid.NewGuid():n}"[..Math.Min(64, Math.Min(id.Name.Length, 50) + 13)];
        var deployment = wanted.Target.Resource(DeploymentsType.TypeName, name);
        var caller = request with { Principal = request.Principal with { ActsFor = id.Key } };
        if (!(await _preflight.PrepareAsync(caller, deployment, wanted.Deployment, predict: false, cancellationToken)).Ok(out var prepared, out error)
            || !prepared.Plan.Parameters(withSecrets: false).Ok(out var shown, out error))
        {
            return error;
        }

        return (Document(caller, id, wanted, deployment, prepared, shown), prepared);
    }

    private StackDocument Document(ArmRequest caller, ResourceId id, StackRequest wanted, ResourceId deployment, PreparedDeployment prepared, ObjectValue shown)
    {
        var request = prepared.Request;
        var properties = new ObjectBuilder().Set("mode", request.Mode).Set("template", request.Template).Set("parameters", request.Parameters);
        if (request.ExternalInputs.Count > 0)
        {
            properties.Set("externalInputs", request.ExternalInputs);
        }

        if (request.DebugDetail is { } detail)
        {
            properties.Set("debugSetting", new ObjectBuilder().Set("detailLevel", detail).Build());
        }

        return new StackDocument
        {
            Id = id.ToString(),
            CorrelationId = caller.CorrelationId.Length > 0 ? caller.CorrelationId : Guid.NewGuid().ToString(),
            ApiVersion = caller.ApiVersion ?? "",
            BaseUrl = caller.BaseUrl,
            Caller = caller.Principal,
            State = StackState.Deploying,
            Started = kernel.Time.GetUtcNow(),
            Location = wanted.Location,
            Tags = request.Tags,
            Description = wanted.Description,
            Unmanage = wanted.Unmanage,
            Deny = wanted.Deny,
            DeploymentScope = wanted.DeploymentScope,
            DeploymentId = deployment.ToString(),
            TemplateLink = request.TemplateLink,
            ParametersLink = request.ParametersLink,
            DebugDetail = request.DebugDetail,
            Sealed = kernel.Secrets.Protect(ValueWriter.ToJson(new ObjectBuilder().SetIf("location", request.Location is { } location ? Value.Of(location) : null).Set("properties", properties.Build()).Build())),
            Parameters = ValueWriter.ToJson(shown),
        };
    }

    private async Task<Operation?> CommitAsync(ArmRequest request, StackDocument document, StoreRecord? before, string kind, string verb, CancellationToken cancellationToken)
    {
        var id = document.ResourceId;
        var operation = kernel.Operations.Start(request, id, kind, document.Location) with { TrackedKey = id.Key };
        var transaction = new StoreTransaction
        {
            Writes = [document.ToWrite(before?.Version ?? 0), OperationLog.Write(operation), .. kernel.Operations.End(id.Key, OperationStatus.Canceled, null)],
            Requires = id.Parent is { IsTenant: false } scope && verb == "write" && kernel.Store.Get(scope.Key) is { } owner ? [(owner.Key, owner.Version)] : [],
            Events = [ActivityLog.Event(request, id, $"{type.Name}/{verb}", "Accepted", kernel.Time.GetUtcNow(), operation.Id)],
        };
        return await kernel.Store.CommitAsync(transaction, cancellationToken) is null ? operation : null;
    }
}
