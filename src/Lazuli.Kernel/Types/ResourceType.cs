using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;

namespace Lazuli.Kernel.Types;

/// <summary>Where a top-level resource of a type may be made.</summary>
[Flags]
public enum ResourceScopes
{
    None = 0,
    Tenant = 1,
    Subscription = 2,
    ResourceGroup = 4,

    /// <summary>On any other resource or scope.</summary>
    Extension = 8,
    ManagementGroup = 16,
}

/// <summary>
/// A resource type, declared once: everything else (routes, list scopes, role actions, provider metadata, template dispatch,
/// generic listing, coverage page, contract tests) is derived from this.
/// </summary>
public abstract class ResourceType
{
    public abstract ResourceTypeName Name { get; }

    /// <summary>Versions offered, newest first.</summary>
    public abstract IReadOnlyList<string> ApiVersions { get; }

    public virtual ResourceScopes Scopes => ResourceScopes.ResourceGroup;

    /// <summary>Has a location and tags of its own.</summary>
    public virtual bool IsTracked => true;

    public virtual bool HasTags => IsTracked;

    /// <summary>False for a type whose only location is <c>global</c>.</summary>
    public virtual bool IsRegional => true;

    /// <summary>Whether <c>etag</c> stands in the body, as in Microsoft.Network; the header is always sent.</summary>
    public virtual bool EtagInBody => false;

    /// <summary>Whether clients may PUT, PATCH (tags and merged properties) and DELETE.</summary>
    public virtual bool CanPut => true;

    /// <summary>The status that a PUT answers when it creates: 202 where Azure knows no 201 and clients refuse it.</summary>
    public virtual int CreatedStatus => 201;

    public virtual bool CanPatch => CanPut;

    public virtual bool CanDelete => CanPut;

    /// <summary>Whether a resource can be moved to another group or subscription, with all that is below it.</summary>
    public virtual bool CanMove => IsTracked && Name.Depth == 1 && Scopes.HasFlag(ResourceScopes.ResourceGroup);

    /// <summary>What a PATCH's body means as a merge patch (RFC 7396) of what GET shows, for a type whose PATCH has another shape.</summary>
    public virtual JsonObject MergePatch(JsonObject body) => body;

    /// <summary>Properties that hold a document of the client's own, in which a list may have an entry that is null.</summary>
    public virtual IReadOnlyList<string> FreeForm => [];

    /// <summary>A pattern for the last name; the whole name must match.</summary>
    public virtual string NamePattern => "^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$";

    /// <summary>The error for a name that <see cref="NamePattern"/> doesn't allow.</summary>
    public virtual ArmError InvalidName(ResourceId id)
        => ArmErrors.BadRequest("InvalidResourceName", $"Resource name {id.Name} is invalid. The name must match '{NamePattern}'.", id.Name);

    /// <summary>The error for a resource that is asked to be elsewhere than it is.</summary>
    public virtual ArmError InvalidLocationChange(ResourceId id, string existing, string given) => ArmErrors.InvalidResourceLocation(id, existing, given);

    /// <summary>The reconciler (an <see cref="Reconcile.IReconciler"/>), or null when a write is all there is to do.</summary>
    public virtual Type? Reconciler => null;

    /// <summary>Whether a PUT or PATCH takes time. False for a type whose reconciler only deletes.</summary>
    public virtual bool WritesTakeTime => Reconciler is not null;

    /// <summary>Whether a DELETE is answered before its work is done. False for a type with a reconciler whose clients know no 202: they wait.</summary>
    public virtual bool DeletesTakeTime => Reconciler is not null;

    public virtual IReadOnlyList<ResourceAction> Actions => [];

    /// <summary>The parts of a resource that private endpoints can lead to; empty: the resource itself; null for a type that no private endpoint leads to.</summary>
    public virtual IReadOnlyList<PrivateLinkGroup>? PrivateLink => null;

    /// <summary>The type whose document holds this one, for children that live inside their parent.</summary>
    public virtual ResourceTypeName? EmbeddedIn => null;

    /// <summary>True when anybody may list, and sees only what they may read (subscriptions, resource groups).</summary>
    public virtual bool ListsOwn => false;

    /// <summary>Whether lists take the type's <c>$expand</c>, too.</summary>
    public virtual bool ExpandsLists => false;

    /// <summary>What <c>$filter</c> keeps of a list, by a resource's JSON; an error for a filter that the type doesn't have.</summary>
    public virtual Result<Func<ReadOnlyMemory<byte>, bool>> Filter(string filter, ArmRequest request, IResourceStore store)
        => ArmErrors.InvalidParameter("$filter", $"The filter '{filter}' is not supported for '{Name}'.");

    /// <summary>What a query parameter of the type's own keeps of a list, by a resource's JSON; null keeps everything.</summary>
    public virtual Func<ReadOnlyMemory<byte>, bool>? Kept(ArmRequest request) => null;

    /// <summary>What a list at <paramref name="scope"/> shows, in key order: what lies at or below it. Role assignments show those above it, too.</summary>
    public virtual IEnumerable<StoreRecord> Listed(IResourceStore store, ResourceId scope, string? after)
        => store.ListByType(Name.Key, scope.IsTenant ? "" : scope.Key, after);

