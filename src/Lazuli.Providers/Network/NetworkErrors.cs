using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;

namespace Lazuli.Providers.Network;

/// <summary>Microsoft.Network's errors, with Azure's codes.</summary>
internal static class NetworkErrors
{
    public static ArmError InvalidRequestFormat(string message, string target) => ArmErrors.BadRequest("InvalidRequestFormat", message, target);

    public static ArmError DuplicateName(string parent, string name)
        => ArmErrors.BadRequest("DuplicateResourceName", $"Resource {parent} has two child resources with the same name ({name}).", name);

    public static ArmError InvalidPrefixFormat(string prefix, string resource) => ArmErrors.BadRequest(
        "InvalidAddressPrefixFormat",
        $"Address prefix {prefix} of resource {resource} is not formatted correctly. It should follow CIDR notation, for example 10.0.0.0/24.",
        prefix);

    public static ArmError InvalidCidrNotation(string prefix, object right) => ArmErrors.BadRequest(
        "InvalidCIDRNotation",
        $"The address prefix {prefix} has an invalid CIDR notation. For the given prefix length, the address prefix should be {right}.",
        prefix);

    public static ArmError NoAddressPrefix(string resource)
        => ArmErrors.BadRequest("NoAddressPrefixOrPoolProvided", $"No address prefix or pool has been provided for resource {resource}.", resource);

    public static ArmError InvalidAddressSpace(string prefix, string network, string why)
        => ArmErrors.BadRequest("NetcfgInvalidAddressSpace", $"Address space '{prefix}' is not valid in virtual network '{network}': {why}", prefix);

    public static ArmError InvalidSubnet(string subnet, string network, string? why = null)
        => ArmErrors.BadRequest("NetcfgInvalidSubnet", $"Subnet '{subnet}' is not valid in virtual network '{network}'{(why is null ? "." : $": {why}")}", subnet);

    public static ArmError SubnetOutsideNetwork(string subnet, string network) => ArmErrors.BadRequest(
        "NetcfgSubnetRangeOutsideVnet",
        $"Subnet '{subnet}' is not valid because its IP address range is outside the IP address range of virtual network '{network}'.",
        subnet);

    public static ArmError SubnetsOverlap(string subnet, string network) => ArmErrors.BadRequest(
        "NetcfgSubnetRangesOverlap",
        $"Subnet '{subnet}' is not valid because its IP address range overlaps with that of an existing subnet in virtual network '{network}'.",
        subnet);

    public static ArmError SubnetInUse(string subnet, string user) => ArmErrors.BadRequest(
        "InUseSubnetCannotBeDeleted",
        $"Subnet {subnet} is in use by {user} and cannot be deleted. In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.",
        subnet);

    public static ArmError NetworkInUse(string network, string user)
        => ArmErrors.BadRequest("InUseVirtualNetworkCannotBeDeleted", $"Virtual network {network} is in use by {user} and cannot be deleted.", network);

    public static ArmError PrefixInUse(string prefix, string subnet)
        => ArmErrors.BadRequest("InUsePrefixCannotBeDeleted", $"IpPrefix {prefix} on Subnet {subnet} has active allocations and cannot be deleted.", subnet);

    public static ArmError InvalidAddress(string address, string target)
        => ArmErrors.BadRequest("InvalidIPAddressFormat", $"The value '{address}' is not a valid IP address.", target);

    public static ArmError SecurityRuleInvalidPriority(int? priority) => ArmErrors.BadRequest(
        "SecurityRuleInvalidPriority", $"Security rule has invalid Priority. Value provided: {priority} Allowed range 100-4096.", "priority");

    public static ArmError SecurityRuleConflict(string rule, string other) => ArmErrors.BadRequest(
        "SecurityRuleConflict", $"Security rule {rule} conflicts with rule {other}. Rules cannot have the same Priority and Direction.", rule);

    public static ArmError SecurityRuleInvalidPortRange(string value) => ArmErrors.BadRequest(
        "SecurityRuleInvalidPortRange",
        $"Security rule has invalid Port range. Value provided: {value}. Value should be an integer OR integer range with '-' delimiter. Valid range 0-65535.",
        value);

    public static ArmError SecurityRuleInvalidAddressPrefix(string value)
        => ArmErrors.BadRequest("SecurityRuleInvalidAddressPrefix", $"Security rule has invalid Address prefix. Value provided: {value}", value);

