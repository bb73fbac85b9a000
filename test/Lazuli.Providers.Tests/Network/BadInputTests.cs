namespace Lazuli.Providers.Tests.Network;

/// <summary>What Azure refuses is refused here, with the same code. One stage, one request per row.</summary>
public sealed class BadInputTests
{
    private const string Address = "publicIPAddresses/new";
    private const string New = "networkInterfaces/new";
    private const string Net = "virtualNetworks/new";
    private const string Nsg = "networkSecurityGroups/new";

    public static TheoryData<string, string, string, string?, string> Cases()
    {
        var rows = new TheoryData<string, string, string, string?, string>();
        void Put(string why, string path, string body, string code) => rows.Add(why, "PUT", path, body, code);
        void Delete(string why, string path, string code) => rows.Add(why, "DELETE", path, null, code);
        string NetOf(string properties) => $$$$"""{"location":"eastus","properties":{{{{{properties}}}}}}""";
        string Space(string prefixes, string more = "") => NetOf($$$$"""
            "addressSpace":{"addressPrefixes":[{{{{prefixes}}}}]}{{{{more}}}}
            """);
        string Subnets(string subnets) => Space("\"10.1.0.0/16\"", $",\"subnets\":[{subnets}]");
        string Dual(string subnets) => Space("\"10.1.0.0/16\",\"fd00::/48\"", $",\"subnets\":[{subnets}]");
        string Both(string four, string six, string name = "a") => $$$$"""{"name":"{{{{name}}}}","properties":{"addressPrefixes":["{{{{four}}}}","{{{{six}}}}"]}}""";
        string Subnet(string name, string prefix, string more = "") => $$$$"""{"name":"{{{{name}}}}","properties":{"addressPrefix":"{{{{prefix}}}}"{{{{more}}}}}}""";
        string Rules(params string[] rules) => NetOf($"\"securityRules\":[{string.Join(',', rules)}]");
        string RuleOf(string properties) => Rules($$$$"""{"name":"r","properties":{"priority":100,"direction":"Inbound","access":"Allow","protocol":"*",{{{{properties}}}}}}""");
        string Pip(string properties, string sku = "Standard", string more = "") => $$$$"""{"location":"eastus","sku":{"name":"{{{{sku}}}}"},"properties":{{{{{properties}}}}}{{{{more}}}}}""";

        var Four = IpConfig("four", "", "virtualNetworks/six/subnets/a", ",\"primary\":true");
        const string Six6 = "virtualNetworks/six/subnets/a";
        string IpConfig(string name, string address, string subnet, string more) => $$$$"""
            {"name":"{{{{name}}}}","properties":{"subnet":{"id":"{{{{NetworkCloud.Id(subnet)}}}}"}{{{{(address.Length == 0 ? "" : $",\"privateIPAllocationMethod\":\"Static\",\"privateIPAddress\":\"{address}\"")}}}}{{{{more}}}}}}
            """;
        string Six(string more, string? address = null, string? subnet = null) => address is null
            ? IpConfig(more, "", Six6, ",\"privateIPAddressVersion\":\"IPv6\"")
            : NetOf($"\"ipConfigurations\":[{IpConfig("f", "", subnet is { Length: > 0 } s ? s : "virtualNetworks/v/subnets/a", ",\"primary\":true")},{IpConfig("x", address, subnet is { Length: > 0 } t ? t : "virtualNetworks/v/subnets/a", ",\"privateIPAddressVersion\":\"IPv6\"" + more)}]");
        Put("no address space", Net, NetOf(""), "NoAddressPrefixOrPoolProvided");
        Put("not a prefix", Net, Space("\"10.1.0.0\""), "InvalidAddressPrefixFormat");
        Put("an octet too large", Net, Space("\"10.1.256.0/24\""), "InvalidAddressPrefixFormat");
        Put("a length too large", Net, Space("\"10.1.0.0/33\""), "InvalidAddressPrefixFormat");
        Put("host bits", Net, Space("\"10.1.0.1/16\""), "InvalidCIDRNotation");
        Put("IPv6 alone", Net, Space("\"fd00::/48\""), "NetcfgInvalidAddressSpace");
        Put("IPv6 host bits", Net, Space("\"10.1.0.0/16\",\"fd00::1/48\""), "InvalidCIDRNotation");
        Put("an IPv6 prefix that is none", Net, Space("\"10.1.0.0/16\",\"fd00::g/48\""), "InvalidAddressPrefixFormat");
        Put("an IPv6 length too large", Net, Space("\"10.1.0.0/16\",\"fd00::/129\""), "InvalidAddressPrefixFormat");
        Put("an IPv6 space smaller than a subnet", Net, Space("\"10.1.0.0/16\",\"fd00::/65\""), "NetcfgInvalidAddressSpace");
        Put("an IPv6 space that overlaps itself", Net, Space("\"10.1.0.0/16\",\"fd00::/48\",\"fd00::/56\""), "NetcfgInvalidAddressSpace");
        Put("IPv6 multicast", Net, Space("\"10.1.0.0/16\",\"ff00::/16\""), "NetcfgInvalidAddressSpace");
        Put("IPv6 link-local", Net, Space("\"10.1.0.0/16\",\"fe80::/16\""), "NetcfgInvalidAddressSpace");
        Put("an IPv6 subnet that isn't of length 64", Net, Dual(Both("10.1.0.0/24", "fd00::/72")), "NetcfgInvalidSubnet");
        Put("an IPv6 subnet larger than 64", Net, Dual(Both("10.1.0.0/24", "fd00::/56")), "NetcfgInvalidSubnet");
        Put("a subnet of IPv6 alone", Net, Dual(Subnet("a", "fd00::/64")), "NetcfgInvalidSubnet");
        Put("an IPv6 subnet outside", Net, Dual(Both("10.1.0.0/24", "fd01::/64")), "NetcfgSubnetRangeOutsideVnet");
        Put("an IPv6 subnet in a network without", Net, Subnets(Both("10.1.0.0/24", "fd00::/64")), "NetcfgSubnetRangeOutsideVnet");
        Put("IPv6 subnets that overlap", Net, Dual(Both("10.1.0.0/24", "fd00::/64") + "," + Both("10.1.1.0/24", "fd00::/64", "b")), "NetcfgSubnetRangesOverlap");
        Put("a rule of both families", Nsg, RuleOf("\"sourcePortRange\":\"*\",\"destinationPortRange\":\"80\",\"sourceAddressPrefix\":\"fd00::/8\",\"destinationAddressPrefix\":\"10.0.0.0/8\""), "ResourceCannotContainAddressPrefixesFromDifferentAddressFamilies");
        Put("prefixes of both families", Nsg, RuleOf("\"sourcePortRange\":\"*\",\"destinationPortRange\":\"80\",\"sourceAddressPrefixes\":[\"fd00::/8\",\"10.0.0.0/8\"],\"destinationAddressPrefix\":\"*\""), "ResourceCannotContainAddressPrefixesFromDifferentAddressFamilies");
        Put("an IPv6 configuration that is primary", New, Six(",\"primary\":true", "", ""), "InvalidRequestFormat");
        Put("an IPv6 configuration alone", New, NetOf($"\"ipConfigurations\":[{Six("x")}]"), "InvalidRequestFormat");
        Put("two IPv6 configurations", New, NetOf($"\"ipConfigurations\":[{Four},{Six("x")},{Six("y")}]"), "InvalidRequestFormat");
        Put("an IPv6 configuration in a subnet without", New, Six("", "", ""), "InvalidRequestFormat");
        Put("an IPv6 address outside the subnet", New, Six("", "fd00:0:0:2::4", Six6), "PrivateIPAddressNotInSubnet");
        Put("a reserved IPv6 address", New, Six("", "fd00::3", Six6), "PrivateIPAddressInReservedRange");
        Put("an IPv6 address that is none", New, Six("", "fd00::4%eth0", Six6), "InvalidIPAddressFormat");
        Put("an IPv4 address for IPv6", New, Six("", "10.6.0.4", Six6), "InvalidIPAddressFormat");
        Put("a public IPv4 address for IPv6", New, Six(",\"publicIPAddress\":{\"id\":\"" + NetworkCloud.Id("publicIPAddresses/free") + "\"}", "", Six6), "IPVersionForPublicIpAndNicIpConfigurationMustMatch");
        Put("a public IPv6 address for IPv4", New, NetworkCloud.Nic(publicAddress: "publicIPAddresses/six"), "IPVersionForPublicIpAndNicIpConfigurationMustMatch");
        Put("a route of both families", "routeTables/new", NetOf("\"routes\":[{\"name\":\"r\",\"properties\":{\"addressPrefix\":\"::/0\",\"nextHopType\":\"VirtualAppliance\",\"nextHopIpAddress\":\"10.0.0.4\"}}]"), "ResourceCannotContainAddressPrefixesFromDifferentAddressFamilies");
        Put("an IPv6 address for a NAT gateway", "natGateways/new", NetOf("\"publicIpAddresses\":[{\"id\":\"" + NetworkCloud.Id("publicIPAddresses/six") + "\"}]"), "FeatureNotSupported");
        Put("another version of an address", "publicIPAddresses/six", Pip("\"publicIPAllocationMethod\":\"Static\",\"publicIPAddressVersion\":\"IPv4\""), "PropertyChangeNotAllowed");
        Put("IPv6, Standard and dynamic", Address, Pip("\"publicIPAllocationMethod\":\"Dynamic\",\"publicIPAddressVersion\":\"IPv6\""), "StandardSkuPublicIPAddressesMustBeStatic");
        Put("an address space that overlaps itself", Net, Space("\"10.1.0.0/16\",\"10.1.4.0/24\""), "NetcfgInvalidAddressSpace");
        Put("multicast", Net, Space("\"224.0.0.0/8\""), "NetcfgInvalidAddressSpace");
        Put("link-local", Net, Space("\"169.254.0.0/16\""), "NetcfgInvalidAddressSpace");
        Put("a subnet outside", Net, Subnets(Subnet("a", "10.2.0.0/24")), "NetcfgSubnetRangeOutsideVnet");
        Put("subnets that overlap", Net, Subnets(Subnet("a", "10.1.0.0/24") + "," + Subnet("b", "10.1.0.128/25")), "NetcfgSubnetRangesOverlap");
        Put("a subnet too small", Net, Subnets(Subnet("a", "10.1.0.0/30")), "NetcfgInvalidSubnet");
        Put("a subnet without a prefix", Net, Subnets("{\"name\":\"a\"}"), "NoAddressPrefixOrPoolProvided");
        Put("a subnet with host bits", Net, Subnets(Subnet("a", "10.1.0.9/24")), "InvalidCIDRNotation");
        Put("two subnets of one name", Net, Subnets(Subnet("a", "10.1.0.0/24") + "," + Subnet("A", "10.1.1.0/24")), "DuplicateResourceName");
        Put("a bad subnet name", Net, Subnets(Subnet("-a", "10.1.0.0/24")), "InvalidResourceName");
        Put("a DNS server that is none", Net, Space("\"10.1.0.0/16\"", ",\"dhcpOptions\":{\"dnsServers\":[\"dns\"]}"), "InvalidIPAddressFormat");
        Put("DDoS protection", Net, Space("\"10.1.0.0/16\"", ",\"enableDdosProtection\":true"), "FeatureNotSupported");
        Put("a route table that is none", Net, Subnets(Subnet("a", "10.1.0.0/24", ",\"routeTable\":{\"id\":\"/x\"}")), "LinkedInvalidPropertyId");
        Put("a flow timeout out of range", Net, Space("\"10.1.0.0/16\"", ",\"flowTimeoutInMinutes\":3"), "InvalidParameter");
        Put("an unknown property", Net, Space("\"10.1.0.0/16\"", ",\"colour\":1"), "InvalidRequestContent");
        Put("no location", Net, """{"properties":{"addressSpace":{"addressPrefixes":["10.1.0.0/16"]}}}""", "LocationRequired");
        Put("an unknown location", Net, """{"location":"atlantis","properties":{"addressSpace":{"addressPrefixes":["10.1.0.0/16"]}}}""", "LocationNotAvailableForResourceType");
        Put("a group that isn't there", Net, Subnets(Subnet("a", "10.1.0.0/24", $$$$""","networkSecurityGroup":{"id":"{{{{NetworkCloud.Id("networkSecurityGroups/none")}}}}"}""")), "InvalidResourceReference");
        Put("a group that is none", Net, Subnets(Subnet("a", "10.1.0.0/24", $$$$""","networkSecurityGroup":{"id":"{{{{NetworkCloud.Id("virtualNetworks/v")}}}}"}""")), "LinkedInvalidPropertyId");
        Put("a group of another region", Net, Subnets(Subnet("a", "10.1.0.0/24", $$$$""","networkSecurityGroup":{"id":"{{{{NetworkCloud.Id("networkSecurityGroups/far")}}}}"}""")), "InvalidResourceReference");
        Put("a subnet moved under a NIC", "virtualNetworks/v/subnets/a", """{"properties":{"addressPrefix":"10.0.8.0/24"}}""", "InUsePrefixCannotBeDeleted");
        Put("a subnet PUT outside", "virtualNetworks/v/subnets/z", """{"properties":{"addressPrefix":"10.9.0.0/24"}}""", "NetcfgSubnetRangeOutsideVnet");
        Delete("a subnet in use", "virtualNetworks/v/subnets/a", "InUseSubnetCannotBeDeleted");
        Delete("a network in use", "virtualNetworks/v", "InUseSubnetCannotBeDeleted");

        Put("a priority too low", Nsg, Rules(NetworkCloud.Rule(priority: 99)), "SecurityRuleInvalidPriority");
        Put("a priority too high", Nsg, Rules(NetworkCloud.Rule(priority: 4097)), "SecurityRuleInvalidPriority");
        Put("two rules in one place", Nsg, Rules(NetworkCloud.Rule(), NetworkCloud.Rule(name: "s")), "SecurityRuleConflict");
        Put("two rules of one name", Nsg, Rules(NetworkCloud.Rule(), NetworkCloud.Rule(priority: 101)), "DuplicateResourceName");
        Put("a port too high", Nsg, RuleOf("\"sourcePortRange\":\"*\",\"destinationPortRange\":\"65536\",\"sourceAddressPrefix\":\"*\",\"destinationAddressPrefix\":\"*\""), "SecurityRuleInvalidPortRange");
        Put("ports by comma", Nsg, RuleOf("\"sourcePortRange\":\"*\",\"destinationPortRange\":\"80,81\",\"sourceAddressPrefix\":\"*\",\"destinationAddressPrefix\":\"*\""), "SecurityRuleInvalidPortRange");
        Put("a range backwards", Nsg, RuleOf("\"sourcePortRange\":\"*\",\"destinationPortRange\":\"90-80\",\"sourceAddressPrefix\":\"*\",\"destinationAddressPrefix\":\"*\""), "SecurityRuleInvalidPortRange");
        Put("no source", Nsg, RuleOf("\"sourcePortRange\":\"*\",\"destinationPortRange\":\"80\",\"destinationAddressPrefix\":\"*\""), "SecurityRuleParametersMissing");
        Put("no port", Nsg, RuleOf("\"sourcePortRange\":\"*\",\"sourceAddressPrefix\":\"*\",\"destinationAddressPrefix\":\"*\""), "SecurityRuleParametersMissing");
        Put("one source and many", Nsg, Rules(NetworkCloud.Rule(",\"sourceAddressPrefixes\":[\"10.0.0.0/8\"]")), "SecurityRuleParametersConflict");
        Put("a prefix that is none", Nsg, RuleOf("\"sourcePortRange\":\"*\",\"destinationPortRange\":\"80\",\"sourceAddressPrefix\":\"10.0.0/8\",\"destinationAddressPrefix\":\"*\""), "SecurityRuleInvalidAddressPrefix");
        Put("a tag among prefixes", Nsg, RuleOf("\"sourcePortRange\":\"*\",\"destinationPortRange\":\"80\",\"sourceAddressPrefixes\":[\"10.0.0.0/8\",\"Internet\"],\"destinationAddressPrefix\":\"*\""), "SecurityRuleParameterContainsUnsupportedValue");
        Put("a service tag of the platform", Nsg, RuleOf("\"sourcePortRange\":\"*\",\"destinationPortRange\":\"80\",\"sourceAddressPrefix\":\"AzurePlatformDNS\",\"destinationAddressPrefix\":\"*\""), "FeatureNotSupported");
        Put("an application security group beside a prefix", Nsg, Rules(NetworkCloud.Rule(",\"sourceApplicationSecurityGroups\":[{\"id\":\"/x\"}]")), "SecurityRuleParametersConflict");
        Put("a protocol that is none", Nsg, Rules(NetworkCloud.Rule().Replace("Tcp", "Sctp", StringComparison.Ordinal)), "InvalidParameter");
        Delete("a group in use", "networkSecurityGroups/g", "InUseNetworkSecurityGroupCannotBeDeleted");

        Put("Standard and dynamic", Address, Pip("\"publicIPAllocationMethod\":\"Dynamic\""), "StandardSkuPublicIPAddressesMustBeStatic");
        Put("Standard without a method", Address, Pip(""), "StandardSkuPublicIPAddressesMustBeStatic");
        Put("Basic and zonal", Address, Pip("", "Basic", ",\"zones\":[\"1\"]"), "ZonesNotAllowedInBasicSkuResource");
        Put("a zone that isn't there", Address, Pip("\"publicIPAllocationMethod\":\"Static\"", "Standard", ",\"zones\":[\"4\"]"), "InvalidAvailabilityZone");
        Put("an unknown SKU", Address, Pip("", "Premium"), "InvalidParameter");
        Put("Basic IPv6", Address, Pip("\"publicIPAddressVersion\":\"IPv6\"", "Basic"), "FeatureNotSupported");
        Put("an idle timeout out of range", Address, Pip("\"publicIPAllocationMethod\":\"Static\",\"idleTimeoutInMinutes\":31"), "InvalidParameter");
        Put("a label with capitals", Address, Pip("\"publicIPAllocationMethod\":\"Static\",\"dnsSettings\":{\"domainNameLabel\":\"Web\"}"), "InvalidDomainNameLabel");
        Put("a label that another has", Address, Pip("\"publicIPAllocationMethod\":\"Static\",\"dnsSettings\":{\"domainNameLabel\":\"lab-one\"}"), "DnsRecordInUse");
        Put("another SKU for an address", "publicIPAddresses/p", Pip("", "Basic"), "PropertyChangeNotAllowed");
        Put("other zones for an address", "publicIPAddresses/p", Pip("\"publicIPAllocationMethod\":\"Static\"", "Standard", ",\"zones\":[\"1\"]"), "ResourceAvailabilityZonesCannotBeModified");
        Delete("an address in use", "publicIPAddresses/p", "PublicIPAddressCannotBeDeleted");

        Put("a truth that is none", New, NetOf("\"enableIPForwarding\":\"maybe\""), "InvalidRequestContent");
        Put("a list that is none", New, NetOf("\"ipConfigurations\":5"), "InvalidRequestContent");
        Put("a number that is none", Nsg, Rules(NetworkCloud.Rule().Replace("\"priority\":100", "\"priority\":\"first\"", StringComparison.Ordinal)), "InvalidRequestContent");
        Put("no IP configuration", New, NetOf("\"ipConfigurations\":[]"), "InvalidRequestFormat");
        Put("no subnet", New, NetOf("\"ipConfigurations\":[{\"name\":\"ip\",\"properties\":{}}]"), "InvalidRequestFormat");
        Put("a subnet that isn't there", New, NetworkCloud.Nic("virtualNetworks/v/subnets/none"), "InvalidResourceReference");
        Put("a network that isn't there", New, NetworkCloud.Nic("virtualNetworks/none/subnets/a"), "InvalidResourceReference");
        Put("a network of another region", New, NetworkCloud.Nic("virtualNetworks/far/subnets/a"), "InvalidResourceReference");
        Put("an address outside the subnet", New, NetworkCloud.Nic(address: "10.0.1.4"), "PrivateIPAddressNotInSubnet");
        Put("a reserved address", New, NetworkCloud.Nic(address: "10.0.0.3"), "PrivateIPAddressInReservedRange");
        Put("the last address", New, NetworkCloud.Nic(address: "10.0.0.255"), "PrivateIPAddressInReservedRange");
        Put("an address that another has", New, NetworkCloud.Nic(address: "10.0.0.4"), "PrivateIPAddressIsAllocated");
        Put("an address that is none", New, NetworkCloud.Nic(address: "10.0.0"), "InvalidIPAddressFormat");
        Put("a public address that another has", New, NetworkCloud.Nic(publicAddress: "publicIPAddresses/p"), "PublicIPAddressInUse");
        Put("a full subnet", New, NetworkCloud.Nic("virtualNetworks/v/subnets/tiny"), "SubnetIsFull");
        Put("two networks", New, NetOf($$$$"""
            "ipConfigurations":[{"name":"i","properties":{"primary":true,"subnet":{"id":"{{{{NetworkCloud.Id("virtualNetworks/v/subnets/a")}}}}"}}},
              {"name":"j","properties":{"subnet":{"id":"{{{{NetworkCloud.Id("virtualNetworks/w/subnets/a")}}}}"}}}]
            """), "IpConfigurationsOnSameNicCannotUseDifferentVnets");
        Put("no primary among several", New, NetOf($$$$"""
            "ipConfigurations":[{"name":"i","properties":{"subnet":{"id":"{{{{NetworkCloud.Id("virtualNetworks/v/subnets/a")}}}}"}}},
              {"name":"j","properties":{"subnet":{"id":"{{{{NetworkCloud.Id("virtualNetworks/v/subnets/a")}}}}"}}}]
            """), "InvalidRequestFormat");
        Put("a back-end pool", New, NetOf($$$$"""
            "ipConfigurations":[{"name":"i","properties":{"subnet":{"id":"{{{{NetworkCloud.Id("virtualNetworks/v/subnets/a")}}}}"},"loadBalancerBackendAddressPools":[{"id":"/x"}]}}]
            """), "LinkedInvalidPropertyId");
        Delete("a NIC in use", "networkInterfaces/attached", "NicInUse");
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

    [Fact]
    public async Task All_faults_of_a_request_are_told_at_once()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        var codes = await cloud.CodesAsync("PUT", NetworkCloud.Id(Net), """
            {"location":"eastus","properties":{"addressSpace":{"addressPrefixes":["10.1.0.1/16","x"]},"enableDdosProtection":true,
              "subnets":[{"name":"a","properties":{"addressPrefix":"10.1.0.0/33"}}]}}
            """);
        Assert.Equal(["FeatureNotSupported", "InvalidAddressPrefixFormat", "InvalidAddressPrefixFormat", "InvalidCIDRNotation"], codes.Order(StringComparer.Ordinal));
    }

    private static async Task StageAsync(NetworkCloud cloud)
    {
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkSecurityGroups/g"), """{"location":"eastus"}""");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkSecurityGroups/far"), """{"location":"westeurope"}""");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), """
            {"location":"eastus","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]},"subnets":[
              {"name":"a","properties":{"addressPrefix":"10.0.0.0/24"}},{"name":"tiny","properties":{"addressPrefix":"10.0.2.0/29"}}]}}
            """);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/w"), NetworkCloud.Vnet());
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/far"), NetworkCloud.Vnet().Replace("eastus", "westeurope", StringComparison.Ordinal));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/six"), """
            {"location":"eastus","properties":{"addressSpace":{"addressPrefixes":["10.6.0.0/16","fd00::/48"]},"subnets":[{"name":"a","properties":{"addressPrefixes":["10.6.0.0/24","fd00::/64"]}}]}}
            """);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/free"), NetworkCloud.StandardAddress);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/six"), NetworkCloud.StandardAddress.Replace("\"Static\"", "\"Static\",\"publicIPAddressVersion\":\"IPv6\"", StringComparison.Ordinal));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/p"), """
            {"location":"eastus","sku":{"name":"Standard"},"properties":{"publicIPAllocationMethod":"Static","dnsSettings":{"domainNameLabel":"lab-one"}}}
            """);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/attached"), NetworkCloud.Nic(publicAddress: "publicIPAddresses/p", group: "networkSecurityGroups/g"));
        foreach (var n in new[] { 1, 2, 3 })
        {
            await cloud.SucceedAsync("PUT", NetworkCloud.Id($"networkInterfaces/t{n}"), NetworkCloud.Nic("virtualNetworks/v/subnets/tiny"));
        }

        await cloud.SucceedAsync("PUT", NetworkCloud.Vm("vm"), $$$$"""
            {"location":"eastus","properties":{"networkProfile":{"networkInterfaces":[{"id":"{{{{NetworkCloud.Id("networkInterfaces/attached")}}}}"}]}}}
            """);
    }
}
