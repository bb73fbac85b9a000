using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Providers;

namespace Lazuli.Providers.Authorization;

/// <summary>Every action that a role may name, by provider (https://learn.microsoft.com/rest/api/authorization/provider-operations-metadata), derived from the registry.</summary>
internal static class ProviderOperationsOperations
{
    private const string Path = "/providers/Microsoft.Authorization/providerOperations";
    private const string Read = "Microsoft.Authorization/providerOperations/read";
    private static readonly IReadOnlyList<string> Versions = ["2022-04-01", "2018-01-01-preview", "2015-07-01"];

    public static IEnumerable<ProviderOperation> All { get; } =
    [
        new(HttpMethod.Get, Path, Read, (request, _) => Task.FromResult(List(request))) { ApiVersions = Versions, MetadataType = "providerOperations", IsAuthorized = false },
        new(HttpMethod.Get, Path + "/{namespace}", Read, (request, _) => Task.FromResult(Get(request))) { ApiVersions = Versions, IsAuthorized = false },
    ];

    private static Result<ArmResponse> List(ProviderRequest request) => ArmResponse.Json(JsonWriting.List(request.Kernel.Registry.Providers, Write));

    private static Result<ArmResponse> Get(ProviderRequest request)
        => request.Kernel.Registry.Provider(request["namespace"]) is { } provider ? ArmResponse.Json(JsonWriting.ToBytes(json => Write(json, provider))) : ArmErrors.InvalidNamespace(request["namespace"]);

    private static void Write(Utf8JsonWriter json, Provider provider)
    {
        json.WriteStartObject();
        json.WriteString("id", $"{Path}/{provider.Namespace}");
        json.WriteString("name", provider.Namespace);
        json.WriteString("type", "Microsoft.Authorization/providerOperations");
        json.WriteString("displayName", provider.Namespace);
        json.WriteStartArray("resourceTypes");
        foreach (var type in RoleActions.Of(provider).GroupBy(a => a.Resource))
        {
            json.WriteStartObject();
            json.WriteString("name", type.Key);
            json.WriteString("displayName", type.Key);
            json.WriteStartArray("operations");
            foreach (var action in type)
            {
                json.WriteStartObject();
                json.WriteString("name", action.Name);
                json.WriteString("displayName", $"{action.Verb} {action.Resource}");
                json.WriteString("description", $"{action.Verb} {action.Resource}");
                json.WriteBoolean("isDataAction", false);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("operations");
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
