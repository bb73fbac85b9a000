using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.VirtualNetworks.Subnets;
using Lazuli.Providers.Resources.Locations;

namespace Lazuli.Providers.Network.VirtualNetworks;

/// <summary>The services that subnets can be delegated to, or have service endpoints for: Azure's names for them. None of them has an address here.</summary>
internal static class SubnetServices
{
    private const string Join = "Microsoft.Network/virtualNetworks/subnets/join/action";
    private const string Action = "Microsoft.Network/virtualNetworks/subnets/action";
    private const string Prepare = "Microsoft.Network/virtualNetworks/subnets/prepareNetworkPolicies/action";
    private const string Unprepare = "Microsoft.Network/virtualNetworks/subnets/unprepareNetworkPolicies/action";
    private const string Nics = "Microsoft.Network/networkinterfaces/*";

    private static readonly (string Service, string[] Actions)[] Delegations =
    [
        ("GitHub.Network/networkSettings", [Join]),
        ("Microsoft.ApiManagement/service", [Join, Prepare]),
        ("Microsoft.App/environments", [Join]),
        ("Microsoft.App/testClients", [Join]),
        ("Microsoft.AVS/PrivateClouds", [Nics, Join]),
        ("Microsoft.AzureCosmosDB/clusters", [Join]),
        ("Microsoft.BareMetal/AzureHostedService", [Action]),
        ("Microsoft.BareMetal/AzureVMware", [Nics, Join]),
        ("Microsoft.BareMetal/CrayServers", [Nics, Join]),
        ("Microsoft.Batch/batchAccounts", [Action]),
        ("Microsoft.CloudTest/hostedpools", [Join]),
        ("Microsoft.CloudTest/images", [Join]),
        ("Microsoft.CloudTest/pools", [Join]),
        ("Microsoft.Codespaces/plans", [Join]),
        ("Microsoft.ContainerInstance/containerGroups", [Action]),
        ("Microsoft.ContainerService/managedClusters", [Join]),
        ("Microsoft.Databricks/workspaces", [Join, Prepare, Unprepare]),
        ("Microsoft.DBforMySQL/flexibleServers", [Join]),
        ("Microsoft.DBforMySQL/serversv2", [Join]),
        ("Microsoft.DBforPostgreSQL/flexibleServers", [Join]),
        ("Microsoft.DBforPostgreSQL/serversv2", [Join]),
        ("Microsoft.DBforPostgreSQL/singleServers", [Join]),
        ("Microsoft.DevCenter/networkConnection", [Join]),
        ("Microsoft.DevOpsInfrastructure/pools", [Join]),
        ("Microsoft.DocumentDB/cassandraClusters", [Join]),
        ("Microsoft.Fidalgo/networkSettings", [Join]),
        ("Microsoft.HardwareSecurityModules/dedicatedHSMs", [Nics, Join]),
        ("Microsoft.Kusto/clusters", [Join, Prepare, Unprepare]),
        ("Microsoft.LabServices/labplans", [Join]),
        ("Microsoft.Logic/integrationServiceEnvironments", [Action]),
        ("Microsoft.MachineLearningServices/workspaces", [Join]),
        ("Microsoft.Netapp/volumes", [Nics, Join]),
        ("Microsoft.Network/applicationGateways", [Join]),
        ("Microsoft.Network/dnsResolvers", [Join]),
        ("Microsoft.Network/fpgaNetworkInterfaces", [Join]),
        ("Microsoft.Network/managedResolvers", [Join]),
        ("Microsoft.Network/networkWatchers", [Join]),
        ("Microsoft.Network/virtualNetworkGateways", [Join]),
        ("Microsoft.Orbital/orbitalGateways", [Join]),
        ("Microsoft.PowerPlatform/enterprisePolicies", [Join]),
        ("Microsoft.PowerPlatform/vnetaccesslinks", [Join]),
        ("Microsoft.ServiceFabricMesh/networks", [Action]),
        ("Microsoft.ServiceNetworking/trafficControllers", [Join]),
        ("Microsoft.Singularity/accounts/networks", [Join]),
        ("Microsoft.Sql/managedInstances", [Join, Prepare, Unprepare]),
        ("Microsoft.StoragePool/diskPools", [Join]),
        ("Microsoft.StreamAnalytics/streamingJobs", [Join]),
        ("Microsoft.Synapse/workspaces", [Join]),
        ("Microsoft.Web/hostingEnvironments", [Action]),
        ("Microsoft.Web/serverFarms", [Action]),
        ("NGINX.NGINXPLUS/nginxDeployments", [Join]),
        ("Oracle.Database/networkAttachments", [Join]),
        ("PaloAltoNetworks.Cloudngfw/firewalls", [Join]),
        ("Qumulo.Storage/fileSystems", [Join]),
    ];

    private static readonly string[] Endpoints =
    [
        "Microsoft.AzureActiveDirectory", "Microsoft.AzureCosmosDB", "Microsoft.CognitiveServices", "Microsoft.ContainerRegistry", "Microsoft.EventHub", "Microsoft.KeyVault",
        "Microsoft.ServiceBus", "Microsoft.Sql", "Microsoft.Storage", "Microsoft.Storage.Global", "Microsoft.Web",
    ];

    private static readonly string[] Aliases =
    [
        "/services/Azure", "/services/Azure/Batch", "/services/Azure/DataFactory", "/services/Azure/MachineLearning", "/services/Azure/ManagedInstance", "/services/Azure/WebPI",
    ];

