using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;

namespace Lazuli.Kernel.Types;

/// <summary>Where typed models of stored records come from: the handler of a type.</summary>
public interface IResourceModels<T>
    where T : class
{
    Resource<T> Read(StoreRecord record);
}

/// <summary>Typed reads over the store.</summary>
public sealed class ResourceView(IResourceStore store, TypeRegistry registry) : IResourceView
{
    /// <summary>Prefix of the types of Lazuli's own records, which are no resources.</summary>
    public const string Internal = "lazuli/";

    public IResourceStore Store => store;

    public ResourceType? Type(ResourceTypeName name) => registry.Type(name);

    public Resource<T>? Get<T>(ResourceId id)
        where T : class
        => store.Get(id.Key) is { } record && Models<T>(record.Type) is { } models ? models.Read(record) : null;

    public Resource<T>? Get<T>(string? id)
        where T : class
        => ResourceId.TryParse(id, out var parsed) ? Get<T>(parsed) : null;

    public IEnumerable<Resource<T>> List<T>(ResourceTypeName type, ResourceId scope)
        where T : class
        => Models<T>(type.Key) is { } models ? store.ListByType(type.Key, scope.IsTenant ? "" : scope.Key).Select(models.Read) : [];

    public bool Exists(ResourceId id)
        => id.IsTenant
            || store.Get(id.Key) is not null
            || (registry.Type(id.Type) is IEmbeddedType embedded && id.Parent is { } parent && store.Get(parent.Key) is { } record && embedded.Has(record, id, registry));

    public bool IsDeleting(ResourceId id)
        => store.Get(id.Key) is { } record && registry.Type(record.Type) is { } type && registry.Handler(type) is Reconcile.IReconcileTarget target && target.IsDeleting(record);

    public IEnumerable<ResourceId> Referrers(ResourceId id)
        => from record in store.Referrers(id.Key)
           where !record.Type.StartsWith(Internal, StringComparison.Ordinal)
           select ResourceId.Parse(record.Key);

    public IEnumerable<Resource<T>> Referrers<T>(ResourceId id)
        where T : class
        => from record in store.Referrers(id.Key)
           let models = Models<T>(record.Type)
           where models is not null
           select models.Read(record);

    private IResourceModels<T>? Models<T>(string type)
        where T : class
        => registry.Type(type) is { } known ? registry.Handler(known) as IResourceModels<T> : null;
}

/// <summary>A type whose resources live inside their parent's document.</summary>
internal interface IEmbeddedType
{
    bool Has(StoreRecord parent, ResourceId id, TypeRegistry registry);
}
