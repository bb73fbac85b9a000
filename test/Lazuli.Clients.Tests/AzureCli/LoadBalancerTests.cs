using System.Text.Json.Nodes;

namespace Lazuli.Clients.Tests.AzureCli;

/// <summary><c>az network lb</c> and <c>az network cross-region-lb</c>.</summary>
public sealed class LoadBalancerTests(Cloud cloud)
{
    [Fact]
    public async Task A_load_balancer_with_everything_is_made_read_changed_and_taken_apart()
    {
        var az = await Az.SignedInAsync(cloud);
        async Task<JsonNode> Lb(string words) => (await az.RunAsync($"network lb {words}"))!;
        await az.RunAsync("group create -n lb -l westeurope");
        await az.RunAsync("network vnet create -g lb -n v --address-prefix 10.9.0.0/16 --subnet-name a --subnet-prefixes 10.9.1.0/24");

        await Lb("create -g lb -n b --sku Standard --public-ip-address p --frontend-ip-name f --backend-pool-name pool");
        await Lb("probe create -g lb --lb-name b -n hp --protocol Http --port 8080 --path /health --interval 5 --probe-threshold 2");
        await Lb("rule create -g lb --lb-name b -n web --protocol Tcp --frontend-port 80 --backend-port 8080 --frontend-ip f --backend-pool-name pool --probe hp --disable-outbound-snat true --idle-timeout 15 --enable-tcp-reset true");
        await Lb("rule update -g lb --lb-name b -n web --load-distribution SourceIP");
        await Lb("inbound-nat-rule create -g lb --lb-name b -n ssh --protocol Tcp --frontend-port 2222 --backend-port 22 --frontend-ip f");
        await Lb("inbound-nat-rule create -g lb --lb-name b -n many --protocol Tcp --frontend-port-range-start 3000 --frontend-port-range-end 3010 --backend-port 22 --frontend-ip f --backend-pool-name pool");
        await Lb("inbound-nat-pool create -g lb --lb-name b -n np --protocol Tcp --frontend-port-range-start 5000 --frontend-port-range-end 5010 --backend-port 3389 --frontend-ip f");
        await Lb("outbound-rule create -g lb --lb-name b -n out --protocol All --frontend-ip-configs f --address-pool pool --outbound-ports 1024 --idle-timeout 10");
        await az.RunAsync("network nic create -g lb -n i --vnet-name v --subnet a --lb-name b --lb-address-pools pool --lb-inbound-nat-rules ssh");

        var rule = await Lb("rule show -g lb --lb-name b -n web");
        Assert.Equal(("SourceIP", 15, true, true), ((string?)rule["loadDistribution"], (int?)rule["idleTimeoutInMinutes"], (bool?)rule["enableTcpReset"], (bool?)rule["disableOutboundSnat"]));
        var probe = await Lb("probe show -g lb --lb-name b -n hp");
        Assert.Equal(("Http", "/health", 2), ((string?)probe["protocol"], (string?)probe["requestPath"], (int?)probe["probeThreshold"]));
        Assert.Equal(["i"], (await Lb("list-nic -g lb -n b")).AsArray().Select(n => (string?)n!["name"]));
        Assert.Equal(["many", "ssh"], (await Lb("inbound-nat-rule list -g lb --lb-name b")).AsArray().Select(r => (string?)r!["name"]).Order());
        Assert.Equal(1024, (int?)(await Lb("outbound-rule show -g lb --lb-name b -n out"))["allocatedOutboundPorts"]);
        Assert.Single((await Lb("address-pool show -g lb --lb-name b -n pool"))["backendIPConfigurations"]!.AsArray());
        Assert.Contains("3000", (await Lb("list-mapping -g lb -n b --backend-pool-name pool --request ip=10.9.1.4")).ToJsonString());
        Assert.Contains("(PublicIPAddressCannotBeDeleted)", await az.FailAsync("network public-ip delete -g lb -n p"));
        Assert.Contains("(InvalidResourceReference)", await az.FailAsync("network lb probe delete -g lb --lb-name b -n hp"));

        await Lb("address-pool create -g lb --lb-name b -n byip --vnet v --backend-address name=one ip-address=10.9.1.50");
        await Lb("address-pool address add -g lb --lb-name b --pool-name byip -n two --vnet v --ip-address 10.9.1.51");
        await Lb("address-pool address update -g lb --lb-name b --pool-name byip -n two --admin-state Down");
        await Lb("address-pool address remove -g lb --lb-name b --pool-name byip -n one");
        var left = Assert.Single((await Lb("address-pool address list -g lb --lb-name b --pool-name byip")).AsArray());
        Assert.Equal(("two", "10.9.1.51", "Down"), ((string?)left!["name"], (string?)left["ipAddress"], (string?)left["adminState"]));

        await az.RunAsync("network public-ip create -g lb -n p2 --sku Standard");
        await Lb("frontend-ip create -g lb --lb-name b -n f2 --public-ip-address p2");
        Assert.Equal(2, (await Lb("frontend-ip list -g lb --lb-name b")).AsArray().Count);
        await az.RunAsync("network lb frontend-ip delete -g lb --lb-name b -n f2");

        await az.RunAsync("network nic ip-config inbound-nat-rule remove -g lb --nic-name i --ip-config-name ipconfig1 --lb-name b --inbound-nat-rule ssh");
        await az.RunAsync("network nic ip-config address-pool remove -g lb --nic-name i --ip-config-name ipconfig1 --lb-name b --address-pool pool");
        Assert.Empty((await Lb("list-nic -g lb -n b")).AsArray());
        foreach (var part in new[] { "outbound-rule delete -g lb --lb-name b -n out", "inbound-nat-pool delete -g lb --lb-name b -n np", "inbound-nat-rule delete -g lb --lb-name b -n many",
            "rule delete -g lb --lb-name b -n web", "probe delete -g lb --lb-name b -n hp", "address-pool delete -g lb --lb-name b -n byip" })
        {
            await az.RunAsync("network lb " + part);
        }

        await az.RunAsync("network lb delete -g lb -n b");
        await az.RunAsync("network public-ip delete -g lb -n p");
        await az.RunAsync("group delete -n lb --yes");
    }

