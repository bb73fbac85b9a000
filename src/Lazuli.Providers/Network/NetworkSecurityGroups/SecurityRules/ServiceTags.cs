namespace Lazuli.Providers.Network.NetworkSecurityGroups.SecurityRules;

/// <summary>
/// Azure's service tags that stand for addresses of its public services. No such service has an address here, so no packet comes from or goes to one:
/// a prefix that is such a tag matches nothing, unless packets are filtered by it (<see cref="SecurityRuleRules.Tag"/>).
/// </summary>
internal static class ServiceTags
{
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "ActionGroup", "ApiManagement", "ApplicationInsightsAvailability", "AppConfiguration", "AppService", "AppServiceManagement", "AzureActiveDirectory",
        "AzureActiveDirectoryDomainServices", "AzureAdvancedThreatProtection", "AzureArcInfrastructure", "AzureAttestation", "AzureBackup", "AzureBotService",
        "AzureCloud", "AzureCognitiveSearch", "AzureConnectors", "AzureContainerRegistry", "AzureCosmosDB", "AzureDatabricks", "AzureDataLake",
        "AzureDevOps", "AzureDevSpaces", "AzureDigitalTwins", "AzureEventGrid", "AzureFrontDoor", "AzureInformationProtection", "AzureIoTHub", "AzureKeyVault",
        "AzureMachineLearning", "AzureMonitor", "AzureOpenDatasets", "AzureResourceManager",
        "AzureSignalR", "AzureSiteRecovery", "AzureSphere", "AzureStack", "AzureTrafficManager", "AzureUpdateDelivery", "BatchNodeManagement",
        "CognitiveServicesFrontend", "CognitiveServicesManagement", "DataFactory", "DataFactoryManagement", "Dynamics365ForMarketingEmail", "EventHub",
        "GatewayManager", "GuestAndHybridManagement", "HDInsight", "KustoAnalytics", "LogicApps", "LogicAppsManagement", "M365ManagementActivityApi",
        "MicrosoftContainerRegistry", "MicrosoftDefenderForEndpoint", "PowerBI", "PowerPlatformInfra", "ServiceBus", "ServiceFabric", "Sql", "SqlManagement",
        "Storage", "StorageSyncService", "WindowsAdminCenter", "WindowsVirtualDesktop",
    };

    /// <summary>Tags that would change what guests may ask of the platform itself, whose services are never filtered here.</summary>
    private static readonly HashSet<string> OfThePlatform = new(StringComparer.OrdinalIgnoreCase) { "AzurePlatformDNS", "AzurePlatformIMDS", "AzurePlatformLKM" };

    public static bool IsRefused(string text) => OfThePlatform.Contains(text);

    /// <summary>Also with a region (<c>Storage.WestEurope</c>) or a part (<c>AzureFrontDoor.Backend</c>).</summary>
    public static bool IsKnown(string text) => Names.Contains(text.Split('.')[0]);
}
