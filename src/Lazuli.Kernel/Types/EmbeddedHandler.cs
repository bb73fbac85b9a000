using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;

namespace Lazuli.Kernel.Types;

/// <summary>Requests of a child that lives in its parent's document: reads are slices of the parent, writes are writes of the parent.</summary>
internal sealed class EmbeddedHandler<TParent, TChild>(EmbeddedType<TParent, TChild> type, KernelServices kernel) : IResourceHandler, IPredictsPut
    where TParent : class
    where TChild : class
{
    private readonly ResourceJson<Embedded<TChild>> _json = new(type.Json, kernel.Secrets);

    private ResourceHandler<TParent> Parent
        => kernel.Registry.Type(type.EmbeddedIn ?? throw new InvalidOperationException()) is { } parent
            ? (ResourceHandler<TParent>)kernel.Registry.Handler(parent)
            : throw new InvalidOperationException($"The parent of {type.Name} is not registered.");

    public Task<Result<ArmResponse>> GetAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
        => Task.FromResult<Result<ArmResponse>>(
            Record(id) is { } record && type.Find(Parent.Shown(record).Properties, id.Name) is { } child
                ? ArmResponse.Json(Bytes(child, record.Version)) with { Headers = [new("ETag", ETag.Of(record.Version))] }
                : NotFound(id, "read"));

    public async Task<Result<ArmResponse>> PutAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
    {
        var errors = new List<ArmError>();
        if (!type.CanPut)
        {
            return ArmErrors.MethodNotAllowed("PUT", id.ToString());
        }

        if (id.Parent is not { } parent || Record(id) is null)
        {
            return NotFound(id);
        }

        if (!_json.TryRead(request.Body.Span, out var child, errors))
        {
            return ArmError.Combine(errors);
        }

        child.Name = id.Name;
        type.Prepare(child, request);
        EnvelopeRules.Check(type, id, null, null, null, true, kernel.Locations, errors);
        _json.Check(child, errors);
        return errors.Count > 0 ? ArmError.Combine(errors)
            : await Parent.ChangeAsync(request, parent, As("PUT", id), current => current is null ? NotFound(id) : With(current, id, child), cancellationToken);
    }

    public Task<Result<ArmResponse>> PatchAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
        => Task.FromResult<Result<ArmResponse>>(ArmErrors.MethodNotAllowed("PATCH", id.ToString()));

    public async Task<Result<ArmResponse>> DeleteAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
    {
        if (!type.CanDelete)
        {
            return ArmErrors.MethodNotAllowed("DELETE", id.ToString());
        }

        if (id.Parent is not { } parent || Record(id) is not { } record || type.Find(Parent.Read(record).Properties, id.Name) is null)
        {
            return ArmResponse.Empty(204);
        }

        var result = await Parent.ChangeAsync(request, parent, As("DELETE", id), current => current is null ? NotFound(id) : With(current, id, null), cancellationToken);
        if (!result.Ok(out var response, out var error))
        {
            return error;
        }

        return response.OperationId is { } operationId && kernel.Operations.Get(operationId) is { } operation
            ? new ArmResponse { Status = 202, Headers = Operations.OperationLog.Headers(request, operation, id, withLocation: true), OperationId = operationId }
            : ArmResponse.Empty(200);
    }

    public Task<Result<ArmResponse>> ActAsync(ArmRequest request, ResourceId id, ResourceAction action, CancellationToken cancellationToken)
        => Task.FromResult<Result<ArmResponse>>(ArmErrors.MethodNotAllowed("POST", id.ToString()));

    /// <summary>The faults that the child has in itself: its parent may be about to change, too.</summary>
    public IReadOnlyList<ArmError> CheckPut(ArmRequest request, ResourceId id)
    {
        var errors = new List<ArmError>();
        if (_json.TryRead(request.Body.Span, out var child, errors))
        {
            _json.Check(child, errors);
        }

        return errors;
    }

    public IReadOnlyList<ArmError> CheckPut(ArmRequest request, ResourceId id, out ReadOnlyMemory<byte>? after)
    {
        after = null;
        var errors = new List<ArmError>();
        if (!_json.TryRead(request.Body.Span, out var child, errors))
        {
            return errors;
        }

        _json.Check(child, errors);
        child.Name = id.Name;
        if (errors.Count > 0 || id.Parent is not { } parent || Record(id) is not { } record)
        {
            return errors;
        }

        if (!With(Parent.Read(record), id, child).Ok(out var desired, out var refused))
        {
            errors.Add(refused);
        }
        else if (Parent.Predicted(request, parent, desired, errors) is { } whole && type.Find(whole.Properties, id.Name) is { } predicted)
        {
            after = Bytes(predicted, record.Version);
        }

        return errors;
    }

    public IEnumerable<ResourceSlice> List(ResourceId scope, string? after)
    {
        if (kernel.Store.Get(scope.Key) is not { } record || !scope.Type.Equals(type.EmbeddedIn))
        {
            return [];
        }

        return from child in type.Children(Parent.Shown(record).Properties)
               let key = (child.Id ?? child.Name ?? "").ToLowerInvariant()
               where after is null || string.CompareOrdinal(key, after) > 0
               select new ResourceSlice(key, Bytes(child, record.Version));
    }

    public ReadOnlyMemory<byte> InputOf(ReadOnlyMemory<byte> shown)
        => JsonSerializer.SerializeToUtf8Bytes(JsonSerializer.Deserialize(shown.Span, _json.Input) ?? throw new InvalidDataException($"A {type.Name} is empty."), _json.Output);

    public ReadOnlyMemory<byte> Render(StoreRecord record) => throw new InvalidOperationException($"{type.Name} has no records of its own.");

    private StoreRecord? Record(ResourceId id) => id.Parent is { } parent ? kernel.Store.Get(parent.Key) : null;

    private ArmError NotFound(ResourceId id, string verb = "write")
        => id.Parent is { } parent && kernel.Store.Get(parent.Key) is null
            ? ArmErrors.ParentNotFound(id, parent, verb)
            : new ArmError { Code = "NotFound", Message = $"Resource {id} not found.", Status = 404 };

    private WriteAs<TParent> As(string kind, ResourceId id) => new(
        kind,
        id,
        current => current is not null && type.Find(current.Properties, id.Name) is not null,
        stored => Record(id) is { } record && type.Find(Parent.Shown(record).Properties, id.Name) is { } child ? Bytes(child, record.Version) : default);

    // A copy of the parent with the child put in its place, added, or (null) taken out.
    private Result<Resource<TParent>> With(Resource<TParent> current, ResourceId id, Embedded<TChild>? child)
    {
        var copy = Parent.Clone(current);
        var children = type.Children(copy.Properties).ToList();
        var at = children.FindIndex(c => id.Name.Equals(c.Name, StringComparison.OrdinalIgnoreCase));
        if (child is null)
        {
            // Somebody else may have been quicker.
            children.RemoveAll(c => id.Name.Equals(c.Name, StringComparison.OrdinalIgnoreCase));
        }
        else if (at >= 0)
        {
            var errors = new List<ArmError>();
            _json.CarryOver(children[at], child, errors);
            if (errors.Count > 0)
            {
                return ArmError.Combine(errors);
            }

            children[at] = child with { Name = children[at].Name };
        }
        else
        {
            children.Add(child);
        }

        type.SetChildren(copy.Properties, children);
        return copy;
    }

    private byte[] Bytes(Embedded<TChild> child, long version) => JsonSerializer.SerializeToUtf8Bytes(child with { Etag = ETag.Of(version) }, _json.Output);
}