    [Fact]
    public async Task A_cross_region_load_balancer_stands_before_regional_ones()
    {
        var az = await Az.SignedInAsync(cloud);
        await az.RunAsync("group create -n glb -l westeurope");
        await az.RunAsync("network lb create -g glb -n r --sku Standard --public-ip-address rp --frontend-ip-name f --backend-pool-name pool");
        await az.RunAsync("network lb create -g glb -n s --sku Standard --public-ip-address sp --frontend-ip-name f --backend-pool-name pool");
        var first = (string?)(await az.RunAsync("network lb frontend-ip show -g glb --lb-name r -n f"))!["id"];
        var second = (string?)(await az.RunAsync("network lb frontend-ip show -g glb --lb-name s -n f"))!["id"];

        await az.RunAsync("network cross-region-lb create -g glb -n g --frontend-ip-name f --backend-pool-name pool --public-ip-address gp");
        await az.RunAsync($"network cross-region-lb address-pool address add -g glb --lb-name g --pool-name pool -n one --frontend-ip-address {first}");
        await az.RunAsync($"network cross-region-lb address-pool address add -g glb --lb-name g --pool-name pool -n two --frontend-ip-address {second}");
        await az.RunAsync("network cross-region-lb rule create -g glb --lb-name g -n web --protocol Tcp --frontend-port 80 --backend-port 80 --frontend-ip f --backend-pool-name pool");

        Assert.Equal("Global", (string?)(await az.RunAsync("network cross-region-lb show -g glb -n g"))!["sku"]!["tier"]);
        Assert.Equal(2, (await az.RunAsync("network cross-region-lb address-pool address list -g glb --lb-name g --pool-name pool"))!.AsArray().Count);
        Assert.Contains("(NotAllowedToDeleteLoadBalancerWithFrontendIpConfigurationInUseByGlobalLB)", await az.FailAsync("network lb delete -g glb -n r"));
        await az.RunAsync("network cross-region-lb address-pool address remove -g glb --lb-name g --pool-name pool -n one");
        await az.RunAsync("network lb delete -g glb -n r");
        await az.RunAsync("network cross-region-lb delete -g glb -n g");
        await az.RunAsync("group delete -n glb --yes");
    }
}
