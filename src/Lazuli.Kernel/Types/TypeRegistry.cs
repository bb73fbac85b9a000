using System.Collections.Frozen;
using Lazuli.Kernel.Ids;

namespace Lazuli.Kernel.Types;

/// <summary>All providers and their types; immutable after start.</summary>
public sealed class TypeRegistry
{
    private readonly FrozenDictionary<string, ResourceType> _types;
    private readonly FrozenDictionary<string, Provider> _providers;
    private FrozenDictionary<string, IResourceHandler> _handlers = FrozenDictionary<string, IResourceHandler>.Empty;

    public TypeRegistry(IEnumerable<Provider> providers)
    {
        Providers = [.. providers];
        _providers = Providers.ToFrozenDictionary(p => p.Namespace, StringComparer.OrdinalIgnoreCase);
        Types = [.. Providers.SelectMany(p => p.Types)];
        _types = Types.ToFrozenDictionary(t => t.Name.Key);
    }

    public IReadOnlyList<Provider> Providers { get; }

    public IReadOnlyList<ResourceType> Types { get; }

    /// <summary>Makes the handlers; once, when the kernel's services are there.</summary>
    public void Bind(KernelServices kernel) => _handlers = Types.ToFrozenDictionary(t => t.Name.Key, t => t.CreateHandler(kernel));

    public Provider? Provider(string @namespace) => _providers.GetValueOrDefault(@namespace);

    public ResourceType? Type(ResourceTypeName name) => _types.GetValueOrDefault(name.Key);

    public ResourceType? Type(string key) => _types.GetValueOrDefault(key);

    /// <summary>The type's handler.</summary>
    public IResourceHandler Handler(ResourceType type) => _handlers[type.Name.Key];

    public IEnumerable<ResourceType> Children(ResourceType parent) => Types.Where(t => parent.Name.Equals(t.Name.Parent));
}
