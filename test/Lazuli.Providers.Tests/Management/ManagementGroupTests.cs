using System.Text.Json;
using Lazuli.Kernel.Ids;
using Lazuli.Providers.Tests.Authorization;
using static Lazuli.Providers.Tests.Authorization.AuthorizationWorld;

namespace Lazuli.Providers.Tests.Management;

public sealed class ManagementGroupTests : IAsyncLifetime
{
    private const string Groups = "/providers/Microsoft.Management/managementGroups/";
    private const string Version = "2023-04-01";
    private const string Reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
    private const string Contributor = "b24988ac-6180-42a0-ab88-20f7382dd24c";
    private const string Read = "Microsoft.Compute/virtualMachines/read";
    private AuthorizationWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await CreateAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_new_group_is_under_the_root_and_shows_it()
    {
        var made = await DoneAsync("PUT", "Contoso", """{"name":"Contoso","properties":{"displayName":"Contoso Ltd","details":{"parent":{}}}}""");
        Assert.Equal(Groups + "Contoso", made.GetProperty("id").GetString());
        var properties = made.GetProperty("properties");
        Assert.Equal(("Contoso Ltd", Tenant), (properties.GetProperty("displayName").GetString(), properties.GetProperty("tenantId").GetString()));
        var parent = properties.GetProperty("details").GetProperty("parent");
        Assert.Equal((Groups + Tenant, Tenant, "Tenant Root Group"), (parent.GetProperty("id").GetString(), parent.GetProperty("name").GetString(), parent.GetProperty("displayName").GetString()));
        Assert.Equal(OwnerId, properties.GetProperty("details").GetProperty("updatedBy").GetString());
        Assert.False(properties.TryGetProperty("provisioningState", out _));

        await DoneAsync("PATCH", Tenant, """{"displayName":"All of it"}""");
        parent = (await DoneAsync("GET", "contoso")).GetProperty("properties").GetProperty("details").GetProperty("parent");
        Assert.Equal("All of it", parent.GetProperty("displayName").GetString());
    }

