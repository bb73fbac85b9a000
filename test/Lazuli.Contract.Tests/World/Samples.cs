namespace Lazuli.Contract.Tests.World;

/// <summary>A minimal valid resource of one type.</summary>
/// <param name="Path">Below the group.</param>
/// <param name="Body">What is PUT; null for a type that comes with its parent and is only read.</param>
/// <param name="Needs">What has to be there, in order: keys of <see cref="Samples.ByType"/>.</param>
public sealed record Sample(string Path, string? Body, params string[] Needs)
{
    /// <summary>Whether GET sends an entity tag and writes honour <c>If-Match</c>. Azure's deployments and roles don't.</summary>
    public bool HasETag { get; init; } = true;

    /// <summary>False for what GET doesn't show whole: the template of a deployment or of a stack, on Azure either.</summary>
    public bool ShowsAll { get; init; } = true;

    /// <summary>Answers 201 to every PUT, as the type's REST reference says.</summary>
    public bool AlwaysCreated { get; init; }

    /// <summary>Comes with what it extends, and deleting it only empties it.</summary>
    public bool AlwaysThere { get; init; }

    /// <summary>Comes with its parent and goes with it: may be written, not deleted.</summary>
    public bool Stays { get; init; }

    /// <summary>Made by another resource, so that its path ends with <c>{first}</c>: may be written and deleted, not made.</summary>
    public bool IsGiven { get; init; }

    /// <summary>Lies in the tenant itself, not in the group.</summary>
    public bool AtTenant { get; init; }

    /// <summary>Properties that every PUT sets anew, or that tell what goes on by itself.</summary>
    public IReadOnlyList<string> Volatile { get; init; } = [];
}

/// <summary>
/// One minimal resource per listed type: the only thing that a new type adds to the contract suite. <c>{group}</c>, <c>{subscription}</c>, <c>{principal}</c> and
/// <c>{guid}</c> (one per test) are replaced; <c>{other}</c> is the id of a subscription that no other test has.
/// </summary>
public static class Samples
{
    public const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGVyZTkxYmQ2ZDFkYzQ4ZmE4YmQ2ZDFkYzQ4ZmE4 me@home";

    private static readonly string[] Checked = ["endpointMonitorStatus", "profileMonitorStatus"];

    /// <summary>What a sample needs beside the samples of other types.</summary>
    private static readonly IReadOnlyDictionary<string, Sample> Others = new Dictionary<string, Sample>
    {
        ["other network"] = new("/providers/Microsoft.Network/virtualNetworks/other", """
            {"location":"westus","properties":{"addressSpace":{"addressPrefixes":["10.1.0.0/16"]}}}
            """),
        ["linked network"] = new("/providers/Microsoft.Network/virtualNetworks/linked", """
            {"location":"eastus","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]},"subnets":[
              {"name":"first","properties":{"addressPrefix":"10.0.0.0/24"}},{"name":"nat","properties":{"addressPrefix":"10.0.1.0/24","privateLinkServiceNetworkPolicies":"Disabled"}}]}}
            """),
        ["inner balancer"] = new("/providers/Microsoft.Network/loadBalancers/inner", """
            {"location":"eastus","sku":{"name":"Standard"},"properties":{
              "frontendIPConfigurations":[{"name":"front","properties":{"subnet":{"id":"{group}/providers/Microsoft.Network/virtualNetworks/linked/subnets/first"}}}]}}
            """),
        ["inner profile"] = new("/providers/Microsoft.Network/trafficManagerProfiles/inner", """
            {"location":"global","properties":{"trafficRoutingMethod":"Weighted","dnsConfig":{"relativeName":"inner-{guid}"},"monitorConfig":{"protocol":"TCP","port":80}}}
            """),
    };

    public static Sample Of(string key) => ByType.GetValueOrDefault(key) ?? Others[key];

