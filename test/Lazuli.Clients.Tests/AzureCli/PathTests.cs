namespace Lazuli.Clients.Tests.AzureCli;

/// <summary><c>az network</c>: peerings, route tables, NAT gateways, application security groups, and what Network Watcher says of them.</summary>
public sealed class PathTests(Cloud cloud)
{
    [Fact]
    public async Task Networks_are_joined_and_routed_and_their_ways_are_told()
    {
        var az = await Az.SignedInAsync(cloud);
        await az.RunAsync("group create -n paths -l westeurope");
        await az.RunAsync("network vnet create -g paths -n v --address-prefix 10.8.0.0/16 --subnet-name a --subnet-prefixes 10.8.0.0/24");
        await az.RunAsync("network vnet create -g paths -n w --address-prefix 10.7.0.0/16 --subnet-name a --subnet-prefixes 10.7.0.0/24");
        await az.RunAsync("network vnet peering create -g paths -n p --vnet-name v --remote-vnet w --allow-vnet-access --allow-forwarded-traffic");
        Assert.Equal("Initiated", (string?)(await az.RunAsync("network vnet peering show -g paths -n p --vnet-name v"))!["peeringState"]);
        await az.RunAsync("network vnet peering create -g paths -n p --vnet-name w --remote-vnet v --allow-vnet-access");
        Assert.Equal(["Connected"], (await az.RunAsync("network vnet peering list -g paths --vnet-name v"))!.AsArray().Select(p => (string?)p!["peeringState"]));
        await az.RunAsync("network vnet update -g paths -n w --address-prefixes 10.7.0.0/16 10.6.0.0/16");
        Assert.Equal("LocalNotInSync", (string?)(await az.RunAsync("network vnet peering show -g paths -n p --vnet-name v"))!["peeringSyncLevel"]);
        await az.RunAsync("network vnet peering sync -g paths -n p --vnet-name v");
        Assert.Equal("FullyInSync", (string?)(await az.RunAsync("network vnet peering show -g paths -n p --vnet-name v"))!["peeringSyncLevel"]);

        await az.RunAsync("network route-table create -g paths -n t --disable-bgp-route-propagation true");
        await az.RunAsync("network route-table route create -g paths --route-table-name t -n r --address-prefix 10.77.0.0/16 --next-hop-type VirtualAppliance --next-hop-ip-address 10.8.0.9");
        Assert.Equal("10.8.0.9", (string?)(await az.RunAsync("network route-table route show -g paths --route-table-name t -n r"))!["nextHopIpAddress"]);
        await az.RunAsync("network public-ip create -g paths -n q --sku Standard");
        await az.RunAsync("network public-ip prefix create -g paths -n x --length 30");
        await az.RunAsync("network nat gateway create -g paths -n g --public-ip-addresses q --public-ip-prefixes x --idle-timeout 10");
        await az.RunAsync("network vnet subnet update -g paths --vnet-name v -n a --route-table t --nat-gateway g");
        Assert.EndsWith("/subnets/a", (string?)(await az.RunAsync("network nat gateway show -g paths -n g"))!["subnets"]![0]!["id"]);
        Assert.Contains("(InUseRouteTableCannotBeDeleted)", await az.FailAsync("network route-table delete -g paths -n t"));

        await az.RunAsync("network asg create -g paths -n web");
        await az.RunAsync("network nsg create -g paths -n n");
        await az.RunAsync("network nsg rule create -g paths --nsg-name n -n http --priority 100 --destination-asgs web --destination-port-ranges 80 --source-address-prefixes 10.7.0.0/16 --access Allow --protocol Tcp");
        await az.RunAsync("network nic create -g paths -n i --vnet-name v --subnet a --network-security-group n --application-security-groups web");
        await az.RunAsync("network nic ip-config create -g paths --nic-name i -n second --private-ip-address 10.8.0.77");
        Assert.Equal(["10.8.0.4", "10.8.0.77"], (await az.RunAsync("network nic ip-config list -g paths --nic-name i"))!.AsArray().Select(c => (string?)c!["privateIPAddress"]));

        await az.RunAsync("network watcher configure -g paths -l westeurope --enabled true");
        await az.RunAsync("vm create -g paths -n m --image Micro --size Standard_B1s --nics i --admin-username azureuser --generate-ssh-keys --no-wait");
        await az.RunAsync("vm wait -g paths -n m --exists");
        var routes = (await az.RunAsync("network nic show-effective-route-table -g paths -n i"))!["value"]!.AsArray();
        Assert.Contains(routes, r => ((string?)r!["addressPrefix"]![0], (string?)r["nextHopType"]) == ("10.6.0.0/16", "VNetPeering"));
        var rules = (await az.RunAsync("network nic list-effective-nsg -g paths -n i"))!["value"]![0]!["effectiveSecurityRules"]!.AsArray();
        Assert.Contains(rules, r => (string?)r!["name"] == "securityRules/http" && (string?)r["destinationAddressPrefix"] == "10.8.0.4/32");
        Assert.Equal("Allow", (string?)(await az.RunAsync("network watcher test-ip-flow -g paths --vm m --direction Inbound --protocol TCP --local 10.8.0.4:80 --remote 10.7.0.9:5000"))!["access"]);
        Assert.Equal("Deny", (string?)(await az.RunAsync("network watcher test-ip-flow -g paths --vm m --direction Inbound --protocol TCP --local 10.8.0.4:80 --remote 8.8.8.8:5000"))!["access"]);
        var hop = (await az.RunAsync("network watcher show-next-hop -g paths --vm m --source-ip 10.8.0.4 --dest-ip 10.77.0.1"))!;
        Assert.Equal(("VirtualAppliance", "10.8.0.9"), ((string?)hop["nextHopType"], (string?)hop["nextHopIpAddress"]));
        Assert.Single((await az.RunAsync("network watcher show-security-group-view -g paths --vm m"))!["networkInterfaces"]!.AsArray());
        Assert.Contains((await az.RunAsync("network watcher show-topology -g paths"))!["resources"]!.AsArray(), r => (string?)r!["name"] == "i");
        await WatchAsync(az);
        await az.RunAsync("group delete -n paths --yes");
    }

