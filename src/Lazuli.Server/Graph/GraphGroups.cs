using System.Text.Json.Nodes;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Store;

namespace Lazuli.Server.Graph;

/// <summary>https://learn.microsoft.com/graph/api/resources/group: groups, their members and owners. Membership is said in a token when it is issued.</summary>
internal static class GraphGroups
{
    private static readonly string[] Known = ["displayName", "id", "members", "owners"];

    public static DirectoryGroup? Find(TenantDirectory directory, string id) => directory.Find(id)?.Value as DirectoryGroup;

    /// <summary>The writes by which an object leaves all groups.</summary>
    public static IEnumerable<StoreWrite> Without(TenantDirectory directory, string objectId)
        => from change in directory.Groups.Select(g => (Before: g, After: g with { Members = Except(g.Members, objectId), Owners = Except(g.Owners, objectId) }))
           where change.Before.Members.Count != change.After.Members.Count || change.Before.Owners.Count != change.After.Owners.Count
           select TenantDirectory.Write(change.After);

    public static IReadOnlyList<string> Except(IReadOnlyList<string> ids, string id) => [.. ids.Where(i => !i.Equals(id, StringComparison.OrdinalIgnoreCase))];

    public static Task<GraphReply> CreateAsync(GraphDirectory graph, GraphCall call) => graph.ChangeAsync(call, async body =>
    {
        if (!graph.MayChange(call.Caller))
        {
            return GraphReply.Denied();
        }

        if (GraphDirectory.Text(body, "displayName") is not { } displayName)
        {
            return GraphReply.Bad("A value is required for property 'displayName' of resource 'Group'.");
        }

        if (GraphDirectory.Flag(body, "mailEnabled") == true)
        {
            return GraphReply.Bad("Groups with mail are not supported by Lazuli.");
        }

        var group = new DirectoryGroup { ObjectId = Guid.NewGuid().ToString(), DisplayName = displayName, Owners = [call.Caller.ObjectId], More = GraphDirectory.More(null, body, Known) };
        await graph.SaveAsync(TenantDirectory.Write(group));
        return GraphReply.Created(GraphView.Of(group));
    });

    public static Task<GraphReply> UpdateAsync(GraphDirectory graph, GraphCall call) => ChangeAsync(
        graph, call, (group, body) => group with { DisplayName = GraphDirectory.Text(body, "displayName") ?? group.DisplayName, More = GraphDirectory.More(group.More, body, Known) });

    public static Task<GraphReply> DeleteAsync(GraphDirectory graph, GraphCall call) => graph.ChangeAsync(call, async _ =>
    {
        if (Find(graph.Directory, call["id"]) is not { } group)
        {
            return GraphReply.NotFound(call["id"]);
        }

        if (!graph.MayChange(call.Caller, group.Owners))
        {
            return GraphReply.Denied();
        }

        await graph.SaveAsync([TenantDirectory.Delete(group), .. Without(graph.Directory, group.ObjectId).Where(w => !w.Key.EndsWith(group.ObjectId, StringComparison.OrdinalIgnoreCase))]);
        return GraphReply.NoContent;
    });

    /// <summary>Adds a member (or an owner) that <c>@odata.id</c> names.</summary>
    public static Task<GraphReply> AddAsync(GraphDirectory graph, GraphCall call, bool owner) => graph.ChangeAsync(call, async body =>
    {
        if (Find(graph.Directory, call["id"]) is not { } group)
        {
            return GraphReply.NotFound(call["id"]);
        }

        if (!graph.MayChange(call.Caller, group.Owners))
        {
            return GraphReply.Denied();
        }

        if (GraphDirectory.Reference(body) is not { } id || graph.Directory.Find(id) is not { } found)
        {
            return GraphReply.NotFound(GraphDirectory.Reference(body) ?? "");
        }

        if ((owner ? group.Owners : group.Members).Contains(found.ObjectId, StringComparer.OrdinalIgnoreCase))
        {
            return GraphReply.Bad($"One or more added object references already exist for the following modified properties: '{(owner ? "owners" : "members")}'.");
        }

        if (!owner && (found.ObjectId == group.ObjectId || graph.Directory.GroupsOf(group.ObjectId).Contains(found.ObjectId, StringComparer.OrdinalIgnoreCase)))
        {
            return GraphReply.Bad("A group can't be a member of itself, directly or through others.");
        }

        await graph.SaveAsync(TenantDirectory.Write(owner ? group with { Owners = [.. group.Owners, found.ObjectId] } : group with { Members = [.. group.Members, found.ObjectId] }));
        return GraphReply.NoContent;
    });

    public static Task<GraphReply> RemoveAsync(GraphDirectory graph, GraphCall call, bool owner) => graph.ChangeAsync(call, async _ =>
    {
        if (Find(graph.Directory, call["id"]) is not { } group || !(owner ? group.Owners : group.Members).Contains(call["member"], StringComparer.OrdinalIgnoreCase))
        {
            return GraphReply.NotFound(call["member"]);
        }

        if (!graph.MayChange(call.Caller, group.Owners))
        {
            return GraphReply.Denied();
        }

        await graph.SaveAsync(TenantDirectory.Write(owner ? group with { Owners = Except(group.Owners, call["member"]) } : group with { Members = Except(group.Members, call["member"]) }));
        return GraphReply.NoContent;
    });

    /// <summary>Those of the groups asked for that the object is in (<c>checkMemberGroups</c>), or all of them (<c>getMemberGroups</c>).</summary>
    public static Task<GraphReply> MemberGroupsAsync(GraphDirectory graph, GraphCall call, string objectId) => graph.ChangeAsync(call, body =>
    {
        var groups = graph.Directory.GroupsOf(objectId);
        var asked = body["groupIds"] is JsonArray ids ? ids.Select(i => i?.ToString()).ToHashSet(StringComparer.OrdinalIgnoreCase) : null;
        return Task.FromResult(GraphReply.List(groups.Where(g => asked?.Contains(g) != false).Select(g => (JsonNode)g)));
    });

    private static Task<GraphReply> ChangeAsync(GraphDirectory graph, GraphCall call, Func<DirectoryGroup, JsonObject, DirectoryGroup> change) => graph.ChangeAsync(call, async body =>
    {
        if (Find(graph.Directory, call["id"]) is not { } group)
        {
            return GraphReply.NotFound(call["id"]);
        }

        if (!graph.MayChange(call.Caller, group.Owners))
        {
            return GraphReply.Denied();
        }

        await graph.SaveAsync(TenantDirectory.Write(change(group, body)));
        return GraphReply.NoContent;
    });
}
