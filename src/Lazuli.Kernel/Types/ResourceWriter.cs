using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Store;

namespace Lazuli.Kernel.Types;

/// <summary>
/// The one way by which a resource changes: under the locks of the resource and all it refers to, from the current state, every fault reported,
/// and in one transaction with its operation and its activity-log event.
/// </summary>
internal sealed class ResourceWriter<T>(ResourceType<T> type, KernelServices kernel, ResourceJson<Resource<T>> json, Func<StoreRecord, Resource<T>> read)
    where T : class
{
    private const int Attempts = 20;
    private static readonly TimeSpan DeletePatience = TimeSpan.FromSeconds(10);

    private bool IsAsync => type.Reconciler is not null;

    public async Task<Result<ArmResponse>> WriteAsync(
        ArmRequest request,
        ResourceId id,
        WriteAs<T> how,
        Resource<T>? preview,
        Func<Resource<T>?, Result<Resource<T>>> change,
        CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            // What it refers to is known only from what it will be; usually it is still that when the locks are held.
            var record = kernel.Store.Get(id.Key);
            var current = record is null ? null : read(record);
            if (!change(current).Ok(out var desired, out var refused))
            {
                return refused;
            }

            var keys = LockKeys(id, preview ?? desired);
            using var held = await kernel.Locks.AcquireAsync(keys, cancellationToken);
            var changed = kernel.Store.Get(id.Key);
            var raced = changed?.Version != record?.Version;
            record = changed;
            current = record is null ? null : read(record);
            if (Precondition(request, how.Subject, how.Existed(current) ? record : null) is { } failed)
            {
                return failed;
            }

            if (raced && !change(current).Ok(out desired, out refused))
            {
                return refused;
            }

            var errors = new List<ArmError>();
            desired = Check(request, id, desired, current, errors);
            if (errors.Count > 0)
            {
                return ArmError.Combine(errors);
            }

            if (!LockKeys(id, desired).All(keys.Contains))
            {
                preview = desired;
                continue;
            }

            if (desired.Properties is IProvisioned provisioned)
            {
                provisioned.ProvisioningState = !type.WritesTakeTime ? "Succeeded" : current is null ? "Creating" : "Updating";
            }

            var operation = type.WritesTakeTime ? kernel.Operations.Start(request, how.Subject, how.Kind, desired.Location) with { TrackedKey = id.Key } : null;
            if (await CommitAsync(request, how.Subject, desired, record, operation, "write", cancellationToken) is not { } stored)
            {
                continue;
            }

            var headers = new List<KeyValuePair<string, string>> { new("ETag", ETag.Of(stored.Version)) };
            if (operation is not null)
            {
                headers.AddRange(OperationLog.Headers(request, operation, how.Subject, withLocation: false));
            }

            return new ArmResponse { Status = how.Existed(current) ? 200 : type.CreatedStatus, Body = how.Respond(stored), Headers = headers, OperationId = operation?.Id };
        }

        return ArmErrors.AnotherOperationInProgress(id);
    }

    public async Task<Result<ArmResponse>> ActAsync(ArmRequest request, ResourceId id, ResourceAction<T> action, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            using var held = await kernel.Locks.AcquireAsync([id.Root.Key], cancellationToken);
            if (kernel.Store.Get(id.Key) is not { } record)
            {
                return ArmErrors.ResourceNotFound(id);
            }

            var current = read(record);
            if (current.Properties is IProvisioned { ProvisioningState: "Deleting" })
            {
                return ArmErrors.AnotherOperationInProgress(id);
            }

            if (!action.Run(new ActionContext<T>(current, request, kernel.View, kernel)).Ok(out var result, out var error))
            {
                return error;
            }

            if (result.Desired is not { } desired)
            {
                return result.Body is { } body ? ArmResponse.Json(body) : ArmResponse.Empty(200);
            }

            desired = Clone(desired);
            if (desired.Properties is IProvisioned provisioned && !result.AtOnce)
            {
                provisioned.ProvisioningState = IsAsync ? "Updating" : "Succeeded";
            }

            var operation = result.AtOnce ? null : kernel.Operations.Start(request, id, action.Name, desired.Location);
            if (await CommitAsync(request, id, desired, record, operation, action.Name, cancellationToken) is not null)
            {
                return operation is null ? ArmResponse.Empty(200) : new ArmResponse { Status = 202, Headers = OperationLog.Headers(request, operation, id, withLocation: true), OperationId = operation.Id };
            }
        }

        return ArmErrors.AnotherOperationInProgress(id);
    }

    public async Task<Result<ArmResponse>> DeleteAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            using var held = await kernel.Locks.AcquireAsync([id.Root.Key], cancellationToken);
            if (kernel.Store.Get(id.Key) is not { } record)
            {
                return ArmResponse.Empty(204);
            }

            if (Precondition(request, id, record) is { } failed)
            {
                return failed;
            }

            var current = read(record);
            var errors = type.AdmitDelete(current, kernel.View).ToList();
            if (errors.Count > 0)
            {
                return ArmError.Combine(errors);
            }

            var operation = type.DeletesTakeTime ? kernel.Operations.Start(request, id, "DELETE", current.Location) : null;
            var writes = new List<StoreWrite>();
            foreach (var below in kernel.Store.List(id.Key).Where(r => r.Key != id.Key))
            {
                if (kernel.Registry.Type(below.Type) is { } known && kernel.Registry.Handler(known) is IReconcileTarget target)
                {
                    writes.Add(target.Doom(below) with { ExpectedVersion = below.Version });
                }
            }

            if (IsAsync)
            {
                var doomed = Clone(current);
                ((IProvisioned)doomed.Properties).ProvisioningState = "Deleting";
                writes.Add(ToWrite(doomed) with { ExpectedVersion = record.Version });
            }
            else
            {
                writes.Add(new StoreWrite(id.Key, null) { ExpectedVersion = record.Version });
            }

            if (operation is not null)
            {
                writes.Add(OperationLog.Write(operation));
            }

            var events = ActivityLog.Event(request, id, $"{type.Name}/delete", IsAsync ? "Accepted" : "Succeeded", kernel.Time.GetUtcNow(), operation?.Id);
            var transaction = new StoreTransaction { Writes = writes, Events = [events, .. Changed(request, id, $"{type.Name}/delete", current, null)] };
            if (await kernel.Store.CommitAsync(transaction, cancellationToken) is null)
            {
                if (IsAsync && operation is null)
                {
                    await GoneAsync(id.Key, cancellationToken);
                }

                return operation is null
                    ? ArmResponse.Empty(200)
                    : new ArmResponse { Status = 202, Headers = OperationLog.Headers(request, operation, id, withLocation: true), OperationId = operation.Id };
            }
        }

        return ArmErrors.AnotherOperationInProgress(id);
    }

    /// <summary>The resource with its defaults, and all faults that it has in itself and among others.</summary>
    public Resource<T> Check(ArmRequest request, ResourceId id, Resource<T> desired, Resource<T>? current, List<ArmError> errors)
    {
        desired = Clone(desired) with { Version = current?.Version ?? 0 };
        if (current is not null)
        {
            desired = desired with { Id = current.Id, Name = current.Name };
            json.CarryOver(current, desired, errors);
        }

        EnvelopeRules.Check(type, id, desired.Location, desired.Tags, current?.Location, current is null, kernel.Locations, errors);
        json.Check(desired, errors);
        if (current is not null && desired.Location is null)
        {
            desired = desired with { Location = current.Location };
        }

        if (current?.Properties is IProvisioned { ProvisioningState: "Deleting" })
        {
            errors.Add(ArmErrors.AnotherOperationInProgress(id));
        }

        if (errors.Count > 0)
        {
            return desired;
        }

        errors.AddRange(type.Validate(desired, current));
        if (errors.Count > 0)
        {
            return desired;
        }

        CheckReferences(request, id, desired, current, errors);
        if (errors.Count == 0)
        {
            desired = type.Default(desired, current, kernel.View);
            errors.AddRange(type.Admit(desired, current, kernel.View));
            type.Sign(desired, current, request.Principal);
        }

        return desired;
    }

    public StoreWrite ToWrite(Resource<T> resource) => new(resource.Id.Key, new StoreRecord
    {
        Key = resource.Id.Key,
        Type = type.Name.Key,
        Body = JsonSerializer.SerializeToUtf8Bytes(resource with { Etag = null }, json.Stored),
        References = [.. type.References(resource).Select(r => r.Target.TrimEnd('/').ToLowerInvariant()).Distinct()],
    });

    /// <summary>A copy that may be changed. Through JSON, so that nothing is shared.</summary>
    public Resource<T> Clone(Resource<T> resource)
    {
        var copy = JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(resource, json.Plain), json.Plain) ?? throw new InvalidOperationException();
        return copy with { Version = resource.Version, Properties = copy.Properties ?? EmptyProperties() };
    }

    public T EmptyProperties()
        => JsonSerializer.Deserialize("{\"properties\":{}}"u8, json.Plain)?.Properties ?? throw new InvalidOperationException($"{typeof(T)} has no empty form.");

    private async Task<Resource<T>?> CommitAsync(
        ArmRequest request, ResourceId id, Resource<T> desired, StoreRecord? before, Operation? operation, string verb, CancellationToken cancellationToken)
    {
        var write = ToWrite(desired) with { ExpectedVersion = before?.Version ?? 0 };
        var requires = new List<(string, long)>(1);
        if (desired.Id.Parent is { IsTenant: false } parent && kernel.Store.Get(parent.Key) is { } owner)
        {
            // Nothing is made in a group (or parent) that goes at the same time.
            requires.Add((parent.Key, owner.Version));
        }

        var action = verb == "write" ? $"{id.Type}/write" : $"{id.Type}/{verb}/action";
        var events = ActivityLog.Event(request, id, action, operation is null ? "Succeeded" : "Accepted", kernel.Time.GetUtcNow(), operation?.Id);
        var transaction = new StoreTransaction
        {
            Writes = [write, .. operation is null ? [] : (IEnumerable<StoreWrite>)[OperationLog.Write(operation)], .. Companions(desired, before is null ? null : read(before))],
            Requires = requires,
            Events = [events, .. Changed(request, desired.Id, action, before is null ? null : read(before), desired)],
        };
        return await kernel.Store.CommitAsync(transaction, cancellationToken) is null ? desired with { Version = write.Record?.Version ?? 0 } : null;
    }

    // Of what lists of resources show; the rest has no history. Documents are made only where there are two to compare.
    private IEnumerable<StoreEvent> Changed(ArmRequest request, ResourceId id, string operation, Resource<T>? before, Resource<T>? after)
    {
        var compares = before is not null && after is not null;
        ReadOnlyMemory<byte>? Shown(Resource<T>? resource)
            => resource is null ? default(ReadOnlyMemory<byte>?) : compares ? JsonSerializer.SerializeToUtf8Bytes(resource, json.Output) : ReadOnlyMemory<byte>.Empty;
        return type.IsTracked && ChangeLog.Event(request, id, operation, kernel.Time.GetUtcNow(), Shown(before), Shown(after)) is { } change ? [change] : [];
    }

    // Until the reconciler has removed the resource; not for ever, for the machine may be away.
    private async Task GoneAsync(string key, CancellationToken cancellationToken)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void OnCommitted(IReadOnlyList<StoreChange> changes)
        {
            if (changes.Any(c => c.Key == key && c.After is null))
            {
                gone.TrySetResult();
            }
        }

        kernel.Store.Committed += OnCommitted;
        try
        {
            if (kernel.Store.Get(key) is not null)
            {
                await gone.Task.WaitAsync(DeletePatience, kernel.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            kernel.Store.Committed -= OnCommitted;
        }
    }

    private IEnumerable<StoreWrite> Companions(Resource<T> after, Resource<T>? before)
        => from companion in type.Companions(after, before, kernel.View)
           let known = kernel.Registry.Type(companion.Type) ?? throw new InvalidOperationException(companion.Type.ToString())
           select ((IBearsCompanions)kernel.Registry.Handler(known)).Bear(companion.Resource);

    private static ArmError? Precondition(ArmRequest request, ResourceId id, StoreRecord? record)
        => request.IfMatch is { } match && (record is null || !ETag.Matches(match, record.Version)) ? ArmErrors.PreconditionFailed(id)
            : request.IfNoneMatch is { } none && record is not null && ETag.Matches(none, record.Version) ? ArmErrors.PreconditionFailed(id)
            : null;

    private HashSet<string> LockKeys(ResourceId id, Resource<T> desired)
    {
        var keys = new HashSet<string>(type.Locks(desired)) { id.Root.Key };
        foreach (var reference in type.References(desired))
        {
            if (ResourceId.TryParse(reference.Target, out var target))
            {
                keys.Add(target.Root.Key);
            }
        }

        return keys;
    }

    private void CheckReferences(ArmRequest request, ResourceId id, Resource<T> desired, Resource<T>? current, List<ArmError> errors)
    {
        var known = current is null ? [] : type.References(current).Select(r => r.Target).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var reference in type.References(desired))
        {
            if (!ResourceId.TryParse(reference.Target, out var target) || !target.IsResource || (reference.Type is { } only && !only.Equals(target.Type)))
            {
                errors.Add(new ArmError
                {
                    Code = "LinkedInvalidPropertyId",
                    Message = $"Property id '{reference.Target}' at path '{reference.Path}' is invalid. Expect fully qualified resource Id that start with "
                        + "'/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.",
                    Target = reference.Path,
                });
            }
            else if (!reference.Optional && !kernel.View.Exists(target) && !target.IsWithin(id))
            {
                errors.Add(ArmErrors.InvalidReference(reference.Target, id) with { Target = reference.Path });
            }
            else if (!reference.Optional && !known.Contains(reference.Target) && kernel.View.IsDeleting(target.Root))
            {
                errors.Add(ArmErrors.ReferenceNotProvisioned(reference.Target, id));
            }
            else if (reference.LinkedAction is { } action && !known.Contains(reference.Target) && !kernel.Authorizer.IsAllowed(request.Principal, action, target))
            {
                errors.Add(ArmErrors.LinkedAuthorizationFailed(request.Principal.Name, request.Principal.ObjectId, $"{type.Name}/write", id.ToString(), action, target.ToString()));
            }
        }
    }
}

/// <summary>As what a write is done and answered: a child that lives in its parent's document is the subject of a write of the parent.</summary>
internal sealed record WriteAs<T>(string Kind, ResourceId Subject, Func<Resource<T>?, bool> Existed, Func<Resource<T>, ReadOnlyMemory<byte>> Respond)
    where T : class;

/// <summary>What a <see cref="Companion"/> is written by.</summary>
internal interface IBearsCompanions
{
    /// <summary>The write that makes a resource of the handler's type, or changes it from the version that it says.</summary>
    StoreWrite Bear(object resource);
}
