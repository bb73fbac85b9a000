using System.Text.Json;
using System.Text.Json.Nodes;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Store;

namespace Lazuli.Kernel.Types;

/// <summary>GET, LIST, PUT, PATCH, DELETE and actions of a type whose resources are documents of their own. Written once; reads like Azure's contract.</summary>
public sealed class ResourceHandler<T> : IResourceHandler, IResourceModels<T>, IReconcileTarget, IPredictsPut, IBearsCompanions
    where T : class
{
    private readonly ResourceType<T> _type;
    private readonly KernelServices _kernel;
    private readonly ResourceJson<Resource<T>> _json;
    private readonly ResourceWriter<T> _writer;

    public ResourceHandler(ResourceType<T> type, KernelServices kernel)
    {
        (_type, _kernel) = (type, kernel);
        _json = new(type.Json, kernel.Secrets, type.FreeForm);
        _writer = new(type, kernel, _json, Read);
    }

    public Task<Result<ArmResponse>> GetAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken) => Task.FromResult(Get(request, id));

    public Task<Result<ArmResponse>> PutAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
    {
        var errors = new List<ArmError>();
        return !_type.CanPut ? Task.FromResult<Result<ArmResponse>>(ArmErrors.MethodNotAllowed("PUT", id.ToString()))
            : !_json.TryRead(request.Body.Span, out var desired, errors) ? Task.FromResult<Result<ArmResponse>>(ArmError.Combine(errors))
            : _writer.WriteAsync(request, id, Plainly("PUT", id), Envelope(id, desired), _ => Envelope(id, desired), cancellationToken);
    }

    public Task<Result<ArmResponse>> PatchAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
    {
        if (!_type.CanPatch)
        {
            return Task.FromResult<Result<ArmResponse>>(ArmErrors.MethodNotAllowed("PATCH", id.ToString()));
        }

        if (_kernel.Store.Get(id.Key) is null)
        {
            return Task.FromResult<Result<ArmResponse>>(ArmErrors.ResourceNotFound(id));
        }

        JsonObject patch;
        try
        {
            patch = _type.MergePatch(JsonNode.Parse(request.Body.Span) as JsonObject ?? throw new JsonException("The request body must be a JSON object."));
        }
        catch (JsonException e)
        {
            return Task.FromResult<Result<ArmResponse>>(ArmErrors.InvalidRequestContent(e.Message));
        }

        return _writer.WriteAsync(
            request,
            id,
            Plainly("PATCH", id),
            null,
            current => current is null ? ArmErrors.ResourceNotFound(id) : Patched(current, patch),
            cancellationToken);
    }

    public Task<Result<ArmResponse>> DeleteAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
        => _type.CanDelete
            ? _writer.DeleteAsync(request, id, cancellationToken)
            : Task.FromResult<Result<ArmResponse>>(ArmErrors.MethodNotAllowed("DELETE", id.ToString()));

    public async Task<Result<ArmResponse>> ActAsync(ArmRequest request, ResourceId id, ResourceAction action, CancellationToken cancellationToken)
    {
        if (_kernel.Store.Get(id.Key) is not { } record)
        {
            return ArmErrors.ResourceNotFound(id);
        }

        var typed = (ResourceAction<T>)action;
        if (action.Writes)
        {
            return await _writer.ActAsync(request, id, typed, cancellationToken);
        }

        var resource = Read(record);
        return await _kernel.Late.AnswerAsync(action.Answers, request, id, resource.Location, token => AnswerAsync(typed, new ActionContext<T>(resource, request, _kernel.View, _kernel), token), cancellationToken);
    }

    public IReadOnlyList<ArmError> CheckPut(ArmRequest request, ResourceId id)
    {
        var errors = new List<ArmError>();
        if (_json.TryRead(request.Body.Span, out var desired, errors))
        {
            _writer.Check(request, id, Envelope(id, desired), _kernel.View.Get<T>(id), errors);
        }

        return errors;
    }

    public IReadOnlyList<ArmError> CheckPut(ArmRequest request, ResourceId id, out ReadOnlyMemory<byte>? after)
    {
        var errors = new List<ArmError>();
        after = _json.TryRead(request.Body.Span, out var desired, errors) && Predicted(request, id, Envelope(id, desired), errors) is { } predicted
            ? JsonSerializer.SerializeToUtf8Bytes(predicted, _json.Output)
            : null;
        return errors;
    }

    /// <summary>What a write of <paramref name="desired"/> would show; null when it would be refused.</summary>
    internal Resource<T>? Predicted(ArmRequest request, ResourceId id, Resource<T> desired, List<ArmError> errors)
    {
        var after = _writer.Check(request, id, desired, _kernel.View.Get<T>(id), errors);
        return errors.Count == 0 ? Presented(after) : null;
    }

    public IEnumerable<ResourceSlice> List(ResourceId scope, string? after)
    {
        var stored = _type.Listed(_kernel.Store, scope, after).Select(r => new ResourceSlice(r.Key, Render(r)));
        ResourceSlice[] implied = [.. Implied(scope).Where(r => string.CompareOrdinal(r.Id.Key, after) > 0).Select(r => new ResourceSlice(r.Id.Key, RenderImplied(r)))];
        return implied.Length == 0 ? stored : stored.Concat(implied).OrderBy(s => s.Key, StringComparer.Ordinal);
    }

    public ReadOnlyMemory<byte> Render(StoreRecord record)
    {
        var cache = CacheOf(record);
        var touched = record.Touched;
        if (cache.Wire is { } wire && cache.WireAt >= touched && !_type.PresentsOthers)
        {
            return wire;
        }

        var at = _kernel.Store.Sequence;
        var bytes = JsonSerializer.SerializeToUtf8Bytes(Presented(Read(record)), _json.Output);
        cache.Wire = bytes;
        cache.WireAt = at;
        return bytes;
    }

    public ReadOnlyMemory<byte> InputOf(ReadOnlyMemory<byte> shown)
        => JsonSerializer.SerializeToUtf8Bytes(JsonSerializer.Deserialize(shown.Span, _json.Input) ?? throw new InvalidDataException($"A {_type.Name} is empty."), _json.Output);

    public Result<ReadOnlyMemory<byte>> Expand(StoreRecord record, string expand, ArmRequest request)
        => _type.Expand(Presented(Read(record)), expand, request, _kernel.View).Ok(out var expanded, out var error)
            ? new ReadOnlyMemory<byte>(JsonSerializer.SerializeToUtf8Bytes(expanded, _json.Output)) : error;

    public JsonObject? Extended(StoreRecord record) => _type.Extended(Presented(Read(record)), _kernel.View);

    public Resource<T> Read(StoreRecord record)
    {
        var cache = CacheOf(record);
        return cache.Model ??= (JsonSerializer.Deserialize(record.Body.Span, _json.Stored) ?? throw new InvalidDataException($"The record '{record.Key}' is empty."))
            with
        { Version = record.Version };
    }

    /// <summary>Changes a resource from within: an embedded child writes its parent by this.</summary>
    internal Task<Result<ArmResponse>> ChangeAsync(ArmRequest request, ResourceId id, WriteAs<T> how, Func<Resource<T>?, Result<Resource<T>>> change, CancellationToken cancellationToken)
        => _writer.WriteAsync(request, id, how, null, change, cancellationToken);

    internal Resource<T> Clone(Resource<T> resource) => _writer.Clone(resource);

    internal Resource<T> Shown(StoreRecord record) => Presented(Read(record));

    public bool IsDeleting(StoreRecord record) => Read(record).Properties is IProvisioned { ProvisioningState: "Deleting" };

    public StoreWrite? Stated(StoreRecord record, string? state, object? update)
    {
        var before = Read(record);
        if ((update is null || ReferenceEquals(update, before)) && (state is null || before.Properties is not IProvisioned kept || kept.ProvisioningState == state))
        {
            return null;
        }

        var after = _writer.Clone((update as Resource<T>) ?? before);
        if (state is not null && after.Properties is IProvisioned provisioned)
        {
            provisioned.ProvisioningState = state;
        }

        // Compared in the clear: an encrypted secret looks different each time.
        return JsonSerializer.SerializeToUtf8Bytes(before, _json.Plain).AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(after, _json.Plain))
            ? null
            : _writer.ToWrite(after) with { ExpectedVersion = record.Version };
    }

    public StoreWrite Bear(object resource) => _writer.ToWrite((Resource<T>)resource) with { ExpectedVersion = ((Resource<T>)resource).Version };

    public StoreWrite Doom(StoreRecord record)
        => _type.Reconciler is null ? new StoreWrite(record.Key, null) : Stated(record, "Deleting", null) ?? new StoreWrite(record.Key, record.Copy());

    private static async Task<Result<ArmResponse>> AnswerAsync(ResourceAction<T> action, ActionContext<T> context, CancellationToken cancellationToken)
        => !action.Run(context).Ok(out var result, out var error) ? error
            : result.Later is { } later ? await later(cancellationToken)
            : result.Body is { } body ? ArmResponse.Json(body)
            : ArmResponse.Empty(200);

    private WriteAs<T> Plainly(string kind, ResourceId id) => new(kind, id, current => current is not null, Respond);

    private Result<ArmResponse> Get(ArmRequest request, ResourceId id)
    {
        if (_kernel.Store.Get(id.Key) is not { } record)
        {
            return Implied(id).FirstOrDefault(r => r.Id.Equals(id)) is { } implied ? ArmResponse.Json(RenderImplied(implied)) : ArmErrors.ResourceNotFound(id);
        }

        var etag = ETag.Of(record.Version);
        if (request.IfNoneMatch is { } match && ETag.Matches(match, record.Version))
        {
            return new ArmResponse { Status = 304, Headers = [new("ETag", etag)] };
        }

        if (request.Query.GetValueOrDefault("$expand") is { Length: > 0 } expand)
        {
            return Expand(record, expand, request).Ok(out var expanded, out var error) ? ArmResponse.Json(expanded) with { Headers = [new("ETag", etag)] } : error;
        }

        return ArmResponse.Json(Render(record)) with { Headers = [new("ETag", etag)] };
    }

    private ReadOnlyMemory<byte> Respond(Resource<T> stored)
        => _kernel.Store.Get(stored.Id.Key) is { } record && record.Version == stored.Version
            ? Render(record)
            : JsonSerializer.SerializeToUtf8Bytes(Presented(stored), _json.Output);

    private IEnumerable<Resource<T>> Implied(ResourceId scope) => _type.Implied(_kernel.View, scope).Where(r => _kernel.Store.Get(r.Id.Key) is null);

    private byte[] RenderImplied(Resource<T> implied) => JsonSerializer.SerializeToUtf8Bytes(Presented(implied), _json.Output);

    private Resource<T> Presented(Resource<T> stored)
    {
        var shown = _type.EtagInBody ? stored with { Etag = ETag.Of(stored.Version) } : stored;
        return _type.Presents ? _type.Present(shown, _kernel.View) : shown;
    }

    private Resource<T> Envelope(ResourceId id, Resource<T> desired)
        => desired with
        {
            Id = id,
            Name = id.Name,
            Type = _type.Name.ToString(),
            Etag = null,
            Location = desired.Location is { } location ? _kernel.Locations.Normalize(location) ?? location : null,
            Properties = desired.Properties ?? _writer.EmptyProperties(),
        };

    // JSON merge patch (RFC 7396) of what GET shows, except that tags are replaced as a whole.
    private Result<Resource<T>> Patched(Resource<T> current, JsonObject patch)
    {
        var shown = JsonSerializer.SerializeToNode(current, _json.Output) as JsonObject ?? [];
        foreach (var (name, value) in patch)
        {
            var key = shown.Select(p => p.Key).FirstOrDefault(k => k.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? name;
            shown[key] = key == "tags" ? value?.DeepClone() : Merge(shown[key], value);
        }

        var errors = new List<ArmError>();
        return _json.TryRead(JsonSerializer.SerializeToUtf8Bytes(shown, ResourceNodeJson.Default.JsonObject), out var desired, errors)
            ? Envelope(current.Id, desired)
            : ArmError.Combine(errors);
    }

    private static JsonNode? Merge(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        var merged = target is JsonObject before ? (JsonObject)before.DeepClone() : [];
        foreach (var (name, value) in changes)
        {
            var key = merged.Select(p => p.Key).FirstOrDefault(k => k.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? name;
            merged[key] = Merge(merged[key], value);
        }

        return merged;
    }

    private static ModelCache CacheOf(StoreRecord record)
    {
        if (record.Cache is ModelCache cache)
        {
            return cache;
        }

        cache = new ModelCache();
        record.Cache = cache;
        return cache;
    }

    private sealed class ModelCache
    {
        public Resource<T>? Model { get; set; }

        public byte[]? Wire { get; set; }

        public long WireAt { get; set; } = -1;
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(JsonObject))]
internal sealed partial class ResourceNodeJson : System.Text.Json.Serialization.JsonSerializerContext;
