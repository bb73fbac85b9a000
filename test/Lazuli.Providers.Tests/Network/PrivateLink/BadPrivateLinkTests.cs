using static Lazuli.Providers.Tests.Network.PrivateLink.PrivateLinkStage;

namespace Lazuli.Providers.Tests.Network.PrivateLink;

/// <summary>Private endpoints, private link services, zone groups and delegations that are refused, with Azure's codes.</summary>
public sealed class BadPrivateLinkTests
{
    private const string Pls = "privateLinkServices/new";
    private const string Pe = "privateEndpoints/new";
    private const string Group = "privateEndpoints/e/privateDnsZoneGroups/new";
    private const string Subnet = "virtualNetworks/c/subnets/new";

    public static TheoryData<string, string, string, string?, string> Cases()
    {
        var rows = new TheoryData<string, string, string, string?, string>();
        void Put(string why, string path, string body, string code) => rows.Add(why, "PUT", path, body, code);
        void Delete(string why, string path, string code) => rows.Add(why, "DELETE", path, null, code);
        string Id(string path) => "{\"id\":\"" + NetworkCloud.Id(path) + "\"}";
        string Of(string properties) => "{\"location\":\"eastus\",\"properties\":{" + properties + "}}";
        var other = NetworkCloud.Id("loadBalancers/b/frontendIPConfigurations/second");
        string Fixed(string address) => ",\"privateIPAllocationMethod\":\"Static\",\"privateIPAddress\":\"" + address + "\"";
        string Ip(string address) => ",\"ipConfigurations\":[{\"name\":\"x\",\"properties\":{\"privateIPAddress\":\"" + address + "\"}}]";
        string Zones(params string[] zones) => "{\"properties\":{\"privateDnsZoneConfigs\":[" + string.Join(',', zones.Select((z, i) => $"{{\"name\":\"z{i}\",\"properties\":{{\"privateDnsZoneId\":\"{NetworkCloud.Id(z)}\"}}}}")) + "]}}";

        Put("a service without addresses", Pls, Of("\"loadBalancerFrontendIpConfigurations\":[{\"id\":\"" + other + "\"}]"), "PrivateLinkServiceMustHaveIpConfigurations");
        Put("a service without a frontend", Pls, ServiceBody(frontend: other).Replace("{\"id\":\"" + other + "\"}", "", StringComparison.Ordinal), "PrivateLinkServiceMustReferenceLoadBalancerFrontend");
        Put("a frontend that isn't there", Pls, ServiceBody(frontend: other + "x"), "InvalidResourceReference");
        Put("a pool for a frontend", Pls, ServiceBody(frontend: NetworkCloud.Id("loadBalancers/b/backendAddressPools/p")), "LinkedInvalidPropertyId");
        Put("another's frontend", Pls, ServiceBody(), "LoadBalancerFrontendIPConfigurationInUseByAnotherPrivateLinkService");
        Put("a Basic load balancer", Pls, ServiceBody(frontend: NetworkCloud.Id("loadBalancers/basic/frontendIPConfigurations/f")), "PrivateLinkServiceNotSupportedWithBasicSkuLoadBalancer");
        Put("another network", Pls, ServiceBody(frontend: other, subnet: "virtualNetworks/w/subnets/nat"), "PrivateLinkServiceAndLoadBalancerInDifferentVirtualNetworks");
        Put("a subnet with policies", Pls, ServiceBody(frontend: other, subnet: "virtualNetworks/p/subnets/a"), "PrivateLinkServiceCannotBeCreatedInSubnetThatHasNetworkPoliciesEnabled");
        Put("a subnet that isn't there", Pls, ServiceBody(frontend: other, subnet: "virtualNetworks/p/subnets/none"), "InvalidResourceReference");
        Put("another region", Pls, ServiceBody(frontend: other, location: "westus"), "InvalidResourceReference");
        Put("an address of another subnet", Pls, ServiceBody(frontend: other, address: Fixed("10.0.0.9")), "PrivateIPAddressNotInSubnet");
        Put("a reserved address", Pls, ServiceBody(frontend: other, address: Fixed("10.0.1.3")), "PrivateIPAddressInReservedRange");
        Put("an address that is taken", Pls, ServiceBody(frontend: other, address: Fixed("10.0.1.4")), "PrivateIPAddressIsAllocated");
        Put("an address that is none", Pls, ServiceBody(frontend: other, address: Fixed("10.0.1")), "InvalidIPAddressFormat");
        Put("a fixed address that isn't said", Pls, ServiceBody(frontend: other, address: ",\"privateIPAllocationMethod\":\"Static\""), "InvalidRequestFormat");
        Put("IPv6", Pls, ServiceBody(frontend: other, address: ",\"privateIPAddressVersion\":\"IPv6\""), "FeatureNotSupported");
        Put("the proxy protocol", Pls, ServiceBody(",\"enableProxyProtocol\":true", frontend: other), "FeatureNotSupported");
        Put("a destination without a load balancer", Pls, ServiceBody(",\"destinationIPAddress\":\"10.0.0.4\"", frontend: other), "FeatureNotSupported");
        Put("two frontends", Pls, ServiceBody(frontend: other).Replace("{\"id\":\"" + other + "\"}", "{\"id\":\"" + other + "\"},{\"id\":\"" + Frontend + "\"}", StringComparison.Ordinal), "FeatureNotSupported");
        Put("a subscription that is none", Pls, ServiceBody(",\"visibility\":{\"subscriptions\":[\"me\"]}", frontend: other), "InvalidRequestFormat");
        Put("approval beyond visibility", Pls, ServiceBody($",\"visibility\":{{\"subscriptions\":[\"{Guid.Empty}\"]}},\"autoApproval\":{{\"subscriptions\":[\"*\"]}}", frontend: other), "PrivateLinkServiceAutoApprovalMustBeSubsetOfVisibility");
        Put("a name that is none", Pls, ServiceBody(",\"fqdns\":[\"a b\"]", frontend: other), "InvalidRequestFormat");
        Put("a connection that nobody asked for", "privateLinkServices/s/privateEndpointConnections/new", "{\"properties\":{\"privateLinkServiceConnectionState\":{\"status\":\"Approved\"}}}", "NotFound");
        Put("policies under a service", "virtualNetworks/p/subnets/nat", "{\"properties\":{\"addressPrefix\":\"10.0.1.0/24\",\"privateLinkServiceNetworkPolicies\":\"Enabled\"}}", "PrivateLinkServiceNetworkPoliciesCannotBeEnabledOnPrivateLinkServiceSubnet");
        Delete("a load balancer with a service", "loadBalancers/b", "CannotDeleteLoadBalancerWithPrivateLinkService");
        Put("a frontend with a service", "loadBalancers/b", Balancer().Replace("\"f\"", "\"g\"", StringComparison.Ordinal), "CannotDeleteLoadBalancerWithPrivateLinkService");
        Delete("a service with an endpoint", "privateLinkServices/s", "PrivateLinkServiceWithPrivateEndpointConnectionsCannotBeDeleted");

        Put("an endpoint without a subnet", Pe, Of("\"privateLinkServiceConnections\":[{\"name\":\"t\",\"properties\":{\"privateLinkServiceId\":\"" + Service + "\"}}]"), "InvalidRequestFormat");
        Put("an endpoint without a connection", Pe, Of("\"subnet\":" + Id("virtualNetworks/c/subnets/a")), "InvalidRequestFormat");
        Put("two connections", Pe, EndpointBody(more: ",\"manualPrivateLinkServiceConnections\":[{\"name\":\"u\",\"properties\":{\"privateLinkServiceId\":\"" + Service + "\"}}]"), "InvalidRequestFormat");
        Put("a connection without a name", Pe, EndpointBody().Replace("\"name\":\"to\",", "", StringComparison.Ordinal), "InvalidRequestFormat");
        Put("a service that isn't there", Pe, EndpointBody(target: Service + "x"), "InvalidPrivateLinkServiceId");
        Put("an alias that nobody has", Pe, EndpointBody(manual: true, target: $"s.{Guid.Empty}.eastus.azure.privatelinkservice"), "InvalidPrivateLinkServiceId");
        Put("a resource that offers no link", Pe, EndpointBody(target: NetworkCloud.Id("virtualNetworks/c")), "InvalidPrivateLinkServiceId");
        Put("a type that isn't here", Pe, EndpointBody(target: $"{NetworkCloud.Group}/providers/Microsoft.Storage/storageAccounts/a", connection: ",\"groupIds\":[\"blob\"]"), "InvalidPrivateLinkServiceId");
        Put("a group of a service", Pe, EndpointBody(connection: ",\"groupIds\":[\"blob\"]"), "GroupIdInvalid");
        Put("a long message", Pe, EndpointBody().Replace("please", new string('x', 141), StringComparison.Ordinal), "InvalidParameter");
        Put("a subnet that isn't there, for an endpoint", Pe, EndpointBody(subnet: "virtualNetworks/c/subnets/none"), "InvalidResourceReference");
        Put("another region, for an endpoint", Pe, EndpointBody(location: "westus"), "InvalidResourceReference");
        Put("an address of no subnet", Pe, EndpointBody(more: Ip("10.0.7.4")), "PrivateIPAddressNotInSubnet");
        Put("a reserved address, for an endpoint", Pe, EndpointBody(more: Ip("10.0.0.1")), "PrivateIPAddressInReservedRange");
        Put("an address that an endpoint has", Pe, EndpointBody(more: Ip("10.0.0.4")), "PrivateIPAddressIsAllocated");
        Put("an address that is none, for an endpoint", Pe, EndpointBody(more: Ip("x")), "InvalidIPAddressFormat");
        Put("two addresses", Pe, EndpointBody(more: ",\"ipConfigurations\":[{\"name\":\"x\",\"properties\":{\"privateIPAddress\":\"10.0.0.8\"}},{\"name\":\"y\",\"properties\":{\"privateIPAddress\":\"10.0.0.9\"}}]"), "InvalidRequestFormat");
        Put("IPv6, for an endpoint", Pe, EndpointBody(more: ",\"ipVersionType\":\"DualStack\""), "FeatureNotSupported");
        Put("a NIC's name that is taken", Pe, EndpointBody(more: ",\"customNetworkInterfaceName\":\"n\""), "NetworkInterfaceNameInUse");
        Put("a NIC's bad name", Pe, EndpointBody(more: ",\"customNetworkInterfaceName\":\"a/b\""), "InvalidResourceName");
        Put("an application group of another region", Pe, EndpointBody(more: ",\"applicationSecurityGroups\":[" + Id("applicationSecurityGroups/far") + "]"), "InvalidResourceReference");
        Put("another subnet, later", "privateEndpoints/e", EndpointBody(subnet: "virtualNetworks/w/subnets/nat"), "PropertyChangeNotAllowed");
        Put("another service, later", "privateEndpoints/e", EndpointBody(target: Service + "x"), "PropertyChangeNotAllowed");
        Delete("a network with an endpoint", "virtualNetworks/c", "InUseSubnetCannotBeDeleted");

        Put("a zone that isn't there", Group, Zones("privateDnsZones/none.com"), "InvalidResourceReference");
        Put("a public zone", Group, Zones("dnsZones/example.com"), "LinkedInvalidPropertyId");
        Put("no zone's id", Group, "{\"properties\":{\"privateDnsZoneConfigs\":[{\"name\":\"z\"}]}}", "InvalidRequestFormat");
        Put("one zone twice", Group, Zones("privateDnsZones/example.com", "privateDnsZones/example.com"), "InvalidRequestFormat");
        Put("six zones", Group, Zones([.. Enumerable.Range(0, 6).Select(_ => "privateDnsZones/example.com")]), "InvalidParameter");
        Put("a group of no endpoint", "privateEndpoints/none/privateDnsZoneGroups/new", Zones("privateDnsZones/example.com"), "ParentResourceNotFound");
        Put("an unknown service of a delegation", Subnet, "{\"properties\":{\"addressPrefix\":\"10.0.9.0/24\",\"delegations\":[{\"name\":\"d\",\"properties\":{\"serviceName\":\"Microsoft.Sql/servers\"}}]}}", "InvalidServiceNameOnDelegation");
        string To(string endpoint) => "{\"properties\":{\"addressPrefix\":\"10.0.9.0/24\",\"serviceEndpoints\":[{\"service\":\"Microsoft.Sql\"},{" + endpoint + "}]}}";
        Put("an endpoint of an unknown service", Subnet, To("\"service\":\"Microsoft.Sqll\""), "SubnetHasServiceEndpointWithInvalidServiceName");
        Put("an endpoint of no service", Subnet, To("\"locations\":[\"*\"]"), "SubnetHasServiceEndpointWithInvalidServiceName");
        Put("an endpoint of a resource type", Subnet, To("\"service\":\"Microsoft.Storage/storageAccounts\""), "SubnetHasServiceEndpointWithInvalidServiceName");
        Put("an endpoint nowhere", Subnet, To("\"service\":\"Microsoft.KeyVault\",\"locations\":[\"eastus\",\"atlantis\"]"), "InvalidRequestFormat");
        Put("a network with an endpoint of an unknown service", "virtualNetworks/new", "{\"location\":\"eastus\",\"properties\":{\"addressSpace\":{\"addressPrefixes\":[\"10.0.0.0/16\"]},\"subnets\":[{\"name\":\"a\","
            + To("\"service\":\"Contoso\"")[1..^1] + "}]}}", "SubnetHasServiceEndpointWithInvalidServiceName");
        Put("a policy of no subnet's region", Subnet, "{\"properties\":{\"addressPrefix\":\"10.0.9.0/24\",\"serviceEndpointPolicies\":[" + Id("serviceEndpointPolicies/far") + "]}}", "InvalidResourceReference");
        Put("a value of no policy", Subnet, "{\"properties\":{\"addressPrefix\":\"10.0.9.0/24\",\"privateEndpointNetworkPolicies\":\"Maybe\"}}", "InvalidParameter");
        Put("a bastion's subnet with any group", "virtualNetworks/c/subnets/AzureBastionSubnet", "{\"properties\":{\"addressPrefix\":\"10.0.9.0/26\",\"networkSecurityGroup\":" + Id("networkSecurityGroups/any") + "}}", "NetworkSecurityGroupNotCompliantForAzureBastionSubnet");
        Put("a service that no policy has", "serviceEndpointPolicies/new", Of("\"serviceEndpointPolicyDefinitions\":[{\"name\":\"d\",\"properties\":{\"service\":\"Microsoft.Sql\",\"serviceResources\":[]}}]"), "InvalidRequestFormat");
        return rows;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task It_is_refused_as_Azure_refuses_it(string why, string method, string path, string? body, string code)
    {
        await using var cloud = await StagedAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/w"), """
            {"location":"eastus","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]},"subnets":[{"name":"nat","properties":{"addressPrefix":"10.0.1.0/24","privateLinkServiceNetworkPolicies":"Disabled"}}]}}
            """);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("loadBalancers/b"), Balancer().Replace("\"frontendIPConfigurations\":[", "\"frontendIPConfigurations\":[{\"name\":\"second\",\"properties\":{\"subnet\":{\"id\":\""
            + NetworkCloud.Id("virtualNetworks/p/subnets/a") + "\"}}},", StringComparison.Ordinal));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("loadBalancers/basic"), Balancer("Basic", "10.0.0.101"));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("privateDnsZones/example.com"), """{"location":"global"}""");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("dnsZones/example.com"), """{"location":"global"}""");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("applicationSecurityGroups/far"), """{"location":"westus"}""");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("serviceEndpointPolicies/far"), """{"location":"westus"}""");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkSecurityGroups/any"), """{"location":"eastus"}""");
        await cloud.SucceedAsync("PUT", Endpoint, EndpointBody());
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n"), NetworkCloud.Nic("virtualNetworks/c/subnets/a"));
        await cloud.RefusesAsync(why, method, path, body, code);
    }
}
