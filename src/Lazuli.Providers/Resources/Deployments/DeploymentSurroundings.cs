using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Deployments.Language.Templates;
using Lazuli.Providers.Resources.Deployments.Language.Values;
using Lazuli.Providers.Resources.Subscriptions;

namespace Lazuli.Providers.Resources.Deployments;

/// <summary>Gathers what a deployment may know: its group, subscription, tenant, environment and the registered providers.</summary>
internal static class DeploymentSurroundings
{
    public static DeploymentFacts Of(KernelServices kernel, ArmRequest request, ResourceId id, DeploymentRequest deployment) => new()
    {
        Scope = id.Scope,
        Deployment = new ObjectBuilder()
            .Set("name", id.Name)
            .SetIf("location", deployment.Location is { } location ? Value.Of(kernel.Locations.Normalize(location) ?? location) : null)
            .Set("properties", new ObjectBuilder()
                .SetIf("templateLink", deployment.TemplateLink?.ToValue())
                .Set("template", Plain(deployment.Template))
                .Set("templateHash", Template.Hash(deployment.Template))
                .Set("parameters", deployment.Parameters)
                .Set("mode", deployment.Mode)
                .Set("provisioningState", DeploymentState.Accepted)
                .Build())
            .Build(),
        ExternalInputs = deployment.ExternalInputs,
        Tenant = Tenant(kernel, request),
        Deployer = new ObjectBuilder().Set("objectId", request.Principal.ObjectId).Set("tenantId", request.Principal.TenantId).Set("userPrincipalName", request.Principal.Name).Build(),
        Environment = Environment(request),
        ResourceGroup = id.ResourceGroupId is { } group ? Render(kernel, group) : null,
        Subscription = id.SubscriptionScope is { } subscription && kernel.Store.Get(subscription.Key) is { } record ? Show(Subscriptions.StoredSubscription.Read(record)) : null,
        ManagementGroup = id.Scope.IsManagementGroup ? Render(kernel, id.Scope) : null,
        Now = kernel.Time.GetUtcNow(),
        NewGuid = () => Guid.NewGuid().ToString(),
        Providers = (ns, type) => Providers(kernel, ns, type),
        Zones = (type, location) => kernel.Registry.Type(type) is not null && kernel.Locations.Normalize(location) is { } name && kernel.Locations.All.Any(l => l.Name == name && l.HasZones) ? ["1", "2", "3"] : [],
        ZoneMappings = location => kernel.Locations.Normalize(location) is { } name && kernel.Locations.All.Any(l => l.Name == name && l.HasZones) ? [("1", $"{name}-az1"), ("2", $"{name}-az2"), ("3", $"{name}-az3")] : [],
    };

    // Shown by deployment().properties.template: its strings are no expressions there.
    private static ObjectValue Plain(ObjectValue template) => new ObjectBuilder()
        .SetIf("$schema", template["$schema"])
        .SetIf("contentVersion", template["contentVersion"])
        .SetIf("metadata", template["metadata"])
        .Build();

    private static ObjectValue? Render(KernelServices kernel, ResourceId id)
        => kernel.Store.Get(id.Key) is { } record && kernel.Registry.Type(record.Type) is { } type ? ValueReader.Read(kernel.Registry.Handler(type).Render(record).Span) as ObjectValue : null;

    private static ObjectValue Show(StoredSubscription subscription) => new ObjectBuilder()
        .Set("id", subscription.Id.ToString())
        .Set("subscriptionId", subscription.SubscriptionId)
        .Set("tenantId", subscription.TenantId)
        .Set("displayName", subscription.DisplayName)
        .Build();

    private static ObjectValue Tenant(KernelServices kernel, ArmRequest request) => new ObjectBuilder()
        .Set("countryCode", "US")
        .Set("displayName", "Lazuli")
        .Set("id", $"/tenants/{request.Principal.TenantId}")
        .Set("tenantId", request.Principal.TenantId)
        .Build();

    private static ObjectValue Environment(ArmRequest request) => new ObjectBuilder()
        .Set("name", "AzureCloud")
        .Set("gallery", "https://gallery.azure.com/")
        .Set("graph", "https://graph.windows.net/")
        .Set("portal", "https://portal.azure.com")
        .Set("graphAudience", "https://graph.windows.net/")
        .Set("activeDirectoryDataLake", "https://datalake.azure.net/")
        .Set("batch", "https://batch.core.windows.net/")
        .Set("media", "https://rest.media.azure.net")
        .Set("sqlManagement", "https://management.core.windows.net:8443/")
        .Set("vmImageAliasDoc", "https://raw.githubusercontent.com/Azure/azure-rest-api-specs/master/arm-compute/quickstart-templates/aliases.json")
        .Set("resourceManager", request.BaseUrl + "/")
        .Set("authentication", new ObjectBuilder()
            .Set("loginEndpoint", "https://login.microsoftonline.com/")
            .Set("audiences", new ArrayValue([Value.Of("https://management.core.windows.net/"), Value.Of("https://management.azure.com/")]))
            .Set("tenant", "common")
            .Set("identityProvider", "AAD")
            .Build())
        .Set("suffixes", new ObjectBuilder()
            .Set("acrLoginServer", ".azurecr.io")
            .Set("azureDatalakeAnalyticsCatalogAndJob", "azuredatalakeanalytics.net")
            .Set("azureDatalakeStoreFileSystem", "azuredatalakestore.net")
            .Set("azureFrontDoorEndpointSuffix", "azurefd.net")
            .Set("keyvaultDns", ".vault.azure.net")
            .Set("sqlServerHostname", ".database.windows.net")
            .Set("storage", "core.windows.net")
            .Build())
        .Build();

    private static Value? Providers(KernelServices kernel, string ns, string? type)
    {
        var types = kernel.Registry.Provider(ns)?.Types.Where(t => type is null || t.Name.TypePath.Equals(type, StringComparison.OrdinalIgnoreCase)).Select(t => (Value)new ObjectBuilder()
            .Set("resourceType", t.Name.TypePath)
            .Set("locations", new ArrayValue([.. kernel.Locations.All.Select(l => Value.Of(l.DisplayName))]))
            .Set("apiVersions", new ArrayValue([.. t.ApiVersions.Select(Value.Of)]))
            .Build()).ToList();
        return types is null or [] ? null : type is not null ? types[0] : new ObjectBuilder().Set("namespace", ns).Set("resourceTypes", new ArrayValue(types)).Build();
    }
}
