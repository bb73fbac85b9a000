using System.Text.Json.Nodes;

namespace Lazuli.Clients.Tests.AzureCli;

/// <summary>Management groups, tags, locks, moves and roles by real <c>az</c>.</summary>
public sealed class GovernanceTests(Cloud cloud)
{
    private string Subscription => "/subscriptions/" + cloud.Connection.SubscriptionId;

    [Fact]
    public async Task Management_groups_are_made_moved_and_removed()
    {
        var az = await Az.SignedInAsync(cloud);
        Assert.Equal("true", (await az.RunAsync("account management-group check-name-availability -n contoso"))!["nameAvailable"]!.ToJsonString());
        var made = (await az.RunAsync("account management-group create -n contoso --display-name Contoso"))!;
        Assert.Equal(("/providers/Microsoft.Management/managementGroups/contoso", "Contoso"), ((string?)made["id"], (string?)(made["displayName"] ?? made["properties"]?["displayName"])));
        await az.RunAsync("account management-group create -n team --parent contoso");
        await az.RunAsync("account management-group update -n team --display-name Renamed");
        await az.RunAsync("account management-group subscription add -n team -s", cloud.Connection.SubscriptionId);
        Assert.Equal(cloud.Connection.SubscriptionId, (string?)Assert.Single((await az.RunAsync("account management-group subscription show-sub-under-mg -n team"))!.AsArray())!["name"]);

        var tree = (await az.RunAsync("account management-group show -n contoso -e -r"))!;
        var team = Assert.Single(tree["children"]!.AsArray())!;
        Assert.Equal(("team", "Renamed", cloud.Connection.SubscriptionId), ((string?)team["name"], (string?)team["displayName"], (string?)team["children"]![0]!["name"]));
        Assert.Contains((await az.RunAsync("account management-group entities list"))!.AsArray(), e => (string?)e!["name"] == "team");
        var names = (await az.RunAsync("account management-group list"))!.AsArray().Select(g => (string?)g!["name"]).ToList();
        Assert.Superset(new HashSet<string?>(["contoso", "team", cloud.Connection.TenantId]), names.ToHashSet());

        Assert.Contains("BadRequest", await az.FailAsync("account management-group delete -n contoso"));
        await az.RunAsync("account management-group subscription remove -n team -s", cloud.Connection.SubscriptionId);
        await az.RunAsync("account management-group delete -n team");
        await az.RunAsync("account management-group delete -n contoso");
        Assert.NotEmpty(await az.FailAsync("account management-group show -n contoso"));
    }

    [Fact]
    public async Task Tags_are_created_merged_and_deleted()
    {
        var az = await Az.SignedInAsync(cloud);
        await az.RunAsync("group create -n tags -l westeurope");
        var group = Subscription + "/resourceGroups/tags";
        await az.RunAsync($"tag create --resource-id {group} --tags a=b c=d");
        await az.RunAsync($"tag update --resource-id {group} --operation Merge --tags c=e f=g");
        await az.RunAsync($"tag update --resource-id {group} --operation Delete --tags a=b");
        Assert.Equal("""{"c":"e","f":"g"}""", (await az.RunAsync($"tag list --resource-id {group}"))!["properties"]!["tags"]!.ToJsonString());
        Assert.Equal("""{"c":"e","f":"g"}""", (await az.RunAsync("group show -n tags"))!["tags"]!.ToJsonString());
        await az.RunAsync($"tag delete --resource-id {group} --yes");
        Assert.Equal("{}", (await az.RunAsync("group show -n tags"))!["tags"]?.ToJsonString() ?? "{}");

        await az.RunAsync("tag create -n environment");
        await az.RunAsync("tag add-value -n environment --value test");
        Assert.Contains((await az.RunAsync("tag list"))!.AsArray(), t => ((string?)t!["tagName"], (string?)t["values"]![0]!["tagValue"]) == ("environment", "test"));
        await az.RunAsync("tag remove-value -n environment --value test");
        await az.RunAsync("tag delete -n environment --yes");
        await az.RunAsync("group delete -n tags --yes");
    }

    [Fact]
    public async Task A_locked_group_is_kept_and_resources_move_out_of_it_once_it_is_free()
    {
        var az = await Az.SignedInAsync(cloud);
        await az.RunAsync("group create -n from -l westeurope");
        await az.RunAsync("group create -n to -l westeurope");
        var rules = (string?)(await az.RunAsync("network nsg create -g from -n rules"))!["NewNSG"]!["id"];
        await az.RunAsync("lock create -n keep -g from --lock-type ReadOnly --notes hands-off");
        Assert.Equal("ReadOnly", (string?)Assert.Single((await az.RunAsync("lock list -g from"))!.AsArray())!["level"]);
        Assert.Contains("(ScopeLocked)", await az.FailAsync("group delete -n from --yes"));
        Assert.Contains("(ScopeLocked)", await az.FailAsync($"resource move --destination-group to --ids {rules}"));
        await az.RunAsync("lock delete -n keep -g from");

        await az.RunAsync($"resource move --destination-group to --ids {rules}");
        Assert.Equal("to", (string?)(await az.RunAsync("network nsg show -g to -n rules"))!["resourceGroup"]);
        Assert.Empty((await az.RunAsync("resource list -g from"))!.AsArray());
        await az.RunAsync("group delete -n from --yes");
        await az.RunAsync("group delete -n to --yes");
    }