    public static ArmError SecurityRuleMissing(string rule, string one, string many) => ArmErrors.BadRequest(
        "SecurityRuleParametersMissing",
        $"Required security rule parameters are missing for security rule with Id: {rule}. Security rule must specify either {many} or {one}.",
        rule);

    public static ArmError SecurityRuleBoth(string rule, string one, string many) => ArmErrors.BadRequest(
        "SecurityRuleParametersConflict", $"Security rule with Id {rule} cannot specify both {one} and {many}.", rule);

    public static ArmError SecurityRuleUnsupportedValue(string rule, string parameter, string value) => ArmErrors.BadRequest(
        "SecurityRuleParameterContainsUnsupportedValue",
        $"Security rule parameter {parameter} for rule with Id {rule} cannot specify existing VIRTUALNETWORK, INTERNET, AZURELOADBALANCER, '*' or system tags. "
            + $"Unsupported value used: {value}.",
        rule);

    public static ArmError NsgInUse(string nsg, IEnumerable<string> users) => ArmErrors.BadRequest(
        "InUseNetworkSecurityGroupCannotBeDeleted",
        $"Network security group {nsg} cannot be deleted because it is in use by the following resources: {string.Join(", ", users)}. "
            + "In order to delete the Network security group, remove the association with the resource(s). To learn how to do this, see aka.ms/deletensg.",
        nsg);

    public static ArmError PublicAddressCannotBeDeleted(string address, string user) => ArmErrors.BadRequest(
        "PublicIPAddressCannotBeDeleted",
        $"Public IP address {address} can not be deleted since it is still allocated to resource {user}. In order to delete the public IP, "
            + "disassociate/detach the Public IP address from the resource. To learn how to do this, see aka.ms/deletepublicip.",
        address);

    public static ArmError StandardMustBeStatic(string address) => ArmErrors.BadRequest(
        "StandardSkuPublicIPAddressesMustBeStatic", $"Standard sku publicIp {address} must have AllocationMethod set to Static.", "properties.publicIPAllocationMethod");

    public static ArmError ZonesNotAllowedInBasic(string address) => ArmErrors.BadRequest(
        "ZonesNotAllowedInBasicSkuResource", $"Zones not allowed in basic SKU resource {address} in this region. Please use standard SKU.", "zones");

    public static ArmError InvalidZones(string zones) => ArmErrors.BadRequest(
        "InvalidAvailabilityZone", $"The zone(s) '{zones}' are not valid. The supported zones are '1,2,3'.", "zones");

    public static ArmError ZonesCannotBeModified(string resource) => ArmErrors.BadRequest(
        "ResourceAvailabilityZonesCannotBeModified",
        $"Resource {resource} has an existing availability zone constraint and the request has another one, which do not match. "
            + "Zones cannot be added/updated/removed once the resource is created. The resource cannot be updated from regional to zonal or vice-versa.",
        "zones");

    public static ArmError InvalidDomainNameLabel(string label) => ArmErrors.BadRequest(
        "InvalidDomainNameLabel",
        $"The domain name label {label} is invalid. It must conform to the following regular expression: ^[a-z][a-z0-9-]{{1,61}}[a-z0-9]$.",
        "properties.dnsSettings.domainNameLabel");

    public static ArmError DnsRecordInUse(string name)
        => ArmErrors.BadRequest("DnsRecordInUse", $"DNS record {name} is already used by another public IP.", "properties.dnsSettings.domainNameLabel");

    public static ArmError ReverseNameOfAnother(string name) => ArmErrors.BadRequest(
        "ReverseFqdnDoesNotBelongToSubscription",
        $"ReverseFqdn {name} does not belong to the subscription: it must be the name of a public IP address of the subscription, or resolve to one or to its address.",
        "properties.dnsSettings.reverseFqdn");

    public static ArmError PublicPoolIsFull() => new()
    {
        Code = "PublicIPAddressPoolExhausted",
        Message = "No public IP address is free in the pool.",
        Status = 409,
    };

    public static ArmError PublicAddressInUse(string configuration, string address, string user) => ArmErrors.BadRequest(
        "PublicIPAddressInUse", $"Resource {configuration} is referencing public IP address {address} that is already allocated to resource {user}.", address);