    private static async Task WatchAsync(Az az)
    {
        var way = (await az.RunAsync("network watcher test-connectivity -g paths --source-resource m --dest-address 10.77.0.1 --dest-port 80"))!;
        Assert.Equal("Unreachable", (string?)way["connectionStatus"]);
        Assert.Equal("UserDefinedRoute", (string?)way["hops"]![1]!["issues"]![0]!["type"]);
        var diagnosis = (await az.RunAsync("network watcher run-configuration-diagnostic -g paths --resource m -t virtualMachines --direction Inbound --protocol TCP --source 10.7.0.9 --destination 10.8.0.4 --port 80"))!;
        Assert.Equal("Allow", (string?)diagnosis["results"]![0]!["networkSecurityGroupResult"]!["securityRuleAccessResult"]);

        await az.RunAsync("network watcher packet-capture create -g paths --vm m -n c --file-path /var/captures/c.cap --time-limit 600 --filters [{protocol:TCP,local-port:80}]");
        Assert.Equal("Running", (string?)(await az.RunAsync("network watcher packet-capture show-status -l westeurope -n c"))!["packetCaptureStatus"]);
        Assert.Equal(600, (int?)(await az.RunAsync("network watcher packet-capture list -l westeurope"))![0]!["timeLimitInSeconds"]);
        await az.RunAsync("network watcher packet-capture stop -l westeurope -n c");
        Assert.Equal("Stopped", (string?)(await az.RunAsync("network watcher packet-capture show-status -l westeurope -n c"))!["packetCaptureStatus"]);
        await az.RunAsync("network watcher packet-capture delete -l westeurope -n c");

        await az.RunAsync("network watcher flow-log create -l westeurope -g paths -n f --nsg n --storage-account logs --log-version 2 --retention 3");
        Assert.Equal((2, true), await az.RunAsync("network watcher flow-log show -l westeurope -n f") is { } log ? ((int?)log["format"]!["version"], (bool?)log["enabled"]) : default);
        await az.RunAsync("network watcher flow-log update -l westeurope -n f --enabled false");
        Assert.Single((await az.RunAsync("network watcher flow-log list -l westeurope"))!.AsArray());
        await az.RunAsync("network watcher flow-log delete -l westeurope -n f");

        var machine = (string?)(await az.RunAsync("vm show -g paths -n m"))!["id"];
        await az.RunAsync($"network watcher connection-monitor create -l westeurope -n t --endpoint-source-name m --endpoint-source-resource-id {machine} --endpoint-dest-name d --endpoint-dest-address 10.8.0.9 --test-config-name ssh --protocol Tcp --tcp-port 22");
        Assert.Equal("Running", (string?)(await az.RunAsync("network watcher connection-monitor show -l westeurope -n t"))!["monitoringStatus"]);
        await az.RunAsync("network watcher connection-monitor stop -l westeurope -n t");
        await az.RunAsync("network watcher connection-monitor query -l westeurope -n t");
        await az.RunAsync("network watcher connection-monitor delete -l westeurope -n t");
    }
}
