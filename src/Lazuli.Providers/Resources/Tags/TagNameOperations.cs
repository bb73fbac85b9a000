using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Subscriptions;

namespace Lazuli.Providers.Resources.Tags;

/// <summary>A subscription's tag names and values: those predefined, and those in use with how often (https://learn.microsoft.com/rest/api/resources/tags/list).</summary>
internal static class TagNameOperations
{
    private const string Names = "/subscriptions/{subscriptionId}/tagNames";
    private const string One = Names + "/{tagName}";
    private const string Value = One + "/tagValues/{tagValue}";
    private const string Action = "Microsoft.Resources/subscriptions/tagNames/";

    public static IEnumerable<ProviderOperation> All { get; } =
    [
        new(HttpMethod.Get, Names, Action + "read", (r, _) => Task.FromResult(List(r))) { ApiVersions = ResourceManagerVersions.All },
        new(HttpMethod.Put, One, Action + "write", (r, c) => PutAsync(r, null, c)) { ApiVersions = ResourceManagerVersions.All },
        new(HttpMethod.Delete, One, Action + "delete", (r, c) => DeleteAsync(r, null, c)) { ApiVersions = ResourceManagerVersions.All },
        new(HttpMethod.Put, Value, Action + "tagValues/write", (r, c) => PutAsync(r, r["tagValue"], c)) { ApiVersions = ResourceManagerVersions.All },
        new(HttpMethod.Delete, Value, Action + "tagValues/delete", (r, c) => DeleteAsync(r, r["tagValue"], c)) { ApiVersions = ResourceManagerVersions.All },
    ];

    private static Result<ArmResponse> List(ProviderRequest request)
    {
        var used = Used(request.Kernel, request.Scope);
        foreach (var record in request.Kernel.Store.ListByType(RecordType, TypeScope(request.Scope)))
        {
            var defined = Read(record);
            var values = used.TryGetValue(defined.Name, out var known) ? known : used[defined.Name] = new(StringComparer.Ordinal);
            foreach (var value in defined.Values)
            {
                values.TryAdd(value, 0);
            }
        }

        return ArmResponse.Json(JsonWriting.List(used.OrderBy(u => u.Key, StringComparer.OrdinalIgnoreCase), (json, name) => WriteName(json, request.Scope, name.Key, name.Value)));
    }

    private static async Task<Result<ArmResponse>> PutAsync(ProviderRequest request, string? value, CancellationToken cancellationToken)
    {
        var errors = new List<ArmError>();
        TagRules.Check(new Dictionary<string, string> { [request["tagName"]] = value ?? "" }, request["tagName"], errors);
        if (errors.Count > 0)
        {
            return ArmError.Combine(errors);
        }

        var store = request.Kernel.Store;
        var key = KeyOf(request);
        while (true)
        {
            var record = store.Get(key);
            var before = record is null ? null : Read(record);
            if (before is null && value is not null)
            {
                return NotFound(request);
            }

            var after = before ?? new TagName(request["tagName"], []);
            var isNew = before is null || (value is not null && !before.Values.Contains(value));
            after = value is not null && isNew ? after with { Values = [.. after.Values, value] } : after;
            if (isNew && await store.CommitAsync(new StoreTransaction { Writes = [Write(key, after) with { ExpectedVersion = record?.Version ?? 0 }] }, cancellationToken) is not null)
            {
                continue;
            }

            var counts = Used(request.Kernel, request.Scope).GetValueOrDefault(after.Name) ?? [];
            return ArmResponse.Json(
                JsonWriting.ToBytes(json =>
                {
                    if (value is null)
                    {
                        WriteName(json, request.Scope, after.Name, after.Values.Concat(counts.Keys).Distinct().ToDictionary(v => v, v => counts.GetValueOrDefault(v)));
                    }
                    else
                    {
                        WriteValue(json, request.Scope, after.Name, value, counts.GetValueOrDefault(value));
                    }
                }),
                isNew ? 201 : 200);
        }
    }

