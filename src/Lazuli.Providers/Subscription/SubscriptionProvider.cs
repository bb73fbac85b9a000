using System.Text.Json;
using System.Text.Json.Nodes;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Subscriptions;
using Lazuli.Providers.Subscription.Aliases;

namespace Lazuli.Providers.Subscription;

/// <summary>Microsoft.Subscription: making, renaming, cancelling and enabling subscriptions.</summary>
public sealed class SubscriptionProvider(TimeProvider time) : Provider
{
    private const int Attempts = 20;
    private static readonly IReadOnlyList<string> Versions = ["2021-10-01", "2020-09-01", "2019-10-01-preview", "2019-03-01-preview"];

    public override string Namespace => "Microsoft.Subscription";

    public override IReadOnlyList<ResourceType> Types { get; } = [new AliasType(time)];

    public override IReadOnlyList<ProviderOperation> Operations { get; } =
    [
        Act("rename", Rename),
        Act("cancel", Cancel),
        Act("enable", (_, subscription) => subscription with { State = "Enabled" }),
    ];

    private static ProviderOperation Act(string name, Func<ProviderRequest, StoredSubscription, Result<StoredSubscription>> change)
        => new(HttpMethod.Post, "/subscriptions/{subscriptionId}/providers/Microsoft.Subscription/" + name, $"Microsoft.Subscription/{name}/action", (request, cancellation) => ChangeAsync(request, name, change, cancellation))
        {
            ApiVersions = Versions,
            MetadataType = name,
        };

    private static Result<StoredSubscription> Rename(ProviderRequest request, StoredSubscription subscription)
    {
        try
        {
            return JsonNode.Parse(request.Request.Body.Span) is JsonObject body
                && body.FirstOrDefault(p => p.Key.Equals("subscriptionName", StringComparison.OrdinalIgnoreCase)).Value is JsonValue value
                && value.TryGetValue(out string? name) && name.Trim() is { Length: > 0 and <= 64 }
                ? subscription with { DisplayName = name }
                : ArmErrors.InvalidParameter("subscriptionName", "A subscription's name has 1 to 64 characters.");
        }
        catch (JsonException e)
        {
            return ArmErrors.InvalidRequestContent(e.Message);
        }
    }

    private static Result<StoredSubscription> Cancel(ProviderRequest request, StoredSubscription subscription)
    {
        var ignores = "true".Equals(request.Request.Query.GetValueOrDefault("ignoreresourcecheck"), StringComparison.OrdinalIgnoreCase);
        var inUse = !ignores && request.Kernel.Store.List(subscription.Id.Key).Any(r => request.Kernel.Registry.Type(r.Type) is { IsTracked: true } && ResourceId.TryParse(r.Key, out var id) && id.IsResource);
        return inUse
            ? ArmErrors.BadRequest("SubscriptionNotEmpty", $"The subscription '{subscription.SubscriptionId}' still has resources. Delete them, or set IgnoreResourceCheck to true.")
            : subscription with { State = "Disabled" };
    }

    private static async Task<Result<ArmResponse>> ChangeAsync(
        ProviderRequest request, string name, Func<ProviderRequest, StoredSubscription, Result<StoredSubscription>> change, CancellationToken cancellationToken)
    {
        var store = request.Kernel.Store;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (store.Get(request.Scope.Key) is not { } record)
            {
                return ArmErrors.SubscriptionNotFound(request["subscriptionId"]);
            }

            if (!change(request, StoredSubscription.Read(record)).Ok(out var changed, out var error))
            {
                return error;
            }

            var transaction = new StoreTransaction
            {
                Writes = [changed.ToWrite() with { ExpectedVersion = record.Version }],
                Events = [ActivityLog.Event(request.Request, changed.Id, $"Microsoft.Subscription/{name}/action", "Succeeded", request.Kernel.Time.GetUtcNow())],
            };
            if (await store.CommitAsync(transaction, cancellationToken) is null)
            {
                return ArmResponse.Json(JsonWriting.ToBytes(json =>
                {
                    json.WriteStartObject();
                    json.WriteString("subscriptionId", changed.SubscriptionId);
                    json.WriteEndObject();
                }));
            }
        }

        return ArmErrors.AnotherOperationInProgress(request.Scope);
    }
}
