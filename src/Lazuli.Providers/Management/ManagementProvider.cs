using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Management.ManagementGroups;
using Lazuli.Providers.Management.ManagementGroups.Subscriptions;

namespace Lazuli.Providers.Management;

/// <summary>Microsoft.Management: the hierarchy of management groups above subscriptions.</summary>
public sealed class ManagementProvider : Provider
{
    private readonly ManagementGroupType _groups;

    public ManagementProvider(TimeProvider time)
    {
        _groups = new(time);
        Types = [_groups, new SubscriptionPlacementType()];
        Operations =
        [
            .. HierarchySettings.Operations,
            .. EntityOperations.All,
            Ask("checkNameAvailability", CheckName),
            Ask("startTenantBackfill", Backfill),
            Ask("tenantBackfillStatus", Backfill),
        ];
    }

    public static IReadOnlyList<string> ApiVersions { get; } =
    [
        "2023-04-01", "2021-04-01", "2020-10-01", "2020-05-01", "2020-02-01", "2019-11-01", "2018-03-01-preview", "2018-01-01-preview",
    ];

    public override string Namespace => "Microsoft.Management";

    public override IReadOnlyList<ResourceType> Types { get; }

    public override IReadOnlyList<ProviderOperation> Operations { get; }

    private static ProviderOperation Ask(string name, Func<ProviderRequest, Result<ArmResponse>> answer)
        => new(HttpMethod.Post, "/providers/Microsoft.Management/" + name, $"Microsoft.Management/{name}/action", (request, _) => Task.FromResult(answer(request)))
        {
            ApiVersions = ApiVersions,
            MetadataType = name,
            IsAuthorized = false,
        };

    private Result<ArmResponse> CheckName(ProviderRequest request)
    {
        string? name;
        try
        {
            name = JsonNode.Parse(request.Request.Body.Span) is JsonObject body && body.TryGetPropertyValue("name", out var value) && value is JsonValue text && text.TryGetValue(out string? given) ? given : null;
        }
        catch (JsonException e)
        {
            return ArmErrors.InvalidRequestContent(e.Message);
        }

        var valid = name is not null && Regex.IsMatch(name, _groups.NamePattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        var taken = valid && request.Kernel.Store.Get(ResourceId.ManagementGroup(name ?? "").Key) is not null;
        return ArmResponse.Json(JsonWriting.ToBytes(json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("nameAvailable", valid && !taken);
            if (!valid || taken)
            {
                json.WriteString("reason", valid ? "AlreadyExists" : "Invalid");
                json.WriteString("message", valid ? "The group with the specified name already exists." : ManagementErrors.InvalidName(name ?? "").Message);
            }

            json.WriteEndObject();
        }));
    }

    // Every subscription is in the hierarchy from the start.
    private static Result<ArmResponse> Backfill(ProviderRequest request) => ArmResponse.Json(JsonWriting.ToBytes(json =>
    {
        json.WriteStartObject();
        json.WriteString("tenantId", request.Request.Principal.TenantId);
        json.WriteString("status", "Completed");
        json.WriteEndObject();
    }));
}
