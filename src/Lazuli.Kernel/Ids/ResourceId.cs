using System.Diagnostics.CodeAnalysis;

namespace Lazuli.Kernel.Ids;

/// <summary>
/// The id of anything Resource Manager knows: the tenant (<c>/</c>), a subscription, a resource group, a resource at any of these scopes,
/// a child, or an extension of another resource. Immutable; equality ignores case; the caller's casing is kept.
/// </summary>
public sealed class ResourceId : IEquatable<ResourceId>
{
    private readonly string _text;

    private ResourceId(string text, ResourceId? parent, ResourceTypeName type, string name)
    {
        _text = text;
        Parent = parent;
        Type = type;
        Name = name;
        Key = text.ToLowerInvariant();
    }

    public static ResourceId Tenant { get; } = new("/", null, ResourceTypeName.Tenant, "");

    /// <summary>
    /// The scope that holds this: a child's parent resource, else the resource group, subscription, management group or resource
    /// that a top-level or extension resource was made at. Null for the tenant.
    /// </summary>
    public ResourceId? Parent { get; }

    public ResourceTypeName Type { get; }

    public string Name { get; }

    /// <summary>The lower-cased id: the key of stores and look-ups.</summary>
    public string Key { get; }

    public bool IsTenant => Parent is null;

    public bool IsSubscription => Type.Equals(ResourceTypeName.Subscription);

    public bool IsResourceGroup => Type.Equals(ResourceTypeName.ResourceGroup);

    /// <summary>True for a management group, which is a resource of the tenant and a scope of its own.</summary>
    public bool IsManagementGroup => Type.Equals(ResourceTypeName.ManagementGroup);

    /// <summary>True for what has <c>/providers/…</c> in its id.</summary>
    public bool IsResource => !IsTenant && !IsSubscription && !IsResourceGroup;

    public string? SubscriptionId => IsSubscription ? Name : Parent?.SubscriptionId;

    public string? ResourceGroup => IsResourceGroup ? Name : Parent?.ResourceGroup;

    /// <summary>The resource group's id, where there is one.</summary>
    public ResourceId? ResourceGroupId => IsResourceGroup ? this : Parent?.ResourceGroupId;

    public ResourceId? SubscriptionScope => IsSubscription ? this : Parent?.SubscriptionScope;

    /// <summary>The management group that this is, or that its own id lies in; not the one that a subscription is placed under.</summary>
    public ResourceId? ManagementGroupId => IsManagementGroup ? this : Parent?.ManagementGroupId;

    /// <summary>True when the parent is the owner in the type's own hierarchy (a subnet of a network), not merely the scope.</summary>
    public bool IsChild => IsResource && Type.Depth > 1;

    /// <summary>The outermost resource of the type's own hierarchy: the virtual network of a subnet.</summary>
    public ResourceId Root => IsChild && Parent is not null ? Parent.Root : this;

    /// <summary>The scope of <see cref="Root"/>: a group, subscription, tenant, or the resource that is extended.</summary>
    public ResourceId Scope => Root.Parent ?? Tenant;

    /// <summary><c>vnet1/subnet1</c>.</summary>
    public string NamePath => IsChild && Parent is not null ? $"{Parent.NamePath}/{Name}" : Name;

    public static ResourceId Subscription(string id) => new($"/subscriptions/{id}", Tenant, ResourceTypeName.Subscription, id);

    public static ResourceId ManagementGroup(string name) => Tenant.Resource(ResourceTypeName.ManagementGroup, name);

    public ResourceId Group(string name) => new($"{this}/resourceGroups/{name}", this, ResourceTypeName.ResourceGroup, name);

    /// <summary>A resource at this scope; <paramref name="type"/> and <paramref name="names"/> have the same number of segments.</summary>
    public ResourceId Resource(ResourceTypeName type, params ReadOnlySpan<string> names)
    {
        if (type.Depth != names.Length)
        {
            throw new ArgumentException($"{type} needs {type.Depth} names, not {names.Length}.", nameof(names));
        }

        return type.Parent is { } parent
            ? Resource(parent, names[..^1]).Child(type.TypePath[(parent.TypePath.Length + 1)..], names[^1])
            : new($"{(IsTenant ? "" : _text)}/providers/{type}/{names[0]}", this, type, names[0]);
    }

    public ResourceId Child(string type, string name) => new($"{_text}/{type}/{name}", this, Type.Child(type), name);

    /// <summary>True when this is <paramref name="scope"/> or lies below it.</summary>
    public bool IsWithin(ResourceId scope)
        => scope.IsTenant || (Key.StartsWith(scope.Key, StringComparison.Ordinal) && (Key.Length == scope.Key.Length || Key[scope.Key.Length] == '/'));

    public static ResourceId Parse(string text) => TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a resource id.");

    public static bool TryParse(string? text, [NotNullWhen(true)] out ResourceId? id)
    {
        id = ResourcePath.TryParse(text, out var path) && path.Kind == ResourcePathKind.Resource ? path.Id : null;
        return id is not null;
    }

    public bool Equals(ResourceId? other) => other is not null && Key == other.Key;

    public override bool Equals(object? obj) => Equals(obj as ResourceId);

    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => _text;
}
