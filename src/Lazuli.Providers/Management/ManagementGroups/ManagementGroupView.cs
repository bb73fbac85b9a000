using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Subscriptions;

namespace Lazuli.Providers.Management.ManagementGroups;

/// <summary>What is shown of a group's place in the hierarchy: children, path, ancestors, descendants.</summary>
internal static class ManagementGroupView
{
    public const string SubscriptionType = "/subscriptions";

    public static string DisplayName(IResourceView view, ResourceId group) => view.Get<ManagementGroupProperties>(group)?.Properties.DisplayName ?? group.Name;

    /// <summary>What <c>$expand</c> adds; null for an expansion that there isn't.</summary>
    public static Resource<ManagementGroupProperties>? Expand(Resource<ManagementGroupProperties> group, string expand, ArmRequest request, IResourceView view)
    {
        var (properties, details) = (group.Properties with { }, (group.Properties.Details ?? new()) with { });
        foreach (var part in expand.Split(',', StringSplitOptions.TrimEntries))
        {
            switch (part.ToUpperInvariant())
            {
                case "CHILDREN":
                    var groupsOnly = request.Query.GetValueOrDefault("$filter")?.Contains("childType ne Subscription", StringComparison.OrdinalIgnoreCase) == true;
                    properties.Children = Children(view, group.Id, "true".Equals(request.Query.GetValueOrDefault("$recurse"), StringComparison.OrdinalIgnoreCase), groupsOnly);
                    break;
                case "PATH":
                    details.Path = [.. ManagementTree.Above(view.Store, group.Id).Reverse().Append(group.Id).Select(g => Step(view, g))];
                    break;
                case "ANCESTORS":
                    var above = ManagementTree.Above(view.Store, group.Id);
                    details.ManagementGroupAncestors = [.. above.Select(g => Stored(view, g).Name)];
                    details.ManagementGroupAncestorsChain = [.. above.Select(g => Step(view, g))];
                    break;
                default:
                    return null;
            }
        }

        return group with { Properties = properties with { Details = details } };
    }

    public static Result<ActionResult<ManagementGroupProperties>> Descendants(IResourceView view, ResourceId group) => new ActionResult<ManagementGroupProperties>
    {
        Body = JsonWriting.List(Below(view, group), (json, item) =>
        {
            json.WriteStartObject();
            json.WriteString("id", item.Child.Id);
            json.WriteString("type", item.Child.Type);
            json.WriteString("name", item.Child.Name);
            json.WriteStartObject("properties");
            json.WriteString("displayName", item.Child.DisplayName);
            json.WriteStartObject("parent");
            json.WriteString("id", item.Parent.ToString());
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }),
    };

    /// <summary>The group's id with the casing that it was made with.</summary>
    public static ResourceId Stored(IResourceView view, ResourceId group) => view.Get<ManagementGroupProperties>(group)?.Id ?? group;

    private static IEnumerable<(ResourceId Parent, ManagementGroupChild Child)> Below(IResourceView view, ResourceId group)
    {
        foreach (var child in Children(view, group, recurse: false, groupsOnly: false))
        {
            yield return (Stored(view, group), child);
            if (child.Type != SubscriptionType)
            {
                foreach (var below in Below(view, ResourceId.Parse(child.Id)))
                {
                    yield return below;
                }
            }
        }
    }

    private static IReadOnlyList<ManagementGroupChild> Children(IResourceView view, ResourceId group, bool recurse, bool groupsOnly) =>
    [
        .. ManagementTree.GroupsUnder(view.Store, group).Select(child => Stored(view, child)).Select(id => new ManagementGroupChild
        {
            Type = id.Type.ToString(),
            Id = id.ToString(),
            Name = id.Name,
            DisplayName = DisplayName(view, id),
            Children = recurse ? Children(view, id, recurse, groupsOnly) : null,
        }),
        .. groupsOnly ? [] : ManagementTree.SubscriptionsUnder(view.Store, group).Select(Child),
    ];

    private static ManagementGroupChild Child(StoredSubscription subscription)
        => new() { Type = SubscriptionType, Id = subscription.Id.ToString(), Name = subscription.SubscriptionId, DisplayName = subscription.DisplayName };

    private static ManagementGroupStep Step(IResourceView view, ResourceId group) => new(Stored(view, group).Name, DisplayName(view, group));
}