    public static readonly IReadOnlyDictionary<string, Sample> ByType = new Dictionary<string, Sample>
    {
        ["Microsoft.Resources/resourceGroups"] = new("-other", """{"location":"eastus"}"""),
        ["Microsoft.Resources/deployments"] = new("/providers/Microsoft.Resources/deployments/d", """
            {"properties":{"mode":"Incremental","template":{
              "$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0","resources":[],
              "outputs":{"answer":{"type":"int","value":42}}}}}
            """) { HasETag = false, AlwaysCreated = true, ShowsAll = false, Volatile = ["timestamp", "duration", "correlationId"] },
        ["Microsoft.Resources/deploymentStacks"] = new("/providers/Microsoft.Resources/deploymentStacks/s", """
            {"properties":{"actionOnUnmanage":{"resources":"detach"},"denySettings":{"mode":"none"},"template":{
              "$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0","resources":[]}}}
            """) { HasETag = false, ShowsAll = false, Volatile = ["duration", "correlationId", "deploymentId"] },
        ["Microsoft.Resources/templateSpecs"] = new("/providers/Microsoft.Resources/templateSpecs/t", """{"location":"eastus","properties":{"description":"kept","displayName":"T"}}"""),
        ["Microsoft.Resources/templateSpecs/versions"] = new("/providers/Microsoft.Resources/templateSpecs/t/versions/1", """
            {"location":"eastus","properties":{"mainTemplate":{
              "$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0","resources":[]}}}
            """, "Microsoft.Resources/templateSpecs"),
        ["Microsoft.Resources/tags"] = new("/providers/Microsoft.Resources/tags/default", """{"properties":{"tags":{"a":"b"}}}""") { HasETag = false, AlwaysThere = true },
        ["Microsoft.Authorization/locks"] = new("/providers/Microsoft.Authorization/locks/l", """{"properties":{"level":"CanNotDelete","notes":"keep"}}"""),
        ["Microsoft.Authorization/denyAssignments"] = new("/providers/Microsoft.Authorization/denyAssignments/{guid}", """
            {"properties":{"denyAssignmentName":"No disks","permissions":[{"actions":["Microsoft.Compute/disks/write"]}],
              "principals":[{"id":"00000000-0000-0000-0000-000000000000","type":"SystemDefined"}]}}
            """) { Volatile = ["updatedOn"] },
        ["Microsoft.Authorization/roleDefinitions"] = new("/providers/Microsoft.Authorization/roleDefinitions/{guid}", """
            {"properties":{"roleName":"Role {guid}","assignableScopes":["{group}"],"permissions":[{"actions":["Microsoft.Compute/*/read"]}]}}
            """) { HasETag = false, AlwaysCreated = true, Volatile = ["updatedOn"] },
        ["Microsoft.Authorization/roleAssignments"] = new("/providers/Microsoft.Authorization/roleAssignments/{guid}", """
            {"properties":{"principalId":"{principal}","roleDefinitionId":"{subscription}/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"}}
            """) { Volatile = ["updatedOn"] },
        ["Microsoft.Management/managementGroups"] = new("/providers/Microsoft.Management/managementGroups/{guid}", """{"properties":{"displayName":"Contoso"}}""")
        {
            AtTenant = true,
            Volatile = ["updatedTime", "version"],
        },
        ["Microsoft.Management/managementGroups/subscriptions"] = new("/providers/Microsoft.Management/managementGroups/{guid}/subscriptions/{other}", "{}", "Microsoft.Management/managementGroups")
        {
            AtTenant = true,
            HasETag = false,
        },
        ["Microsoft.Subscription/aliases"] = new("/providers/Microsoft.Subscription/aliases/{guid}", """
            {"properties":{"displayName":"New","workload":"Production","billingScope":"/providers/Microsoft.Billing/billingAccounts/a"}}
            """) { AtTenant = true },
        ["Microsoft.Network/virtualNetworks"] = new("/providers/Microsoft.Network/virtualNetworks/v", """
            {"location":"eastus","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]},"subnets":[{"name":"first","properties":{"addressPrefix":"10.0.0.0/24"}}]}}
            """),
        ["Microsoft.Network/virtualNetworks/subnets"] = new("/providers/Microsoft.Network/virtualNetworks/v/subnets/s", """
            {"properties":{"addressPrefix":"10.0.1.0/24"}}
            """, "Microsoft.Network/virtualNetworks"),
        ["Microsoft.Network/virtualNetworks/virtualNetworkPeerings"] = new("/providers/Microsoft.Network/virtualNetworks/v/virtualNetworkPeerings/p", """
            {"properties":{"remoteVirtualNetwork":{"id":"{group}/providers/Microsoft.Network/virtualNetworks/other"},"allowForwardedTraffic":true}}
            """, "Microsoft.Network/virtualNetworks", "other network"),
        ["Microsoft.Network/routeTables"] = new("/providers/Microsoft.Network/routeTables/t", """{"location":"eastus","properties":{"disableBgpRoutePropagation":true}}"""),
        ["Microsoft.Network/routeTables/routes"] = new("/providers/Microsoft.Network/routeTables/t/routes/r", """
            {"properties":{"addressPrefix":"0.0.0.0/0","nextHopType":"VirtualAppliance","nextHopIpAddress":"10.0.0.4"}}
            """, "Microsoft.Network/routeTables"),
        ["Microsoft.Network/natGateways"] = new("/providers/Microsoft.Network/natGateways/a", """
            {"location":"eastus","sku":{"name":"Standard"},"properties":{"idleTimeoutInMinutes":10,"publicIpAddresses":[{"id":"{group}/providers/Microsoft.Network/publicIPAddresses/p"}]}}
            """, "Microsoft.Network/publicIPAddresses"),
        ["Microsoft.Network/publicIPPrefixes"] = new("/providers/Microsoft.Network/publicIPPrefixes/x", """{"location":"eastus","sku":{"name":"Standard"},"properties":{"prefixLength":30}}"""),
        ["Microsoft.Network/applicationSecurityGroups"] = new("/providers/Microsoft.Network/applicationSecurityGroups/w", """{"location":"eastus"}"""),
        ["Microsoft.Network/serviceEndpointPolicies"] = new("/providers/Microsoft.Network/serviceEndpointPolicies/s", """{"location":"eastus"}"""),
        ["Microsoft.Network/serviceEndpointPolicies/serviceEndpointPolicyDefinitions"] = new("/providers/Microsoft.Network/serviceEndpointPolicies/s/serviceEndpointPolicyDefinitions/d", """
            {"properties":{"service":"Microsoft.Storage","serviceResources":["{group}"]}}
            """, "Microsoft.Network/serviceEndpointPolicies"),
        ["Microsoft.Network/networkWatchers"] = new("/providers/Microsoft.Network/networkWatchers/e", """{"location":"eastus"}"""),
        ["Microsoft.Network/networkWatchers/packetCaptures"] = new("/providers/Microsoft.Network/networkWatchers/e/packetCaptures/c", """
            {"properties":{"target":"{group}/providers/Microsoft.Compute/virtualMachines/m","storageLocation":{"filePath":"/var/captures/c.cap"},"filters":[{"protocol":"TCP","localPort":"22"}]}}
            """, "Microsoft.Network/networkWatchers", "Microsoft.Network/virtualNetworks", "Microsoft.Network/networkInterfaces", "Microsoft.Compute/virtualMachines"),
        ["Microsoft.Network/networkWatchers/flowLogs"] = new("/providers/Microsoft.Network/networkWatchers/e/flowLogs/f", """
            {"location":"eastus","properties":{"targetResourceId":"{group}/providers/Microsoft.Network/networkSecurityGroups/g",
              "storageId":"{group}/providers/Microsoft.Storage/storageAccounts/logs","enabled":true,"format":{"type":"JSON","version":2},"retentionPolicy":{"days":7,"enabled":true}}}
            """, "Microsoft.Network/networkWatchers", "Microsoft.Network/networkSecurityGroups"),
        ["Microsoft.Network/networkWatchers/connectionMonitors"] = new("/providers/Microsoft.Network/networkWatchers/e/connectionMonitors/c", """
            {"location":"eastus","properties":{
              "endpoints":[{"name":"here","type":"AzureVM","resourceId":"{group}/providers/Microsoft.Compute/virtualMachines/m"},{"name":"there","type":"ExternalAddress","address":"10.0.0.9"}],
              "testConfigurations":[{"name":"ssh","protocol":"Tcp","testFrequencySec":60,"tcpConfiguration":{"port":22}}],
              "testGroups":[{"name":"all","testConfigurations":["ssh"],"sources":["here"],"destinations":["there"]}]}}
            """, "Microsoft.Network/networkWatchers", "Microsoft.Network/virtualNetworks", "Microsoft.Network/networkInterfaces", "Microsoft.Compute/virtualMachines"),
        ["Microsoft.Network/networkSecurityGroups"] = new("/providers/Microsoft.Network/networkSecurityGroups/g", """{"location":"eastus"}"""),
        ["Microsoft.Network/networkSecurityGroups/securityRules"] = new("/providers/Microsoft.Network/networkSecurityGroups/g/securityRules/r", """
            {"properties":{"priority":100,"direction":"Inbound","access":"Allow","protocol":"Tcp","sourcePortRange":"*","destinationPortRange":"22",
              "sourceAddressPrefix":"*","destinationAddressPrefix":"*"}}
            """, "Microsoft.Network/networkSecurityGroups"),
        ["Microsoft.Network/networkSecurityGroups/defaultSecurityRules"] = new(
            "/providers/Microsoft.Network/networkSecurityGroups/g/defaultSecurityRules/AllowVnetInBound", null, "Microsoft.Network/networkSecurityGroups"),
        ["Microsoft.Network/publicIPAddresses"] = new("/providers/Microsoft.Network/publicIPAddresses/p", """
            {"location":"eastus","sku":{"name":"Standard"},"properties":{"publicIPAllocationMethod":"Static"}}
            """),
        ["Microsoft.Network/networkInterfaces"] = new("/providers/Microsoft.Network/networkInterfaces/n", """
            {"location":"eastus","properties":{"ipConfigurations":[{"name":"ip","properties":{"subnet":{"id":"{group}/providers/Microsoft.Network/virtualNetworks/v/subnets/first"}}}]}}
            """, "Microsoft.Network/virtualNetworks"),
        ["Microsoft.Network/networkInterfaces/ipConfigurations"] = new(
            "/providers/Microsoft.Network/networkInterfaces/n/ipConfigurations/ip", null, "Microsoft.Network/virtualNetworks", "Microsoft.Network/networkInterfaces"),
        ["Microsoft.Network/loadBalancers"] = new("/providers/Microsoft.Network/loadBalancers/b", """
            {"location":"eastus","sku":{"name":"Standard"},"properties":{
              "frontendIPConfigurations":[{"name":"front","properties":{"publicIPAddress":{"id":"{group}/providers/Microsoft.Network/publicIPAddresses/p"}}}],
              "backendAddressPools":[{"name":"pool"}],
              "probes":[{"name":"probe","properties":{"protocol":"Tcp","port":80}}],
              "loadBalancingRules":[{"name":"rule","properties":{"protocol":"Tcp","frontendPort":80,"disableOutboundSnat":true,
                "frontendIPConfiguration":{"id":"{group}/providers/Microsoft.Network/loadBalancers/b/frontendIPConfigurations/front"},
                "backendAddressPool":{"id":"{group}/providers/Microsoft.Network/loadBalancers/b/backendAddressPools/pool"},
                "probe":{"id":"{group}/providers/Microsoft.Network/loadBalancers/b/probes/probe"}}}],
              "outboundRules":[{"name":"out","properties":{"protocol":"All",
                "frontendIPConfigurations":[{"id":"{group}/providers/Microsoft.Network/loadBalancers/b/frontendIPConfigurations/front"}],
                "backendAddressPool":{"id":"{group}/providers/Microsoft.Network/loadBalancers/b/backendAddressPools/pool"}}}]}}
            """, "Microsoft.Network/publicIPAddresses"),
        ["Microsoft.Network/loadBalancers/backendAddressPools"] = new("/providers/Microsoft.Network/loadBalancers/b/backendAddressPools/p", """{"properties":{}}""", "Microsoft.Network/publicIPAddresses", "Microsoft.Network/loadBalancers"),
        ["Microsoft.Network/loadBalancers/inboundNatRules"] = new("/providers/Microsoft.Network/loadBalancers/b/inboundNatRules/r", """
            {"properties":{"protocol":"Tcp","frontendPort":2222,"backendPort":22,
              "frontendIPConfiguration":{"id":"{group}/providers/Microsoft.Network/loadBalancers/b/frontendIPConfigurations/front"}}}
            """, "Microsoft.Network/publicIPAddresses", "Microsoft.Network/loadBalancers"),
        ["Microsoft.Network/loadBalancers/frontendIPConfigurations"] = new("/providers/Microsoft.Network/loadBalancers/b/frontendIPConfigurations/front", null, "Microsoft.Network/publicIPAddresses", "Microsoft.Network/loadBalancers"),
        ["Microsoft.Network/loadBalancers/loadBalancingRules"] = new("/providers/Microsoft.Network/loadBalancers/b/loadBalancingRules/rule", null, "Microsoft.Network/publicIPAddresses", "Microsoft.Network/loadBalancers"),
        ["Microsoft.Network/loadBalancers/probes"] = new("/providers/Microsoft.Network/loadBalancers/b/probes/probe", null, "Microsoft.Network/publicIPAddresses", "Microsoft.Network/loadBalancers"),
        ["Microsoft.Network/loadBalancers/outboundRules"] = new("/providers/Microsoft.Network/loadBalancers/b/outboundRules/out", null, "Microsoft.Network/publicIPAddresses", "Microsoft.Network/loadBalancers"),
        ["Microsoft.Network/privateLinkServices"] = new("/providers/Microsoft.Network/privateLinkServices/l", """
            {"location":"eastus","properties":{
              "loadBalancerFrontendIpConfigurations":[{"id":"{group}/providers/Microsoft.Network/loadBalancers/inner/frontendIPConfigurations/front"}],
              "ipConfigurations":[{"name":"ip","properties":{"subnet":{"id":"{group}/providers/Microsoft.Network/virtualNetworks/linked/subnets/nat"}}}]}}
            """, "linked network", "inner balancer"),
        ["Microsoft.Network/privateLinkServices/privateEndpointConnections"] = new("/providers/Microsoft.Network/privateLinkServices/l/privateEndpointConnections/{first}", """
            {"properties":{"privateLinkServiceConnectionState":{"status":"Approved","description":"Welcome."}}}
            """, "linked network", "inner balancer", "Microsoft.Network/privateLinkServices", "Microsoft.Network/privateEndpoints") { IsGiven = true },
        ["Microsoft.Network/privateEndpoints"] = new("/providers/Microsoft.Network/privateEndpoints/e", """
            {"location":"eastus","properties":{"subnet":{"id":"{group}/providers/Microsoft.Network/virtualNetworks/linked/subnets/first"},
              "privateLinkServiceConnections":[{"name":"to","properties":{"privateLinkServiceId":"{group}/providers/Microsoft.Network/privateLinkServices/l"}}]}}
            """, "linked network", "inner balancer", "Microsoft.Network/privateLinkServices"),
        ["Microsoft.Network/privateEndpoints/privateDnsZoneGroups"] = new("/providers/Microsoft.Network/privateEndpoints/e/privateDnsZoneGroups/default", """
            {"properties":{"privateDnsZoneConfigs":[{"name":"z","properties":{"privateDnsZoneId":"{group}/providers/Microsoft.Network/privateDnsZones/inside.example"}}]}}
            """, "linked network", "inner balancer", "Microsoft.Network/privateLinkServices", "Microsoft.Network/privateEndpoints", "Microsoft.Network/privateDnsZones"),
        ["Microsoft.Network/dnsZones"] = new("/providers/Microsoft.Network/dnsZones/sample.example", """{"location":"global"}"""),
        ["Microsoft.Network/dnsZones/A"] = new("/providers/Microsoft.Network/dnsZones/sample.example/A/x", """
            {"properties":{"TTL":60,"metadata":{"a":"b"},"ARecords":[{"ipv4Address":"10.1.2.3"}]}}
            """, "Microsoft.Network/dnsZones"),
        ["Microsoft.Network/dnsZones/AAAA"] = new("/providers/Microsoft.Network/dnsZones/sample.example/AAAA/x", """
            {"properties":{"TTL":60,"metadata":{"a":"b"},"AAAARecords":[{"ipv6Address":"fd00::1"}]}}
            """, "Microsoft.Network/dnsZones"),
        ["Microsoft.Network/dnsZones/CAA"] = new("/providers/Microsoft.Network/dnsZones/sample.example/CAA/x", """
            {"properties":{"TTL":60,"metadata":{"a":"b"},"caaRecords":[{"flags":0,"tag":"issue","value":"ca.example"}]}}
            """, "Microsoft.Network/dnsZones"),
        ["Microsoft.Network/dnsZones/CNAME"] = new("/providers/Microsoft.Network/dnsZones/sample.example/CNAME/x", """
            {"properties":{"TTL":60,"metadata":{"a":"b"},"CNAMERecord":{"cname":"www.example.org"}}}
            """, "Microsoft.Network/dnsZones"),
        ["Microsoft.Network/dnsZones/MX"] = new("/providers/Microsoft.Network/dnsZones/sample.example/MX/x", """
            {"properties":{"TTL":60,"metadata":{"a":"b"},"MXRecords":[{"preference":10,"exchange":"mail.example.org"}]}}
            """, "Microsoft.Network/dnsZones"),
        ["Microsoft.Network/dnsZones/NS"] = new("/providers/Microsoft.Network/dnsZones/sample.example/NS/x", """
            {"properties":{"TTL":60,"metadata":{"a":"b"},"NSRecords":[{"nsdname":"ns1.example.org"}]}}
            """, "Microsoft.Network/dnsZones"),
        ["Microsoft.Network/dnsZones/PTR"] = new("/providers/Microsoft.Network/dnsZones/sample.example/PTR/x", """
            {"properties":{"TTL":60,"metadata":{"a":"b"},"PTRRecords":[{"ptrdname":"host.example.org"}]}}
            """, "Microsoft.Network/dnsZones"),
        ["Microsoft.Network/dnsZones/SOA"] = new("/providers/Microsoft.Network/dnsZones/sample.example/SOA/@", """
            {"properties":{"TTL":60,"metadata":{"a":"b"},"SOARecord":{"email":"me.example.org","serialNumber":2,"refreshTime":3600,"retryTime":300,"expireTime":2419200,"minimumTTL":60}}}
            """, "Microsoft.Network/dnsZones") { Stays = true },
        ["Microsoft.Network/dnsZones/SRV"] = new("/providers/Microsoft.Network/dnsZones/sample.example/SRV/x", """
            {"properties":{"TTL":60,"metadata":{"a":"b"},"SRVRecords":[{"priority":1,"weight":2,"port":443,"target":"host.example.org"}]}}
            """, "Microsoft.Network/dnsZones"),
        ["Microsoft.Network/dnsZones/TXT"] = new("/providers/Microsoft.Network/dnsZones/sample.example/TXT/x", """
            {"properties":{"TTL":60,"metadata":{"a":"b"},"TXTRecords":[{"value":["v=spf1 -all"]}]}}
            """, "Microsoft.Network/dnsZones"),
        ["Microsoft.Network/trafficManagerProfiles"] = new("/providers/Microsoft.Network/trafficManagerProfiles/f", """
            {"location":"global","properties":{"trafficRoutingMethod":"Priority","dnsConfig":{"relativeName":"f-{guid}","ttl":30},"monitorConfig":{"protocol":"HTTP","port":80,"path":"/"},
              "endpoints":[{"name":"first","type":"Microsoft.Network/trafficManagerProfiles/externalEndpoints","properties":{"target":"www.example.org","priority":1}}]}}
            """) { Volatile = Checked },
        ["Microsoft.Network/trafficManagerProfiles/azureEndpoints"] = new("/providers/Microsoft.Network/trafficManagerProfiles/f/azureEndpoints/a", """
            {"properties":{"targetResourceId":"{group}/providers/Microsoft.Network/publicIPAddresses/p"}}
            """, "Microsoft.Network/publicIPAddresses", "Microsoft.Network/trafficManagerProfiles") { Volatile = Checked },
        ["Microsoft.Network/trafficManagerProfiles/externalEndpoints"] = new("/providers/Microsoft.Network/trafficManagerProfiles/f/externalEndpoints/e", """
            {"properties":{"target":"other.example.org","weight":5}}
            """, "Microsoft.Network/trafficManagerProfiles") { Volatile = Checked },
        ["Microsoft.Network/trafficManagerProfiles/nestedEndpoints"] = new("/providers/Microsoft.Network/trafficManagerProfiles/f/nestedEndpoints/n", """
            {"properties":{"targetResourceId":"{group}/providers/Microsoft.Network/trafficManagerProfiles/inner","minChildEndpoints":1}}
            """, "Microsoft.Network/trafficManagerProfiles", "inner profile") { Volatile = Checked },
        ["Microsoft.Network/privateDnsZones"] = new("/providers/Microsoft.Network/privateDnsZones/inside.example", """{"location":"global"}"""),
        ["Microsoft.Network/privateDnsZones/virtualNetworkLinks"] = new("/providers/Microsoft.Network/privateDnsZones/inside.example/virtualNetworkLinks/l", """
            {"location":"global","properties":{"virtualNetwork":{"id":"{group}/providers/Microsoft.Network/virtualNetworks/v"},"registrationEnabled":true}}
            """, "Microsoft.Network/virtualNetworks", "Microsoft.Network/privateDnsZones"),
        ["Microsoft.Network/privateDnsZones/A"] = new("/providers/Microsoft.Network/privateDnsZones/inside.example/A/x", """
            {"properties":{"ttl":60,"metadata":{"a":"b"},"aRecords":[{"ipv4Address":"10.1.2.3"}]}}
            """, "Microsoft.Network/privateDnsZones"),
        ["Microsoft.Network/privateDnsZones/AAAA"] = new("/providers/Microsoft.Network/privateDnsZones/inside.example/AAAA/x", """
            {"properties":{"ttl":60,"metadata":{"a":"b"},"aaaaRecords":[{"ipv6Address":"fd00::1"}]}}
            """, "Microsoft.Network/privateDnsZones"),
        ["Microsoft.Network/privateDnsZones/CNAME"] = new("/providers/Microsoft.Network/privateDnsZones/inside.example/CNAME/x", """
            {"properties":{"ttl":60,"metadata":{"a":"b"},"cnameRecord":{"cname":"www.example.org"}}}
            """, "Microsoft.Network/privateDnsZones"),
        ["Microsoft.Network/privateDnsZones/MX"] = new("/providers/Microsoft.Network/privateDnsZones/inside.example/MX/x", """
            {"properties":{"ttl":60,"metadata":{"a":"b"},"mxRecords":[{"preference":10,"exchange":"mail.example.org"}]}}
            """, "Microsoft.Network/privateDnsZones"),
        ["Microsoft.Network/privateDnsZones/PTR"] = new("/providers/Microsoft.Network/privateDnsZones/inside.example/PTR/x", """
            {"properties":{"ttl":60,"metadata":{"a":"b"},"ptrRecords":[{"ptrdname":"host.example.org"}]}}
            """, "Microsoft.Network/privateDnsZones"),
        ["Microsoft.Network/privateDnsZones/SOA"] = new("/providers/Microsoft.Network/privateDnsZones/inside.example/SOA/@", """
            {"properties":{"ttl":60,"metadata":{"a":"b"},"soaRecord":{"email":"me.example.org","serialNumber":2,"refreshTime":3600,"retryTime":300,"expireTime":2419200,"minimumTtl":60}}}
            """, "Microsoft.Network/privateDnsZones") { Stays = true },
        ["Microsoft.Network/privateDnsZones/SRV"] = new("/providers/Microsoft.Network/privateDnsZones/inside.example/SRV/x", """
            {"properties":{"ttl":60,"metadata":{"a":"b"},"srvRecords":[{"priority":1,"weight":2,"port":443,"target":"host.example.org"}]}}
            """, "Microsoft.Network/privateDnsZones"),
        ["Microsoft.Network/privateDnsZones/TXT"] = new("/providers/Microsoft.Network/privateDnsZones/inside.example/TXT/x", """
            {"properties":{"ttl":60,"metadata":{"a":"b"},"txtRecords":[{"value":["v=spf1 -all"]}]}}
            """, "Microsoft.Network/privateDnsZones"),
        ["Microsoft.Compute/disks"] = new("/providers/Microsoft.Compute/disks/k", """
            {"location":"eastus","sku":{"name":"Standard_LRS"},"properties":{"diskSizeGB":4,"creationData":{"createOption":"Empty"}}}
            """),
        ["Microsoft.Compute/virtualMachines"] = new("/providers/Microsoft.Compute/virtualMachines/m", $$$$$"""
            {"location":"eastus","properties":{
              "hardwareProfile":{"vmSize":"Standard_B1s"},
              "storageProfile":{"imageReference":{"publisher":"lazuli","offer":"micro","sku":"1","version":"latest"},"osDisk":{"createOption":"FromImage","name":"os","deleteOption":"Delete"}},
              "osProfile":{"computerName":"guest","adminUsername":"azureuser","linuxConfiguration":{"disablePasswordAuthentication":true,
                "ssh":{"publicKeys":[{"path":"/home/azureuser/.ssh/authorized_keys","keyData":"{{{{{Key}}}}}"}]}}},
              "networkProfile":{"networkInterfaces":[{"id":"{group}/providers/Microsoft.Network/networkInterfaces/n"}]}}}
            """, "Microsoft.Network/virtualNetworks", "Microsoft.Network/networkInterfaces"),
        ["Microsoft.ResourceGraph/queries"] = new("/providers/Microsoft.ResourceGraph/queries/q", """
            {"location":"global","properties":{"query":"Resources | where type =~ 'Microsoft.Compute/virtualMachines' | count","description":"machines"}}
            """) { Volatile = ["timeModified"] },
    };
}