    /// <summary>Makes the handler of requests for this type.</summary>
    public abstract IResourceHandler CreateHandler(KernelServices kernel);
}

/// <summary>A type whose resources are documents of their own, with properties of <typeparamref name="T"/>.</summary>
public abstract class ResourceType<T> : ResourceType
    where T : class
{
    /// <summary>The source-generated context that knows <see cref="Resource{T}"/>.</summary>
    public abstract JsonSerializerContext Json { get; }

    /// <summary>
    /// Fills what the client left open: defaults, allocated values, and (from <paramref name="current"/>) computed values that stay.
    /// Called under the locks of the resource and everything that it refers to, so allocations are safe.
    /// </summary>
    public virtual Resource<T> Default(Resource<T> desired, Resource<T>? current, IResourceView view) => desired;

    /// <summary>Faults of the resource in itself, all of them. Pure. A rule must not fail a property that did not change.</summary>
    public virtual IEnumerable<ArmError> Validate(Resource<T> desired, Resource<T>? current) => [];

    /// <summary>Faults of the resource among the others. Pure in its arguments; called under the same locks as <see cref="Default"/>.</summary>
    public virtual IEnumerable<ArmError> Admit(Resource<T> desired, Resource<T>? current, IResourceView view) => [];

    /// <summary>Why the resource may not be deleted, e.g. because it is in use.</summary>
    public virtual IEnumerable<ArmError> AdmitDelete(Resource<T> current, IResourceView view) => [];

    /// <summary>
    /// Ids that the resource refers to. They must exist (unless <see cref="ResourceReference.Optional"/>), the caller must have the right to join them, and
    /// they are told when this changes.
    /// </summary>
    public virtual IEnumerable<ResourceReference> References(Resource<T> resource) => [];

    /// <summary>Keys besides the resource and its references that writes are serialized by, e.g. an address pool.</summary>
    public virtual IEnumerable<string> Locks(Resource<T> desired) => [];

    /// <summary>Resources of other types that come into being with a new resource, or change with it, in the same transaction.</summary>
    /// <param name="after">As it will be.</param>
    /// <param name="before">As it was; null for a new one.</param>
    /// <param name="view">Under the locks of the write: see <see cref="Locks"/>.</param>
    public virtual IEnumerable<Companion> Companions(Resource<T> after, Resource<T>? before, IResourceView view) => [];

    /// <summary>
    /// Resources at or below a scope that follow from others and aren't stored: GET and lists show them beside the stored ones, which go before them; nothing can be done to them but to put
    /// one's own in their place.
    /// </summary>
    public virtual IEnumerable<Resource<T>> Implied(IResourceView view, ResourceId scope) => [];

    /// <summary>True when <see cref="Present"/> is overridden; it is called once per change of the resource or its referrers.</summary>
    public virtual bool Presents => false;

    /// <summary>True when <see cref="Present"/> shows what neither the resource nor a referrer says: it is then called for each read.</summary>
    public virtual bool PresentsOthers => false;

    /// <summary>What GET shows beyond the stored document: back-references and values of others.</summary>
    public virtual Resource<T> Present(Resource<T> stored, IResourceView view) => stored;

    /// <summary>What Resource Graph shows beyond GET, as <c>properties.extended</c>; it says nothing that a change of the record (or of what refers to it) doesn't change.</summary>
    public virtual JsonObject? Extended(Resource<T> presented, IResourceView view) => null;

    /// <summary>What GET adds for <c>$expand</c>; an error for an expansion that the type doesn't have.</summary>
    public virtual Result<Resource<T>> Expand(Resource<T> presented, string expand, IResourceView view)
        => ArmErrors.InvalidParameter("$expand", $"The value '{expand}' of $expand is not supported for '{Name}'.");

    /// <summary>As <see cref="Expand(Resource{T}, string, IResourceView)"/>, for a type whose expansion has parameters of its own.</summary>
    public virtual Result<Resource<T>> Expand(Resource<T> presented, string expand, ArmRequest request, IResourceView view) => Expand(presented, expand, view);

    /// <summary>Notes in the resource who writes it; called last, with what is about to be stored.</summary>
    public virtual void Sign(Resource<T> desired, Resource<T>? current, Principal caller)
    {
    }

    public override IResourceHandler CreateHandler(KernelServices kernel) => new ResourceHandler<T>(this, kernel);
}

/// <summary>A reference to another resource.</summary>
/// <param name="Target">The id as the client wrote it.</param>
/// <param name="Path">The JSON path of the property.</param>
public sealed record ResourceReference(string Target, string Path)
{
    /// <summary>The role action needed on the target, e.g. <c>Microsoft.Network/virtualNetworks/subnets/join/action</c>.</summary>
    public string? LinkedAction { get; init; }

    /// <summary>True when the target need not exist.</summary>
    public bool Optional { get; init; }

    /// <summary>The type the target must have, when only one will do.</summary>
    public ResourceTypeName? Type { get; init; }
}

/// <summary>A resource that comes into being, or changes, with another one.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Resource">A <see cref="Resource{T}"/> of that type, complete; its <see cref="Resource{T}.Version"/> is what is there, 0 for nothing.</param>
public sealed record Companion(ResourceTypeName Type, object Resource);
