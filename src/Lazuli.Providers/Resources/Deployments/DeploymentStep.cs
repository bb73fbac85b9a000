using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Store;

namespace Lazuli.Providers.Resources.Deployments;

/// <summary>
/// One resource of a running deployment that was started: Azure's deployment operation, and the reconciler's memory of what is done.
/// Written when it starts (unless it ends at once) and when it ends.
/// </summary>
internal sealed record DeploymentStep
{
    public const string Create = "Create";
    public const string Delete = "Delete";
    public const string RecordType = "lazuli/deploymentoperations";

    public required string RunId { get; init; }
    public required int Index { get; init; }
    public required string Target { get; init; }
    public required string State { get; init; }

    /// <summary>The kernel's long-running operation; null for what was done at once.</summary>
    public string? OperationId { get; init; }

    /// <summary>The key whose changes tell of progress.</summary>
    public string? TrackedKey { get; init; }
    public required DateTimeOffset Started { get; init; }
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The HTTP status that the resource's PUT was answered with.</summary>
    public int Status { get; init; }
    public ArmError? Error { get; init; }

    /// <summary><c>Create</c>, or <c>Delete</c> for what mode Complete takes away.</summary>
    public string Kind { get; init; } = Create;

    /// <summary>JSON texts, when the deployment's debug setting asks for them.</summary>
    public string? Request { get; init; }
    public string? Response { get; init; }

    [JsonIgnore]
    public bool IsRunning => State == DeploymentState.Running;

    /// <summary>The name under which clients ask for it: 16 hexadecimal digits.</summary>
    [JsonIgnore]
    public string Name => NameOf(RunId, Index);

    public static string NameOf(string runId, int index) => NameOf(runId, index.ToString(CultureInfo.InvariantCulture));

    /// <summary>The name of what is no resource of the plan: a deletion, a roll-back.</summary>
    public static string NameOf(string runId, string what)
        => Language.Functions.NameHashes.Murmur64(System.Text.Encoding.UTF8.GetBytes($"{runId}/{what}")).ToString("X16", CultureInfo.InvariantCulture);

    public static string Prefix(string runId) => $"/{RecordType}/{runId}";

    public StoreWrite ToWrite(string deploymentKey)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{Prefix(RunId)}/{Index:D4}");
        return new(key, new StoreRecord
        {
            Key = key,
            Type = RecordType,
            Body = JsonSerializer.SerializeToUtf8Bytes(this, DeploymentJson.Default.DeploymentStep),
            References = IsRunning && TrackedKey is not null ? [TrackedKey, deploymentKey] : [],
        });
    }

    public static IEnumerable<DeploymentStep> List(IResourceStore store, string runId)
        => store.List(Prefix(runId)).Select(r => JsonSerializer.Deserialize(r.Body.Span, DeploymentJson.Default.DeploymentStep) ?? throw new InvalidDataException($"The record '{r.Key}' is empty."));

    public static IEnumerable<StoreWrite> Removal(IResourceStore store, string runId) => store.List(Prefix(runId)).Select(r => new StoreWrite(r.Key, null));
}
