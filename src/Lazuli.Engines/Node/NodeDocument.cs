using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lazuli.Engines.Node;

/// <summary>
/// A change of a machine's desired state. The whole document is the sum of all changes since the last complete one:
/// it is complete, but only what changed travels. A node refuses a lower generation than it holds, and a
/// <see cref="BaseGeneration"/> other than the one it holds; the sender then sends everything.
/// </summary>
public sealed record NodeDocument
{
    /// <summary>Strictly growing over the life of a state directory.</summary>
    public required long Generation { get; init; }

    /// <summary>The generation that this change builds on; null when <see cref="Items"/> is everything.</summary>
    public long? BaseGeneration { get; init; }
    public required IReadOnlyList<NodeItem> Items { get; init; }

    /// <summary>
    /// Keys that leave the document (only with a <see cref="BaseGeneration"/>). A key may come back as a new thing once
    /// <see cref="ItemPhase.Removed"/> was reported; before that, what is left of the old thing is adopted.
    /// </summary>
    public IReadOnlyList<string> Removed { get; init; } = [];

    /// <summary>The identity of an item's content: 32 hexadecimal digits.</summary>
    public static string HashOf(NodeItem item)
        => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(item, NodeJson.Default.NodeItem)).AsSpan(0, 16));
}

/// <summary>How a node took a document.</summary>
public enum ApplyResult
{
    Accepted,

    /// <summary>The base is not what the node holds: send everything.</summary>
    NeedsEverything,

    /// <summary>The node has seen a higher generation: another server is in charge, or the state directory is an old copy.</summary>
    Stale,
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NodeItem))]
[JsonSerializable(typeof(NodeDocument))]
[JsonSerializable(typeof(NodeReport))]
[JsonSerializable(typeof(ApplyResult))]
[JsonSerializable(typeof(Net.ProbeRequest))]
[JsonSerializable(typeof(Net.PathProbe))]
public sealed partial class NodeJson : JsonSerializerContext;
