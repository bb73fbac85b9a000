using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.LoadBalancers;

namespace Lazuli.Providers.Network.PrivateLinkServices;

/// <summary>What a region answers about private links: which types can be connected to, which services approve the subscription by themselves, and whether it sees a service.</summary>
internal static class PrivateLinkOperations
{
    public static IReadOnlyList<ProviderOperation> All { get; } =
    [
        .. LocationOperations.Of(HttpMethod.Get, "availablePrivateEndpointTypes", Types),
        .. LocationOperations.Of(HttpMethod.Get, "autoApprovedPrivateLinkServices", Approved),
        .. LocationOperations.Of(HttpMethod.Post, "checkPrivateLinkServiceVisibility", Visible, Answering.Later),
    ];

    private static ArmResponse Types(ProviderRequest request, string location) => ArmResponse.Json(JsonWriting.List(
        request.Kernel.Registry.Types.Where(t => t.PrivateLink is not null).Select(t => t.Name).OrderBy(n => n.ToString(), StringComparer.Ordinal),
        (json, type) =>
        {
            var name = type.ToString().Replace('/', '.');
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("id", $"{ResourceId.Subscription(request["subscriptionId"])}/providers/Microsoft.Network/AvailablePrivateEndpointTypes/{name}");
            json.WriteString("type", "Microsoft.Network/AvailablePrivateEndpointTypes");
            json.WriteString("resourceName", type.ToString());
            json.WriteString("displayName", type.ToString());
            json.WriteEndObject();
        }));

    private static ArmResponse Approved(ProviderRequest request, string location) => ArmResponse.Json(JsonWriting.List(
        request.View.List<PrivateLinkServiceProperties>(PrivateLinkServiceType.TypeName, ResourceId.Tenant)
            .Where(s => s.Location == location && s.Properties.AutoApproval?.Has(request["subscriptionId"]) == true && Sees(s, request["subscriptionId"])),
        (json, service) =>
        {
            json.WriteStartObject();
            json.WriteString("privateLinkService", service.Id.ToString());
            json.WriteEndObject();
        }));

    private static Result<ArmResponse> Visible(ProviderRequest request, string location)
    {
        string? alias = null;
        try
        {
            using var body = JsonDocument.Parse(request.Request.Body);
            alias = body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty("privateLinkServiceAlias", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (JsonException)
        {
            // Said below.
        }

        if (alias is not { Length: > 0 })
        {
            return NetworkErrors.BadQuestion("privateLinkServiceAlias", alias);
        }

        var service = request.View.List<PrivateLinkServiceProperties>(PrivateLinkServiceType.TypeName, ResourceId.Tenant).FirstOrDefault(s => LoadBalancerLinks.Same(s.Properties.Alias, alias));
        return ArmResponse.Json(JsonWriting.ToBytes(json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("visible", service is not null && Sees(service, request["subscriptionId"]));
            json.WriteEndObject();
        }));
    }

    private static bool Sees(Resource<PrivateLinkServiceProperties> service, string subscription)
        => LoadBalancerLinks.Same(service.Id.SubscriptionId, subscription) || service.Properties.Visibility?.Has(subscription) == true;
}
