using static Lazuli.Providers.Tests.Network.LoadBalancers.BalancerBodies;

namespace Lazuli.Providers.Tests.Network.LoadBalancers;

/// <summary>What Azure refuses about load balancers is refused here, with the same code where Azure documents one. One stage, one request per row.</summary>
public sealed class BadBalancerTests
{
    public static TheoryData<string, string, string, string?, string> Cases()
    {
        var rows = new TheoryData<string, string, string, string?, string>();
        void Put(string why, string body, string code, string path = New) => rows.Add(why, "PUT", path, body, code);
        void Delete(string why, string path, string code) => rows.Add(why, "DELETE", path, null, code);
        const string invalid = "InvalidRequestFormat";
        const string refused = "FeatureNotSupported";

        Put("the SKU Gateway", Balancer(Internal(), sku: "Gateway"), refused);
        Put("an unknown SKU", Balancer(Internal(), sku: "Premium"), "InvalidParameter");
        Put("an unknown tier", Balancer(Internal(), tier: "Local"), "InvalidParameter");
        Put("a global Basic one", Balancer(Public("publicIPAddresses/basic"), sku: "Basic", tier: "Global"), invalid);
        Put("a global internal one", Balancer(Internal(), tier: "Global"), invalid);
        Put("another SKU for one that is there", Balancer(Public("publicIPAddresses/used"), sku: "Basic"), "PropertyChangeNotAllowed", "loadBalancers/b");
        Put("the private scope", Balancer(Internal(), more: ",\"scope\":\"Private\""), refused);

        Put("a frontend with nothing", Balancer(Part("front")), "FrontendIPConfigHasNoSubnetOrPublicIP");
        Put("a frontend with both", Balancer(Internal($",\"publicIPAddress\":{Id("publicIPAddresses/p")}")), "FrontendIPConfigHasBothSubnetAndPublicIP");
        Put("public and internal frontends", Balancer(Internal() + "," + Public(name: "other")), invalid);
        Put("rules without a frontend", Balancer("", probes: Probe()), "LoadBalancerWithoutFrontendIPCantHaveChildResources");
        Put("two frontends of one name", Balancer(Internal() + "," + Internal(name: "FRONT")), "DuplicateResourceName");
        Put("two frontends of one address", Balancer(Public() + "," + Public(name: "other")), "PublicIPAddressInUse");
        Put("a bad name of a frontend", Balancer(Internal(name: "-front")), "InvalidResourceName");
        Put("a fixed address that is none", Balancer(Internal(",\"privateIPAllocationMethod\":\"Static\",\"privateIPAddress\":\"10.0\"")), "InvalidIPAddressFormat");
        Put("a fixed address outside", Balancer(Internal(",\"privateIPAllocationMethod\":\"Static\",\"privateIPAddress\":\"10.0.9.9\"")), "PrivateIPAddressNotInSubnet");
        Put("a reserved address", Balancer(Internal(",\"privateIPAllocationMethod\":\"Static\",\"privateIPAddress\":\"10.0.0.1\"")), "PrivateIPAddressInReservedRange");
        Put("an address of a NIC", Balancer(Internal(",\"privateIPAllocationMethod\":\"Static\",\"privateIPAddress\":\"10.0.0.10\"")), "PrivateIPAddressIsAllocated");
        Put("an address of a frontend, for a NIC", Nic(address: "10.0.0.100"), "PrivateIPAddressIsAllocated", "networkInterfaces/new");
        Put("an IPv6 frontend in a subnet without", Balancer(Internal() + "," + Internal(",\"privateIPAddressVersion\":\"IPv6\"", "six")), invalid);
        Put("a gateway load balancer", Balancer(Internal($",\"gatewayLoadBalancer\":{Id("loadBalancers/b/frontendIPConfigurations/front")}")), refused);
        Put("zones of a Basic one", Balancer(Part("front", $"\"subnet\":{Id(Subnet)}", ",\"zones\":[\"1\"]"), sku: "Basic"), "ZonesNotAllowedInBasicSkuResource");
        Put("zones of a public frontend", Balancer(Part("front", $"\"publicIPAddress\":{Id("publicIPAddresses/p")}", ",\"zones\":[\"1\"]")), invalid);
        Put("a zone that isn't there", Balancer(Part("front", $"\"subnet\":{Id(Subnet)}", ",\"zones\":[\"4\"]")), "InvalidAvailabilityZone");
        Put("a subnet that isn't there", Balancer(Internal(subnet: "virtualNetworks/v/subnets/none")), "InvalidResourceReference");
        Put("a subnet of another region", Balancer(Internal(subnet: "virtualNetworks/far/subnets/a")), "InvalidResourceReference");
        Put("an address that isn't there", Balancer(Public("publicIPAddresses/none")), "InvalidResourceReference");
        Put("something else for an address", Balancer(Public("virtualNetworks/v")), "LinkedInvalidPropertyId");
        Put("Standard with a Basic address", Balancer(Public("publicIPAddresses/basic")), "PublicIPAndLBSkuDoNotMatch");
        Put("Basic with a Standard address", Balancer(Public(), sku: "Basic"), "PublicIPAndLBSkuDoNotMatch");
        Put("regional with a global address", Balancer(Public("publicIPAddresses/global")), "PublicIPAndLBTierDoNotMatch");
        Put("global with a regional address", Balancer(Public(), tier: "Global"), "PublicIPAndLBTierDoNotMatch");
        Put("an address in use", Balancer(Public("publicIPAddresses/used")), "PublicIPAddressInUse");
        Put("an address in use, for a NIC", Nic(publicAddress: "publicIPAddresses/used"), "PublicIPAddressInUse", "networkInterfaces/new");
        Put("a global address for a NIC", Nic(publicAddress: "publicIPAddresses/global"), invalid, "networkInterfaces/new");
        Delete("an address of a frontend", "publicIPAddresses/used", "PublicIPAddressCannotBeDeleted");
        Delete("a subnet of a frontend", "virtualNetworks/v/subnets/lone", "InUseSubnetCannotBeDeleted");

        Put("a pool of addresses of a Basic one", Balancer(Internal(), sku: "Basic", pools: Part("pool", $"\"loadBalancerBackendAddresses\":[{Address("a", "10.0.0.9")}]")), invalid);
        Put("an address without a network", Balancer(Internal(), pools: Part("pool", "\"loadBalancerBackendAddresses\":[{\"name\":\"a\",\"properties\":{\"ipAddress\":\"10.0.0.9\"}}]")), invalid);
        Put("a backend address that is none", Balancer(Internal(), pools: Part("pool", $"\"loadBalancerBackendAddresses\":[{Address("a", "ten")}]")), "InvalidIPAddressFormat");
        Put("a backend address in no subnet", Balancer(Internal(), pools: Part("pool", $"\"loadBalancerBackendAddresses\":[{Address("a", "10.0.77.9")}]")), "PrivateIPAddressNotInSubnet");
        Put("an address twice", Balancer(Internal(), pools: Part("pool", $"\"loadBalancerBackendAddresses\":[{Address("a", "10.0.0.9")},{Address("b", "10.0.0.9")}]")), invalid);
        Put("two entries of one name", Balancer(Internal(), pools: Part("pool", $"\"loadBalancerBackendAddresses\":[{Address("a", "10.0.0.9")},{Address("a", "10.0.0.8")}]")), "DuplicateResourceName");
        Put("a pool in two networks", Balancer(Internal(), pools: Part("pool", $"\"loadBalancerBackendAddresses\":[{Address("a", "10.0.0.9", network: "virtualNetworks/w")}]")),
            "NetworkInterfaceAndInternalLoadBalancerMustUseSameVnet");
        Put("tunnels", Balancer(Internal(), pools: Part("pool", "\"tunnelInterfaces\":[{\"port\":10800}]")), refused);
        Put("an unknown admin state", Balancer(Internal(), pools: Part("pool", $"\"loadBalancerBackendAddresses\":[{Address("a", "10.0.0.9", ",\"adminState\":\"Drain\"")}]")), "InvalidParameter");
        Put("a NIC of another network", Nic("loadBalancers/i/backendAddressPools/pool", subnet: "virtualNetworks/w/subnets/a"), "NetworkInterfaceAndInternalLoadBalancerMustUseSameVnet",
            "networkInterfaces/new");
        Put("a NIC of another network than the members", Nic("loadBalancers/b/backendAddressPools/pool", subnet: "virtualNetworks/w/subnets/a"),
            "NetworkInterfaceAndInternalLoadBalancerMustUseSameVnet", "networkInterfaces/new");
        Put("a NIC in a pool that isn't there", Nic("loadBalancers/b/backendAddressPools/none"), "InvalidResourceReference", "networkInterfaces/new");
        Put("a NIC in a pool of addresses", Nic("loadBalancers/b/backendAddressPools/byip"), invalid, "networkInterfaces/new");
        Put("a NIC in two internal ones", Nic("loadBalancers/i/backendAddressPools/pool,loadBalancers/j/backendAddressPools/pool"), "AnotherInternalLoadBalancerExists", "networkInterfaces/new");
        Put("a NIC in two public ones", Nic("loadBalancers/b/backendAddressPools/pool,loadBalancers/c/backendAddressPools/pool"), "NetworkInterfaceUsesMultipleLoadBalancersOfSameType",
            "networkInterfaces/new");
        Put("a NIC with a Basic address in a Standard one", Nic("loadBalancers/b/backendAddressPools/pool", publicAddress: "publicIPAddresses/basic"),
            "DifferentSkuLoadBalancersAndPublicIPAddressNotAllowed", "networkInterfaces/new");

        Put("a probe that isn't there", Balancer(Internal(), Rule(probe: true)), "InvalidResourceReference");
        Put("a pool that isn't there", Balancer(Internal(), Rule(), pools: ""), "InvalidResourceReference");
        Put("a frontend that isn't there", Balancer(Internal(name: "other"), Rule()), "InvalidResourceReference");
        Put("a frontend of another one", Balancer(Internal(), Rule(balancer: "loadBalancers/b")), "InvalidResourceReference");
        Put("a rule without a frontend", Balancer(Internal(), Part("rule", "\"protocol\":\"Tcp\",\"frontendPort\":80")), invalid);
        Put("a probe in use, taken away", Balancer(Public("publicIPAddresses/used"), Rule(balancer: "loadBalancers/b", probe: true)), "InvalidResourceReference", "loadBalancers/b");
        Put("a frontend in use, taken away", Balancer(Public("publicIPAddresses/used", "other"), Rule(balancer: "loadBalancers/b")), "InvalidResourceReference", "loadBalancers/b");
        Delete("a pool in use by a rule", "loadBalancers/b/backendAddressPools/pool", "InvalidResourceReference");
        Put("two rules of one name", Balancer(Internal(), Rule() + "," + Rule(port: 81)), "DuplicateResourceName");
        Put("two rules on one port", Balancer(Internal(), Rule() + "," + Rule(name: "other", more: ",\"backendPort\":81")), "RulesUseSameFrontendPortProtocolAndIPConfig");
        Put("two rules to one backend port", Balancer(Internal(), Rule() + "," + Rule(name: "other", port: 81, more: ",\"backendPort\":80")), "RulesUseSameBackendPortProtocolAndPool");
        Put("two rules for all ports", Balancer(Internal(), Rule(protocol: "All", port: 0) + "," + Rule(name: "other", protocol: "All", port: 0)), "RulesUseSameBackendPortProtocolAndPool");
        Put("no protocol", Balancer(Internal(), Part("rule", $"\"frontendPort\":80,\"frontendIPConfiguration\":{Own("frontendIPConfigurations/front")}")), "InvalidParameter");
        Put("an unknown protocol", Balancer(Internal(), Rule(protocol: "Sctp")), "InvalidParameter");
        Put("the protocol Quic", Balancer(Internal(), Rule(protocol: "Quic")), refused);
        Put("a port too high", Balancer(Internal(), Rule(port: 65535)), "InvalidParameter");
        Put("port 0 with Tcp", Balancer(Internal(), Rule(port: 0)), invalid);
        Put("All with a port", Balancer(Internal(), Rule(protocol: "All", port: 80)), invalid);
        Put("All of a public one", Balancer(Public(), Rule(protocol: "All", port: 0)), invalid);
        Put("All of a Basic one", Balancer(Internal(), Rule(protocol: "All", port: 0), sku: "Basic"), invalid);
        Put("an unknown distribution", Balancer(Internal(), Rule(",\"loadDistribution\":\"Random\"")), "InvalidParameter");
        Put("an idle timeout too short", Balancer(Internal(), Rule(",\"idleTimeoutInMinutes\":3")), "InvalidParameter");
        Put("an idle timeout too long", Balancer(Internal(), Rule(",\"idleTimeoutInMinutes\":101")), "InvalidParameter");
        Put("an idle timeout too long for Basic", Balancer(Internal(), Rule(",\"idleTimeoutInMinutes\":31"), sku: "Basic"), "InvalidParameter");
        Put("several pools of a rule", Balancer(Internal(), Part("rule",
            $"\"protocol\":\"Tcp\",\"frontendPort\":80,\"frontendIPConfiguration\":{Own("frontendIPConfigurations/front")},\"backendAddressPools\":[{Own("backendAddressPools/pool")},{Own("backendAddressPools/p2")}]"),
            pools: """{"name":"pool"},{"name":"p2"}"""), invalid);

        Put("a probe without a port", Balancer(Internal(), probes: Part("probe", "\"protocol\":\"Tcp\"")), "InvalidParameter");
        Put("a probe's port 0", Balancer(Internal(), probes: Probe(port: 0)), "InvalidParameter");
        Put("a probe too often", Balancer(Internal(), probes: Probe(",\"intervalInSeconds\":4")), "InvalidParameter");
        Put("HTTP without a path", Balancer(Internal(), probes: Probe(protocol: "Http")), invalid);
        Put("TCP with a path", Balancer(Internal(), probes: Probe(",\"requestPath\":\"/\"")), invalid);
        Put("HTTPS of a Basic one", Balancer(Internal(), probes: Probe(",\"requestPath\":\"/\"", "Https"), sku: "Basic"), invalid);
        Put("a threshold too high", Balancer(Internal(), probes: Probe(",\"probeThreshold\":101")), "InvalidParameter");
        Put("two probes of one name", Balancer(Internal(), probes: Probe() + "," + Probe(port: 81)), "DuplicateResourceName");

        Put("NAT with port and range", Balancer(Internal(), nat: Nat("\"protocol\":\"Tcp\",\"frontendPort\":22,\"backendPort\":22,\"frontendPortRangeStart\":500,\"frontendPortRangeEnd\":510")),
            "UnsupportedSetOfInboundNatRulePropertiesWhenFrontendPortIsSpecified");
        Put("NAT of a pool without a range", Balancer(Internal(), nat: Nat($"\"protocol\":\"Tcp\",\"backendPort\":22,\"backendAddressPool\":{Own("backendAddressPools/pool")}")), "MissedInboundNatRuleV2Properties");
        Put("NAT without a port", Balancer(Internal(), nat: Nat("\"protocol\":\"Tcp\",\"backendPort\":22")), invalid);
        Put("NAT by a range backwards", Balancer(Internal(), nat: Nat(
            $"\"protocol\":\"Tcp\",\"backendPort\":22,\"frontendPortRangeStart\":510,\"frontendPortRangeEnd\":500,\"backendAddressPool\":{Own("backendAddressPools/pool")}")), invalid);
        Put("NAT on the port of a rule", Balancer(Internal(), Rule(), nat: Nat("\"protocol\":\"Tcp\",\"frontendPort\":80,\"backendPort\":22")), "RulesUseSameFrontendPortProtocolAndIPConfig");
        Put("a NAT range over the port of a rule", Balancer(Internal(), Rule(), nat: Nat(
            $"\"protocol\":\"Tcp\",\"backendPort\":22,\"frontendPortRangeStart\":70,\"frontendPortRangeEnd\":90,\"backendAddressPool\":{Own("backendAddressPools/pool")}")),
            "RulesUseSameFrontendPortProtocolAndIPConfig");
        Put("a NAT pool over the port of a rule", Balancer(Internal(), Rule(), natPools: Nat("\"protocol\":\"Tcp\",\"frontendPortRangeStart\":70,\"frontendPortRangeEnd\":90,\"backendPort\":22")),
            "RulesUseSameFrontendPortProtocolAndIPConfig");
        Put("a NAT pool backwards", Balancer(Internal(), natPools: Nat("\"protocol\":\"Tcp\",\"frontendPortRangeStart\":90,\"frontendPortRangeEnd\":80,\"backendPort\":22")), invalid);
        Put("a NAT rule in use", Nic(natRule: "loadBalancers/b/inboundNatRules/taken"), invalid, "networkInterfaces/new");
        Put("a NAT rule that isn't there", Nic(natRule: "loadBalancers/b/inboundNatRules/none"), "InvalidResourceReference", "networkInterfaces/new");
        Put("two NAT rules to one port of a NIC", Nic(natRule: "loadBalancers/b/inboundNatRules/one,loadBalancers/b/inboundNatRules/two"), "RulesUseSameBackendPortProtocolAndIPConfig",
            "networkInterfaces/new");
        Put("a NAT range too small for its pool", Balancer(Public("publicIPAddresses/used"), Rule(balancer: "loadBalancers/b"), nat: Nat(
            $"\"protocol\":\"Tcp\",\"backendPort\":22,\"frontendPortRangeStart\":500,\"frontendPortRangeEnd\":500,\"backendAddressPool\":{Own("backendAddressPools/pool", "loadBalancers/b")}",
            balancer: "loadBalancers/b")), invalid, "loadBalancers/b");

        Put("outbound rules of a Basic one", Balancer(Public("publicIPAddresses/basic"), outbound: Outbound(), sku: "Basic"), invalid);
        Put("outbound rules of an internal one", Balancer(Internal(), outbound: Outbound()), invalid);
        Put("an outbound rule without a frontend", Balancer(Public(), outbound: Part("out", $"\"protocol\":\"All\",\"backendAddressPool\":{Own("backendAddressPools/pool")}")), invalid);
        Put("ports not of eight", Balancer(Public(), outbound: Outbound(",\"allocatedOutboundPorts\":1001")), "SpecifiedAllocatedOutboundPortsForOutboundRuleIsNotAMultipleOfEight");
        Put("more ports than an address has", Balancer(Public(), outbound: Outbound(",\"allocatedOutboundPorts\":64008")),
            "SpecifiedAllocatedOutboundPortsForOutboundRuleExceedsTotalNumberOfAllowedPortsPerRule");
        Put("more ports than the pool can share", Balancer(Public("publicIPAddresses/used"), Rule(",\"disableOutboundSnat\":true", balancer: "loadBalancers/b"),
            outbound: Outbound(",\"allocatedOutboundPorts\":40000", balancer: "loadBalancers/b")), "SpecifiedAllocatedOutboundPortsForOutboundRuleExceedsTotalNumberOfAvailablePorts", "loadBalancers/b");
        Put("two outbound rules of one frontend", Balancer(Public(), outbound: Outbound() + "," + Outbound(name: "other", protocol: "Tcp")),
            "MoreThanOneOutboundRuleUsingSameFrontendIPConfigurationAndProtocolIsNotSupported");
        Put("a rule that translates beside an outbound rule", Balancer(Public(), Rule(), outbound: Outbound()),
            "LoadBalancingRuleMustDisableSNATSinceSameFrontendIPConfigurationIsReferencedByOutboundRule");

        Put("addresses in a pool of a global one", Balancer(Public("publicIPAddresses/global"), tier: "Global", pools: Part("pool", $"\"loadBalancerBackendAddresses\":[{Address("a", "10.0.0.9")}]")), invalid);
        Put("frontends in a pool of a regional one", Balancer(Internal(), pools: Part("pool",
            $"\"loadBalancerBackendAddresses\":[{Part("a", $"\"loadBalancerFrontendIPConfiguration\":{Id("loadBalancers/b/frontendIPConfigurations/front")}")}]")), invalid);
        Put("an internal frontend in a global one", Balancer(Public("publicIPAddresses/global"), tier: "Global", pools: Part("pool",
            $"\"loadBalancerBackendAddresses\":[{Part("a", $"\"loadBalancerFrontendIPConfiguration\":{Id("loadBalancers/i/frontendIPConfigurations/front")}")}]")), invalid);
        Put("a probe of a global one", Balancer(Public("publicIPAddresses/global"), tier: "Global", probes: Probe()), invalid);
        Delete("a regional one that a global one uses", "loadBalancers/c", "NotAllowedToDeleteLoadBalancerWithFrontendIpConfigurationInUseByGlobalLB");
        return rows;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task It_is_refused_as_Azure_refuses_it(string why, string method, string path, string? body, string code)
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await StageAsync(cloud);
        await cloud.RefusesAsync(why, method, path, body, code);
    }

