using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Management.ManagementGroups;

/// <summary>Microsoft.Management/managementGroups: written at once, deleted as a long-running operation, never while anything is under it.</summary>
public sealed class ManagementGroupType(TimeProvider time) : ResourceType<ManagementGroupProperties>
{
    public override ResourceTypeName Name => ResourceTypeName.ManagementGroup;

    public override IReadOnlyList<string> ApiVersions => ManagementProvider.ApiVersions;

    public override ResourceScopes Scopes => ResourceScopes.Tenant;

    public override bool IsTracked => false;

    public override bool CanPatch => true;

    /// <summary>Clients take 200 or 202 only.</summary>
    public override int CreatedStatus => 200;

    public override string NamePattern => "^[A-Za-z0-9_().-]{0,89}[A-Za-z0-9_()-]$";

    public override bool ListsOwn => true;

    public override Type Reconciler => typeof(ManagementGroupReconciler);

    public override bool WritesTakeTime => false;

    public override bool Presents => true;

    /// <summary>The parent's name and display name are shown, and change without the child.</summary>
    public override bool PresentsOthers => true;

    public override JsonSerializerContext Json => ManagementGroupJson.Default;

    public override IReadOnlyList<ResourceAction> Actions { get; } =
    [
        new ResourceAction<ManagementGroupProperties>("descendants", context => ManagementGroupView.Descendants(context.View, context.Resource.Id)) { Method = HttpMethod.Get, Writes = false },
    ];

    public override ArmError InvalidName(ResourceId id) => ManagementErrors.InvalidName(id.Name);

    // PATCH has a shape of its own: { displayName, parentGroupId }.
    public override JsonObject MergePatch(JsonObject body)
    {
        var properties = new JsonObject();
        foreach (var (name, value) in body.Where(p => p.Value is not null))
        {
            if (name.Equals("displayName", StringComparison.OrdinalIgnoreCase))
            {
                properties["displayName"] = value?.DeepClone();
            }
            else if (name.Equals("parentGroupId", StringComparison.OrdinalIgnoreCase))
            {
                properties["details"] = new JsonObject { ["parent"] = new JsonObject { ["id"] = value?.DeepClone() } };
            }
        }

        return new() { ["properties"] = properties };
    }

    public override IEnumerable<ArmError> Validate(Resource<ManagementGroupProperties> desired, Resource<ManagementGroupProperties>? current)
    {
        if (current is { Properties.Details.Parent: null } && ParentOf(desired) is not null)
        {
            yield return ManagementErrors.RootIsFixed("moved");
        }
    }

    public override IEnumerable<ResourceReference> References(Resource<ManagementGroupProperties> resource)
    {
        if (ParentOf(resource) is { } parent)
        {
            yield return new(parent, "properties.details.parent.id") { Type = Name, LinkedAction = "Microsoft.Management/managementGroups/write" };
        }
    }

    public override Resource<ManagementGroupProperties> Default(Resource<ManagementGroupProperties> desired, Resource<ManagementGroupProperties>? current, IResourceView view)
    {
        var properties = desired.Properties;
        properties.TenantId = new TenantDirectory(view.Store).FindTenant()?.TenantId;
        properties.DisplayName ??= current?.Properties.DisplayName ?? desired.Name;
        properties.Children = null;
        var given = ParentOf(desired) is { } id ? ResourceId.Parse(id) : null;
        var isRoot = desired.Id.Equals(ManagementTree.RootOf(view.Store));
        var parent = isRoot ? null : (given ?? (current is null ? null : ResourceId.Parse(ParentOf(current) ?? "/")) ?? HierarchySettings.DefaultGroup(view.Store))?.ToString();
        properties.Details = new()
        {
            Version = (current?.Properties.Details?.Version ?? 0) + 1,
            UpdatedTime = time.GetUtcNow(),
            Parent = parent is null ? null : new() { Id = parent },
        };
        return desired;
    }

    public override void Sign(Resource<ManagementGroupProperties> desired, Resource<ManagementGroupProperties>? current, Principal caller)
        => (desired.Properties.Details ??= new()).UpdatedBy = caller.ObjectId;

    public override IEnumerable<ArmError> Admit(Resource<ManagementGroupProperties> desired, Resource<ManagementGroupProperties>? current, IResourceView view)
    {
        if (ParentOf(desired) is not { } text || ResourceId.Parse(text) is var parent && ParentOf(current) is { } before && parent.Equals(ResourceId.Parse(before)))
        {
            yield break;
        }

        if (ManagementTree.IsWithin(view.Store, parent, desired.Id))
        {
            yield return ManagementErrors.Loop(desired.Name, parent);
        }
        else if (ManagementTree.Above(view.Store, parent).Count + 1 + ManagementTree.HeightOf(view.Store, desired.Id) > ManagementTree.MaxDepth)
        {
            yield return ManagementErrors.TooDeep(desired.Name);
        }
    }

    public override IEnumerable<ArmError> AdmitDelete(Resource<ManagementGroupProperties> current, IResourceView view)
    {
        if (current.Id.Equals(ManagementTree.RootOf(view.Store)))
        {
            yield return ManagementErrors.RootIsFixed("deleted");
        }
        else if (ManagementTree.GroupsUnder(view.Store, current.Id).Any() || ManagementTree.SubscriptionsUnder(view.Store, current.Id).Any())
        {
            yield return ManagementErrors.NotEmpty(current.Name);
        }
    }

    public override Resource<ManagementGroupProperties> Present(Resource<ManagementGroupProperties> stored, IResourceView view)
    {
        var details = stored.Properties.Details ?? new();
        return stored with
        {
            Properties = stored.Properties with
            {
                Details = details with
                {
                    Parent = details.Parent?.Id is not { } id ? null : new()
                    {
                        Id = id,
                        Name = ResourceId.Parse(id).Name,
                        DisplayName = ManagementGroupView.DisplayName(view, ResourceId.Parse(id)),
                    },
                },
            },
        };
    }

    public override Result<Resource<ManagementGroupProperties>> Expand(Resource<ManagementGroupProperties> presented, string expand, ArmRequest request, IResourceView view)
        => ManagementGroupView.Expand(presented, expand, request, view) is { } expanded ? expanded : Expand(presented, expand, view);

    private static string? ParentOf(Resource<ManagementGroupProperties>? group) => group?.Properties.Details?.Parent?.Id is { Length: > 0 } id ? id : null;
}
