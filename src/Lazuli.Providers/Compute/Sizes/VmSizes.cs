using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lazuli.Providers.Compute.Sizes;

/// <summary>All VM sizes (<c>vm-sizes.json</c>); names compare ignoring case.</summary>
public static class VmSizes
{
    /// <summary>Azure's largest OS disk of a size, in MiB.</summary>
    public const int OsDiskMiB = 1047552;

    private static readonly FrozenDictionary<string, VmSize> ByName;

    static VmSizes()
    {
        using var stream = typeof(VmSizes).Assembly.GetManifestResourceStream("vm-sizes.json")
            ?? throw new InvalidOperationException("vm-sizes.json is not in the assembly.");
        All = JsonSerializer.Deserialize(stream, VmSizeJson.Default.IReadOnlyListVmSize) ?? [];
        ByName = All.ToFrozenDictionary(s => s.Name, StringComparer.OrdinalIgnoreCase);
    }

    public static IReadOnlyList<VmSize> All { get; }

    public static VmSize? Find(string? name) => name is null ? null : ByName.GetValueOrDefault(name);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<VmSize>))]
internal sealed partial class VmSizeJson : JsonSerializerContext;