    public static ArmError AddressNotInSubnet(string address, string prefixes) => ArmErrors.BadRequest(
        "PrivateIPAddressNotInSubnet", $"Private static IP address {address} does not belong to the range of subnet prefix {prefixes}.", address);

    public static ArmError AddressReserved(string address, string prefix) => ArmErrors.BadRequest(
        "PrivateIPAddressInReservedRange", $"Private static IP address {address} falls within reserved IP range of subnet prefix {prefix}.", address);

    public static ArmError AddressAllocated(string configuration, string address, string user) => ArmErrors.BadRequest(
        "PrivateIPAddressIsAllocated", $"IP configuration {configuration} is using the private IP address {address} which is already allocated to resource {user}.", address);

    public static ArmError SubnetIsFull(string subnet, string prefixes, int wanted) => ArmErrors.BadRequest(
        "SubnetIsFull", $"Subnet {subnet} with address prefix {prefixes} does not have enough capacity for {wanted} IP addresses.", subnet);

    public static ArmError NicInUse(string nic, string user) => ArmErrors.BadRequest(
        "NicInUse",
        $"Network Interface {nic} is used by existing resource {user}. In order to delete the network interface, it must be dissociated from the resource. "
            + "To learn more, see aka.ms/deletenic.",
        nic);

    public static ArmError NicOfPlatform(string nic, string owner) => ArmErrors.BadRequest(
        owner.Contains("/privateEndpoints/", StringComparison.OrdinalIgnoreCase) ? "CannotModifyNicAttachedToPrivateEndpoint" : "CannotModifyNicAttachedToPrivateLinkService",
        $"Network interface {nic} is attached to {owner}. It can not be modified by user.",
        nic);

    public static ArmError NicInUseByPlatform(string nic, string owner) => ArmErrors.BadRequest(
        owner.Contains("/privateEndpoints/", StringComparison.OrdinalIgnoreCase) ? "NicInUseWithPrivateEndpoint" : "NicInUseWithPrivateLinkService",
        $"Network interface {nic} cannot be deleted or attached because it is currently in use with {owner}.",
        nic);

    public static ArmError DifferentNetworks(string nic) => ArmErrors.BadRequest(
        "IpConfigurationsOnSameNicCannotUseDifferentVnets", $"IP configurations of network interface {nic} use subnets of different virtual networks.", nic);

    public static ArmError DifferentSubnets(string nic) => ArmErrors.BadRequest(
        "IpConfigurationsOnSameNicCannotUseDifferentSubnets", $"IP configurations of network interface {nic} cannot use different subnets.", nic);

    public static ArmError BadQuestion(string parameter, string? value)
        => ArmErrors.BadRequest("InvalidRequestFormat", $"Cannot parse the request: the value '{value}' of {parameter} is missing or invalid.", parameter);

    public static ArmError WatcherElsewhere(string watcher, string machine) => ArmErrors.BadRequest(
        "TargetResourceNotInSameRegion", $"The target resource {machine} is not in the region of network watcher {watcher}.", "targetResourceId");

    public static ArmError NicNotAttached(string nic) => new()
    {
        Code = "NetworkInterfaceNotAttachedToVirtualMachine",
        Message = $"Network interface {nic} is not attached to a virtual machine: it has no effective routes and rules.",
        Target = nic,
        Status = 400,
    };

    public static ArmError InUse(string code, string kind, ResourceId id, IEnumerable<string> users) => ArmErrors.BadRequest(
        code, $"{kind} {id} cannot be deleted because it is in use by the following resources: {string.Join(", ", users)}.", id.ToString());

    public static ArmError RouteTableInUse(string table)
        => ArmErrors.BadRequest("InUseRouteTableCannotBeDeleted", $"Route table {table} is in use and cannot be deleted.", table);

    public static ArmError RouteConflict(string route, string other, string prefix) => ArmErrors.BadRequest(
        "RouteConflict", $"Route {route} conflicts with route {other}. Routes cannot have the same AddressPrefix {prefix}.", route);

    public static ArmError NatGatewayInUse(string gateway, string subnet) => ArmErrors.BadRequest(
        "InUseNatGatewayCannotBeDeleted", $"Nat gateway {gateway} is in use by subnet {subnet} and cannot be deleted.", gateway);

    public static ArmError NatNeedsStandard(string gateway, string address) => ArmErrors.BadRequest(
        "NatGatewayNotSupportedWithBasicSkuPublicIP", $"Nat gateway {gateway} references {address}, which does not have the Standard sku.", address);

