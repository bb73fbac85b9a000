namespace Lazuli.Clients.Tests.AzureCli;

/// <summary>How <c>az</c> gets to Lazuli, and resource groups.</summary>
public sealed class SignInTests(Cloud cloud)
{
    [Fact]
    public async Task A_registered_cloud_is_signed_in_to_and_keeps_groups()
    {
        var az = await Az.SignedInAsync(cloud);

        Assert.Equal(cloud.Connection.SubscriptionId, (string?)(await az.RunAsync("account show"))!["id"]);
        Assert.Equal(cloud.Connection.ArmEndpoint, ((string?)(await az.RunAsync("cloud show"))!["endpoints"]!["resourceManager"])!.TrimEnd('/'));
        await az.RunAsync("group create -n signin -l westeurope --tags a=b");
        Assert.Equal("b", (string?)(await az.RunAsync("group show -n signin"))!["tags"]!["a"]);
        Assert.Contains((await az.RunAsync("group list"))!.AsArray(), g => (string?)g!["name"] == "signin");
        Assert.Contains("Microsoft.Compute", (string?)(await az.RunAsync("provider show -n Microsoft.Compute"))!["namespace"]);
        await az.RunAsync("group delete -n signin --yes");
        Assert.Equal("false", (await az.RunAsync("group exists -n signin"))!.ToJsonString());
    }

    [Fact]
    public async Task A_wrong_password_is_refused_as_azure_refuses_it()
    {
        var az = Az.New(cloud);
        await az.RunAsync("config set core.instance_discovery=false");
        await az.RunAsync($"cloud register -n Lazuli --endpoint-resource-manager {cloud.Connection.ArmEndpoint}");
        await az.RunAsync("cloud set -n Lazuli");

        var errors = await az.FailAsync($"login --service-principal --username {cloud.Connection.ClientId} --password wrong --tenant {cloud.Connection.TenantId}");

        Assert.Contains("AADSTS7000215", errors);
    }

    [Fact]
    public async Task Within_exec_the_built_in_cloud_leads_here_without_any_registration()
    {
        var az = Az.New(cloud);

        await az.ExecAsync($"login --service-principal --username {cloud.Connection.ClientId} --password {cloud.Connection.ClientSecret} --tenant {cloud.Connection.TenantId}");

        Assert.Equal("https://management.azure.com/", (string?)(await az.ExecAsync("cloud show"))!["endpoints"]!["resourceManager"]);
        await az.ExecAsync("group create -n exec -l westeurope");
        Assert.Contains((await az.ExecAsync("group list"))!.AsArray(), g => (string?)g!["name"] == "exec");
        Assert.Contains((await az.ExecAsync("vm image list"))!.AsArray(), i => (string?)i!["urnAlias"] == "Micro");
        await az.ExecAsync("group delete -n exec --yes");
    }
}
