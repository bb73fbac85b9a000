using System.Text.Json;
using static Lazuli.Providers.Tests.Authorization.AuthorizationWorld;

namespace Lazuli.Providers.Tests.Authorization;

public sealed class RoleTests : IAsyncLifetime
{
    private const string Reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
    private const string NetworkContributor = "4d97b98b-1d4f-4787-a291-c67834d212e7";
    private const string Assignments = "/providers/Microsoft.Authorization/roleAssignments";
    private const string Definitions = "/providers/Microsoft.Authorization/roleDefinitions";
    private AuthorizationWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await CreateAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task An_assignment_comes_back_as_azure_shows_it()
    {
        var path = await _world.AssignAsync(GroupA, Reader);
        var (status, json) = await _world.SendAsync("GET", path);
        Assert.Equal(200, status);
        var properties = json.GetProperty("properties");
        Assert.Equal(First + Definitions + "/" + Reader, properties.GetProperty("roleDefinitionId").GetString());
        Assert.Equal(GroupA, properties.GetProperty("scope").GetString());
        Assert.Equal("User", properties.GetProperty("principalType").GetString());
        Assert.Equal(path, json.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Bad_assignments_are_refused_with_azures_codes()
    {
        await _world.AssignAsync(GroupA, Reader);
        var path = GroupA + Assignments + "/" + Guid.NewGuid();
        await RefusedAsync("PUT", path, Assignment(Reader), 409, "RoleAssignmentExists");
        await RefusedAsync("PUT", path, Assignment(Guid.NewGuid().ToString()), 404, "RoleDefinitionDoesNotExist");
        await RefusedAsync("PUT", path, Assignment(Reader, Guid.NewGuid().ToString()), 400, "PrincipalNotFound");
        await RefusedAsync("PUT", path, Assignment(NetworkContributor).Replace("}}", ",\"principalType\":\"Group\"}}", StringComparison.Ordinal), 400, "UnmatchedPrincipalType");
        await RefusedAsync("PUT", path, Assignment(Reader).Replace("}}", ",\"condition\":\"x\"}}", StringComparison.Ordinal), 400, "FeatureNotSupported");
        await RefusedAsync("PUT", GroupA + Assignments + "/name", Assignment(Reader), 400, "InvalidRoleAssignmentId");
        var owner = (await _world.SendAsync("GET", Assignments, filter: "atScope()")).Json.GetProperty("value")[0].GetProperty("id").GetString()!;
        await RefusedAsync("DELETE", owner, null, 400, "CannotDeleteLastRbacAdminAssignment");
    }

    [Fact]
    public async Task Without_the_right_nobody_gives_rights()
    {
        await _world.AssignAsync(GroupA, Reader);
        var (status, json) = await _world.SendAsync("PUT", GroupA + Assignments + "/" + Guid.NewGuid(), Assignment(Reader, PeopleId), _world.User);
        Assert.Equal(403, status);
        Assert.Equal("AuthorizationFailed", json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_list_shows_assignments_above_and_below_and_filters_narrow_it()
    {
        var atFirst = await _world.AssignAsync(First, Reader, PeopleId);
        var atA = await _world.AssignAsync(GroupA, Reader);
        var atB = await _world.AssignAsync(GroupB, Reader);
        Assert.Equal(4, await CountAsync(First, null));
        Assert.Equal(3, await CountAsync(GroupA, null));
        Assert.Equal(2, await CountAsync(First, "atScope()"));
        Assert.Equal(3, await CountAsync(GroupA, "atScope()"));
        Assert.Equal(2, await CountAsync(First, $"principalId eq '{UserId}'"));
        Assert.Equal(1, await CountAsync(GroupA, $"atScope() and principalId eq '{UserId}'"));
        Assert.Equal(3, await CountAsync(First, $"assignedTo('{UserId}')"));
        Assert.Equal(400, (await _world.SendAsync("GET", First + Assignments, filter: "color eq 'red'")).Status);
        Assert.NotEqual(atA, atB);
        Assert.NotEqual(atFirst, atA);
    }

    [Fact]
    public async Task Built_in_roles_are_found_by_name_and_from_every_scope()
    {
        var (_, list) = await _world.SendAsync("GET", First + Definitions, filter: "roleName eq 'Reader'");
        var role = Assert.Single(list.GetProperty("value").EnumerateArray());
        Assert.Equal(First + Definitions + "/" + Reader, role.GetProperty("id").GetString());
        var (_, at) = await _world.SendAsync("GET", Definitions + "/" + Reader);
        Assert.Equal(Definitions + "/" + Reader, at.GetProperty("id").GetString());
        Assert.Equal("*/read", at.GetProperty("properties").GetProperty("permissions")[0].GetProperty("actions")[0].GetString());
        await RefusedAsync("PUT", Definitions + "/" + Reader, Custom("x"), 403, "RoleDefinitionUpdateNotPermitted");
    }

    [Fact]
    public async Task A_custom_role_holds_at_its_scopes_until_it_is_changed()
    {
        var name = Guid.NewGuid().ToString();
        var path = First + Definitions + "/" + name;
        Assert.Equal(201, (await _world.SendAsync("PUT", path, Custom("Starter"))).Status);
        await RefusedAsync("PUT", First + Definitions + "/" + Guid.NewGuid(), Custom("starter"), 409, "RoleDefinitionWithSameNameExists");
        await RefusedAsync("PUT", Second + Assignments + "/" + Guid.NewGuid(), Assignment(name), 400, "RoleAssignmentScopeNotAssignableToRoleDefinition");
        await _world.AssignAsync(GroupA, name);
        Assert.True(Allowed("Microsoft.Compute/virtualMachines/start/action"));
        Assert.False(Allowed("Microsoft.Compute/virtualMachines/delete"));
        await _world.SendAsync("PUT", path, Custom("Starter").Replace("start/action", "delete", StringComparison.Ordinal));
        Assert.False(Allowed("Microsoft.Compute/virtualMachines/start/action"));
        Assert.True(Allowed("Microsoft.Compute/virtualMachines/delete"));
        await RefusedAsync("DELETE", path, null, 400, "RoleDefinitionHasAssignments");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/providers/Microsoft.Management/managementGroups/" + Tenant)]
    [InlineData(First)]
    [InlineData(GroupA)]
    [InlineData(Machine)]
    public async Task Data_actions_of_a_custom_role_hold_where_it_is_assigned_without_what_it_excludes(string scope)
    {
        var role = Guid.NewGuid().ToString();
        var at = scope is "/" or Machine ? First : scope;
        var body = $$$"""
            {"properties":{"roleName":"Data {{{role}}}","assignableScopes":["/providers/Microsoft.Management/managementGroups/{{{Tenant}}}"],
              "permissions":[{"actions":["Microsoft.Compute/*/read"],"notActions":["Microsoft.Compute/disks/read"],"dataActions":["Microsoft.Storage/*/blobs/*"],"notDataActions":["*/delete"]}]}}
            """;
        Assert.Equal(201, (await _world.SendAsync("PUT", $"{at}{Definitions}/{role}", body)).Status);
        if (scope == "/")
        {
            await RefusedAsync("PUT", $"{Assignments}/{Guid.NewGuid()}", Assignment(role), 400, "RoleAssignmentScopeNotAssignableToRoleDefinition");
            return;
        }

        await _world.AssignAsync(scope, role);
        const string Blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/";
        foreach (var (action, data, allowed) in new[]
        {
            (Blobs + "read", true, true), (Blobs + "delete", true, false), (Blobs + "read", false, false), ("Microsoft.Compute/virtualMachines/read", false, true),
            ("Microsoft.Compute/disks/read", false, false), ("Microsoft.Compute/virtualMachines/read", true, false), ("Microsoft.Compute/virtualMachines/write", false, false),
        })
        {
            foreach (var place in new[] { Machine, GroupB, Second })
            {
                var id = Lazuli.Kernel.Ids.ResourceId.Parse(place);
                var inside = place == scope || place.StartsWith(scope + "/", StringComparison.Ordinal) || scope.Contains("managementGroups", StringComparison.Ordinal);
                var actual = data ? _world.Kernel.Authorizer.IsDataAllowed(_world.User, action, id) : _world.Kernel.Authorizer.IsAllowed(_world.User, action, id);
                Assert.True(actual == (allowed && inside), $"{action} at {place}");
            }
        }
    }

    [Fact]
    public async Task A_custom_role_is_changed_only_by_who_may_everywhere_it_can_be_assigned()
    {
        var (role, wide) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        await _world.AssignAsync(GroupA, "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9");
        string Body(string name, params string[] scopes) => $$$"""
            {"properties":{"roleName":"{{{name}}}","assignableScopes":[{{{string.Join(',', scopes.Select(s => $"\"{s}\""))}}}],"permissions":[{"actions":["*"]}]}}
            """;
        Assert.Equal(201, (await _world.SendAsync("PUT", $"{GroupA}{Definitions}/{role}", Body("mine", GroupA), _world.User)).Status);
        Assert.Equal(403, (await _world.SendAsync("PUT", $"{GroupA}{Definitions}/{role}", Body("mine", GroupA, GroupB), _world.User)).Status);
        Assert.Equal(403, (await _world.SendAsync("PUT", $"{GroupA}{Definitions}/{role}", Body("mine", GroupB).ToUpperInvariant(), _world.User)).Status);
        Assert.Equal(201, (await _world.SendAsync("PUT", $"{First}{Definitions}/{wide}", Body("wide", First))).Status);
        Assert.Equal(403, (await _world.SendAsync("PUT", $"{GroupA}{Definitions}/{wide}", Body("wide", GroupA), _world.User)).Status);
        Assert.Equal(403, (await _world.SendAsync("DELETE", $"{GroupA}{Definitions}/{wide}", null, _world.User)).Status);
        Assert.Equal(200, (await _world.SendAsync("DELETE", $"{GroupA}{Definitions}/{role}", null, _world.User)).Status);
    }

    [Fact]
    public async Task A_caller_reads_its_own_permissions()
    {
        await _world.AssignAsync(GroupA, Reader);
        var (_, json) = await _world.SendAsync("GET", GroupA + "/providers/Microsoft.Authorization/permissions", caller: _world.User);
        Assert.Equal("*/read", json.GetProperty("value")[0].GetProperty("actions")[0].GetString());
        var (_, none) = await _world.SendAsync("GET", GroupB + "/providers/Microsoft.Authorization/permissions", caller: _world.User);
        Assert.Equal(0, none.GetProperty("value").GetArrayLength());
    }

    [Fact]
    public async Task A_lock_keeps_its_group_until_it_is_gone()
    {
        const string Path = GroupA + "/providers/Microsoft.Authorization/locks/keep";
        Assert.Equal(400, (await _world.SendAsync("PUT", Path, """{"properties":{"level":"Sometimes"}}""", version: "2020-05-01")).Status);
        Assert.Equal(201, (await _world.SendAsync("PUT", Path, """{"properties":{"level":"CanNotDelete","notes":"n"}}""", version: "2020-05-01")).Status);
        var (status, json) = await _world.SendAsync("DELETE", GroupA, version: "2021-04-01");
        Assert.Equal(409, status);
        Assert.Equal("ScopeLocked", json.GetProperty("code").GetString());
        Assert.Equal(1, (await _world.SendAsync("GET", First + "/providers/Microsoft.Authorization/locks", version: "2020-05-01")).Json.GetProperty("value").GetArrayLength());
        Assert.Equal(0, (await _world.SendAsync("GET", First + "/providers/Microsoft.Authorization/locks", version: "2020-05-01", filter: "atScope()")).Json.GetProperty("value").GetArrayLength());
        Assert.Equal(200, (await _world.SendAsync("DELETE", Path, version: "2020-05-01")).Status);
        Assert.Contains((await _world.SendAsync("DELETE", GroupA, version: "2021-04-01")).Status, new[] { 200, 202 });
    }

    private static string Custom(string name) => $$$"""
        {"properties":{"roleName":"{{{name}}}","type":"CustomRole","description":"d","assignableScopes":["{{{First}}}"],
        "permissions":[{"actions":["Microsoft.Compute/virtualMachines/start/action"],"notActions":[]}]}}
        """;

    private bool Allowed(string action) => _world.Kernel.Authorizer.IsAllowed(_world.User, action, Lazuli.Kernel.Ids.ResourceId.Parse(Machine));

    private async Task<int> CountAsync(string scope, string? filter)
    {
        var (status, json) = await _world.SendAsync("GET", scope + Assignments, filter: filter);
        Assert.True(status == 200, json.ToString());
        return json.GetProperty("value").EnumerateArray().Count();
    }

    private async Task RefusedAsync(string method, string path, string? body, int status, string code)
    {
        var (actual, json) = await _world.SendAsync(method, path, body);
        Assert.True(json.ValueKind == JsonValueKind.Object, $"{method} {path} was not refused: {actual}");
        Assert.Equal(code, json.GetProperty("code").GetString());
        Assert.Equal(status, actual);
    }
}
