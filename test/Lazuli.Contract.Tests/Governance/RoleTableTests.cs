using System.Text.Json.Nodes;
using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.Governance;

/// <summary>Who may do what where, over the wire: roles × scopes of assignment × operations, allowed and denied.</summary>
public sealed class RoleTableTests(Lab lab)
{
    private const string Rules = "/providers/Microsoft.Network/networkSecurityGroups/g";
    private const string Assignments = "/providers/Microsoft.Authorization/roleAssignments/";
    private const string Template = """
        {"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0","resources":[
          {"type":"Microsoft.Network/networkSecurityGroups","apiVersion":"2024-05-01","name":"deployed","location":"eastus"}]}
        """;

    private static readonly string Deployment = "{\"properties\":{\"mode\":\"Incremental\",\"template\":" + Template + "}}";

    // R read, W write, D delete a child, T tag, L remove a lock, A remove an assignment: at the resource. S start a machine, V validate a deployment: in its group.
    private static readonly (char Letter, bool InGroup, string Method, string Path, string? Body)[] Operations =
    [
        ('R', false, "GET", Rules, null),
        ('W', false, "PATCH", Rules, """{"tags":{}}"""),
        ('D', false, "DELETE", Rules + "/securityRules/absent", null),
        ('T', false, "PUT", Rules + "/providers/Microsoft.Resources/tags/default", """{"properties":{"tags":{}}}"""),
        ('L', false, "DELETE", Rules + "/providers/Microsoft.Authorization/locks/absent", null),
        ('A', false, "DELETE", Rules + Assignments + "00000000-0000-0000-0000-000000000001", null),
        ('S', true, "POST", "/providers/Microsoft.Compute/virtualMachines/absent/start", null),
        ('V', true, "POST", "/providers/Microsoft.Resources/deployments/d/validate", Deployment),
    ];

    [Theory]
    [InlineData("Owner", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "RWDTLASV")]
    [InlineData("Contributor", "b24988ac-6180-42a0-ab88-20f7382dd24c", "RWDTSV")]
    [InlineData("Reader", "acdd72a7-3385-48ef-bd42-f606fba81ae7", "R")]
    [InlineData("User Access Administrator", "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", "RLA")]
    [InlineData("Role Based Access Control Administrator", "f58310d9-a9f6-439a-9e8d-f62e7b41a168", "RA")]
    [InlineData("Network Contributor", "4d97b98b-1d4f-4787-a291-c67834d212e7", "RWDV")]
    [InlineData("Virtual Machine Contributor", "9980e02c-c2be-4d73-94e8-173b1dc7cf3c", "RS")]
    [InlineData("Tag Contributor", "4a9ae827-6dc8-4573-8ac7-8239d42aa03f", "T")]
    public async Task A_role_allows_its_operations_at_its_scope_and_below_and_nowhere_else(string name, string role, string allowed)
    {
        var (who, token) = await lab.SignUpAsync(name);
        var subscription = "/subscriptions/" + Guid.NewGuid();
        await lab.SubscribeAsync(subscription[15..]);
        var above = "/providers/Microsoft.Management/managementGroups/" + Guid.NewGuid();
        await lab.SucceedAsync("PUT", above, "{}");
        await lab.SucceedAsync("PUT", $"{above}/subscriptions/{subscription[15..]}", "{}");
        var (inside, outside) = (subscription + "/resourceGroups/in", await lab.GroupAsync());
        foreach (var group in new[] { inside, subscription + "/resourceGroups/beside", outside })
        {
            await lab.SucceedAsync("PUT", group, """{"location":"eastus"}""");
            await lab.SucceedAsync("PUT", group + Rules, """{"location":"eastus"}""");
        }

        foreach (var scope in new[] { above, subscription, inside, inside + Rules })
        {
            var assignment = scope + Assignments + Guid.NewGuid();
            await lab.SucceedAsync("PUT", assignment, $$$"""{"properties":{"principalId":"{{{who}}}","roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/{{{role}}}"}}""");
            foreach (var operation in Operations)
            {
                var reaches = !operation.InGroup || !scope.EndsWith(Rules, StringComparison.Ordinal);
                await CheckAsync(token, inside, operation, reaches && allowed.Contains(operation.Letter, StringComparison.Ordinal), scope);
                await CheckAsync(token, subscription + "/resourceGroups/beside", operation, (scope == above || scope == subscription) && allowed.Contains(operation.Letter, StringComparison.Ordinal), scope);
                await CheckAsync(token, outside, operation, false, scope);
            }

            await lab.SucceedAsync("DELETE", assignment);
            await CheckAsync(token, inside, Operations[0], false, "nothing");
        }
    }

    // R read, W write, D delete: all at a management group below the one where the role is given.
    [Theory]
    [InlineData("5d58bcaf-24a5-4b20-bdb6-eed9f69fbe4c", "RWD")]
    [InlineData("ac63b705-f282-497d-ac71-919bf39d939d", "R")]
    [InlineData("acdd72a7-3385-48ef-bd42-f606fba81ae7", "R")]
    [InlineData("9980e02c-c2be-4d73-94e8-173b1dc7cf3c", "")]
    public async Task A_role_at_a_management_group_allows_its_operations_on_the_groups_below(string role, string allowed)
    {
        var (who, token) = await lab.SignUpAsync("governor");
        var (above, below) = ("/providers/Microsoft.Management/managementGroups/" + Guid.NewGuid(), "/providers/Microsoft.Management/managementGroups/" + Guid.NewGuid());
        await lab.SucceedAsync("PUT", above, "{}");
        await lab.SucceedAsync("PUT", below, "{\"properties\":{\"details\":{\"parent\":{\"id\":\"" + above + "\"}}}}");
        await lab.SucceedAsync("PUT", above + Assignments + Guid.NewGuid(), $$$"""{"properties":{"principalId":"{{{who}}}","roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/{{{role}}}"}}""");
        foreach (var (letter, method, path, body) in new[]
        {
            ('R', "GET", below, null),
            ('W', "PATCH", below, """{"displayName":"New"}"""),
            ('D', "DELETE", below, null),
        })
        {
            var answer = await lab.Client.SendAsync(method, path, token, body);
            var refused = answer.Text.Contains("AuthorizationFailed", StringComparison.Ordinal);
            Assert.True(refused == !allowed.Contains(letter, StringComparison.Ordinal) && answer.Status < 500, $"{letter}: {answer.Request} {answer.Status} {answer.Text}");
        }
    }

