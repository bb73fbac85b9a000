namespace Lazuli.Providers.Network.NetworkSecurityGroups.SecurityRules;

/// <summary>Azure's service tags that stand for addresses of its public services: known by name, so that they are refused as what they are.</summary>
internal static class ServiceTags
{
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "ActionGroup", "ApiManagement", "ApplicationInsightsAvailability", "AppConfiguration", "AppService", "AppServiceManagement", "AzureActiveDirectory",
        "AzureActiveDirectoryDomainServices", "AzureAdvancedThreatProtection", "AzureArcInfrastructure", "AzureAttestation", "AzureBackup", "AzureBotService",
        "AzureCloud", "AzureCognitiveSearch", "AzureConnectors", "AzureContainerRegistry", "AzureCosmosDB", "AzureDatabricks", "AzureDataLake",
        "AzureDevOps", "AzureDevSpaces", "AzureDigitalTwins", "AzureEventGrid", "AzureFrontDoor", "AzureInformationProtection", "AzureIoTHub", "AzureKeyVault",
        "AzureMachineLearning", "AzureMonitor", "AzureOpenDatasets", "AzurePlatformDNS", "AzurePlatformIMDS", "AzurePlatformLKM", "AzureResourceManager",
        "AzureSignalR", "AzureSiteRecovery", "AzureSphere", "AzureStack", "AzureTrafficManager", "AzureUpdateDelivery", "BatchNodeManagement",
        "CognitiveServicesFrontend", "CognitiveServicesManagement", "DataFactory", "DataFactoryManagement", "Dynamics365ForMarketingEmail", "EventHub",
        "GatewayManager", "GuestAndHybridManagement", "HDInsight", "KustoAnalytics", "LogicApps", "LogicAppsManagement", "M365ManagementActivityApi",
        "MicrosoftContainerRegistry", "MicrosoftDefenderForEndpoint", "PowerBI", "PowerPlatformInfra", "ServiceBus", "ServiceFabric", "Sql", "SqlManagement",
        "Storage", "StorageSyncService", "WindowsAdminCenter", "WindowsVirtualDesktop",
    };

    /// <summary>Also with a region (<c>Storage.WestEurope</c>) or a part (<c>AzureFrontDoor.Backend</c>).</summary>
    public static bool IsKnown(string text) => Names.Contains(text.Split('.')[0]);
}
