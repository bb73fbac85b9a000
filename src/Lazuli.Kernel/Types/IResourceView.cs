using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;

namespace Lazuli.Kernel.Types;

/// <summary>Reads of what is stored, as typed resources. Cheap: decoded once per change.</summary>
public interface IResourceView
{
    /// <summary>The resource, or null when it doesn't exist or isn't of this kind.</summary>
    Resource<T>? Get<T>(ResourceId id)
        where T : class;

    Resource<T>? Get<T>(string? id)
        where T : class;

    /// <summary>All resources of a type at or below a scope.</summary>
    IEnumerable<Resource<T>> List<T>(ResourceTypeName type, ResourceId scope)
        where T : class;

    /// <summary>Whether something of this id exists, embedded children included.</summary>
    bool Exists(ResourceId id);

    /// <summary>Whether the resource of this id is on its way out.</summary>
    bool IsDeleting(ResourceId id);

    /// <summary>Ids of resources that refer to <paramref name="id"/> or to anything below it.</summary>
    IEnumerable<ResourceId> Referrers(ResourceId id);

    /// <summary>Typed referrers.</summary>
    IEnumerable<Resource<T>> Referrers<T>(ResourceId id)
        where T : class;

    /// <summary>The declaration of a type, or null when Lazuli doesn't have it.</summary>
    ResourceType? Type(ResourceTypeName name);

    IResourceStore Store { get; }
}
