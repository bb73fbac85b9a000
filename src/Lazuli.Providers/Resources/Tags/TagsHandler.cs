using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Subscriptions;

namespace Lazuli.Providers.Resources.Tags;

/// <summary>
/// Requests for <c>…/providers/Microsoft.Resources/tags/default</c> (https://learn.microsoft.com/rest/api/resources/tags). Tags live with what they tag: this writes them there, as
/// a PATCH of the tags alone, from what they are at that moment.
/// </summary>
internal sealed class TagsHandler(TagsType type, KernelServices kernel) : IResourceHandler
{
    private const int Attempts = 20;
    private const string OnlyName = "default";
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    public Task<Result<ArmResponse>> GetAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
        => Task.FromResult<Result<ArmResponse>>(Refusal(id) is { } error ? error : ArmResponse.Json(Render(Target(id))));

    public Task<Result<ArmResponse>> PutAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
        => Read(request, id).Ok(out var body, out var error) ? WriteAsync(request, id, _ => body.Properties?.Tags ?? None, cancellationToken) : Task.FromResult<Result<ArmResponse>>(error);

    public Task<Result<ArmResponse>> PatchAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
    {
        if (!Read(request, id).Ok(out var body, out var error))
        {
            return Task.FromResult<Result<ArmResponse>>(error);
        }

        var given = body.Properties?.Tags ?? None;
        return body.Operation?.ToUpperInvariant() switch
        {
            "MERGE" => WriteAsync(request, id, tags => Merge(tags, given), cancellationToken),
            "REPLACE" => WriteAsync(request, id, _ => given, cancellationToken),
            "DELETE" => WriteAsync(request, id, tags => Without(tags, given), cancellationToken),
            _ => Task.FromResult<Result<ArmResponse>>(ArmErrors.InvalidParameter("operation", $"The value '{body.Operation}' of 'operation' is not allowed. Allowed values are: Replace, Merge, Delete.")),
        };
    }

    public async Task<Result<ArmResponse>> DeleteAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
        => (await WriteAsync(request, id, _ => None, cancellationToken)).Ok(out _, out var error) ? ArmResponse.Empty(200) : error;

    public Task<Result<ArmResponse>> ActAsync(ArmRequest request, ResourceId id, ResourceAction action, CancellationToken cancellationToken)
        => Task.FromResult<Result<ArmResponse>>(ArmErrors.MethodNotAllowed(request.Method.Method, id.ToString()));

    public IReadOnlyList<ArmError> CheckPut(ArmRequest request, ResourceId id)
    {
        if (!Read(request, id).Ok(out var body, out var error))
        {
            return [error];
        }

        var errors = new List<ArmError>();
        TagRules.Check(body.Properties?.Tags, id.Scope.Name, errors);
        return errors;
    }

    public IEnumerable<ResourceSlice> List(ResourceId scope, string? after)
    {
        var id = scope.Resource(type.Name, OnlyName);
        return Refusal(id) is null && (after is null || string.CompareOrdinal(id.Key, after) > 0) ? [new(id.Key, Render(Target(id)))] : [];
    }

    public ReadOnlyMemory<byte> Render(StoreRecord record) => throw new InvalidOperationException($"{type.Name} has no records of its own.");

    private async Task<Result<ArmResponse>> WriteAsync(ArmRequest request, ResourceId id, Func<IReadOnlyDictionary<string, string>, IReadOnlyDictionary<string, string>> change, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (Refusal(id) is { } refusal)
            {
                return refusal;
            }

            var target = Target(id);
            var tags = change(target.Tags);
            var errors = new List<ArmError>();
            TagRules.Check(tags, target.Id.Name, errors);
            if (errors.Count > 0)
            {
                return ArmError.Combine(errors);
            }

            if (!(await StoreAsync(request, id, target, tags, cancellationToken)).Ok(out var done, out var error))
            {
                return error;
            }

            if (done)
            {
                return ArmResponse.Json(Render(Target(id)));
            }
        }

