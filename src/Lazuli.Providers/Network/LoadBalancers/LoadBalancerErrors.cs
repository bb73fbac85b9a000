using Lazuli.Kernel.Errors;

namespace Lazuli.Providers.Network.LoadBalancers;

/// <summary>Errors about load balancers, with Azure's codes.</summary>
internal static class LoadBalancerErrors
{
    public static ArmError SubnetAndPublic(string frontend) => ArmErrors.BadRequest(
        "FrontendIPConfigHasBothSubnetAndPublicIP", $"Frontend IP Configuration {frontend} must not reference both a Subnet and a Public IP Address.", frontend);

    public static ArmError NeitherSubnetNorPublic(string frontend) => ArmErrors.BadRequest(
        "FrontendIPConfigHasNoSubnetOrPublicIP", $"Frontend IP Configuration {frontend} must reference either a Subnet or a Public IP Address.", frontend);

    public static ArmError SkusDiffer(string sku, string balancer, string addressSku, string address) => ArmErrors.BadRequest(
        "PublicIPAndLBSkuDoNotMatch", $"{sku} sku load balancer {balancer} cannot reference {addressSku} sku publicIP {address}.", address);

    public static ArmError SkusOfNicDiffer(string one, string other) => ArmErrors.BadRequest(
        "DifferentSkuLoadBalancersAndPublicIPAddressNotAllowed",
        $"Different basic sku and standard sku load balancer or public Ip resources in network interface is not allowed {one} and {other}.", one);

    public static ArmError TiersDiffer(string tier, string balancer, string addressTier, string address) => ArmErrors.BadRequest(
        "PublicIPAndLBTierDoNotMatch", $"{tier} tier load balancer {balancer} cannot reference {addressTier} tier publicIP {address}.", address);

    public static ArmError NoFrontend(string balancer) => ArmErrors.BadRequest(
        "LoadBalancerWithoutFrontendIPCantHaveChildResources",
        $"Load balancer {balancer} has no frontend IP configuration, so it can't have rules, probes or inbound NAT pools.", balancer);

    public static ArmError SameBackendPort(string rule, string other, string protocol, int? port, string pool) => ArmErrors.BadRequest(
        "RulesUseSameBackendPortProtocolAndPool",
        $"Load balancing rules {rule} and {other} with floating IP disabled use the same protocol {protocol} and backend port {port}, and must not be used with the same "
            + $"backend address pool {pool}.",
        rule);

    public static ArmError SameFrontendPort(string rule, string other, string protocol, int? port, string frontend) => ArmErrors.BadRequest(
        "RulesUseSameFrontendPortProtocolAndIPConfig",
        $"Load balancer rules {rule} and {other} use the same frontend port {port} and protocol {protocol}, and must not be used with the same frontend IP configuration {frontend}.",
        rule);

    public static ArmError SameBackendOfNic(string rule, string other, string protocol, int? port, string configuration) => ArmErrors.BadRequest(
        "RulesUseSameBackendPortProtocolAndIPConfig",
        $"Load balancer rules {rule} and {other} with floating IP disabled use the same backend port {port} and protocol {protocol}, and must not be used with the same "
            + $"backend IP {configuration}.",
        configuration);

    public static ArmError SnatMustBeDisabled(string rule, string frontend, string outbound) => ArmErrors.BadRequest(
        "LoadBalancingRuleMustDisableSNATSinceSameFrontendIPConfigurationIsReferencedByOutboundRule",
        $"Load Balancing Rules {rule} must have disableOutboundSNAT set to true when same FrontendIPConfiguration {frontend} is referenced by Outbound Rules {outbound}.",
        rule);

    public static ArmError TwoOutboundRules(string frontend, IEnumerable<string> rules) => ArmErrors.BadRequest(
        "MoreThanOneOutboundRuleUsingSameFrontendIPConfigurationAndProtocolIsNotSupported",
        $"It is not supported to have more than a single outbound rule using frontendIPConfiguration {frontend} with same or overlapping protocol. "
            + $"This frontendIPConfiguration is used by the following outbound rules: {string.Join(",", rules)}.",
        frontend);

