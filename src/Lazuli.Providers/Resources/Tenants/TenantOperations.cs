using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Resources.Tenants;

/// <summary>GET /tenants: the one tenant of this installation.</summary>
internal static class TenantOperations
{
    public static IEnumerable<ProviderOperation> All { get; } =
    [
        new(HttpMethod.Get, "/tenants", "Microsoft.Resources/tenants/read", List) { ApiVersions = ResourceManagerVersions.All, IsAuthorized = false },
    ];

    private static Task<Result<ArmResponse>> List(ProviderRequest request, CancellationToken cancellationToken)
    {
        var tenant = request.Request.Principal.TenantId;
        return Task.FromResult<Result<ArmResponse>>(ArmResponse.Json(JsonWriting.ToBytes(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("value");
            json.WriteStartObject();
            json.WriteString("id", $"/tenants/{tenant}");
            json.WriteString("tenantId", tenant);
            json.WriteString("countryCode", "US");
            json.WriteString("displayName", "Lazuli");
            json.WriteString("defaultDomain", "lazuli.local");
            json.WriteString("tenantType", "AAD");
            json.WriteString("tenantCategory", "Home");
            json.WriteStartArray("domains");
            json.WriteStringValue("lazuli.local");
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        })));
    }
}
