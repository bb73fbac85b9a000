using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.Authorization;

/// <summary>What a deny assignment forbids, no role allows.</summary>
public sealed class DenyTests(Lab lab)
{
    private const string Everyone = "{\"id\":\"00000000-0000-0000-0000-000000000000\",\"type\":\"SystemDefined\"}";

    [Fact]
    public async Task It_forbids_the_actions_it_names_at_its_scope_and_below_until_it_is_gone()
    {
        var stage = await Stage.PlayAsync(lab, "Microsoft.Network/virtualNetworks");
        var (deny, subnet) = (stage.Path + "/providers/Microsoft.Authorization/denyAssignments/" + Guid.NewGuid(), stage.Path + "/subnets/s");
        await lab.SucceedAsync("PUT", deny, Body("\"actions\":[\"*\"],\"notActions\":[\"*/read\",\"Microsoft.Authorization/*\"]"));

        foreach (var (method, path, body) in new[] { ("PUT", stage.Path, stage.Body), ("DELETE", stage.Path, null), ("PUT", subnet, """{"properties":{"addressPrefix":"10.0.9.0/24"}}"""), ("DELETE", stage.Group, null) })
        {
            Assert.Contains("No more", (await lab.SendAsync(method, path, body)).Expect(403, "DenyAssignmentAuthorizationFailed").Text, StringComparison.Ordinal);
        }

        (await lab.SendAsync("GET", stage.Path)).Expect(200);
        var through = (await lab.SendAsync("PUT", stage.Group + "/providers/Microsoft.Resources/deployments/d", Deployments.Template.Body(
            "\"resources\":[{\"type\":\"Microsoft.Network/virtualNetworks\",\"apiVersion\":\"2023-11-01\",\"name\":\"v\",\"location\":\"eastus\",\"properties\":{\"addressSpace\":{\"addressPrefixes\":[\"10.0.0.0/16\"]}}}]"))).Expect(400);
        Assert.Contains("DenyAssignmentAuthorizationFailed", through.Codes);
        (await lab.SendAsync("PUT", stage.Path, stage.Body, Who.Reader)).Expect(403, "AuthorizationFailed");

        await lab.SucceedAsync("DELETE", deny);
        await lab.SucceedAsync("PUT", subnet, """{"properties":{"addressPrefix":"10.0.9.0/24"}}""");
    }

    [Fact]
    public async Task It_can_leave_children_and_principals_out()
    {
        var stage = await Stage.PlayAsync(lab, "Microsoft.Network/virtualNetworks");
        var deny = stage.Path + "/providers/Microsoft.Authorization/denyAssignments/" + Guid.NewGuid();
        await lab.SucceedAsync("PUT", deny, Body("\"actions\":[\"Microsoft.Network/*/write\"]", "\"doNotApplyToChildScopes\":true,"));
        (await lab.SendAsync("PUT", stage.Path, stage.Body)).Expect(403, "DenyAssignmentAuthorizationFailed");
        await lab.SucceedAsync("PUT", stage.Path + "/subnets/s", """{"properties":{"addressPrefix":"10.0.9.0/24"}}""");

        await lab.SucceedAsync("PUT", deny, Body("\"actions\":[\"Microsoft.Network/*/write\"]", $"\"excludePrincipals\":[{{\"id\":\"{lab.Host.Tenant.TenantId}\"}}],"));
        (await lab.SendAsync("PUT", stage.Path, stage.Body)).Expect(403, "DenyAssignmentAuthorizationFailed");
        await lab.SucceedAsync("PUT", deny, Body("\"actions\":[\"Microsoft.Network/*/write\"]").Replace(Everyone, $"{{\"id\":\"{lab.Assignee}\",\"type\":\"ServicePrincipal\"}}", StringComparison.Ordinal));
        (await lab.SendAsync("PUT", stage.Path, stage.Body)).Expect(200);
    }

    private static string Body(string permissions, string more = "")
        => $"{{\"properties\":{{\"denyAssignmentName\":\"No more\",{more}\"permissions\":[{{{permissions}}}],\"principals\":[{Everyone}]}}}}";
}