    private static async Task StageAsync(NetworkCloud cloud)
    {
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), """
            {"location":"eastus","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]},"subnets":[
              {"name":"a","properties":{"addressPrefix":"10.0.0.0/24"}},{"name":"lone","properties":{"addressPrefix":"10.0.1.0/24"}}]}}
            """);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/w"), NetworkCloud.Vnet());
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/far"), NetworkCloud.Vnet().Replace("eastus", "westeurope", StringComparison.Ordinal));
        foreach (var name in new[] { "p", "used", "regional" })
        {
            await cloud.SucceedAsync("PUT", NetworkCloud.Id($"publicIPAddresses/{name}"), NetworkCloud.StandardAddress);
        }

        foreach (var name in new[] { "global", "planet" })
        {
            await cloud.SucceedAsync("PUT", NetworkCloud.Id($"publicIPAddresses/{name}"), NetworkCloud.StandardAddress.Replace("\"Standard\"", "\"Standard\",\"tier\":\"Global\"", StringComparison.Ordinal));
        }

        await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/basic"), """{"location":"eastus"}""");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("loadBalancers/b"), Balancer(
            Public("publicIPAddresses/used"), Rule(balancer: "loadBalancers/b", probe: true), Probe(),
            nat: string.Join(',', new[] { "taken", "one", "two" }.Select((n, i) => Nat($"\"protocol\":\"Tcp\",\"frontendPort\":{220 + i},\"backendPort\":22", n, "loadBalancers/b"))),
            pools: $$"""{"name":"pool"},{{Part("byip", $"\"loadBalancerBackendAddresses\":[{Address("x", "10.0.0.50")}]")}}"""));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("loadBalancers/c"), Balancer(Public("publicIPAddresses/regional")));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("loadBalancers/i"), Balancer(Internal(",\"privateIPAllocationMethod\":\"Static\",\"privateIPAddress\":\"10.0.0.100\"")));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("loadBalancers/j"), Balancer(Internal(subnet: "virtualNetworks/v/subnets/lone")));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("loadBalancers/g"), Balancer(Public("publicIPAddresses/planet"), tier: "Global", pools: Part("pool",
            $"\"loadBalancerBackendAddresses\":[{Part("c", $"\"loadBalancerFrontendIPConfiguration\":{Id("loadBalancers/c/frontendIPConfigurations/front")}")}]")));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n1"), Nic("loadBalancers/b/backendAddressPools/pool", "loadBalancers/b/inboundNatRules/taken", address: "10.0.0.10"));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n2"), Nic("loadBalancers/b/backendAddressPools/pool"));
    }
}