    [Fact]
    public async Task A_principal_made_for_rbac_signs_in_and_may_do_what_its_role_says()
    {
        var az = await Az.SignedInAsync(cloud);
        await az.RunAsync("group create -n rbac -l westeurope");
        var scope = Subscription + "/resourceGroups/rbac";
        var made = (await az.RunAsync($"ad sp create-for-rbac -n deployer --role Reader --scopes {scope}"))!;
        var appId = (string)made["appId"]!;
        Assert.Equal(appId, (string?)Assert.Single((await az.RunAsync("ad app list --display-name deployer"))!.AsArray())!["appId"]);
        Assert.Equal("deployer", (string?)(await az.RunAsync($"ad sp show --id {appId}"))!["displayName"]);
        var assignment = Assert.Single((await az.RunAsync($"role assignment list --assignee {appId} --scope {scope}"))!.AsArray())!;
        Assert.Equal(("Reader", scope, appId), ((string?)assignment["roleDefinitionName"], (string?)assignment["scope"], (string?)assignment["principalName"]));

        var other = await SignInAsync(appId, "--password", (string)made["password"]!);
        Assert.Equal("rbac", (string?)Assert.Single((await other.RunAsync("group list"))!.AsArray())!["name"]);
        Assert.Contains("(AuthorizationFailed)", await other.FailAsync("network nsg create -g rbac -n n"));
        await az.RunAsync($"role assignment create --assignee {appId} --scope {scope} --role", "Network Contributor");
        await other.RunAsync("network nsg create -g rbac -n n");
        await az.RunAsync($"role assignment delete --assignee {appId} --scope {scope}");
        Assert.Contains("(AuthorizationFailed)", await other.FailAsync("network nsg show -g rbac -n n"));

        await az.RunAsync($"ad app delete --id {appId}");
        Assert.NotEmpty(await az.FailAsync($"ad sp show --id {appId}"));
        await az.RunAsync("group delete -n rbac --yes");
    }

    [Fact]
    public async Task A_principal_signs_in_with_a_certificate()
    {
        var az = await Az.SignedInAsync(cloud);
        var made = (await az.RunAsync("ad sp create-for-rbac -n certified --create-cert"))!;
        var file = (string)made["fileWithCertAndPrivateKey"]!;
        var other = Az.New(cloud);
        File.Copy(Path.Combine(az.Folder, Path.GetFileName(file)), Path.Combine(other.Folder, "client.pem"));
        await SignInAsync(other, (string)made["appId"]!, "--certificate", "/mnt/client.pem", "--allow-no-subscriptions");
        Assert.Contains((string)made["appId"]!, (await other.RunAsync("account show"))!["user"]!.ToJsonString());
        await az.RunAsync($"ad app delete --id {made["appId"]}");
    }

    [Fact]
    public async Task People_groups_and_roles_are_managed()
    {
        var az = await Az.SignedInAsync(cloud);
        var user = (await az.RunAsync("ad user create --display-name Eve --password first-password --user-principal-name eve@lazuli.local"))!;
        var group = (await az.RunAsync("ad group create --display-name people --mail-nickname people"))!;
        await az.RunAsync($"ad group member add -g people --member-id {user["id"]}");
        Assert.Equal("true", (await az.RunAsync($"ad group member check -g people --member-id {user["id"]}"))!["value"]!.ToJsonString());
        Assert.Equal("Eve", (string?)Assert.Single((await az.RunAsync("ad group member list -g people"))!.AsArray())!["displayName"]);

        var role = az.Write("role.json", new JsonObject
        {
            ["Name"] = "Starter",
            ["Description"] = "starts machines",
            ["Actions"] = new JsonArray("Microsoft.Compute/virtualMachines/start/action"),
            ["NotActions"] = new JsonArray(),
            ["AssignableScopes"] = new JsonArray(Subscription),
        }.ToJsonString());
        await az.RunAsync($"role definition create --role-definition {role}");
        Assert.Equal("CustomRole", (string?)Assert.Single((await az.RunAsync("role definition list --name Starter"))!.AsArray())!["roleType"]);
        await az.RunAsync($"role assignment create --assignee eve@lazuli.local --role Starter --scope {Subscription}");
        await az.RunAsync($"role assignment create --assignee-object-id {group["id"]} --assignee-principal-type Group --role Reader --scope {Subscription}");
        Assert.Equal(2, (await az.RunAsync($"role assignment list --assignee eve@lazuli.local --include-groups --scope {Subscription}"))!.AsArray().Count);
        Assert.NotEmpty((await az.RunAsync("role assignment list --all"))!.AsArray());

        await az.RunAsync($"role assignment delete --assignee eve@lazuli.local --scope {Subscription}");
        await az.RunAsync($"role assignment delete --assignee {group["id"]} --scope {Subscription}");
        await az.RunAsync("role definition delete --name Starter");
        await az.RunAsync("ad group delete -g people");
        await az.RunAsync("ad user delete --id eve@lazuli.local");
    }

    private async Task<Az> SignInAsync(string appId, params string[] proof)
    {
        var az = Az.New(cloud);
        await SignInAsync(az, appId, proof);
        return az;
    }

    private async Task SignInAsync(Az az, string appId, params string[] proof)
    {
        await az.RunAsync("config set core.instance_discovery=false");
        await az.RunAsync($"cloud register -n Lazuli --endpoint-resource-manager {cloud.Connection.ArmEndpoint}");
        await az.RunAsync("cloud set -n Lazuli");
        await az.RunAsync($"login --service-principal --username {appId} --tenant {cloud.Connection.TenantId}", proof);
    }
}
