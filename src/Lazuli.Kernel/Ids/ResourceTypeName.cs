using System.Diagnostics.CodeAnalysis;

namespace Lazuli.Kernel.Ids;

/// <summary>A resource type's full name, e.g. <c>Microsoft.Network/virtualNetworks/subnets</c>. Equality ignores case; the casing given is kept.</summary>
public sealed class ResourceTypeName : IEquatable<ResourceTypeName>
{
    private static readonly Recent<ResourceTypeName> Known = new(1024);
    private readonly string _text;

    private ResourceTypeName(string text, string @namespace, string typePath)
    {
        _text = text;
        Namespace = @namespace;
        TypePath = typePath;
        Key = text.ToLowerInvariant();
    }

    /// <summary>The resource group's own type.</summary>
    public static ResourceTypeName ResourceGroup { get; } = Parse("Microsoft.Resources/resourceGroups");

    public static ResourceTypeName Subscription { get; } = Parse("Microsoft.Resources/subscriptions");

    public static ResourceTypeName ManagementGroup { get; } = Parse("Microsoft.Management/managementGroups");

    public static ResourceTypeName Tenant { get; } = Parse("Microsoft.Resources/tenants");

    /// <summary><c>Microsoft.Network</c>.</summary>
    public string Namespace { get; }

    /// <summary><c>virtualNetworks/subnets</c>.</summary>
    public string TypePath { get; }

    /// <summary>The lower-cased full name.</summary>
    public string Key { get; }

    /// <summary>Number of segments after the namespace: 1 for a top-level type.</summary>
    public int Depth => TypePath.AsSpan().Count('/') + 1;

    /// <summary><c>Microsoft.Network/virtualNetworks</c> for its subnets; null for a top-level type.</summary>
    public ResourceTypeName? Parent => TypePath.LastIndexOf('/') is > 0 and var i ? Parse(_text.AsSpan(0, Namespace.Length + 1 + i)) : null;

    public static ResourceTypeName Parse(string text)
        => TryParse(text, out var name) ? name : throw new FormatException($"'{text}' is not a resource type name.");

    internal static ResourceTypeName Parse(ReadOnlySpan<char> text) => Known.Find(text) ?? Parse(text.ToString());

    public static bool TryParse(string text, [NotNullWhen(true)] out ResourceTypeName? name)
    {
        name = Known.Find(text);
        if (name is not null)
        {
            return true;
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        name = slash > 0 && slash < text.Length - 1 && !text.EndsWith('/') && !text.Contains("//", StringComparison.Ordinal)
            ? Known.Keep(text, new(text, text[..slash], text[(slash + 1)..]))
            : null;
        return name is not null;
    }

    public ResourceTypeName Child(string type) => Parse($"{_text}/{type}");

    public bool Equals(ResourceTypeName? other) => other is not null && Key == other.Key;

    public override bool Equals(object? obj) => Equals(obj as ResourceTypeName);

    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => _text;
}
