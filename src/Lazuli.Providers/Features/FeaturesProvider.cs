using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Features;

/// <summary>
/// Microsoft.Features: which preview features a subscription has registered for (https://learn.microsoft.com/rest/api/resources/features). Every feature of a provider that is there may be
/// registered for, and is at once; it is only noted.
/// </summary>
public sealed class FeaturesProvider : Provider
{
    private const string RecordType = "lazuli/features";
    private const string Root = "/subscriptions/{subscriptionId}/providers/Microsoft.Features";
    private const string OfProvider = Root + "/providers/{resourceProviderNamespace}/features";
    private const string Registrations = Root + "/featureProviders/{resourceProviderNamespace}/subscriptionFeatureRegistrations";
    private static readonly IReadOnlyList<string> Versions = ["2021-07-01", "2015-12-01"];

    public override string Namespace => "Microsoft.Features";

    public override IReadOnlyList<ResourceType> Types => [];

    public override IReadOnlyList<ProviderOperation> Operations { get; } =
    [
        Operation(HttpMethod.Get, Root + "/features", "features/read", r => List(r, null, WriteFeature)) with { MetadataType = "features" },
        Operation(HttpMethod.Get, OfProvider, "providers/features/read", r => List(r, r["resourceProviderNamespace"], WriteFeature)) with { MetadataType = "providers/features" },
        Operation(HttpMethod.Get, OfProvider + "/{featureName}", "providers/features/read", r => Show(r, WriteFeature)),
        Change(HttpMethod.Post, OfProvider + "/{featureName}/register", "providers/features/register/action", true, WriteFeature),
        Change(HttpMethod.Post, OfProvider + "/{featureName}/unregister", "providers/features/unregister/action", false, WriteFeature),
        Operation(HttpMethod.Get, Root + "/subscriptionFeatureRegistrations", "subscriptionFeatureRegistrations/read", r => List(r, null, WriteRegistration)) with { MetadataType = "subscriptionFeatureRegistrations" },
        Operation(HttpMethod.Get, Registrations, "featureProviders/subscriptionFeatureRegistrations/read", r => List(r, r["resourceProviderNamespace"], WriteRegistration)),
        Operation(HttpMethod.Get, Registrations + "/{featureName}", "featureProviders/subscriptionFeatureRegistrations/read", r => Show(r, WriteRegistration)),
        Change(HttpMethod.Put, Registrations + "/{featureName}", "featureProviders/subscriptionFeatureRegistrations/write", true, WriteRegistration),
        Change(HttpMethod.Delete, Registrations + "/{featureName}", "featureProviders/subscriptionFeatureRegistrations/delete", false, null),
    ];

    private static ProviderOperation Operation(HttpMethod method, string template, string action, Func<ProviderRequest, Result<ArmResponse>> answer)
        => new(method, template, "Microsoft.Features/" + action, (request, _) => Task.FromResult(answer(request))) { ApiVersions = Versions };

    private static ProviderOperation Change(HttpMethod method, string template, string action, bool registered, Action<Utf8JsonWriter, Feature>? show)
        => new(method, template, "Microsoft.Features/" + action, (request, cancellation) => ChangeAsync(request, registered, show, cancellation)) { ApiVersions = Versions };

    private static Result<ArmResponse> List(ProviderRequest request, string? provider, Action<Utf8JsonWriter, Feature> write)
    {
        var scope = Scope(request.Scope) + (provider is null ? "" : "/" + provider.ToLowerInvariant());
        return ArmResponse.Json(JsonWriting.List(request.Kernel.Store.ListByType(RecordType, scope).Select(r => Read(request.Scope, r)), write));
    }

    private static Result<ArmResponse> Show(ProviderRequest request, Action<Utf8JsonWriter, Feature> write)
        => request.Kernel.Store.Get(KeyOf(request)) is { } record ? ArmResponse.Json(JsonWriting.ToBytes(json => write(json, Read(request.Scope, record)))) : new ArmError
        {
            Code = "FeatureNotFound",
            Message = $"The feature '{request["featureName"]}' could not be found.",
            Status = 404,
        };

    private static async Task<Result<ArmResponse>> ChangeAsync(ProviderRequest request, bool registered, Action<Utf8JsonWriter, Feature>? show, CancellationToken cancellationToken)
    {
        var store = request.Kernel.Store;
        if (request.Kernel.Registry.Provider(request["resourceProviderNamespace"]) is not { } provider)
        {
            return ArmErrors.InvalidNamespace(request["resourceProviderNamespace"]);
        }

        var (key, feature) = (KeyOf(request), new Feature(request.Scope, provider.Namespace, request["featureName"], registered));
        if (show is null && store.Get(key) is null)
        {
            return ArmResponse.Empty(204);
        }

        // The casing of names is said by the body.
        var body = JsonWriting.ToBytes(json =>
        {
            json.WriteStartArray();
            json.WriteStringValue(feature.Provider);
            json.WriteStringValue(feature.Name);
            json.WriteBooleanValue(registered);
            json.WriteEndArray();
        });
        var write = new StoreWrite(key, show is null ? null : new StoreRecord { Key = key, Type = RecordType, Body = body });
        await store.CommitAsync(new StoreTransaction { Writes = [write] }, cancellationToken);
        return show is null ? ArmResponse.Empty(200) : ArmResponse.Json(JsonWriting.ToBytes(json => show(json, feature)));
    }

    private static string Scope(ResourceId subscription) => $"/lazuli/features/{subscription.Name}".ToLowerInvariant();

    private static string KeyOf(ProviderRequest request) => $"{Scope(request.Scope)}/{request["resourceProviderNamespace"]}/{request["featureName"]}".ToLowerInvariant();

    private static Feature Read(ResourceId subscription, StoreRecord record)
    {
        using var document = JsonDocument.Parse(record.Body);
        var parts = document.RootElement;
        return new(subscription, parts[0].GetString() ?? "", parts[1].GetString() ?? "", parts[2].GetBoolean());
    }

    private static void WriteFeature(Utf8JsonWriter json, Feature feature)
    {
        json.WriteStartObject();
        json.WriteString("id", $"{feature.Subscription}/providers/Microsoft.Features/providers/{feature.Provider}/features/{feature.Name}");
        json.WriteString("name", $"{feature.Provider}/{feature.Name}");
        json.WriteString("type", "Microsoft.Features/providers/features");
        json.WriteStartObject("properties");
        json.WriteString("state", feature.State);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteRegistration(Utf8JsonWriter json, Feature feature)
    {
        json.WriteStartObject();
        json.WriteString("id", $"{feature.Subscription}/providers/Microsoft.Features/featureProviders/{feature.Provider}/subscriptionFeatureRegistrations/{feature.Name}");
        json.WriteString("name", feature.Name);
        json.WriteString("type", "Microsoft.Features/featureProviders/subscriptionFeatureRegistrations");
        json.WriteStartObject("properties");
        json.WriteString("subscriptionId", feature.Subscription.Name);
        json.WriteString("providerNamespace", feature.Provider);
        json.WriteString("featureName", feature.Name);
        json.WriteString("displayName", feature.Name);
        json.WriteString("state", feature.State);
        json.WriteString("approvalType", "AutoApproval");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private sealed record Feature(ResourceId Subscription, string Provider, string Name, bool Registered)
    {
        public string State => Registered ? "Registered" : "Unregistered";
    }
}
