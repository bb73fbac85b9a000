using System.Text.Json.Nodes;

namespace Lazuli.Clients.Tests.JavaScript;

/// <summary>Azure's JavaScript SDK (<c>sdk.cjs</c>), told only where Lazuli is.</summary>
public sealed class JavaScriptSdkTests(Cloud cloud)
{
    [Fact]
    public async Task A_network_and_a_machine_are_made_read_listed_and_deleted()
    {
        cloud.Require("js/node_modules");
        var keyFile = Path.Combine(cloud.Directory, "javascript-key");
        await Shell.DoAsync(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", keyFile]);

        var made = await NodeAsync("create", keyFile + ".pub");

        Assert.Equal("Succeeded", (string?)made["provisioningState"]);
        Assert.Equal(["ProvisioningState/succeeded", "PowerState/running"], Texts(made["statuses"]));
        Assert.Equal(["vm"], Texts(made["machines"]));
        Assert.Equal(["vnet"], Texts(made["networks"]));
        Assert.Equal(["data", "ip", "nic", "nsg", "vm", "vnet"], Texts(made["resources"]));
        Assert.True(Cloud.Runs((string)made["vmId"]!));
        Assert.Equal("custom data ran on vm", await cloud.InGuestAsync((string)made["address"]!, keyFile, "cat /etc/custom"));
        Assert.Equal("8388608", await cloud.InGuestAsync((string)made["address"]!, keyFile, "cat /sys/class/block/sda/size"));

        var deleted = await NodeAsync("delete");

        Assert.Equal(["ProvisioningState/succeeded", "PowerState/stopped"], Texts(deleted["off"]));
        Assert.Equal(("ResourceNotFound", 404), ((string?)deleted["after"]!["code"], (int)deleted["after"]!["status"]!));
        Assert.False((bool)deleted["group"]!);
        Assert.False(Cloud.Runs((string)made["vmId"]!));
    }

    private static IEnumerable<string?> Texts(JsonNode? array) => array!.AsArray().Select(t => (string?)t);

    private async Task<JsonNode> NodeAsync(params string[] words)
    {
        var output = await Shell.DoAsync(["node", Path.Combine(AppContext.BaseDirectory, "JavaScript/sdk.cjs"), .. words], new Dictionary<string, string>
        {
            ["NODE_PATH"] = Path.Combine(Cloud.Clients, "js/node_modules"),
            ["NODE_EXTRA_CA_CERTS"] = cloud.Connection.CaFile,
            ["LAZULI_ARM_ENDPOINT"] = cloud.Connection.ArmEndpoint,
            ["AZURE_TENANT_ID"] = cloud.Connection.TenantId,
            ["AZURE_CLIENT_ID"] = cloud.Connection.ClientId,
            ["AZURE_CLIENT_SECRET"] = cloud.Connection.ClientSecret,
            ["AZURE_SUBSCRIPTION_ID"] = cloud.Connection.SubscriptionId,
        });
        return JsonNode.Parse(output)!;
    }
}
