using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Resources.Providers;

/// <summary>What providers and types there are (<c>az provider show</c>), derived from the registry; and every provider's <c>/operations</c>.</summary>
internal static class ProviderMetadataOperations
{
    private const string Read = "Microsoft.Resources/subscriptions/providers/read";

    private static readonly HashSet<string> RegistrationFree = new(StringComparer.OrdinalIgnoreCase)
    {
        "Microsoft.Resources", "Microsoft.Authorization", "Microsoft.Subscription", "Microsoft.Features", "Microsoft.ResourceGraph",
    };

    public static IEnumerable<ProviderOperation> All { get; } =
    [
        new(HttpMethod.Get, "/subscriptions/{subscriptionId}/providers", Read, List) { ApiVersions = ResourceManagerVersions.All },
        new(HttpMethod.Get, "/providers", Read, List) { ApiVersions = ResourceManagerVersions.All, IsAuthorized = false },
        new(HttpMethod.Get, "/subscriptions/{subscriptionId}/providers/{namespace}", Read, Get) { ApiVersions = ResourceManagerVersions.All },
        new(HttpMethod.Get, "/providers/{namespace}", Read, Get) { ApiVersions = ResourceManagerVersions.All, IsAuthorized = false },
        new(HttpMethod.Post, "/subscriptions/{subscriptionId}/providers/{namespace}/register", "Microsoft.Resources/subscriptions/providers/register/action", RegisterAsync)
        {
            ApiVersions = ResourceManagerVersions.All,
        },
        new(HttpMethod.Post, "/subscriptions/{subscriptionId}/providers/{resourceProviderNamespace}/unregister", "Microsoft.Resources/subscriptions/providers/unregister/action", UnregisterAsync)
        {
            ApiVersions = ResourceManagerVersions.All,
        },
        new(HttpMethod.Get, "/providers/{namespace}/operations", Read, Operations) { IsAuthorized = false },
    ];

    private static Task<Result<ArmResponse>> List(ProviderRequest request, CancellationToken cancellationToken)
        => Task.FromResult<Result<ArmResponse>>(ArmResponse.Json(JsonWriting.List(request.Kernel.Registry.Providers, (json, p) => Write(json, p, request))));

    private static Task<Result<ArmResponse>> Get(ProviderRequest request, CancellationToken cancellationToken)
        => Task.FromResult<Result<ArmResponse>>(request.Kernel.Registry.Provider(request["namespace"]) is { } provider
            ? ArmResponse.Json(JsonWriting.ToBytes(json => Write(json, provider, request)))
            : ArmErrors.InvalidNamespace(request["namespace"]));

    private static async Task<Result<ArmResponse>> RegisterAsync(ProviderRequest request, CancellationToken cancellationToken)
    {
        var key = SubscriptionRules.UnregisteredKey(request.Scope, request["namespace"]);
        if (request.Kernel.Store.Get(key) is not null)
        {
            await request.Kernel.Store.CommitAsync(new StoreTransaction { Writes = [new(key, null)] }, cancellationToken);
        }

        return await Get(request, cancellationToken);
    }

    private static async Task<Result<ArmResponse>> UnregisterAsync(ProviderRequest request, CancellationToken cancellationToken)
    {
        if (request.Kernel.Registry.Provider(request["resourceProviderNamespace"]) is not { } provider)
        {
            return ArmErrors.InvalidNamespace(request["resourceProviderNamespace"]);
        }

        if (RegistrationFree.Contains(provider.Namespace))
        {
            return ArmErrors.BadRequest("UnregisterNotAllowed", $"The resource provider '{provider.Namespace}' needs no registration and can't be unregistered.");
        }

        var store = request.Kernel.Store;
        if (provider.Types.Any(t => store.ListByType(t.Name.Key, request.Scope.Key).Any()))
        {
            return new ArmError
            {
                Code = "SubscriptionNotUnregistrable",
                Message = $"The subscription can't be unregistered from the namespace '{provider.Namespace}': it still has resources of its types.",
                Status = 409,
            };
        }

        var key = SubscriptionRules.UnregisteredKey(request.Scope, provider.Namespace);
        await store.CommitAsync(new StoreTransaction { Writes = [new(key, new StoreRecord { Key = key, Type = "lazuli/unregistered", Body = "{}"u8.ToArray() })] }, cancellationToken);
        return ArmResponse.Json(JsonWriting.ToBytes(json => Write(json, provider, request)));
    }