        return ArmErrors.AnotherOperationInProgress(id.Scope);
    }

    // False when somebody else was quicker.
    private async Task<Result<bool>> StoreAsync(ArmRequest request, ResourceId id, Tagged target, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        if (target.Id.IsSubscription)
        {
            var transaction = new StoreTransaction
            {
                Writes = [(StoredSubscription.Read(target.Record) with { Tags = tags }).ToWrite() with { ExpectedVersion = target.Record.Version }],
                Events = [ActivityLog.Event(request, id, $"{type.Name}/write", "Succeeded", kernel.Time.GetUtcNow())],
            };
            return await kernel.Store.CommitAsync(transaction, cancellationToken) is null;
        }

        var handler = kernel.Registry.Handler(kernel.Registry.Type(target.Record.Type) ?? throw new InvalidOperationException(target.Record.Type));
        var patch = request with
        {
            Method = HttpMethod.Patch,
            Path = target.Id.ToString(),
            Body = JsonSerializer.SerializeToUtf8Bytes(new TagSet { Tags = tags }, TagsJson.Default.TagSet),
            IfMatch = ETag.Of(target.Record.Version),
            IfNoneMatch = null,
        };
        return (await handler.PatchAsync(patch, target.Id, cancellationToken)).Ok(out _, out var error) ? true : error.Status == 412 ? false : error;
    }

    private ArmError? Refusal(ResourceId id)
        => !id.Name.Equals(OnlyName, StringComparison.OrdinalIgnoreCase) ? ArmErrors.ResourceNotFound(id)
            : id.Scope.IsSubscription ? null
            : kernel.Registry.Type(id.Scope.Type) is not { HasTags: true, CanPatch: true }
                ? ArmErrors.BadRequest("ResourceTypeDoesNotSupportTags", $"The scope '{id.Scope}' can't have tags: its type '{id.Scope.Type}' does not support them.")
            : kernel.Store.Get(id.Scope.Key) is null ? ArmErrors.ResourceNotFound(id.Scope)
            : null;

    private Tagged Target(ResourceId id)
    {
        var record = kernel.Store.Get(id.Scope.Key) ?? throw new InvalidOperationException(id.Scope.Key);
        if (id.Scope.IsSubscription)
        {
            var subscription = StoredSubscription.Read(record);
            return new(subscription.Id, record, subscription.Tags ?? None);
        }

        var shown = JsonSerializer.Deserialize(record.Body.Span, TagsJson.Default.TagSet) ?? new();
        return new(ResourceId.Parse(shown.Id ?? record.Key), record, shown.Tags ?? None);
    }

    private ReadOnlyMemory<byte> Render(Tagged target)
    {
        var id = target.Id.Resource(type.Name, OnlyName);
        return JsonSerializer.SerializeToUtf8Bytes(new TagsView(id.ToString(), OnlyName, type.Name.ToString(), new() { Tags = target.Tags }), TagsJson.Default.TagsView);
    }

    private static Result<TagsBody> Read(ArmRequest request, ResourceId id)
    {
        try
        {
            return JsonSerializer.Deserialize(request.Body.Span, TagsJson.Default.TagsBody) is { } body
                ? body
                : ArmErrors.InvalidRequestContent("The request body must be a JSON object.");
        }
        catch (JsonException e)
        {
            return ArmErrors.InvalidRequestContent(e.Message, id.Name);
        }
    }

    // Names are the same whatever their casing.
    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string> tags, IReadOnlyDictionary<string, string> given)
    {
        var merged = tags.ToDictionary();
        foreach (var (name, value) in given)
        {
            merged[merged.Keys.FirstOrDefault(k => k.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? name] = value;
        }

        return merged;
    }

    // By name and value; an empty value stands for any.
    private static Dictionary<string, string> Without(IReadOnlyDictionary<string, string> tags, IReadOnlyDictionary<string, string> given)
        => tags.Where(t => !given.Any(g => g.Key.Equals(t.Key, StringComparison.OrdinalIgnoreCase) && (string.IsNullOrEmpty(g.Value) || g.Value == t.Value))).ToDictionary();

    private sealed record Tagged(ResourceId Id, StoreRecord Record, IReadOnlyDictionary<string, string> Tags);
}

internal sealed record TagSet
{
    public string? Id { get; set; }
    public IReadOnlyDictionary<string, string>? Tags { get; set; }
}

internal sealed record TagsBody
{
    public string? Operation { get; set; }
    public TagSet? Properties { get; set; }
}

internal sealed record TagsView(string Id, string Name, string Type, TagSet Properties);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TagSet))]
[JsonSerializable(typeof(TagsBody))]
[JsonSerializable(typeof(TagsView))]
internal sealed partial class TagsJson : JsonSerializerContext;
