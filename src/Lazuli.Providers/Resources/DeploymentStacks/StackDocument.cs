using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Providers.Resources.Deployments.Links;

namespace Lazuli.Providers.Resources.DeploymentStacks;

internal static class StackState
{
    public const string Deploying = "deploying";
    public const string DeletingResources = "deletingResources";
    public const string Deleting = "deleting";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";

    public static bool IsTerminal(string state) => state is Succeeded or Failed;
}

/// <summary>What becomes of what the stack doesn't manage any more: <c>delete</c> or <c>detach</c>.</summary>
internal sealed record UnmanageAction
{
    public const string Delete = "delete";
    public const string Detach = "detach";

    public required string Resources { get; init; }
    public string ResourceGroups { get; init; } = Detach;
    public string ManagementGroups { get; init; } = Detach;

    /// <summary><c>fail</c> or <c>detach</c>, for types that nobody can delete.</summary>
    public string? ResourcesWithoutDeleteSupport { get; init; }

    public bool Deletes(ResourceId id) => (id.IsResourceGroup ? ResourceGroups : id.IsManagementGroup ? ManagementGroups : Resources) == Delete;
}

/// <summary>What is denied to everybody but some on the stack's resources: <c>none</c>, <c>denyDelete</c> or <c>denyWriteAndDelete</c>.</summary>
internal sealed record DenySettings
{
    public const string None = "none";
    public const string DenyDelete = "denyDelete";
    public const string DenyWriteAndDelete = "denyWriteAndDelete";

    public required string Mode { get; init; }
    public IReadOnlyList<string> ExcludedPrincipals { get; init; } = [];
    public IReadOnlyList<string> ExcludedActions { get; init; } = [];
    public bool ApplyToChildScopes { get; init; }
}

/// <summary>A resource of the stack: <c>managed</c>, or <c>deleteFailed</c>.</summary>
internal sealed record ManagedResource
{
    public required string Id { get; init; }
    public string Status { get; init; } = "managed";
    public string DenyStatus { get; init; } = DenySettings.None;
}

/// <summary>A resource on its way out.</summary>
internal sealed record StackDelete
{
    public required string Id { get; init; }
    public string? OperationId { get; init; }
    public bool Started { get; init; }
    public bool Ended { get; init; }
    public ArmError? Error { get; init; }
}

/// <summary>A stack as stored: what it shows, and (sealed) what it needs to go on after a restart.</summary>
internal sealed record StackDocument
{
    public required string Id { get; init; }
    public required string CorrelationId { get; init; }
    public required string ApiVersion { get; init; }
    public required string BaseUrl { get; init; }

    /// <summary>Who asked for it, acting for the stack.</summary>
    public required Principal Caller { get; init; }
    public required string State { get; init; }
    public required DateTimeOffset Started { get; init; }
    public DateTimeOffset? Ended { get; init; }
    public string? Location { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
    public string? Description { get; init; }
    public required UnmanageAction Unmanage { get; init; }
    public required DenySettings Deny { get; init; }
    public string? DeploymentScope { get; init; }

    /// <summary>The deployment of the last PUT: its name is of this PUT only.</summary>
    public required string DeploymentId { get; init; }
    public TemplateLink? TemplateLink { get; init; }
    public ContentLink? ParametersLink { get; init; }
    public string? DebugDetail { get; init; }

    /// <summary>Encrypted JSON: the body of the deployment's PUT, links followed.</summary>
    public required string Sealed { get; init; }

    /// <summary>JSON texts, as shown.</summary>
    public required string Parameters { get; init; }
    public string? Outputs { get; init; }
    public IReadOnlyList<ManagedResource> Resources { get; init; } = [];
    public IReadOnlyList<string> Detached { get; init; } = [];
    public IReadOnlyList<StackDelete> Deletes { get; init; } = [];
    public ArmError? Error { get; init; }

    [JsonIgnore]
    public ResourceId ResourceId => ResourceId.Parse(Id);

    [JsonIgnore]
    public bool IsTerminal => StackState.IsTerminal(State);

    public static StackDocument Read(StoreRecord record)
    {
        if (record.Cache is StackDocument cached)
        {
            return cached;
        }

        var document = JsonSerializer.Deserialize(record.Body.Span, StackJson.Default.StackDocument) ?? throw new InvalidDataException($"The record '{record.Key}' is empty.");
        record.Cache = document;
        return document;
    }

    /// <summary>The write that stores it. Who changes its deployment pokes it.</summary>
    public StoreWrite ToWrite(long? expectedVersion)
    {
        var key = ResourceId.Key;
        return new(key, new StoreRecord
        {
            Key = key,
            Type = DeploymentStackType.TypeName.Key,
            Body = JsonSerializer.SerializeToUtf8Bytes(this, StackJson.Default.StackDocument),
            References = [DeploymentId.ToLowerInvariant()],
            Cache = this,
        })
        { ExpectedVersion = expectedVersion };
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StackDocument))]
internal sealed partial class StackJson : JsonSerializerContext;
