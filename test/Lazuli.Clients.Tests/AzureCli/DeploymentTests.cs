using System.Text.Json.Nodes;

namespace Lazuli.Clients.Tests.AzureCli;

/// <summary><c>az deployment</c>, <c>az group export</c>, <c>az ts</c> and <c>az stack</c> at every scope.</summary>
public sealed class DeploymentTests(Cloud cloud)
{
    private const string Schema = "\"$schema\":\"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\"contentVersion\":\"1.0.0.0\"";

    [Fact]
    public async Task A_group_is_deployed_to_in_both_modes_predicted_and_exported()
    {
        var az = await Az.SignedInAsync(cloud);
        await az.RunAsync("group create -n deploys -l westeurope");
        var file = az.Write("group.json", Template(Nsg("[parameters('name')]"), "\"parameters\":{\"name\":{\"type\":\"string\",\"defaultValue\":\"first\"}},"));

        Assert.Equal("Succeeded", (string?)await az.RunAsync($"deployment group validate -g deploys -f {file} --query properties.provisioningState"));
        Assert.Equal(["Create"], Texts(await az.RunAsync($"deployment group what-if -g deploys -f {file} --no-pretty-print --query changes[].changeType")));
        Assert.Equal("made", (string?)await az.RunAsync($"deployment group create -g deploys -n one -f {file} --query properties.outputs.o.value"));
        Assert.Equal(["NoChange"], Texts(await az.RunAsync($"deployment group what-if -g deploys -f {file} --no-pretty-print --query changes[].changeType")));
        Assert.Equal("Complete", (string?)await az.RunAsync($"deployment group create -g deploys -n two --mode Complete -f {file} --parameters name=second --query properties.mode"));
        Assert.Equal(["second"], Texts(await az.RunAsync("resource list -g deploys --query [].name")));
        Assert.Equal(["Create", "Delete"], Texts(await az.RunAsync("deployment operation group list -g deploys -n two --query sort([].properties.provisioningOperation)")));
        Assert.Equal("two", (string?)await az.RunAsync($"deployment group create -g deploys -n three --rollback-on-error -f {file} --query properties.onErrorDeployment.deploymentName"));
        Assert.Equal(["one", "three", "two"], Texts(await az.RunAsync("deployment group list -g deploys --query sort([].name)")));
        Assert.Equal("1.0.0.0", (string?)(await az.RunAsync("deployment group export -g deploys -n one"))!["contentVersion"]);
        Assert.Contains("(DeploymentCannotBeCancelled)", await az.FailAsync("deployment group cancel -g deploys -n one"));
        var exported = (await az.RunAsync("group export -n deploys --include-parameter-default-value"))!;
        Assert.Equal("second", (string?)exported["parameters"]!["networkSecurityGroups_second_name"]!["defaultValue"]);
        await az.RunAsync("deployment group delete -g deploys -n one");
        Assert.Contains("(DeploymentNotFound)", await az.FailAsync("deployment group show -g deploys -n one"));
        await az.RunAsync("group delete -n deploys --yes");
    }

    [Fact]
    public async Task A_subscription_is_deployed_to()
    {
        var az = await Az.SignedInAsync(cloud);
        await EverywhereAsync(az, "sub", "", az.Write("sub.json", Template(Group("bysub"))), "bysub");
        await az.RunAsync("group delete -n bysub --yes");
    }

    [Fact]
    public async Task A_management_group_and_the_tenant_are_deployed_to()
    {
        var az = await Az.SignedInAsync(cloud);
        await az.RunAsync("account management-group create -n azdeploys");
        var file = az.Write("none.json", Template(""));
        await EverywhereAsync(az, "mg", "-m azdeploys", file, null);
        await EverywhereAsync(az, "tenant", "", file, null);
    }

    [Fact]
    public async Task A_template_spec_is_kept_in_versions_and_deployed()
    {
        var az = await Az.SignedInAsync(cloud);
        await az.RunAsync("group create -n specs -l westeurope");
        var file = az.Write("spec.json", Template(Nsg("fromspec")));

        var id = (string?)await az.RunAsync($"ts create -g specs -n shelf -v 1.0 -l westeurope -f {file} --yes --query id");
        Assert.Equal(["1.0"], Texts(await az.RunAsync("ts show -g specs -n shelf --query versions")));
        Assert.Equal(["shelf"], Texts(await az.RunAsync("ts list -g specs --query [].name")));
        Assert.Equal("kept", (string?)await az.RunAsync("ts update -g specs -n shelf -v 1.0 --version-description kept --yes --query description"));
        await az.RunAsync("ts export -g specs -n shelf -v 1.0 --output-folder /mnt");
        Assert.NotNull(JsonNode.Parse(File.ReadAllText(Path.Combine(az.Folder, "shelf.JSON")))!["resources"]);
        Assert.Equal(id, (string?)await az.RunAsync($"deployment group create -g specs -n d --template-spec {id} --query properties.templateLink.id"));
        Assert.Equal(["fromspec", "shelf"], Texts(await az.RunAsync("resource list -g specs --query [?!contains(name,'/')].name|sort(@)")).Where(n => n != "1.0"));
        await az.RunAsync("ts delete -g specs -n shelf --yes");
        Assert.Empty(Texts(await az.RunAsync("ts list -g specs --query [].name")));
        await az.RunAsync("group delete -n specs --yes");
    }

