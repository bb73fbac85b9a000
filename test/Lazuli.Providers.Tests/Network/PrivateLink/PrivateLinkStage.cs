namespace Lazuli.Providers.Tests.Network.PrivateLink;

/// <summary>A provider's network p with a load balancer and a private link service s, and a consumer's network c with the same addresses.</summary>
internal static class PrivateLinkStage
{
    public static readonly string Service = NetworkCloud.Id("privateLinkServices/s");
    public static readonly string Endpoint = NetworkCloud.Id("privateEndpoints/e");
    public static readonly string Frontend = NetworkCloud.Id("loadBalancers/b/frontendIPConfigurations/f");

    public static async Task<NetworkCloud> StagedAsync()
    {
        var cloud = await NetworkCloud.StartAsync();
        await StageAsync(cloud);
        return cloud;
    }

    public static async Task StageAsync(NetworkCloud cloud)
    {
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/p"), """
            {"location":"eastus","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]},"subnets":[
              {"name":"a","properties":{"addressPrefix":"10.0.0.0/24"}},{"name":"nat","properties":{"addressPrefix":"10.0.1.0/24","privateLinkServiceNetworkPolicies":"Disabled"}}]}}
            """);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/c"), NetworkCloud.Vnet());
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("loadBalancers/b"), Balancer());
        await cloud.SucceedAsync("PUT", Service, ServiceBody());
    }

    public static string Balancer(string sku = "Standard", string address = "10.0.0.100") => $$$$"""
        {"location":"eastus","sku":{"name":"{{{{sku}}}}"},"properties":{
          "frontendIPConfigurations":[{"name":"f","properties":{"privateIPAllocationMethod":"Static","privateIPAddress":"{{{{address}}}}","subnet":{"id":"{{{{NetworkCloud.Id("virtualNetworks/p/subnets/a")}}}}"}}}]}}
        """;

    public static string ServiceBody(string more = "", string subnet = "virtualNetworks/p/subnets/nat", string? frontend = null, string address = "", string location = "eastus") => $$$$"""
        {"location":"{{{{location}}}}","properties":{"loadBalancerFrontendIpConfigurations":[{"id":"{{{{frontend ?? Frontend}}}}"}],
          "ipConfigurations":[{"name":"i","properties":{"primary":true,"subnet":{"id":"{{{{NetworkCloud.Id(subnet)}}}}"}{{{{address}}}}}}]{{{{more}}}}}}
        """;

    public static string EndpointBody(bool manual = false, string more = "", string? target = null, string subnet = "virtualNetworks/c/subnets/a", string location = "eastus", string connection = "") => $$$$"""
        {"location":"{{{{location}}}}","properties":{"subnet":{"id":"{{{{NetworkCloud.Id(subnet)}}}}"},
          "{{{{(manual ? "manualPrivateLinkServiceConnections" : "privateLinkServiceConnections")}}}}":[{"name":"to","properties":{"privateLinkServiceId":"{{{{target ?? Service}}}}","requestMessage":"please"{{{{connection}}}}}}]{{{{more}}}}}}
        """;
}