    private static Task<Result<ArmResponse>> Operations(ProviderRequest request, CancellationToken cancellationToken)
        => Task.FromResult<Result<ArmResponse>>(request.Kernel.Registry.Provider(request["namespace"]) is { } provider
            ? ArmResponse.Json(JsonWriting.List(RoleActions.Of(provider), (json, action) =>
            {
                json.WriteStartObject();
                json.WriteString("name", action.Name);
                json.WriteBoolean("isDataAction", false);
                json.WriteStartObject("display");
                json.WriteString("provider", provider.Namespace);
                json.WriteString("resource", action.Resource);
                json.WriteString("operation", action.Verb);
                json.WriteString("description", $"{action.Verb} {action.Resource}");
                json.WriteEndObject();
                json.WriteEndObject();
            }))
            : ArmErrors.InvalidNamespace(request["namespace"]));

    private static void Write(Utf8JsonWriter json, Provider provider, ProviderRequest request)
    {
        json.WriteStartObject();
        if (request.Scope.SubscriptionId is { } subscription)
        {
            json.WriteString("id", $"/subscriptions/{subscription}/providers/{provider.Namespace}");
        }

        json.WriteString("namespace", provider.Namespace);
        json.WriteStartArray("resourceTypes");
        var locations = request.Kernel.Locations;
        foreach (var type in provider.Types)
        {
            WriteType(json, type.Name.TypePath, type.ApiVersions, type.IsRegional || !type.IsTracked ? locations : null, Capabilities(type));
        }

        foreach (var operation in provider.Operations.Where(o => o.MetadataType is not null).DistinctBy(o => o.MetadataType))
        {
            WriteType(json, operation.MetadataType ?? "", operation.ApiVersions, locations, "None");
        }

        json.WriteEndArray();
        var unregistered = request.Scope.IsSubscription && request.Kernel.Store.Get(SubscriptionRules.UnregisteredKey(request.Scope, provider.Namespace)) is not null;
        json.WriteString("registrationState", unregistered ? "Unregistered" : "Registered");
        json.WriteString("registrationPolicy", RegistrationFree.Contains(provider.Namespace) ? "RegistrationFree" : "RegistrationRequired");
        json.WriteEndObject();
    }

    private static void WriteType(Utf8JsonWriter json, string name, IReadOnlyList<string> versions, LocationCatalogue? locations, string capabilities)
    {
        json.WriteStartObject();
        json.WriteString("resourceType", name);
        json.WriteStartArray("locations");
        foreach (var location in locations?.All ?? [])
        {
            json.WriteStringValue(location.DisplayName);
        }

        json.WriteEndArray();
        json.WriteStartArray("apiVersions");
        foreach (var version in versions)
        {
            json.WriteStringValue(version);
        }

        json.WriteEndArray();
        if (versions.FirstOrDefault(v => !v.Contains('-', StringComparison.Ordinal) || v.Length == 10) is { } newest)
        {
            json.WriteString("defaultApiVersion", newest);
        }

        if (locations is not null)
        {
            json.WriteStartArray("zoneMappings");
            foreach (var location in locations.All.Where(l => l.HasZones))
            {
                json.WriteStartObject();
                json.WriteString("location", location.DisplayName);
                json.WriteStartArray("zones");
                foreach (var zone in new[] { "1", "2", "3" })
                {
                    json.WriteStringValue(zone);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteString("capabilities", capabilities);
        json.WriteEndObject();
    }

    private static string Capabilities(ResourceType type)
        => type.IsTracked ? "CrossResourceGroupResourceMove, CrossSubscriptionResourceMove, SupportsTags, SupportsLocation" : type.HasTags ? "SupportsTags" : "None";
}

/// <summary>One role action of a provider.</summary>
internal sealed record RoleAction(string Name, string Resource, string Verb);

/// <summary>The role actions that a provider's declaration implies.</summary>
internal static class RoleActions
{
    public static IEnumerable<RoleAction> Of(Provider provider)
        => provider.Types.SelectMany(Of).Concat(provider.Operations.Select(o => new RoleAction(o.Action, ResourceOf(o.Action), VerbOf(o.Action)))).DistinctBy(a => a.Name.ToUpperInvariant());

    private static IEnumerable<RoleAction> Of(ResourceType type)
    {
        yield return new($"{type.Name}/read", type.Name.TypePath, "read");
        if (type.CanPut)
        {
            yield return new($"{type.Name}/write", type.Name.TypePath, "write");
        }

        if (type.CanDelete)
        {
            yield return new($"{type.Name}/delete", type.Name.TypePath, "delete");
        }

        foreach (var action in type.Actions)
        {
            yield return action.Method == HttpMethod.Get
                ? new($"{type.Name}/{action.Name}/read", type.Name.TypePath, action.Name)
                : new($"{type.Name}/{action.Name}/action", type.Name.TypePath, action.Name);
        }
    }

    private static string ResourceOf(string action) => ResourceTypeName.TryParse(action, out var name) && name.Parent is { } parent ? parent.TypePath : action;

    private static string VerbOf(string action) => action[(action.LastIndexOf('/') + 1)..];
}
