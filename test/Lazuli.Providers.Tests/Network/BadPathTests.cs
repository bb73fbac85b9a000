using System.Globalization;

namespace Lazuli.Providers.Tests.Network;

/// <summary>Routes, gateways, prefixes, application groups, peerings and questions that are refused, with Azure's codes.</summary>
public sealed class BadPathTests
{
    private const string Table = "routeTables/new";
    private const string Nat = "natGateways/new";
    private const string Prefix = "publicIPPrefixes/new";
    private const string Group = "networkSecurityGroups/new";
    private const string Nic = "networkInterfaces/new";
    private const string Subnet = "virtualNetworks/v/subnets/new";
    private const string Peering = "virtualNetworks/v/virtualNetworkPeerings/new";

    public static TheoryData<string, string, string, string?, string> Cases()
    {
        var rows = new TheoryData<string, string, string, string?, string>();
        void Put(string why, string path, string body, string code) => rows.Add(why, "PUT", path, body, code);
        void Post(string why, string path, string body, string code) => rows.Add(why, "POST", path, body, code);
        void Delete(string why, string path, string code) => rows.Add(why, "DELETE", path, null, code);
        string Of(string properties, string more = "") => "{\"location\":\"eastus\",\"properties\":{" + properties + "}" + more + "}";
        string Id(string path) => "{\"id\":\"" + NetworkCloud.Id(path) + "\"}";
        string Routes(params string[] routes) => Of("\"routes\":[" + string.Join(',', routes) + "]");
        string Route(string prefix, string hop, string? address = null, string name = "r")
            => $"{{\"name\":\"{name}\",\"properties\":{{\"addressPrefix\":\"{prefix}\",\"nextHopType\":\"{hop}\"{(address is null ? "" : $",\"nextHopIpAddress\":\"{address}\"")}}}}}";
        string Part(string more) => "{\"properties\":{\"addressPrefix\":\"10.0.7.0/24\"" + more + "}}";
        string Ip(string more) => Of("\"ipConfigurations\":[{\"name\":\"i\",\"properties\":{\"subnet\":" + Id("virtualNetworks/v/subnets/a") + more + "}}]");
        string Peer(string remote, string more = "") => "{\"properties\":{\"remoteVirtualNetwork\":" + Id(remote) + more + "}}";
        string Rule(string sides) => Of("\"securityRules\":[{\"name\":\"r\",\"properties\":{\"priority\":100,\"direction\":\"Inbound\",\"access\":\"Allow\",\"protocol\":\"Tcp\",\"sourcePortRange\":\"*\",\"destinationPortRange\":\"80\"," + sides + "}}]");

        Put("a prefix that is none", Table, Routes(Route("10.0.0", "None")), "InvalidAddressPrefixFormat");
        Put("no prefix", Table, Routes(Route("", "None")), "InvalidAddressPrefixFormat");
        Put("host bits", Table, Routes(Route("10.0.0.1/16", "None")), "InvalidCIDRNotation");
        Put("a length too large", Table, Routes(Route("10.0.0.0/40", "None")), "InvalidAddressPrefixFormat");
        Put("a tag that is none", Table, Routes(Route("NoSuchTag", "Internet")), "InvalidAddressPrefixFormat");
        Put("an unknown next hop", Table, Routes(Route("10.0.0.0/16", "Moon")), "InvalidParameter");
        Put("no next hop", Table, Routes("{\"name\":\"r\",\"properties\":{\"addressPrefix\":\"10.0.0.0/16\"}}"), "InvalidParameter");
        Put("an appliance without an address", Table, Routes(Route("10.0.0.0/16", "VirtualAppliance")), "InvalidRequestFormat");
        Put("an appliance with an empty address", Table, Routes(Route("10.0.0.0/16", "VirtualAppliance", "")), "InvalidRequestFormat");
        Put("an address that is none", Table, Routes(Route("10.0.0.0/16", "VirtualAppliance", "10.0.0")), "InvalidIPAddressFormat");
        Put("an address without an appliance", Table, Routes(Route("10.0.0.0/16", "Internet", "10.0.0.4")), "InvalidRequestFormat");
        Put("one prefix twice", Table, Routes(Route("10.0.0.0/16", "None"), Route("10.0.0.0/16", "Internet", name: "s")), "RouteConflict");
        Put("one name twice", Table, Routes(Route("10.0.0.0/16", "None"), Route("10.1.0.0/16", "None", name: "R")), "DuplicateResourceName");
        Put("a route's bad name", Table, Routes(Route("10.0.0.0/16", "None", name: "a/b")), "InvalidResourceName");
        Put("a route without a name", Table, Routes("{\"properties\":{\"addressPrefix\":\"10.0.0.0/16\",\"nextHopType\":\"None\"}}"), "InvalidRequestFormat");
        Put("many next hops", Table, Routes(Route("10.0.0.0/16", "VirtualApplianceEcmp")), "FeatureNotSupported");
        Put("routes of peers turned off", Table, Of("\"disablePeeringRoute\":\"All\""), "FeatureNotSupported");
        Put("401 routes", Table, Routes([.. Enumerable.Range(0, 401).Select(i => Route($"10.{i >> 8}.{i & 255}.0/24", "None", name: "r" + i.ToString(CultureInfo.InvariantCulture)))]), "InvalidParameter");
        Put("a route with host bits, by itself", "routeTables/t/routes/new", "{\"properties\":{\"addressPrefix\":\"10.0.0.1/16\",\"nextHopType\":\"None\"}}", "InvalidCIDRNotation");
        Put("a route of no table", "routeTables/none/routes/new", "{\"properties\":{\"addressPrefix\":\"10.0.0.0/16\",\"nextHopType\":\"None\"}}", "ParentResourceNotFound");
        Put("a route that another is", "routeTables/t/routes/new", "{\"properties\":{\"addressPrefix\":\"10.9.0.0/16\",\"nextHopType\":\"None\"}}", "RouteConflict");
        Delete("a table in use", "routeTables/t", "InUseRouteTableCannotBeDeleted");
        Put("a table of another region", Subnet, Part(",\"routeTable\":" + Id("routeTables/far")), "InvalidResourceReference");
        Put("a table that isn't there", Subnet, Part(",\"routeTable\":" + Id("routeTables/none")), "InvalidResourceReference");
        Put("a gateway for a table", Subnet, Part(",\"routeTable\":" + Id("natGateways/g")), "LinkedInvalidPropertyId");

        Put("a timeout too short", Nat, Of("\"idleTimeoutInMinutes\":3"), "InvalidParameter");
        Put("a timeout too long", Nat, Of("\"idleTimeoutInMinutes\":121"), "InvalidParameter");
        Put("a Basic gateway", Nat, Of("", ",\"sku\":{\"name\":\"Basic\"}"), "InvalidParameter");
        Put("a gateway of the next kind", Nat, Of("", ",\"sku\":{\"name\":\"StandardV2\"}"), "FeatureNotSupported");
        Put("two zones", Nat, Of("", ",\"zones\":[\"1\",\"2\"]"), "InvalidAvailabilityZone");
        Put("a fourth zone", Nat, Of("", ",\"zones\":[\"4\"]"), "InvalidAvailabilityZone");
        Put("another zone", "natGateways/g", Of("", ",\"zones\":[\"2\"]"), "ResourceAvailabilityZonesCannotBeModified");
        Put("a Basic address", Nat, Of("\"publicIpAddresses\":[" + Id("publicIPAddresses/basic") + "]"), "NatGatewayNotSupportedWithBasicSkuPublicIP");
        Put("an address that isn't there", Nat, Of("\"publicIpAddresses\":[" + Id("publicIPAddresses/none") + "]"), "InvalidResourceReference");
        Put("an address of another region", Nat, Of("\"publicIpAddresses\":[" + Id("publicIPAddresses/far") + "]"), "InvalidResourceReference");
        Put("an address of another gateway", Nat, Of("\"publicIpAddresses\":[" + Id("publicIPAddresses/p") + "]"), "PublicIPAddressInUse");
        Put("an address of a NIC", Nat, Of("\"publicIpAddresses\":[" + Id("publicIPAddresses/q") + "]"), "PublicIPAddressInUse");
        Put("a prefix for an address", Nat, Of("\"publicIpAddresses\":[" + Id("publicIPPrefixes/x") + "]"), "LinkedInvalidPropertyId");
        Put("IPv6", Nat, Of("\"publicIpAddressesV6\":[" + Id("publicIPAddresses/p") + "]"), "FeatureNotSupported");
        Put("NAT64", Nat, Of("\"nat64\":\"Enabled\""), "FeatureNotSupported");
        Delete("a gateway in use", "natGateways/g", "InUseNatGatewayCannotBeDeleted");
        Delete("a gateway's address", "publicIPAddresses/p", "PublicIPAddressCannotBeDeleted");
        Put("a gateway of another network", "virtualNetworks/w/subnets/new", Part(",\"natGateway\":" + Id("natGateways/g")).Replace("10.0.7", "10.1.7", StringComparison.Ordinal), "NatGatewayCannotSpanMultipleVirtualNetworks");
        Put("a gateway that isn't there", Subnet, Part(",\"natGateway\":" + Id("natGateways/none")), "InvalidResourceReference");
        Put("a gateway's address for a NIC", Nic, Ip(",\"publicIPAddress\":" + Id("publicIPAddresses/p")), "PublicIPAddressInUse");

        Put("no length", Prefix, Of(""), "InvalidPublicIPPrefixLength");
        Put("a length too long", Prefix, Of("\"prefixLength\":32"), "InvalidPublicIPPrefixLength");
        Put("a length too short", Prefix, Of("\"prefixLength\":20"), "InvalidParameter");
        Put("another length", "publicIPPrefixes/x", Of("\"prefixLength\":30"), "PropertyChangeNotAllowed");
        Put("an IPv6 prefix too large", Prefix, Of("\"prefixLength\":123,\"publicIPAddressVersion\":\"IPv6\""), "InvalidPublicIPPrefixLength");
        Put("an IPv6 prefix of an IPv4 length", Prefix, Of("\"prefixLength\":31,\"publicIPAddressVersion\":\"IPv6\""), "InvalidPublicIPPrefixLength");
        Put("an IPv6 address of an IPv4 prefix", "publicIPAddresses/new", Of("\"publicIPAllocationMethod\":\"Static\",\"publicIPAddressVersion\":\"IPv6\",\"publicIPPrefix\":" + Id("publicIPPrefixes/x"), ",\"sku\":{\"name\":\"Standard\"}"), "ResourceCannotContainAddressPrefixesFromDifferentAddressFamilies");
        Put("a Basic prefix", Prefix, Of("\"prefixLength\":31", ",\"sku\":{\"name\":\"Basic\"}"), "InvalidParameter");
        Put("a global prefix", Prefix, Of("\"prefixLength\":31", ",\"sku\":{\"name\":\"Standard\",\"tier\":\"Global\"}"), "FeatureNotSupported");
        Put("a prefix brought along", Prefix, Of("\"prefixLength\":31,\"customIPPrefix\":{\"id\":\"/x\"}"), "FeatureNotSupported");
        Put("a third address of two", "publicIPAddresses/new", Of("\"publicIPAllocationMethod\":\"Static\",\"publicIPPrefix\":" + Id("publicIPPrefixes/x"), ",\"sku\":{\"name\":\"Standard\"}"), "PublicIPPrefixIsFull");
        Put("a prefix that isn't there", "publicIPAddresses/new", Of("\"publicIPAllocationMethod\":\"Static\",\"publicIPPrefix\":" + Id("publicIPPrefixes/none"), ",\"sku\":{\"name\":\"Standard\"}"), "InvalidResourceReference");
        Put("another prefix", "publicIPAddresses/x1", Of("\"publicIPAllocationMethod\":\"Static\"", ",\"sku\":{\"name\":\"Standard\"}"), "PropertyChangeNotAllowed");
        Delete("a prefix in use", "publicIPPrefixes/x", "InUsePublicIpPrefixCannotBeDeleted");

        Put("a group that isn't there", Nic, Ip(",\"applicationSecurityGroups\":[" + Id("applicationSecurityGroups/none") + "]"), "InvalidResourceReference");
        Put("a group of another region", Nic, Ip(",\"applicationSecurityGroups\":[" + Id("applicationSecurityGroups/far") + "]"), "InvalidResourceReference");
        Put("a group of another network", Nic, Ip(",\"applicationSecurityGroups\":[" + Id("applicationSecurityGroups/web") + "]"), "ApplicationSecurityGroupNotInSameVnet");
        Put("a network group for an application's", Nic, Ip(",\"applicationSecurityGroups\":[" + Id("networkSecurityGroups/g") + "]"), "LinkedInvalidPropertyId");
        Put("a rule with a group and a prefix", Group, Rule("\"sourceAddressPrefix\":\"*\",\"sourceApplicationSecurityGroups\":[" + Id("applicationSecurityGroups/web") + "],\"destinationAddressPrefix\":\"*\""), "SecurityRuleParametersConflict");
        Put("a rule with neither", Group, Rule("\"destinationAddressPrefix\":\"*\""), "SecurityRuleParametersMissing");
        Put("a rule with a group of another region", Group, Rule("\"sourceApplicationSecurityGroups\":[" + Id("applicationSecurityGroups/far") + "],\"destinationAddressPrefix\":\"*\""), "InvalidResourceReference");
        Put("a rule with eleven groups", Group, Rule("\"sourceApplicationSecurityGroups\":[" + string.Join(',', Enumerable.Repeat(Id("applicationSecurityGroups/web"), 11)) + "],\"destinationAddressPrefix\":\"*\""), "InvalidRequestFormat");
        Delete("a group in use", "applicationSecurityGroups/web", "InUseApplicationSecurityGroupCannotBeDeleted");
        Put("two subnets", Nic, Of("\"ipConfigurations\":[{\"name\":\"i\",\"properties\":{\"primary\":true,\"subnet\":" + Id("virtualNetworks/v/subnets/a") + "}},{\"name\":\"j\",\"properties\":{\"subnet\":" + Id("virtualNetworks/v/subnets/b") + "}}]"),
            "IpConfigurationsOnSameNicCannotUseDifferentSubnets");

        Put("a peering to nobody", Peering, "{\"properties\":{}}", "InvalidRequestFormat");
        Put("a peering to what isn't there", Peering, Peer("virtualNetworks/none"), "InvalidResourceReference");
        Put("a peering to a group", Peering, Peer("networkSecurityGroups/g"), "LinkedInvalidPropertyId");
        Put("a peering to itself", Peering, Peer("virtualNetworks/v"), "PeeringsInVnetCannotReferenceParentVnet");
        Put("a second peering", Peering, Peer("virtualNetworks/w"), "AnotherPeeringAlreadyReferencesRemoteVnet");
        Put("the same addresses", Peering, Peer("virtualNetworks/same"), "VnetAddressSpacesOverlap");
        Put("the addresses of a peer", "virtualNetworks/twin/virtualNetworkPeerings/new", Peer("virtualNetworks/v"), "VnetAddressSpaceOverlapsWithAlreadyPeeredVnet");
        Put("another network at the end", "virtualNetworks/v/virtualNetworkPeerings/p", Peer("virtualNetworks/x"), "ChangingRemoteVirtualNetworkNotAllowed");
        Put("a gateway that isn't there, beyond", Peering, Peer("virtualNetworks/x", ",\"useRemoteGateways\":true"), "RemoteVnetHasNoGateways");
        Put("both gateways", Peering, Peer("virtualNetworks/x", ",\"useRemoteGateways\":true,\"allowGatewayTransit\":true"), "PeeringGatewayTransitConflict");
        Put("a part of a network", Peering, Peer("virtualNetworks/x", ",\"peerCompleteVnets\":false"), "FeatureNotSupported");
        Put("IPv6 only", Peering, Peer("virtualNetworks/x", ",\"enableOnlyIPv6Peering\":true"), "FeatureNotSupported");
        Put("a peering of no network", "virtualNetworks/none/virtualNetworkPeerings/new", Peer("virtualNetworks/v"), "ParentResourceNotFound");
        Put("a space that a peer has", "virtualNetworks/v", Of("\"addressSpace\":{\"addressPrefixes\":[\"10.0.0.0/16\",\"10.1.4.0/24\"]}"), "VnetAddressSpacesOverlap");

        string Ask(string more, string machine = "m") => "{\"targetResourceId\":\"" + NetworkCloud.Vm(machine) + "\"" + more + "}";
        const string watcher = "networkWatchers/k/";
        const string flow = ",\"protocol\":\"TCP\",\"localPort\":\"80\",\"remotePort\":\"5000\",\"localIPAddress\":\"10.0.0.4\",\"remoteIPAddress\":\"8.8.8.8\"";
        Post("a question without a direction", watcher + "ipFlowVerify", Ask(flow), "InvalidRequestFormat");
        Post("a question about no machine", watcher + "ipFlowVerify", Ask(flow + ",\"direction\":\"Inbound\"", "none"), "ResourceNotFound");
        Post("a question about an address of nobody's", watcher + "ipFlowVerify", Ask(flow.Replace("10.0.0.4", "10.0.0.9", StringComparison.Ordinal) + ",\"direction\":\"Inbound\""), "InvalidRequestFormat");
        Post("a question about a port that is none", watcher + "ipFlowVerify", Ask(flow.Replace("\"80\"", "\"80000\"", StringComparison.Ordinal) + ",\"direction\":\"Inbound\""), "InvalidRequestFormat");
        Post("a question about ICMP", watcher + "ipFlowVerify", Ask(flow.Replace("TCP", "ICMP", StringComparison.Ordinal) + ",\"direction\":\"Inbound\""), "InvalidRequestFormat");
        Post("a question about an address that is none", watcher + "nextHop", Ask(",\"sourceIPAddress\":\"10.0.0.4\",\"destinationIPAddress\":\"8.8\""), "InvalidIPAddressFormat");
        Post("a question about another's address", watcher + "nextHop", Ask(",\"sourceIPAddress\":\"10.0.0.9\",\"destinationIPAddress\":\"8.8.8.8\""), "InvalidRequestFormat");
        Post("a question in another region", "networkWatchers/far/securityGroupView", Ask(""), "TargetResourceNotInSameRegion");
        Post("half a question", watcher + "nextHop", "{", "InvalidRequestContent");
        Post("a map of nothing", watcher + "topology", "{}", "InvalidRequestFormat");
        Post("a NIC without a machine", "networkInterfaces/n/effectiveRouteTable", "", "NetworkInterfaceNotAttachedToVirtualMachine");

        string Capture(string more, string machine = "m") => "{\"properties\":{\"target\":\"" + NetworkCloud.Vm(machine) + "\"," + more + "}}";
        const string file = "\"storageLocation\":{\"filePath\":\"/var/captures/x.cap\"}";
        Put("a capture into an account", watcher + "packetCaptures/new", Capture("\"storageLocation\":{\"storageId\":\"" + NetworkCloud.Group + "/providers/Microsoft.Storage/storageAccounts/x\"}"), "FeatureNotSupported");
        Put("a capture to nowhere", watcher + "packetCaptures/new", Capture("\"storageLocation\":{}"), "InvalidRequestFormat");
        Put("a capture of no machine", watcher + "packetCaptures/new", Capture(file, "none"), "InvalidResourceReference");
        Put("a capture of a port that is none", watcher + "packetCaptures/new", Capture(file + ",\"filters\":[{\"localPort\":\"80-70\"}]"), "InvalidRequestFormat");
        Put("a capture of an address that is none", watcher + "packetCaptures/new", Capture(file + ",\"filters\":[{\"remoteIPAddress\":\"10.0.0.0/8\"}]"), "InvalidRequestFormat");
        Put("a capture in another region", "networkWatchers/far/packetCaptures/new", Capture(file), "TargetResourceNotInSameRegion");
        Put("a capture of a scale set", watcher + "packetCaptures/new", Capture(file + ",\"targetType\":\"AzureVMSS\""), "FeatureNotSupported");
        string Log(string more, string target = "virtualNetworks/v") => Of("\"targetResourceId\":\"" + NetworkCloud.Id(target) + "\"," + more);
        const string account = "\"storageId\":\"" + NetworkCloud.Group + "/providers/Microsoft.Storage/storageAccounts/x\"";
        Put("a flow log without an account", watcher + "flowLogs/new", Log("\"enabled\":true"), "InvalidParameter");
        Put("a flow log into what is no account", watcher + "flowLogs/new", Log("\"storageId\":\"x\""), "InvalidRequestFormat");
        Put("a flow log of an address", watcher + "flowLogs/new", Log(account, "publicIPAddresses/p"), "InvalidRequestFormat");
        Put("a flow log of nothing", watcher + "flowLogs/new", Log(account, "virtualNetworks/none"), "InvalidResourceReference");
        Put("a flow log with analytics", watcher + "flowLogs/new", Log(account + ",\"flowAnalyticsConfiguration\":{\"networkWatcherFlowAnalyticsConfiguration\":{\"enabled\":true}}"), "FeatureNotSupported");
        Put("a monitor without tests", watcher + "connectionMonitors/new", Of("\"endpoints\":[]"), "InvalidRequestFormat");
        string Monitor(string configuration) => Of("\"endpoints\":[{\"name\":\"m\",\"resourceId\":\"" + NetworkCloud.Vm("m") + "\"},{\"name\":\"x\",\"type\":\"ExternalAddress\",\"address\":\"example.org\"}],\"testConfigurations\":[{\"name\":\"t\","
            + configuration + "}],\"testGroups\":[{\"name\":\"g\",\"sources\":[\"m\"],\"destinations\":[\"x\"],\"testConfigurations\":[\"t\"]}]");
        const string Page = "\"httpConfiguration\":{\"port\":80,\"method\":\"Get\",\"path\":\"/health\",\"preferHTTPS\":true,\"requestHeaders\":[{\"name\":\"a\",\"value\":\"b\"}],\"validStatusCodeRanges\":[\"2xx\",\"301-304\"]}";
        Put("a monitor of pages", watcher + "connectionMonitors/new", Monitor("\"protocol\":\"Http\"," + Page), "FeatureNotSupported");
        Put("a monitor of pages by TCP", watcher + "connectionMonitors/new", Monitor("\"protocol\":\"Tcp\",\"tcpConfiguration\":{\"port\":80}," + Page), "FeatureNotSupported");
        Put("a monitor of no port", watcher + "connectionMonitors/new", Monitor("\"protocol\":\"Tcp\",\"tcpConfiguration\":{}"), "InvalidRequestFormat");
        Put("a monitor of no protocol", watcher + "connectionMonitors/new", Monitor("\"testFrequencySec\":60"), "InvalidRequestFormat");
        Put("a monitor too eager", watcher + "connectionMonitors/new", Monitor("\"protocol\":\"Icmp\",\"testFrequencySec\":29"), "InvalidParameter");
        Put("a monitor by IPv6", watcher + "connectionMonitors/new", Monitor("\"protocol\":\"Icmp\",\"preferredIPVersion\":\"IPv6\""), "FeatureNotSupported");
        Put("a log kept for too long", watcher + "flowLogs/new", Log(account + ",\"retentionPolicy\":{\"enabled\":true,\"days\":366}"), "InvalidParameter");
        Put("a log of the third version", watcher + "flowLogs/new", Log(account + ",\"format\":{\"type\":\"JSON\",\"version\":3}"), "InvalidParameter");
        Put("a log of another form", watcher + "flowLogs/new", Log(account + ",\"format\":{\"type\":\"CSV\"}"), "InvalidParameter");
        Put("a monitor of the first kind", watcher + "connectionMonitors/new", Of("\"source\":{\"resourceId\":\"" + NetworkCloud.Vm("m") + "\"}"), "FeatureNotSupported");
        Post("a report that Azure alone can make", watcher + "azureReachabilityReport", "{}", "FeatureNotSupported");
        Post("a connection to no port", watcher + "connectivityCheck", "{\"source\":{\"resourceId\":\"" + NetworkCloud.Vm("m") + "\"},\"destination\":{\"address\":\"10.0.0.9\"}}", "InvalidRequestFormat");
        Post("a connection to nowhere", watcher + "connectivityCheck", "{\"source\":{\"resourceId\":\"" + NetworkCloud.Vm("m") + "\"},\"destination\":{\"port\":80}}", "InvalidRequestFormat");
        Post("a connection by IPv6", watcher + "connectivityCheck", "{\"source\":{\"resourceId\":\"" + NetworkCloud.Vm("m") + "\"},\"destination\":{\"address\":\"fd00::9\",\"port\":80}}", "FeatureNotSupported");
        Post("a diagnosis of nothing", watcher + "networkConfigurationDiagnostic", Ask(""), "InvalidRequestFormat");

        Put("a policy for a service that has none", "serviceEndpointPolicies/new", Of("\"serviceEndpointPolicyDefinitions\":[{\"name\":\"d\",\"properties\":{\"service\":\"Microsoft.Sql\"}}]"), "InvalidRequestFormat");
        Put("a policy for what is no resource", "serviceEndpointPolicies/new", Of("\"serviceEndpointPolicyDefinitions\":[{\"name\":\"d\",\"properties\":{\"service\":\"Microsoft.Storage\",\"serviceResources\":[\"disk\"]}}]"), "InvalidRequestFormat");
        Put("a policy's definition twice", "serviceEndpointPolicies/new", Of("\"serviceEndpointPolicyDefinitions\":[{\"name\":\"d\",\"properties\":{\"service\":\"Global\"}},{\"name\":\"D\",\"properties\":{\"service\":\"Global\"}}]"), "DuplicateResourceName");
        Put("a policy with an alias", "serviceEndpointPolicies/new", Of("\"serviceAlias\":\"x\""), "FeatureNotSupported");
        Delete("a policy in use", "serviceEndpointPolicies/s", "InUseServiceEndpointPolicyCannotBeDeleted");
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
        Task Put(string path, string properties, string more = "", string location = "eastus")
            => cloud.SucceedAsync("PUT", NetworkCloud.Id(path), "{\"location\":\"" + location + "\",\"properties\":{" + properties + "}" + more + "}");
        string Id(string path) => "{\"id\":\"" + NetworkCloud.Id(path) + "\"}";
        const string standard = ",\"sku\":{\"name\":\"Standard\"}";
        const string fixedly = "\"publicIPAllocationMethod\":\"Static\"";
        await Put("networkSecurityGroups/g", "");
        await Put("applicationSecurityGroups/web", "");
        await Put("applicationSecurityGroups/far", "", location: "westus");
        await Put("routeTables/t", "\"routes\":[{\"name\":\"r\",\"properties\":{\"addressPrefix\":\"10.9.0.0/16\",\"nextHopType\":\"None\"}}]");
        await Put("routeTables/far", "", location: "westus");
        foreach (var name in new[] { "p", "q" })
        {
            await Put($"publicIPAddresses/{name}", fixedly, standard);
        }

        await Put("publicIPAddresses/far", fixedly, standard, "westus");
        await Put("publicIPAddresses/basic", "");
        await Put("publicIPPrefixes/x", "\"prefixLength\":31", standard);
        await Put("publicIPAddresses/x1", fixedly + ",\"publicIPPrefix\":" + Id("publicIPPrefixes/x"), standard);
        await Put("publicIPAddresses/x2", fixedly + ",\"publicIPPrefix\":" + Id("publicIPPrefixes/x"), standard);
        await Put("natGateways/g", "\"publicIpAddresses\":[" + Id("publicIPAddresses/p") + "]", ",\"zones\":[\"1\"]");
        await Put("serviceEndpointPolicies/s", "\"serviceEndpointPolicyDefinitions\":[{\"name\":\"d\",\"properties\":{\"service\":\"Microsoft.Storage\",\"serviceResources\":[\"" + NetworkCloud.Group + "\"]}}]");
        await Put("virtualNetworks/v", "\"addressSpace\":{\"addressPrefixes\":[\"10.0.0.0/16\"]},\"subnets\":[{\"name\":\"a\",\"properties\":{\"addressPrefix\":\"10.0.0.0/24\",\"routeTable\":" + Id("routeTables/t")
            + ",\"natGateway\":" + Id("natGateways/g") + ",\"serviceEndpointPolicies\":[" + Id("serviceEndpointPolicies/s") + "]}},{\"name\":\"b\",\"properties\":{\"addressPrefix\":\"10.0.1.0/24\"}}]");
        foreach (var (name, space) in new[] { ("w", "10.1"), ("same", "10.0"), ("twin", "10.1"), ("x", "10.5") })
        {
            await Put($"virtualNetworks/{name}", $"\"addressSpace\":{{\"addressPrefixes\":[\"{space}.0.0/16\"]}},\"subnets\":[{{\"name\":\"a\",\"properties\":{{\"addressPrefix\":\"{space}.0.0/24\"}}}}]");
        }

        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v/virtualNetworkPeerings/p"), "{\"properties\":{\"remoteVirtualNetwork\":" + Id("virtualNetworks/w") + "}}");
        await Put("networkInterfaces/n", "\"ipConfigurations\":[{\"name\":\"i\",\"properties\":{\"subnet\":" + Id("virtualNetworks/w/subnets/a") + ",\"publicIPAddress\":" + Id("publicIPAddresses/q")
            + ",\"applicationSecurityGroups\":[" + Id("applicationSecurityGroups/web") + "]}}]");
        await Put("networkInterfaces/m", "\"ipConfigurations\":[{\"name\":\"i\",\"properties\":{\"subnet\":" + Id("virtualNetworks/v/subnets/a") + "}}]");
        await cloud.SucceedAsync("PUT", NetworkCloud.Vm("m"), "{\"location\":\"eastus\",\"properties\":{\"networkProfile\":{\"networkInterfaces\":[" + Id("networkInterfaces/m") + "]}}}");
        await Put("networkWatchers/k", "");
        await Put("networkWatchers/far", "", location: "westus");
    }
}
