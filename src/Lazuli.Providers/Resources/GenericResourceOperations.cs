using System.Globalization;
using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Resources;

/// <summary>Lists of resources of all types, of a subscription and of a group (https://learn.microsoft.com/rest/api/resources/resources).</summary>
internal static class GenericResourceOperations
{
    private static readonly string[] Shown = ["id", "name", "type", "kind", "location", "managedBy", "sku", "plan", "tags", "zones", "identity", "extendedLocation"];

    public static IEnumerable<ProviderOperation> All { get; } =
    [
        new(HttpMethod.Get, "/subscriptions/{subscriptionId}/resources", "Microsoft.Resources/subscriptions/resources/read", List) { ApiVersions = ResourceManagerVersions.All },
        new(HttpMethod.Get, "/subscriptions/{subscriptionId}/resourceGroups/{group}/resources", "Microsoft.Resources/subscriptions/resourceGroups/resources/read", List)
        {
            ApiVersions = ResourceManagerVersions.All,
        },
    ];

    private static Task<Result<ArmResponse>> List(ProviderRequest request, CancellationToken cancellationToken) => Task.FromResult(List(request));

    private static Result<ArmResponse> List(ProviderRequest request)
    {
        Func<ReadOnlyMemory<byte>, bool>? keep = null;
        if (request.Request.Query.GetValueOrDefault("$filter") is { Length: > 0 } filter && !ResourceFilter.Parse(filter).Ok(out keep, out var error))
        {
            return error;
        }

        var top = request.Request.Query.GetValueOrDefault("$top") is { } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : int.MaxValue;
        var withProvisioning = request.Request.Query.GetValueOrDefault("$expand")?.Contains("provisioningState", StringComparison.OrdinalIgnoreCase) == true;
        var kernel = request.Kernel;
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("value");
            foreach (var record in kernel.Store.List(request.Scope.Key).Where(r => IsResource(r)))
            {
                if (kernel.Registry.Type(record.Type) is { IsTracked: true } type && kernel.Registry.Handler(type).Render(record) is var bytes && keep?.Invoke(bytes) != false && top-- > 0)
                {
                    Write(json, bytes, withProvisioning);
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return ArmResponse.Json(buffer.WrittenMemory);
    }

    private static bool IsResource(StoreRecord record) => ResourceId.TryParse(record.Key, out var id) && id.IsResource;

    private static void Write(Utf8JsonWriter json, ReadOnlyMemory<byte> bytes, bool withProvisioning)
    {
        using var document = JsonDocument.Parse(bytes);
        json.WriteStartObject();
        foreach (var property in document.RootElement.EnumerateObject().Where(p => Shown.Contains(p.Name)))
        {
            property.WriteTo(json);
        }

        if (withProvisioning && document.RootElement.GetProperty("properties").TryGetProperty("provisioningState", out var state))
        {
            json.WritePropertyName("provisioningState");
            state.WriteTo(json);
        }

        json.WriteEndObject();
    }
}