    public static IReadOnlyList<ProviderOperation> All { get; } =
    [
        .. LocationOperations.Of(HttpMethod.Get, "availableDelegations", (request, _) => Listed(request, "availableDelegations", Delegations.Select(d => d.Service), (json, service) =>
        {
            json.WriteString("serviceName", service);
            json.WriteStartArray("actions");
            foreach (var action in ActionsOf(service) ?? [])
            {
                json.WriteStringValue(action);
            }

            json.WriteEndArray();
        })),
        .. LocationOperations.Of(HttpMethod.Get, "virtualNetworkAvailableEndpointServices", (request, _) => Listed(request, "virtualNetworkEndpointServices", Endpoints, (_, _) => { })).Take(1),
        .. LocationOperations.Of(HttpMethod.Get, "availableServiceAliases", (request, _) => Listed(request, "availableServiceAliases", Aliases, (json, alias) => json.WriteString("resourceName", alias))),
        .. Links("ResourceNavigationLinks"),
        .. Links("ServiceAssociationLinks"),
    ];

    /// <summary>What a service that a subnet is delegated to may do there; null for a service that Azure doesn't know.</summary>
    public static IReadOnlyList<string>? ActionsOf(string? service)
        => Delegations.Where(d => d.Service.Equals(service, StringComparison.OrdinalIgnoreCase)).Select(d => d.Actions).FirstOrDefault();

    /// <summary>Delegations and service endpoints must be of services that there are, endpoints in regions that there are.</summary>
    public static IEnumerable<ArmError> Check(ResourceId network, IReadOnlyList<Embedded<SubnetProperties>> subnets)
        => CheckDelegations(network, subnets).Concat(subnets.SelectMany(s => CheckEndpoints(network.Child("subnets", s.Name ?? ""), s.Properties?.ServiceEndpoints ?? [])));

    // The code for a wrong region is not known; Azure's for any malformed request stands in.
    private static IEnumerable<ArmError> CheckEndpoints(ResourceId subnet, IReadOnlyList<ServiceEndpoint> endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            if (!Endpoints.Contains(endpoint.Service, StringComparer.OrdinalIgnoreCase))
            {
                yield return ArmErrors.BadRequest(
                    "SubnetHasServiceEndpointWithInvalidServiceName",
                    $"Subnet {subnet} has a service endpoint with the service name '{endpoint.Service}', which is not valid. Valid value(s) are: {string.Join(',', Endpoints)}",
                    $"{subnet}.serviceEndpoints.service");
            }

            foreach (var location in endpoint.Locations ?? [])
            {
                if (location != "*" && AzureLocations.Catalogue.Normalize(location) is null or "global")
                {
                    yield return NetworkErrors.InvalidRequestFormat($"The location '{location}' of a service endpoint of subnet {subnet} is not a region.", $"{subnet}.serviceEndpoints.locations");
                }
            }
        }
    }

    private static IEnumerable<ArmError> CheckDelegations(ResourceId network, IReadOnlyList<Embedded<SubnetProperties>> subnets)
        => from subnet in subnets
           from delegation in subnet.Properties?.Delegations ?? []
           where ActionsOf(delegation.Properties?.ServiceName) is null
           select ArmErrors.BadRequest(
               "InvalidServiceNameOnDelegation",
               $"The service name {delegation.Properties?.ServiceName} specified on delegation {network}/subnets/{subnet.Name}/delegations/{delegation.Name} is not valid. "
                   + $"Valid value(s) are: {string.Join(',', Delegations.Select(d => d.Service))}",
               delegation.Name);

    // Services that had put something into a subnet would be shown here.
    private static IEnumerable<ProviderOperation> Links(string name)
    {
        yield return new(
            HttpMethod.Get,
            $"/subscriptions/{{subscriptionId}}/resourceGroups/{{resourceGroupName}}/providers/Microsoft.Network/virtualNetworks/{{virtualNetworkName}}/subnets/{{subnetName}}/{name}",
            "Microsoft.Network/virtualNetworks/subnets/read",
            (request, _) => Task.FromResult<Result<ArmResponse>>(IdOf(request) is { } subnet && request.View.Exists(subnet)
                ? ArmResponse.Json(JsonWriting.List(Array.Empty<string>(), (_, _) => { }))
                : IdOf(request) is { } missing ? ArmErrors.ResourceNotFound(missing) : ArmErrors.InvalidId(request.Request.Path)))
        {
            ApiVersions = NetworkVersions.All,
        };
    }

    private static ResourceId? IdOf(ProviderRequest request)
        => ResourceId.TryParse(
            $"/subscriptions/{request["subscriptionId"]}/resourceGroups/{request["resourceGroupName"]}/providers/Microsoft.Network/virtualNetworks/{request["virtualNetworkName"]}/subnets/{request["subnetName"]}",
            out var id) ? id : null;

    private static ArmResponse Listed(ProviderRequest request, string type, IEnumerable<string> services, Action<Utf8JsonWriter, string> more) => ArmResponse.Json(JsonWriting.List(services, (json, service) =>
    {
        var name = service.TrimStart('/').Replace('/', '.');
        json.WriteStartObject();
        json.WriteString("name", type == "virtualNetworkEndpointServices" ? service : name);
        json.WriteString("id", $"{ResourceId.Subscription(request["subscriptionId"])}/providers/Microsoft.Network/{type}/{name}");
        json.WriteString("type", $"Microsoft.Network/{type}");
        more(json, service);
        json.WriteEndObject();
    }));
}