    public static ArmError NatGatewayInAnotherNetwork(string gateway, string network, string subnet) => ArmErrors.BadRequest(
        "NatGatewayCannotSpanMultipleVirtualNetworks", $"Nat gateway {gateway} cannot be used by subnets of {network} because it is in use by subnet {subnet} of another virtual network.", gateway);

    public static ArmError InvalidPrefixLength(int? length, int shortest, int longest) => ArmErrors.BadRequest(
        "InvalidPublicIPPrefixLength", $"The prefix length {length} is not valid. The allowed range is {shortest} to {longest}.", "properties.prefixLength");

    public static ArmError MixedFamilies(string resource) => ArmErrors.BadRequest(
        "ResourceCannotContainAddressPrefixesFromDifferentAddressFamilies",
        $"Resource {resource} contains IP addresses or prefixes that belong to different address families. All IP addresses or prefixes in the resource should belong to the same address family.",
        resource);

    public static ArmError VersionsOfAddressesDiffer(string address, string? version, string configuration, string? own) => ArmErrors.BadRequest(
        "IPVersionForPublicIpAndNicIpConfigurationMustMatch",
        $"IP version for publicIPAddress '{address}', version '{version}' and network interface ipConfiguration '{configuration}', version '{own}' must match.",
        configuration);

    public static ArmError PrefixIsFull(string prefix) => ArmErrors.BadRequest(
        "PublicIPPrefixIsFull", $"Public IP prefix {prefix} does not have a free public IP address.", prefix);

    public static ArmError SecurityGroupsInDifferentNetworks(string configuration, string group, string other) => ArmErrors.BadRequest(
        "ApplicationSecurityGroupNotInSameVnet",
        $"IP configuration {configuration} cannot join application security group {group}: its members are in another virtual network, such as {other}.", group);

    public static ArmError PeeringToItself(string peering, string network) => ArmErrors.BadRequest(
        "PeeringsInVnetCannotReferenceParentVnet", $"Peering {peering} cannot reference its own virtual network {network}.", peering);

    public static ArmError AnotherPeering(string peering, string network) => ArmErrors.BadRequest(
        "AnotherPeeringAlreadyReferencesRemoteVnet", $"Another peering of the virtual network already references remote virtual network {network}; cannot add peering {peering}.", peering);

    public static ArmError PeeringRemoteCannotChange(string peering) => ArmErrors.BadRequest(
        "ChangingRemoteVirtualNetworkNotAllowed", $"The remote virtual network of peering {peering} cannot be changed.", peering);

    public static ArmError GatewayFlags(string peering) => ArmErrors.BadRequest(
        "PeeringGatewayTransitConflict", $"Peering {peering} cannot have both allowGatewayTransit and useRemoteGateways set to true.", peering);

    public static ArmError NoRemoteGateway(string peering, string remote) => ArmErrors.BadRequest(
        "RemoteVnetHasNoGateways", $"Peering {peering} cannot have useRemoteGateways set to true because remote virtual network {remote} does not have any gateways.", peering);

    public static ArmError RemotePeeringIsDisconnected(string peering, string remote) => ArmErrors.BadRequest(
        "RemotePeeringIsDisconnected",
        $"Cannot create or update peering {peering} because the peering of remote virtual network {remote} is in Disconnected state. Update or re-create the remote peering to get it back to Initiated state.",
        peering);

    public static ArmError PeersOverlap(string peering, string first, string second, IEnumerable<string> prefixes) => ArmErrors.BadRequest(
        "VnetAddressSpacesOverlap",
        $"Cannot create or update peering {peering}. Virtual networks {first} and {second} cannot be peered because their address spaces overlap. Overlapping address prefixes: {string.Join(", ", prefixes)}.",
        peering);

    public static ArmError PeersOverlapWithPeer(string peering, string first, string second, string third, IEnumerable<string> prefixes) => ArmErrors.BadRequest(
        "VnetAddressSpaceOverlapsWithAlreadyPeeredVnet",
        $"Cannot create or update peering {peering}. Virtual networks {first} and {second} cannot be peered because address space of the first virtual network overlaps with address space of "
            + $"virtual network {third} already peered with the second virtual network. Overlapping address prefixes: {string.Join(", ", prefixes)}.",
        peering);
}
