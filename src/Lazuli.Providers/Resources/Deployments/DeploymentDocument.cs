using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Providers.Resources.Deployments.Language.Templates;
using Lazuli.Providers.Resources.Deployments.Links;

namespace Lazuli.Providers.Resources.Deployments;

internal static class DeploymentState
{
    public const string Accepted = "Accepted";
    public const string Running = "Running";
    public const string Succeeded = "Succeeded";
    public const string Failed = "Failed";
    public const string Canceled = "Canceled";

    public static bool IsTerminal(string state) => state is Succeeded or Failed or Canceled;
}

/// <summary>A deployment as stored: what it shows, and (sealed, as parameters may be secret) what it needs to go on after a restart. One run of it; a new PUT is a new run.</summary>
internal sealed record DeploymentDocument
{
    public required string Id { get; init; }
    public required string RunId { get; init; }
    public required string CorrelationId { get; init; }
    public required string ApiVersion { get; init; }
    public required string BaseUrl { get; init; }
    public required Principal Caller { get; init; }
    public required string State { get; init; }
    public required DateTimeOffset Started { get; init; }
    public DateTimeOffset? Ended { get; init; }
    public required string OperationId { get; init; }
    public required string TemplateHash { get; init; }

    /// <summary>Null at a resource group.</summary>
    public string? Location { get; init; }
    public string Mode { get; init; } = DeploymentRequest.Incremental;
    public TemplateLink? TemplateLink { get; init; }
    public ContentLink? ParametersLink { get; init; }
    public OnErrorDeployment? OnError { get; init; }
    public string? DebugDetail { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Encrypted JSON: <c>{ template, parameters }</c>, the template as it was when links were followed, the parameters with every value that it got, defaults included.</summary>
    public required string Sealed { get; init; }

    /// <summary>JSON texts, as shown.</summary>
    public required string Parameters { get; init; }
    public required string Providers { get; init; }
    public required string Dependencies { get; init; }
    public string? Outputs { get; init; }
    public IReadOnlyList<string>? OutputResources { get; init; }
    public ArmError? Error { get; init; }

    [JsonIgnore]
    public ResourceId ResourceId => ResourceId.Parse(Id);

    [JsonIgnore]
    public bool IsTerminal => DeploymentState.IsTerminal(State);

    [JsonIgnore]
    public bool IsComplete => Mode == DeploymentRequest.Complete;

    /// <summary>Whether requests, or answers, of the resources are noted in the operations.</summary>
    public bool Debugs(string what) => DebugDetail?.Contains(what, StringComparison.OrdinalIgnoreCase) == true;

    public static DeploymentDocument Read(StoreRecord record)
    {
        if (record.Cache is DeploymentCache cache)
        {
            return cache.Document;
        }

        var document = JsonSerializer.Deserialize(record.Body.Span, DeploymentJson.Default.DeploymentDocument) ?? throw new InvalidDataException($"The record '{record.Key}' is empty.");
        record.Cache = new DeploymentCache(document, null);
        return document;
    }

    /// <summary>The write that stores it.</summary>
    /// <param name="plan">The plan at hand, to spare the reconciler compiling it again.</param>
    /// <param name="expectedVersion">The version that must be there.</param>
    public StoreWrite ToWrite(CompiledTemplate? plan, long? expectedVersion)
    {
        var key = ResourceId.Key;
        return new(key, new StoreRecord
        {
            Key = key,
            Type = DeploymentsType.TypeName.Key,
            Body = JsonSerializer.SerializeToUtf8Bytes(this, DeploymentJson.Default.DeploymentDocument),
            Cache = new DeploymentCache(this, plan),
        })
        { ExpectedVersion = expectedVersion };
    }
}

/// <summary>What a record's body was made into.</summary>
internal sealed record DeploymentCache(DeploymentDocument Document, CompiledTemplate? Plan);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DeploymentDocument))]
[JsonSerializable(typeof(DeploymentStep))]
[JsonSerializable(typeof(TemplateLink))]
[JsonSerializable(typeof(ContentLink))]
[JsonSerializable(typeof(OnErrorDeployment))]
internal sealed partial class DeploymentJson : JsonSerializerContext;
