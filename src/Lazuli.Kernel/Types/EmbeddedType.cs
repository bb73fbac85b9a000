using System.Text.Json.Serialization;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;

namespace Lazuli.Kernel.Types;

/// <summary>
/// A child type whose resources live in their parent's document (subnets in a virtual network, rules in a security group): one truth, written both
/// by the parent's PUT and by the child's own.
/// </summary>
public abstract class EmbeddedType<TParent, TChild> : ResourceType, IEmbeddedType
    where TParent : class
    where TChild : class
{
    public override bool IsTracked => false;

    public override ResourceTypeName? EmbeddedIn => Name.Parent;

    public override bool CanPatch => false;

    /// <summary>The source-generated context that knows <see cref="Embedded{T}"/> of <typeparamref name="TChild"/>.</summary>
    public abstract JsonSerializerContext Json { get; }

    public abstract IReadOnlyList<Embedded<TChild>> Children(TParent parent);

    /// <summary>Sets the children of <paramref name="parent"/>, which is the caller's own copy.</summary>
    public abstract void SetChildren(TParent parent, IReadOnlyList<Embedded<TChild>> children);

    /// <summary>What a child's own PUT says beside its body, e.g. in the query; called before anything is carried over.</summary>
    public virtual void Prepare(Embedded<TChild> child, ArmRequest request)
    {
    }

    public override IResourceHandler CreateHandler(KernelServices kernel) => new EmbeddedHandler<TParent, TChild>(this, kernel);

    public Embedded<TChild>? Find(TParent parent, string name)
        => Children(parent).FirstOrDefault(c => name.Equals(c.Name, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// For the parent's <c>Default</c>: gives every child its id and type, and what clients can't send from the child of the same name before.
    /// </summary>
    public void Adopt(Resource<TParent> parent, Action<Embedded<TChild>, Embedded<TChild>?> carry, Resource<TParent>? current)
    {
        foreach (var child in Children(parent.Properties))
        {
            var name = child.Name ?? "";
            child.Id = parent.Id.Child(Name.TypePath[(Name.TypePath.LastIndexOf('/') + 1)..], name).ToString();
            child.Type = Name.ToString();
            carry(child, current is null ? null : Find(current.Properties, name));
        }
    }

    bool IEmbeddedType.Has(StoreRecord parent, ResourceId id, TypeRegistry registry)
        => registry.Type(parent.Type) is { } type && registry.Handler(type) is IResourceModels<TParent> models && Find(models.Read(parent).Properties, id.Name) is not null;
}
