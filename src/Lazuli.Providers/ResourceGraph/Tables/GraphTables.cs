using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.ResourceGraph.Kql;
using Lazuli.Providers.ResourceGraph.Kql.Binding;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Tables;

/// <summary>
/// The tables of Resource Graph (https://learn.microsoft.com/azure/governance/resource-graph/reference/supported-tables-resources), of one request's scope and for its caller's eyes.
/// Names ignore case. A table whose resources can't exist here is empty, as it is on Azure for who has none; one that Azure fills by itself is refused.
/// </summary>
internal sealed class GraphTables(ProviderRequest caller, GraphScope scope, GraphColumns rows) : ITables
{
    private static readonly HashSet<string> Empty = new(StringComparer.OrdinalIgnoreCase)
    {
        "AwsResources", "ChaosResources", "CommunityGalleryResources", "DesktopVirtualizationResources", "EdgeOrderResources", "ElasticSanResources", "ExtendedLocationResources",
        "IoTSecurityResources", "KubernetesConfigurationResources", "KustoResources", "NetworkResources", "OrbitalResources", "SpotResources", "SupportResources",
    };

    private static readonly HashSet<string> Refused = new(StringComparer.OrdinalIgnoreCase)
    {
        "AdvisorResources", "AlertsManagementResources", "AppServiceResources", "AzureBusinessContinuityResources", "CapabilityResources", "ComputeResources", "DnsResources", "FeatureResources",
        "GuestConfigurationResources", "HealthResourceChanges", "HealthResources", "InsightsResources", "MaintenanceResources", "ManagedServicesResources", "PatchAssessmentResources",
        "PatchInstallationResources", "PolicyResources", "QuotaResources", "QuotaResourceChanges", "RecoveryServicesResources", "SecurityResources",
        "ServiceFabricResources", "ServiceHealthResources", "TagsResources", "UpdateResources",
    };

    public string Default => "Resources";

    private IResourceStore Store => caller.View.Store;

    private string Tenant => caller.Request.Principal.TenantId;

    public Table? Find(string name)
        => Is(name, "Resources") ? Of(Resources)
            : Is(name, "ResourceContainers") ? Of(Containers)
            : Is(name, "AuthorizationResources") ? Of(Authorizations)
            : Is(name, "ResourceChanges") ? Of(() => Changes(ofContainers: false))
            : Is(name, "ResourceContainerChanges") ? Of(() => Changes(ofContainers: true))
            : Empty.Contains(name) ? Of(() => [])
            : Refused.Contains(name) ? throw new KqlFault(KqlFault.Language, $"The table '{name}' is not supported by Lazuli.") { Token = name }
            : null;

    private static bool Is(string name, string table) => name.Equals(table, StringComparison.OrdinalIgnoreCase);

    private static Table Of(Func<IEnumerable<Value[]>> rows) => new(GraphColumns.All, Kql.Operators.Deferred.Rows(rows));

    private IEnumerable<Value[]> Resources()
        => from subscription in scope.Subscriptions
           from record in Store.List(subscription.Id.Key)
           let type = caller.Kernel.Registry.Type(record.Type)
           where type is { IsTracked: true } && !type.Name.Equals(ResourceTypeName.ResourceGroup)
           let handler = caller.Kernel.Registry.Handler(type)
           let row = rows.Of(handler.Render(record), Tenant, () => handler.Extended(record))
           where GraphScope.Reads(caller, type.Name, row.Id)
           select row.Values;

    private IEnumerable<Value[]> Containers()
    {
        foreach (var group in Records(ResourceTypeName.ManagementGroup, ""))
        {
            if (scope.ManagementGroups?.Contains(group.Row.Id) != false)
            {
                yield return Named(group.Row.Values, DisplayName(group.Row.Values), "microsoft.management/managementgroups");
            }
        }

        foreach (var subscription in scope.Subscriptions)
        {
            if (GraphScope.Sees(caller, subscription))
            {
                yield return new SubscriptionRow(Store, subscription).Values;
            }

            foreach (var (_, row) in Records(ResourceTypeName.ResourceGroup, subscription.Id.Key))
            {
                yield return Named(row.Values, row.Id.Name, "microsoft.resources/subscriptions/resourcegroups");
            }
        }
    }

    // Assignments and definitions of roles: below the scope, at it, above it, as the request says.
    private IEnumerable<Value[]> Authorizations()
    {
        foreach (var name in new[] { "Microsoft.Authorization/roleAssignments", "Microsoft.Authorization/roleDefinitions" })
        {
            foreach (var (record, row) in Records(ResourceTypeName.Parse(name), ""))
            {
                if (IsInScope(ResourceId.Parse(record.Key).Scope))
                {
                    yield return Named(row.Values, row.Id.Name, name.ToLowerInvariant());
                }
            }
        }
    }

    // Of what is gone, too: whoever could read it sees how it went.
    private IEnumerable<Value[]> Changes(bool ofContainers)
        => from subscription in scope.Subscriptions
           from change in ChangeLog.List(Store, subscription.SubscriptionId, caller.Kernel.Time.GetUtcNow())
           let row = rows.Of(change.Body, Tenant)
           let target = row.Id.Parent
           where target is not null && target.IsResourceGroup == ofContainers && GraphScope.Reads(caller, target.Type, target)
           select row.Values;

    private bool IsInScope(ResourceId at)
        => at.SubscriptionScope is { } subscription
            ? scope.Subscriptions.Any(s => s.Id.Equals(subscription)) && (at.IsSubscription || scope.Below)
            : scope.ManagementGroups is null || scope.Above || (at.IsManagementGroup && scope.ManagementGroups.Contains(at));

    private IEnumerable<(StoreRecord Record, GraphColumns.Row Row)> Records(ResourceTypeName name, string below)
        => caller.Kernel.Registry.Type(name) is not { } type ? []
            : from record in Store.ListByType(name.Key, below)
              let row = rows.Of(caller.Kernel.Registry.Handler(type).Render(record), Tenant)
              where GraphScope.Reads(caller, name, row.Id)
              select (record, row);

    private static Value[] Named(Value[] row, string name, string type)
    {
        var named = (Value[])row.Clone();
        (named[1], named[2]) = (Value.Of(name), Value.Of(type));
        return named;
    }

    private static string DisplayName(Value[] group) => group[11].AsDynamic?.Property("displayName") is { IsNull: false } name ? name.ToText() : group[1].ToText();
}
