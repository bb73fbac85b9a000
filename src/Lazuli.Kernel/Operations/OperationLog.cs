using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;

namespace Lazuli.Kernel.Operations;

public static class OperationStatus
{
    public const string InProgress = "InProgress";
    public const string Succeeded = "Succeeded";
    public const string Failed = "Failed";
    public const string Canceled = "Canceled";
}

/// <summary>A long-running operation on one resource. It ends when the resource's reconciler has settled or given up.</summary>
public sealed record Operation
{
    public required string Id { get; init; }
    public required string ResourceId { get; init; }

    /// <summary><c>PUT</c>, <c>PATCH</c>, <c>DELETE</c> or an action's name.</summary>
    public required string Kind { get; init; }

    /// <summary>The key of the record whose reconciler ends the operation: the resource's own, or its parent's for an embedded child.</summary>
    public string? TrackedKey { get; init; }
    public required string Location { get; init; }
    public required string Caller { get; init; }
    public required string ApiVersion { get; init; }
    public string CorrelationId { get; init; } = "";
    public string Status { get; init; } = OperationStatus.InProgress;
    public required DateTimeOffset StartTime { get; init; }
    public DateTimeOffset? EndTime { get; init; }
    public ArmError? Error { get; init; }
}

/// <summary>Operations as records of the store, and the URLs under which clients follow them.</summary>
public sealed class OperationLog(IResourceStore store, TimeProvider time)
{
    public const string RecordType = "lazuli/operations";

    /// <summary>How long a finished operation can still be asked for.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromHours(24);

    public static string KeyOf(string id) => "/lazuli/operations/" + id.ToLowerInvariant();

    public Operation? Get(string id) => store.Get(KeyOf(id)) is { } record ? Read(record) : null;

    /// <summary>A new operation, to be written in the same transaction as the change that it stands for.</summary>
    public Operation Start(ArmRequest request, ResourceId resource, string kind, string? location) => new()
    {
        Id = Guid.NewGuid().ToString(),
        ResourceId = resource.ToString(),
        Kind = kind,
        Location = location ?? "global",
        Caller = request.Principal.ObjectId,
        ApiVersion = request.ApiVersion ?? "",
        CorrelationId = request.CorrelationId,
        StartTime = time.GetUtcNow(),
    };

    public static StoreWrite Write(Operation operation)
    {
        var key = KeyOf(operation.Id);
        return new(key, new StoreRecord
        {
            Key = key,
            Type = RecordType,
            Body = JsonSerializer.SerializeToUtf8Bytes(operation, OperationJson.Default.Operation),
            References = operation.EndTime is null ? [operation.TrackedKey ?? operation.ResourceId.ToLowerInvariant()] : [],
        });
    }

    /// <summary>Operations on exactly this resource that have not ended.</summary>
    public IEnumerable<Operation> Open(string resourceKey)
        => from record in store.Referrers(resourceKey, below: false)
           where record.Type == RecordType
           select Read(record);

    /// <summary>The writes that end every open operation on a resource.</summary>
    public IEnumerable<StoreWrite> End(string resourceKey, string status, ArmError? error)
        => from operation in Open(resourceKey)
           select Write(operation with { Status = status, EndTime = time.GetUtcNow(), Error = error });

    /// <summary>Deletes what ended longer ago than <see cref="Retention"/>.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var limit = time.GetUtcNow() - Retention;
        var old = store.ListByType(RecordType).Where(r => Read(r).EndTime < limit).Select(r => new StoreWrite(r.Key, null)).ToArray();
        if (old.Length > 0)
        {
            await store.CommitAsync(new StoreTransaction { Writes = old }, cancellationToken);
        }
    }

    /// <summary>The headers that tell a client how to follow an operation.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Headers(ArmRequest request, Operation operation, ResourceId resource, bool withLocation)
    {
        var headers = new List<KeyValuePair<string, string>>(3)
        {
            new("Azure-AsyncOperation", StatusUrl(request, operation, resource, "operations")),
            new("Retry-After", "1"),
        };
        if (withLocation)
        {
            headers.Add(new("Location", StatusUrl(request, operation, resource, "operationResults")));
        }

        return headers;
    }

    public static string StatusUrl(ArmRequest request, Operation operation, ResourceId resource, string kind) => StatusUrl(request, resource, operation.Location, kind, operation.Id);

    public static string StatusUrl(ArmRequest request, ResourceId resource, string location, string kind, string id)
    {
        var scope = resource.SubscriptionId is { } subscription ? $"/subscriptions/{subscription}" : "";
        return $"{request.BaseUrl}{scope}/providers/{resource.Type.Namespace}/locations/{location}/{kind}/{id}?api-version={request.ApiVersion}";
    }

    private static Operation Read(StoreRecord record)
    {
        if (record.Cache is Operation cached)
        {
            return cached;
        }

        var operation = JsonSerializer.Deserialize(record.Body.Span, OperationJson.Default.Operation)
            ?? throw new InvalidDataException($"The record '{record.Key}' is not an operation.");
        record.Cache = operation;
        return operation;
    }
}

/// <summary>What an operation's URL shows.</summary>
public sealed record OperationView(string Id, string Name, string Status, DateTimeOffset StartTime, DateTimeOffset? EndTime, ArmError? Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Operation))]
[JsonSerializable(typeof(OperationView))]
public sealed partial class OperationJson : JsonSerializerContext;