    public static ArmError PortsNotOfEight(int ports, string rule) => ArmErrors.BadRequest(
        "SpecifiedAllocatedOutboundPortsForOutboundRuleIsNotAMultipleOfEight", $"Specified Allocated Outbound Ports {ports} for Outbound Rule {rule} is not a multiple of 8.", rule);

    public static ArmError TooManyPorts(int ports, string rule, int allowed) => ArmErrors.BadRequest(
        "SpecifiedAllocatedOutboundPortsForOutboundRuleExceedsTotalNumberOfAllowedPortsPerRule",
        $"Specified Allocated Outbound Ports {ports} for Outbound Rule {rule} exceeds the total number of allowed ports per rule {allowed}.", rule);

    public static ArmError NotEnoughPorts(int ports, string rule, int wanted, int available) => ArmErrors.BadRequest(
        "SpecifiedAllocatedOutboundPortsForOutboundRuleExceedsTotalNumberOfAvailablePorts",
        $"Specified Allocated Outbound Ports {ports} for Outbound Rule {rule} would result in total number of ports {wanted} exceeding the total number of available ports {available}.", rule);

    public static ArmError PortAndRange(int? port) => ArmErrors.BadRequest(
        "UnsupportedSetOfInboundNatRulePropertiesWhenFrontendPortIsSpecified",
        $"If FrontendPort {port} is set, properties FrontendPortRangeStart, FrontendPortRangeEnd should be null.");

    public static ArmError NoRange() => ArmErrors.BadRequest(
        "MissedInboundNatRuleV2Properties", "For inbound Nat rule V2 properties FrontendPortRangeStart, FrontendPortRangeEnd should not be null.");

    public static ArmError UsedByGlobal(string balancer, string frontend, string pool) => ArmErrors.BadRequest(
        "NotAllowedToDeleteLoadBalancerWithFrontendIpConfigurationInUseByGlobalLB",
        $"It is not allowed to delete load balancer {balancer} that has a load balancer frontend IP configuration {frontend} referenced by global load balancer's pool {pool}. "
            + "Please remove from global load balancing configuration first.",
        frontend);

    public static ArmError AnotherInternal(string configuration, string balancer) => ArmErrors.BadRequest(
        "AnotherInternalLoadBalancerExists", $"IP configuration {configuration} is in a backend pool of the internal load balancer {balancer} already.", configuration);

    public static ArmError AnotherPublic(string configuration, string balancer) => ArmErrors.BadRequest(
        "NetworkInterfaceUsesMultipleLoadBalancersOfSameType",
        $"IP configuration {configuration} is in a backend pool of the public load balancer {balancer} already. It can be in those of one public and one internal load balancer.",
        configuration);

    public static ArmError OtherNetwork(string user, string balancer) => ArmErrors.BadRequest(
        "NetworkInterfaceAndInternalLoadBalancerMustUseSameVnet", $"{user} and load balancer {balancer} do not belong to the same virtual network.", user);

    public static ArmError NoIpv4Frontend(string balancer) => ArmErrors.BadRequest(
        "AtleastOneIpV4RequiredForIpV6LbFrontendIpConfiguration", $"At least one IPv4 frontend ipConfiguration is required for an IPv6 frontend ipConfiguration on the load balancer '{balancer}'", balancer);

    public static ArmError MixedPool(string pool, string one, string other)
        => Invalid($"The backend address pool {pool} has members of both IP versions, {one} and {other}. All must be of one.", pool);

    public static ArmError MixedFrontends(string rule) => Invalid($"The frontend IP configurations of rule {rule} must be of one IP version.", rule);

    public static ArmError VersionsDiffer(string rule, bool ipv6, string member, string target)
        => Invalid($"The frontend IP configuration of rule {rule} is of version {(ipv6 ? "IPv6" : "IPv4")}, which does not match its member {member}. IP versions must match.", target);

    public static ArmError Invalid(string message, string target) => NetworkErrors.InvalidRequestFormat(message, target);
}