    private static async Task<Result<ArmResponse>> DeleteAsync(ProviderRequest request, string? value, CancellationToken cancellationToken)
    {
        var store = request.Kernel.Store;
        var key = KeyOf(request);
        while (true)
        {
            if (store.Get(key) is not { } record || Read(record) is var name && value is not null && !name.Values.Contains(value))
            {
                return ArmResponse.Empty(204);
            }

            if (Used(request.Kernel, request.Scope).TryGetValue(Read(record).Name, out var counts) && (value is null || counts.ContainsKey(value)))
            {
                return new ArmError { Code = "TagInUse", Message = $"The tag '{request["tagName"]}'{(value is null ? "" : $" with the value '{value}'")} is in use: remove it from all resources first.", Status = 409 };
            }

            var left = Read(record);
            var write = value is null ? new StoreWrite(key, null) : Write(key, left with { Values = [.. left.Values.Where(v => v != value)] });
            if (await store.CommitAsync(new StoreTransaction { Writes = [write with { ExpectedVersion = record.Version }] }, cancellationToken) is null)
            {
                return ArmResponse.Empty(200);
            }
        }
    }

    private const string RecordType = "lazuli/tagnames";

    private static string TypeScope(ResourceId subscription) => $"/lazuli/tagnames/{subscription.Name}".ToLowerInvariant();

    private static string KeyOf(ProviderRequest request) => $"{TypeScope(request.Scope)}/{request["tagName"]}".ToLowerInvariant();

    private static TagName Read(StoreRecord record) => JsonSerializer.Deserialize(record.Body.Span, TagNameJson.Default.TagName) ?? throw new InvalidDataException($"The record '{record.Key}' is empty.");

    private static StoreWrite Write(string key, TagName name)
        => new(key, new StoreRecord { Key = key, Type = RecordType, Body = JsonSerializer.SerializeToUtf8Bytes(name, TagNameJson.Default.TagName) });

    // Tags of the subscription, its groups and its resources: name → value → how many.
    private static Dictionary<string, Dictionary<string, int>> Used(KernelServices kernel, ResourceId subscription)
    {
        var used = new Dictionary<string, Dictionary<string, int>>(StringComparer.OrdinalIgnoreCase);
        foreach (var record in kernel.Store.List(subscription.Key))
        {
            var tags = record.Type == ResourceTypeName.Subscription.Key ? StoredSubscription.Read(record).Tags
                : kernel.Registry.Type(record.Type) is { HasTags: true } ? JsonSerializer.Deserialize(record.Body.Span, TagsJson.Default.TagSet)?.Tags
                : null;
            foreach (var (name, value) in tags ?? new Dictionary<string, string>())
            {
                var values = used.TryGetValue(name, out var known) ? known : used[name] = new(StringComparer.Ordinal);
                values[value] = values.GetValueOrDefault(value) + 1;
            }
        }

        return used;
    }

    private static ArmError NotFound(ProviderRequest request) => new() { Code = "TagNotFound", Message = $"The tag '{request["tagName"]}' could not be found.", Status = 404 };

    private static void WriteName(Utf8JsonWriter json, ResourceId subscription, string name, IReadOnlyDictionary<string, int> values)
    {
        json.WriteStartObject();
        json.WriteString("id", $"{subscription}/tagNames/{name}");
        json.WriteString("tagName", name);
        WriteCount(json, values.Values.Sum());
        json.WriteStartArray("values");
        foreach (var (value, count) in values.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            WriteValue(json, subscription, name, value, count);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, ResourceId subscription, string name, string value, int count)
    {
        json.WriteStartObject();
        json.WriteString("id", $"{subscription}/tagNames/{name}/tagValues/{value}");
        json.WriteString("tagValue", value);
        WriteCount(json, count);
        json.WriteEndObject();
    }

    private static void WriteCount(Utf8JsonWriter json, int count)
    {
        json.WriteStartObject("count");
        json.WriteString("type", "Total");
        json.WriteNumber("value", count);
        json.WriteEndObject();
    }
}

/// <summary>A predefined tag name with its predefined values.</summary>
internal sealed record TagName(string Name, IReadOnlyList<string> Values);

[JsonSerializable(typeof(TagName))]
internal sealed partial class TagNameJson : JsonSerializerContext;