    [Fact]
    public async Task Children_path_ancestors_and_descendants_tell_the_hierarchy()
    {
        await TreeAsync();
        var root = (await DoneAsync("GET", Tenant, query: "$expand=children&$recurse=true")).GetProperty("properties").GetProperty("children");
        var a = Assert.Single(root.EnumerateArray().Where(c => c.GetProperty("name").GetString() == "a"));
        Assert.Equal(["b", First[15..]], a.GetProperty("children").EnumerateArray().Select(c => c.GetProperty("name").GetString()));
        Assert.Equal("/subscriptions", a.GetProperty("children")[1].GetProperty("type").GetString());
        Assert.Contains(root.EnumerateArray(), c => c.GetProperty("id").GetString() == Second);

        var details = (await DoneAsync("GET", "b", query: "$expand=path")).GetProperty("properties").GetProperty("details");
        Assert.Equal([Tenant, "a", "b"], details.GetProperty("path").EnumerateArray().Select(s => s.GetProperty("name").GetString()));
        details = (await DoneAsync("GET", "b", query: "$expand=ancestors")).GetProperty("properties").GetProperty("details");
        Assert.Equal(["a", Tenant], details.GetProperty("managementGroupAncestors").EnumerateArray().Select(s => s.GetString()));
        Assert.Equal(400, (await SendAsync("GET", "b", query: "$expand=uncles")).Status);

        var below = (await DoneAsync("GET", "a/descendants")).GetProperty("value").EnumerateArray().ToDictionary(d => d.GetProperty("name").GetString()!);
        Assert.Equal(["b", First[15..]], below.Keys);
        Assert.Equal(Groups + "a", below["b"].GetProperty("properties").GetProperty("parent").GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_role_at_a_group_holds_for_all_that_is_placed_below_and_goes_with_a_move()
    {
        await TreeAsync();
        var assignment = await _world.AssignAsync(Groups + "a", Reader);
        Assert.All(new[] { Groups + "a", Groups + "b", First, GroupA, Machine }, at => Assert.True(Allowed(Read, at)));
        Assert.All(new[] { "/", Groups + Tenant, Second, Groups + "other" }, at => Assert.False(Allowed(Read, at)));

        await DoneAsync("PUT", "b/subscriptions/" + Second[15..], "");
        Assert.True(Allowed(Read, Second));
        await DoneAsync("DELETE", "a/subscriptions/" + First[15..]);
        Assert.False(Allowed(Read, Machine));

        await DoneAsync("PATCH", "b", $$"""{"parentGroupId":"{{Groups}}{{Tenant}}"}""");
        Assert.False(Allowed(Read, Second));
        await _world.SendAsync("DELETE", assignment);
        Assert.False(Allowed(Read, Groups + "a"));
    }

    [Fact]
    public async Task Assignments_above_a_subscription_are_listed_with_it()
    {
        await TreeAsync();
        var atGroup = await _world.AssignAsync(Groups + "a", Reader);
        Assert.Contains(atGroup, await ListedAsync(First, null));
        Assert.Contains(atGroup, await ListedAsync(Machine[..Machine.IndexOf("/providers", StringComparison.Ordinal)], "atScope()"));
        Assert.Contains(atGroup, await ListedAsync(Groups + "b", "atScope()"));
        Assert.DoesNotContain(atGroup, await ListedAsync(Second, null));
        Assert.DoesNotContain(atGroup, await ListedAsync(Groups + Tenant, "atScope()"));
    }

    [Fact]
    public async Task A_custom_role_of_a_group_can_be_assigned_below_it_only()
    {
        await TreeAsync();
        var role = Guid.NewGuid().ToString();
        var body = $$$"""{"properties":{"roleName":"R","assignableScopes":["{{{Groups}}}a"],"permissions":[{"actions":["Microsoft.Compute/*"]}]}}""";
        Assert.Equal(201, (await _world.SendAsync("PUT", $"{Groups}a/providers/Microsoft.Authorization/roleDefinitions/{role}", body)).Status);
        await _world.AssignAsync(GroupA, role);
        var (status, json) = await _world.SendAsync("PUT", $"{Second}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}", Assignment(role));
        Assert.Equal((400, "RoleAssignmentScopeNotAssignableToRoleDefinition"), (status, json.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task What_the_hierarchy_does_not_allow_is_refused()
    {
        await TreeAsync();
        await RefusedAsync("PATCH", "a", $$"""{"parentGroupId":"{{Groups}}b"}""", 400, "BadRequest");
        await RefusedAsync("PATCH", Tenant, $$"""{"parentGroupId":"{{Groups}}b"}""", 400, "BadRequest");
        await RefusedAsync("PUT", "c", Under("none"), 400, "InvalidResourceReference");
        await RefusedAsync("PUT", "a<b", "{}", 404, "InvalidResourceId");
        await RefusedAsync("PUT", "ends.", "{}", 400, "BadRequest");
        await RefusedAsync("DELETE", "a", null, 400, "BadRequest");
        await RefusedAsync("DELETE", Tenant, null, 400, "BadRequest");
        await RefusedAsync("PUT", "a/subscriptions/" + Guid.NewGuid(), "", 404, "SubscriptionNotFound");
        await RefusedAsync("PUT", "none/subscriptions/" + Second[15..], "", 404, "ParentResourceNotFound");
        await RefusedAsync("GET", "b/subscriptions/" + First[15..], null, 404, "ResourceNotFound");
        var (status, json) = await _world.SendAsync("GET", Groups + "none/providers/Microsoft.Authorization/roleAssignments");
        Assert.Equal((404, "ManagementGroupNotFound"), (status, json.GetProperty("code").GetString()));

        var parent = "b";
        foreach (var level in Enumerable.Range(3, 4))
        {
            await DoneAsync("PUT", $"l{level}", Under(parent));
            parent = $"l{level}";
        }

        await RefusedAsync("PUT", "l7", Under(parent), 400, "BadRequest");
        await DoneAsync("PUT", "x", "{}");
        await RefusedAsync("PATCH", "b", $$"""{"parentGroupId":"{{Groups}}l6"}""", 400, "BadRequest");
    }

    [Fact]
    public async Task Moving_a_subscription_needs_the_right_to_give_roles_on_it()
    {
        await TreeAsync();
        await _world.AssignAsync(Groups + "b", Contributor);
        var (status, json) = await SendAsync("PUT", "b/subscriptions/" + First[15..], "", caller: true);
        Assert.Equal((403, "AuthorizationFailed"), (status, json.GetProperty("code").GetString()));
        Assert.Contains("roleAssignments/write", json.GetProperty("message").GetString(), StringComparison.Ordinal);
        await _world.AssignAsync(First, "8e3af657-a8ff-443c-a75c-2fe8c4bcb635");
        (status, json) = await SendAsync("PUT", "b/subscriptions/" + First[15..], "", caller: true);
        Assert.Contains("managementGroups/a", json.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(403, status);
        await _world.AssignAsync(Groups + "a", Contributor);
        Assert.Equal(200, (await SendAsync("PUT", "b/subscriptions/" + First[15..], "", caller: true)).Status);
    }

    [Fact]
    public async Task A_group_needs_rights_at_itself_and_at_its_parent()
    {
        await TreeAsync();
        Assert.Equal(403, (await SendAsync("PUT", "mine", "{}", caller: true)).Status);
        await _world.AssignAsync(Groups + "b", Contributor);
        var (status, json) = await SendAsync("PATCH", "b", $$"""{"parentGroupId":"{{Groups}}other"}""", caller: true);
        Assert.Equal((403, "LinkedAuthorizationFailed"), (status, json.GetProperty("code").GetString()));
        var seen = (await SendAsync("GET", "", caller: true)).Json.GetProperty("value").EnumerateArray().Select(g => g.GetProperty("name").GetString());
        Assert.Equal(["b"], seen);
    }

    [Fact]
    public async Task Entities_show_what_the_caller_may_see_and_do()
    {
        await TreeAsync();
        await _world.AssignAsync(Groups + "a", Reader);
        var (_, all) = await _world.SendAsync("POST", "/providers/Microsoft.Management/getEntities", "{}", version: Version);
        Assert.Equal(6, all.GetProperty("count").GetInt32());
        var (_, seen) = await _world.SendAsync("POST", "/providers/Microsoft.Management/getEntities", "{}", _world.User, Version);
        var a = seen.GetProperty("value").EnumerateArray().Single(e => e.GetProperty("name").GetString() == "a").GetProperty("properties");
        Assert.Equal(3, seen.GetProperty("count").GetInt32());
        Assert.Equal(("view", 2, 2, 1), (a.GetProperty("permissions").GetString(), a.GetProperty("numberOfDescendants").GetInt32(), a.GetProperty("numberOfChildren").GetInt32(), a.GetProperty("numberOfChildGroups").GetInt32()));
        Assert.Equal(Tenant, Assert.Single(a.GetProperty("parentNameChain").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task The_default_group_takes_what_names_no_parent()
    {
        await TreeAsync();
        Assert.Equal(400, (await SendAsync("PUT", "a/settings/default", "{}")).Status);
        Assert.Equal(404, (await SendAsync("GET", Tenant + "/settings/default")).Status);
        await DoneAsync("PUT", Tenant + "/settings/default", """{"properties":{"defaultManagementGroup":"b","requireAuthorizationForGroupCreation":true}}""");
        var shown = await DoneAsync("PATCH", Tenant + "/settings/default", """{"properties":{"requireAuthorizationForGroupCreation":false}}""");
        Assert.Equal(Groups + "b", shown.GetProperty("properties").GetProperty("defaultManagementGroup").GetString());
        Assert.Single((await DoneAsync("GET", Tenant + "/settings")).GetProperty("value").EnumerateArray());
        var made = await DoneAsync("PUT", "new", "{}");
        Assert.Equal("b", made.GetProperty("properties").GetProperty("details").GetProperty("parent").GetProperty("name").GetString());
        await DoneAsync("DELETE", Tenant + "/settings/default");
        Assert.Equal(404, (await SendAsync("GET", Tenant + "/settings/default")).Status);
    }

    [Theory]
    [InlineData("a", false, "AlreadyExists")]
    [InlineData("a b", false, "Invalid")]
    [InlineData("free", true, null)]
    public async Task A_name_is_free_or_not(string name, bool available, string? reason)
    {
        await TreeAsync();
        var (_, json) = await _world.SendAsync("POST", "/providers/Microsoft.Management/checkNameAvailability", $$"""{"name":"{{name}}","type":"Microsoft.Management/managementGroups"}""", version: Version);
        Assert.Equal(available, json.GetProperty("nameAvailable").GetBoolean());
        Assert.Equal(reason, json.TryGetProperty("reason", out var why) ? why.GetString() : null);
    }

    // root → a → b, other; the first subscription under a, the second under the root.
    private async Task TreeAsync()
    {
        await DoneAsync("PUT", "a", "{}");
        await DoneAsync("PUT", "b", Under("a"));
        await DoneAsync("PUT", "other", "{}");
        await DoneAsync("PUT", "a/subscriptions/" + First[15..], "");
    }

    private static string Under(string parent) => "{\"properties\":{\"details\":{\"parent\":{\"id\":\"" + Groups + parent + "\"}}}}";

    private bool Allowed(string action, string scope) => _world.Kernel.Authorizer.IsAllowed(_world.User, action, ResourceId.Parse(scope));

    private async Task<List<string?>> ListedAsync(string scope, string? filter)
        => [.. (await _world.SendAsync("GET", scope + "/providers/Microsoft.Authorization/roleAssignments", filter: filter)).Json.GetProperty("value").EnumerateArray().Select(a => a.GetProperty("id").GetString())];

    private Task<(int Status, JsonElement Json)> SendAsync(string method, string path, string? body = null, string? query = null, bool caller = false)
        => _world.SendAsync(method, (Groups + path).TrimEnd('/'), body, caller ? _world.User : null, Version, query: query);

    private async Task<JsonElement> DoneAsync(string method, string path, string? body = null, string? query = null)
    {
        var (status, json) = await SendAsync(method, path, body, query);
        Assert.True(status == 200, $"{method} {path}: {status} {json}");
        return json;
    }

    private async Task RefusedAsync(string method, string path, string? body, int status, string code)
    {
        var (actual, json) = await SendAsync(method, path, body);
        Assert.True(actual == status, $"{method} {path}: {actual} {json}");
        Assert.Equal(code, json.GetProperty("code").GetString());
    }
}
