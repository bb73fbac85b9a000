using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Authorization.Locks;

public sealed record LockProperties
{
    [Required]
    [AllowedValues("CanNotDelete", "ReadOnly")]
    public string? Level { get; set; }

    [MaxLength(512)]
    public string? Notes { get; set; }
    public IReadOnlyList<LockOwner>? Owners { get; set; }
}

public sealed record LockOwner
{
    public string? ApplicationId { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Resource<LockProperties>))]
internal sealed partial class LockJson : JsonSerializerContext;
