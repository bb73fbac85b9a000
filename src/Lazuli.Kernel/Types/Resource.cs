using System.Text.Json.Serialization;
using Lazuli.Kernel.Ids;

namespace Lazuli.Kernel.Types;

/// <summary>
/// A resource as Azure writes it: the envelope that all types share and the type's own <see cref="Properties"/>.
/// Treated as immutable once stored; change it by <c>with</c>. Wire records have <c>set</c>, not <c>init</c>: the JSON source generator
/// loses the initial values of init-only properties and can't set them (docs/decisions/0003-wire-records.md).
/// </summary>
public sealed record Resource<T>
    where T : class
{
    [JsonConverter(typeof(ResourceIdConverter))]
    [Computed]
    public ResourceId Id { get; set; } = ResourceId.Tenant;

    [Computed]
    public string Name { get; set; } = "";

    [Computed]
    public string Type { get; set; } = "";

    [Computed]
    public string? Etag { get; set; }

    public string? Location { get; set; }
    public IReadOnlyDictionary<string, string>? Tags { get; set; }
    public string? Kind { get; set; }
    public string? ManagedBy { get; set; }
    public Sku? Sku { get; set; }
    public Plan? Plan { get; set; }
    public IReadOnlyList<string>? Zones { get; set; }
    public ManagedIdentity? Identity { get; set; }
    public ExtendedLocation? ExtendedLocation { get; set; }

    /// <summary>Never null once read: an absent object is an empty one.</summary>
#nullable disable warnings
    public T Properties { get; set; }
#nullable restore warnings

    /// <summary>The version of the record that this was read from; 0 when new.</summary>
    [JsonIgnore]
    public long Version { get; set; }
}

public sealed record Sku
{
    public string? Name { get; set; }
    public string? Tier { get; set; }
    public string? Size { get; set; }
    public string? Family { get; set; }
    public int? Capacity { get; set; }
}

/// <summary>The marketplace plan of a third-party image.</summary>
public sealed record Plan
{
    public string? Name { get; set; }
    public string? Publisher { get; set; }
    public string? Product { get; set; }
    public string? PromotionCode { get; set; }
    public string? Version { get; set; }
}

public sealed record ExtendedLocation(string? Name, string? Type);

public sealed record ManagedIdentity
{
    /// <summary><c>None</c>, <c>SystemAssigned</c>, <c>UserAssigned</c> or <c>SystemAssigned, UserAssigned</c>.</summary>
    public string? Type { get; set; }

    [Computed]
    public string? PrincipalId { get; set; }

    [Computed]
    public string? TenantId { get; set; }
    public IReadOnlyDictionary<string, UserAssignedIdentity?>? UserAssignedIdentities { get; set; }
}

public sealed record UserAssignedIdentity
{
    [Computed]
    public string? PrincipalId { get; set; }

    [Computed]
    public string? ClientId { get; set; }
}

/// <summary>
/// A reference to another resource: <c>{ "id": … }</c>. As on Azure, whatever else of the other resource is sent along (the SDKs send
/// what they read) is not looked at: only its own PUT changes it.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record ResourceLink
{
    public string? Id { get; set; }

    public static ResourceLink To(ResourceId id) => new() { Id = id.ToString() };
}

/// <summary>A child that lives inside its parent's properties: <c>{ id, name, etag, type, properties }</c>.</summary>
public sealed record Embedded<T>
    where T : class
{
    [Computed]
    public string? Id { get; set; }
    public string? Name { get; set; }

    [Computed]
    public string? Etag { get; set; }

    [Computed]
    public string? Type { get; set; }

    /// <summary>Of a load balancer's frontends.</summary>
    public IReadOnlyList<string>? Zones { get; set; }
    public T? Properties { get; set; }
}

/// <summary>Properties of a type whose state moves through Creating/Updating/Deleting to Succeeded/Failed.</summary>
public interface IProvisioned
{
    string? ProvisioningState { get; set; }
}
