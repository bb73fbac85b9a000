using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Subscriptions;

namespace Lazuli.Providers.Management.ManagementGroups.Subscriptions;

/// <summary>
/// Requests for subscriptions under a management group. A PUT moves the subscription there, a DELETE back under the root; both need the right to give roles on the
/// subscription, for they change what is inherited, and the right to take it from the group where it is.
/// </summary>
internal sealed class SubscriptionPlacementHandler(SubscriptionPlacementType type, KernelServices kernel) : IResourceHandler
{
    private const int Attempts = 20;

    public Task<Result<ArmResponse>> GetAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
        => Task.FromResult<Result<ArmResponse>>(Find(id) is { } subscription ? ArmResponse.Json(Render(subscription)) : ArmErrors.ResourceNotFound(id));

    public Task<Result<ArmResponse>> PutAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken) => MoveAsync(request, id, GroupOf(id), cancellationToken);

    public async Task<Result<ArmResponse>> DeleteAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken)
        => Find(id) is null || ManagementTree.RootOf(kernel.Store) is not { } root || root.Equals(GroupOf(id)) ? ArmResponse.Empty(204)
            : (await MoveAsync(request, id, root, cancellationToken)).Ok(out _, out var error) ? ArmResponse.Empty(200)
            : error;

    public Task<Result<ArmResponse>> PatchAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken) => NotAllowed(request, id);

    public Task<Result<ArmResponse>> ActAsync(ArmRequest request, ResourceId id, ResourceAction action, CancellationToken cancellationToken) => NotAllowed(request, id);

    public IReadOnlyList<ArmError> CheckPut(ArmRequest request, ResourceId id) => Check(request, id, GroupOf(id)) is { } error ? [error] : [];

    public IEnumerable<ResourceSlice> List(ResourceId scope, string? after)
        => from subscription in ManagementTree.SubscriptionsUnder(kernel.Store, scope)
           let key = scope.Child("subscriptions", subscription.SubscriptionId).Key
           where after is null || string.CompareOrdinal(key, after) > 0
           select new ResourceSlice(key, Render(subscription));

    public ReadOnlyMemory<byte> Render(StoreRecord record) => throw new InvalidOperationException($"{type.Name} has no records of its own.");

    private async Task<Result<ArmResponse>> MoveAsync(ArmRequest request, ResourceId id, ResourceId group, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (Check(request, id, group) is { } refused)
            {
                return refused;
            }

            if (kernel.Store.Get(ResourceId.Subscription(id.Name).Key) is not { } record || kernel.Store.Get(group.Key) is not { } target)
            {
                return ArmErrors.SubscriptionNotFound(id.Name);
            }

            var isRoot = group.Equals(ManagementTree.RootOf(kernel.Store));
            var moved = StoredSubscription.Read(record) with { ManagementGroup = isRoot ? null : ManagementGroupView.Stored(kernel.View, group).Name };
            var verb = request.Method == HttpMethod.Delete ? "delete" : "write";
            var transaction = new StoreTransaction
            {
                Writes = [moved.ToWrite() with { ExpectedVersion = record.Version }],
                Requires = [(target.Key, target.Version)],
                Events = [ActivityLog.Event(request, id, $"{type.Name}/{verb}", "Succeeded", kernel.Time.GetUtcNow())],
            };
            if (await kernel.Store.CommitAsync(transaction, cancellationToken) is null)
            {
                return ArmResponse.Json(Render(moved));
            }
        }

        return ArmErrors.AnotherOperationInProgress(id);
    }

    private ArmError? Check(ArmRequest request, ResourceId id, ResourceId group)
    {
        var subscriptionId = ResourceId.Subscription(id.Name);
        if (kernel.Store.Get(subscriptionId.Key) is not { } record)
        {
            return ArmErrors.SubscriptionNotFound(id.Name);
        }

        if (kernel.View.IsDeleting(group))
        {
            return ArmErrors.AnotherOperationInProgress(group);
        }

        const string GiveRoles = "Microsoft.Authorization/roleAssignments/write";
        const string Take = "Microsoft.Management/managementGroups/subscriptions/delete";
        var caller = request.Principal;
        var place = ManagementTree.PlaceOf(kernel.Store, StoredSubscription.Read(record));
        return !kernel.Authorizer.IsAllowed(caller, GiveRoles, subscriptionId) ? ArmErrors.AuthorizationFailed(caller.Name, caller.ObjectId, GiveRoles, subscriptionId.ToString())
            : place is not null && !place.Equals(ManagementTree.RootOf(kernel.Store)) && !place.Equals(group) && !kernel.Authorizer.IsAllowed(caller, Take, place)
                ? ArmErrors.AuthorizationFailed(caller.Name, caller.ObjectId, Take, place.ToString())
            : null;
    }

    private StoredSubscription? Find(ResourceId id)
        => kernel.Store.Get(ResourceId.Subscription(id.Name).Key) is { } record && StoredSubscription.Read(record) is var subscription && GroupOf(id).Equals(ManagementTree.PlaceOf(kernel.Store, subscription))
            ? subscription
            : null;

    private ReadOnlyMemory<byte> Render(StoredSubscription subscription) => JsonWriting.ToBytes(json => Write(json, subscription));

    private void Write(Utf8JsonWriter json, StoredSubscription subscription)
    {
        var group = ManagementGroupView.Stored(kernel.View, ManagementTree.PlaceOf(kernel.Store, subscription) ?? ResourceId.Tenant);
        json.WriteStartObject();
        json.WriteString("id", group.Child("subscriptions", subscription.SubscriptionId).ToString());
        json.WriteString("type", type.Name.ToString());
        json.WriteString("name", subscription.SubscriptionId);
        json.WriteStartObject("properties");
        json.WriteString("tenant", subscription.TenantId);
        json.WriteString("displayName", subscription.DisplayName);
        json.WriteStartObject("parent");
        json.WriteString("id", group.ToString());
        json.WriteEndObject();
        json.WriteString("state", subscription.State == "Enabled" ? "Active" : subscription.State);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static ResourceId GroupOf(ResourceId id) => id.Parent ?? ResourceId.Tenant;

    private static Task<Result<ArmResponse>> NotAllowed(ArmRequest request, ResourceId id)
        => Task.FromResult<Result<ArmResponse>>(ArmErrors.MethodNotAllowed(request.Method.Method, id.ToString()));
}