    [Fact]
    public async Task Data_actions_are_listed_and_give_no_right_to_manage()
    {
        var (who, token) = await lab.SignUpAsync("operator");
        var group = await lab.GroupAsync();
        await lab.SucceedAsync("PUT", group + Rules, """{"location":"eastus"}""");
        await lab.SucceedAsync("PUT", group + Assignments + Guid.NewGuid(), $$$"""
            {"properties":{"principalId":"{{{who}}}","roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/959f8984-c045-4866-89c7-12bf9737be2e"}}
            """);
        var permission = Assert.Single((await lab.Client.SendAsync("GET", group + "/providers/Microsoft.Authorization/permissions?api-version=2022-04-01", token)).Expect(200).Json["value"]!.AsArray());
        Assert.Empty(permission!["actions"]!.AsArray());
        Assert.Contains("Microsoft.Compute/disks/download/action", permission["dataActions"]!.AsArray().Select(a => (string?)a));
        foreach (var operation in Operations)
        {
            await CheckAsync(token, group, operation, false, group);
        }

        // Nor does a right to manage give data: no built-in role of management lists any.
        permission = Assert.Single((await lab.SendAsync("GET", group + "/providers/Microsoft.Authorization/permissions?api-version=2022-04-01", who: Who.Reader)).Expect(200).Json["value"]!.AsArray());
        Assert.Empty(permission!["dataActions"]!.AsArray());
    }

    [Fact]
    public async Task Through_a_deployment_nobody_does_what_it_may_not_do_itself()
    {
        var group = await lab.GroupAsync();
        var path = group + "/providers/Microsoft.Resources/deployments/mine";
        foreach (var (method, at) in new[] { ("PUT", path), ("POST", path + "/validate"), ("POST", path + "/whatIf") })
        {
            (await lab.SendAsync(method, at, Deployment, Who.Reader)).Expect(403, "AuthorizationFailed");
        }

        // May deploy and read, but make nothing.
        var (who, token) = await lab.SignUpAsync("deployer");
        var role = Guid.NewGuid().ToString();
        await lab.SucceedAsync("PUT", $"{group}/providers/Microsoft.Authorization/roleDefinitions/{role}", $$$"""
            {"properties":{"roleName":"Deployer {{{role}}}","assignableScopes":["{{{group}}}"],"permissions":[{"actions":["*/read","Microsoft.Resources/deployments/*"]}]}}
            """);
        await lab.SucceedAsync("PUT", group + Assignments + Guid.NewGuid(), $$$"""{"properties":{"principalId":"{{{who}}}","roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/{{{role}}}"}}""");
        Assert.Contains("AuthorizationFailed", (await lab.Client.SendAsync("POST", path + "/validate", token, Deployment)).Text, StringComparison.Ordinal);
        var started = await lab.Client.SendAsync("PUT", path, token, Deployment);
        var end = started.Status < 300 && started.Header("Azure-AsyncOperation") is { } status ? (await lab.Client.EndAsync(new Uri(status).PathAndQuery, token)).Text : started.Text;
        Assert.Contains("AuthorizationFailed", end, StringComparison.Ordinal);
        (await lab.SendAsync("GET", group + "/providers/Microsoft.Network/networkSecurityGroups/deployed")).Expect(404);

        // A contributor gives itself no role by a template.
        await lab.SucceedAsync("PUT", group + Assignments + Guid.NewGuid(), $$$"""
            {"properties":{"principalId":"{{{who}}}","roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"}}
            """);
        var owner = JsonNode.Parse(Deployment)!;
        owner["properties"]!["template"]!["resources"] = JsonNode.Parse($$$"""
            [{"type":"Microsoft.Authorization/roleAssignments","apiVersion":"2022-04-01","name":"{{{Guid.NewGuid()}}}",
              "properties":{"principalId":"{{{who}}}","roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"}}]
            """);
        started = await lab.Client.SendAsync("PUT", path + "2", token, owner.ToJsonString());
        end = started.Status < 300 && started.Header("Azure-AsyncOperation") is { } second ? (await lab.Client.EndAsync(new Uri(second).PathAndQuery, token)).Text : started.Text;
        Assert.Contains("AuthorizationFailed", end, StringComparison.Ordinal);
        await lab.Client.FollowAsync((await lab.Client.SendAsync("PUT", path + "3", token, Deployment)).Expect(200, 201), token);
        (await lab.SendAsync("GET", group + "/providers/Microsoft.Network/networkSecurityGroups/deployed")).Expect(200);
    }

    private async Task CheckAsync(string token, string group, (char Letter, bool InGroup, string Method, string Path, string? Body) operation, bool allowed, string scope)
    {
        var answer = await lab.Client.SendAsync(operation.Method, group + operation.Path, token, operation.Body);
        var denied = answer.Status == 403 || answer.Text.Contains("AuthorizationFailed", StringComparison.Ordinal);
        Assert.True(denied == !allowed && answer.Status < 500, $"{operation.Letter} with the role at {scope}: {answer.Request} {answer.Status} {answer.Text}");
    }
}
