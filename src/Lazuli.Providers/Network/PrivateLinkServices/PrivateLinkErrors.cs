using Lazuli.Kernel.Errors;

namespace Lazuli.Providers.Network.PrivateLinkServices;

/// <summary>Errors of private link services and private endpoints, with Azure's codes.</summary>
internal static class PrivateLinkErrors
{
    public static ArmError NoConfiguration(string service) => ArmErrors.BadRequest(
        "PrivateLinkServiceMustHaveIpConfigurations", $"Private link service {service} must have at least one IP configuration.", "properties.ipConfigurations");

    public static ArmError NoFrontend(string service) => ArmErrors.BadRequest(
        "PrivateLinkServiceMustReferenceLoadBalancerFrontend", $"Private link service {service} must reference a frontend of a load balancer.", "properties.loadBalancerFrontendIpConfigurations");

    public static ArmError ServicePoliciesEnabled(string service, string subnet) => ArmErrors.BadRequest(
        "PrivateLinkServiceCannotBeCreatedInSubnetThatHasNetworkPoliciesEnabled",
        $"Private link service {service} cannot be created in a subnet {subnet} since it has private link service network policies enabled.",
        subnet);

    public static ArmError ServicePoliciesNeeded(string subnet) => ArmErrors.BadRequest(
        "PrivateLinkServiceNetworkPoliciesCannotBeEnabledOnPrivateLinkServiceSubnet",
        $"Private link service network policies cannot be enabled on private link service subnet {subnet}.",
        subnet);

    public static ArmError NeedsStandard(string service, string balancer) => ArmErrors.BadRequest(
        "PrivateLinkServiceNotSupportedWithBasicSkuLoadBalancer", $"Private link service {service} references load balancer {balancer}, which is not a regional one of the Standard sku.", balancer);

    public static ArmError BalancerElsewhere(string service, string balancer, string network) => ArmErrors.BadRequest(
        "PrivateLinkServiceAndLoadBalancerInDifferentVirtualNetworks", $"Private link service {service} and load balancer {balancer} must be in the same virtual network {network}.", balancer);

    public static ArmError FrontendTaken(string service, string frontend, string other) => ArmErrors.BadRequest(
        "LoadBalancerFrontendIPConfigurationInUseByAnotherPrivateLinkService", $"Private link service {service} cannot use {frontend}: it is in use by {other}.", frontend);

    public static ArmError ServiceInUse(string service, IEnumerable<string> connections) => ArmErrors.BadRequest(
        "PrivateLinkServiceWithPrivateEndpointConnectionsCannotBeDeleted",
        $"Private link service {service} cannot be deleted since it has private endpoint connections: {string.Join(", ", connections)}.",
        service);

    public static ArmError BalancerInUse(string balancer, string service) => ArmErrors.BadRequest(
        "CannotDeleteLoadBalancerWithPrivateLinkService", $"Load balancer {balancer} cannot be deleted, nor the frontend that private link service {service} references.", balancer);

    public static ArmError ApprovalBeyondVisibility(string subscription) => ArmErrors.BadRequest(
        "PrivateLinkServiceAutoApprovalMustBeSubsetOfVisibility", $"Subscription {subscription} is approved automatically, but does not see the private link service.", "properties.autoApproval.subscriptions");

    public static ArmError NoConnection(string connection) => new() { Code = "NotFound", Message = $"Resource {connection} not found.", Status = 404 };

    public static ArmError BadStatus(string connection, string? status) => ArmErrors.BadRequest(
        "InvalidPrivateLinkServiceConnectionStatus", $"The connection {connection} can be Approved or Rejected, not '{status}'.", "properties.privateLinkServiceConnectionState.status");

    public static ArmError InvalidTarget(string? target) => ArmErrors.BadRequest(
        "InvalidPrivateLinkServiceId", $"'{target}' is not the id or the alias of a resource that private endpoints can connect to.", "privateLinkServiceId");

    public static ArmError NotVisible(string endpoint, string target) => ArmErrors.BadRequest(
        "PrivateLinkServiceNotVisible", $"Private link service {target} is not visible to the subscription of private endpoint {endpoint}.", target);

    public static ArmError InvalidGroup(string connection, string target, string group) => ArmErrors.BadRequest(
        "GroupIdInvalid", $"Private link service connection {connection}: {target} has no group '{group}'.", connection);

    public static ArmError OneGroup(string connection, string target, IEnumerable<string> groups) => ArmErrors.BadRequest(
        "OnlyOneGroupIdPermitted",
        $"Private link service connection {connection} has the following group Ids: {string.Join(", ", groups)}. Only one group Id is permitted when connecting to a first-party resource ({target}).",
        connection);
}