    [Fact]
    public async Task A_group_s_stack_denies_and_deletes()
    {
        var az = await Az.SignedInAsync(cloud);
        await az.RunAsync("group create -n stacks -l westeurope");
        var (two, one) = (az.Write("two.json", Template(Nsg("a") + "," + Nsg("b"))), az.Write("one.json", Template(Nsg("a"))));

        Assert.Equal(2, (await az.RunAsync($"stack group validate -g stacks -n s -f {two} --aou deleteAll --dm none --query properties.validatedResources"))!.AsArray().Count);
        Assert.Equal(["denyDelete", "denyDelete"], Texts(await az.RunAsync($"stack group create -g stacks -n s -f {two} --aou deleteAll --dm denyDelete --yes --query resources[].denyStatus")));
        Assert.Contains("(DenyAssignmentAuthorizationFailed)", await az.FailAsync("network nsg delete -g stacks -n a"));
        Assert.Equal("succeeded", (string?)await az.RunAsync($"stack group create -g stacks -n s -f {one} --aou deleteAll --dm none --yes --query provisioningState"));
        Assert.Equal(["a"], Texts(await az.RunAsync("resource list -g stacks --query [].name")));
        Assert.Single((await az.RunAsync("stack group show -g stacks -n s"))!["deletedResources"]!.AsArray());
        Assert.Equal(["s"], Texts(await az.RunAsync("stack group list -g stacks --query [].name")));
        Assert.NotNull((await az.RunAsync("stack group export -g stacks -n s"))!["template"]);
        await az.RunAsync("stack group delete -g stacks -n s --aou deleteAll --yes");
        Assert.Empty(Texts(await az.RunAsync("resource list -g stacks --query [].name")));
        await az.RunAsync("group delete -n stacks --yes");
    }

    [Theory]
    [InlineData("sub", "", "")]
    [InlineData("mg", "-m azstacks", "--deployment-subscription")]
    public async Task A_stack_above_groups_makes_them_and_takes_them_away(string scope, string at, string target)
    {
        var az = await Az.SignedInAsync(cloud);
        if (scope == "mg")
        {
            await az.RunAsync("account management-group create -n azstacks");
        }

        var (file, name) = (az.Write("above.json", Template(Group($"by{scope}stack"))), $"{at} -n s{scope}");
        var options = $"{name} -l westeurope {(target.Length > 0 ? $"{target} {cloud.Connection.SubscriptionId}" : "")} -f {file} --aou deleteAll --dm none";
        Assert.Single((await az.RunAsync($"stack {scope} validate {options} --query properties.validatedResources"))!.AsArray());
        Assert.Equal("succeeded", (string?)await az.RunAsync($"stack {scope} create {options} --yes --query provisioningState"));
        Assert.Equal("true", (await az.RunAsync($"group exists -n by{scope}stack"))!.ToJsonString());
        Assert.Single((await az.RunAsync($"stack {scope} show {name}"))!["resources"]!.AsArray());
        Assert.Contains($"s{scope}", Texts(await az.RunAsync($"stack {scope} list {at} --query [].name")));
        Assert.NotNull((await az.RunAsync($"stack {scope} export {name}"))!["template"]);
        await az.RunAsync($"stack {scope} delete {name} --aou deleteAll --yes");
        Assert.Equal("false", (await az.RunAsync($"group exists -n by{scope}stack"))!.ToJsonString());
    }

    private static async Task EverywhereAsync(Az az, string scope, string at, string file, string? made)
    {
        var wanted = made is null ? Array.Empty<string>() : [made];
        Assert.Equal("Succeeded", (string?)await az.RunAsync($"deployment {scope} validate {at} -l westeurope -f {file} --query properties.provisioningState"));
        Assert.Equal(wanted.Select(_ => "Create"), Texts(await az.RunAsync($"deployment {scope} what-if {at} -l westeurope -f {file} --no-pretty-print --query changes[].changeType")));
        Assert.Equal("made", (string?)await az.RunAsync($"deployment {scope} create {at} -n az{scope} -l westeurope -f {file} --query properties.outputs.o.value"));
        Assert.Equal("westeurope", (string?)await az.RunAsync($"deployment {scope} show {at} -n az{scope} --query location"));
        Assert.Contains($"az{scope}", Texts(await az.RunAsync($"deployment {scope} list {at} --query [].name")));
        Assert.Equal("1.0.0.0", (string?)(await az.RunAsync($"deployment {scope} export {at} -n az{scope}"))!["contentVersion"]);
        Assert.Equal(wanted, Texts(await az.RunAsync($"deployment operation {scope} list {at} -n az{scope} --query [].properties.targetResource.resourceName")));
        Assert.Contains("(DeploymentCannotBeCancelled)", await az.FailAsync($"deployment {scope} cancel {at} -n az{scope}"));
        await az.RunAsync($"deployment {scope} delete {at} -n az{scope}");
    }

    private static string Nsg(string name) => $"{{\"type\":\"Microsoft.Network/networkSecurityGroups\",\"apiVersion\":\"2023-11-01\",\"name\":\"{name}\",\"location\":\"westeurope\"}}";

    private static string Group(string name) => $"{{\"type\":\"Microsoft.Resources/resourceGroups\",\"apiVersion\":\"2021-04-01\",\"name\":\"{name}\",\"location\":\"westeurope\"}}";

    private static string Template(string resources, string more = "") => $"{{{Schema},{more}\"resources\":[{resources}],\"outputs\":{{\"o\":{{\"type\":\"string\",\"value\":\"made\"}}}}}}";

    private static IEnumerable<string?> Texts(JsonNode? list) => list!.AsArray().Select(t => (string?)t);
}
