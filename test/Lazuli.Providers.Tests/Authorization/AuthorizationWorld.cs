using System.Text;
using System.Text.Json;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Authorization;
using Lazuli.Providers.Management;
using Lazuli.Providers.Resources;
using Lazuli.Providers.Resources.Locations;
using Lazuli.Providers.Resources.Subscriptions;

namespace Lazuli.Providers.Tests.Authorization;

/// <summary>Two subscriptions, two groups, an owner, a user in a group of people, and the whole pipeline with real authorization.</summary>
internal sealed class AuthorizationWorld : IAsyncDisposable
{
    public const string Tenant = "6f2e8a34-2c4e-4b0e-9c43-1f0e7a3d9b11";
    public const string First = "/subscriptions/11111111-1111-1111-1111-111111111111";
    public const string Second = "/subscriptions/22222222-2222-2222-2222-222222222222";
    public const string GroupA = First + "/resourceGroups/a";
    public const string GroupB = First + "/resourceGroups/b";
    public const string Machine = GroupA + "/providers/Microsoft.Compute/virtualMachines/vm1";
    public const string OwnerId = "aaaaaaaa-0000-0000-0000-000000000001";
    public const string UserId = "bbbbbbbb-0000-0000-0000-000000000001";
    public const string PeopleId = "cccccccc-0000-0000-0000-000000000001";

    private AuthorizationWorld(ResourceStore store, KernelServices kernel) => (Store, Kernel) = (store, kernel);

    public ResourceStore Store { get; }
    public KernelServices Kernel { get; }
    public Principal Owner { get; } = new() { ObjectId = OwnerId, Kind = PrincipalKind.User, ApplicationId = "az", TenantId = Tenant, Name = "owner@lazuli.local" };
    public Principal User { get; } = new() { ObjectId = UserId, Kind = PrincipalKind.User, ApplicationId = "az", TenantId = Tenant, Name = "user@lazuli.local", Groups = [PeopleId] };

    public static async Task<AuthorizationWorld> CreateAsync()
    {
        var time = TimeProvider.System;
        var store = new ResourceStore(new MemoryJournal());
        var registry = new TypeRegistry([new ResourcesProvider(), new AuthorizationProvider(time), new ManagementProvider(time)]);
        var kernel = new KernelServices
        {
            Store = store,
            Registry = registry,
            Authorizer = new Authorizer(store),
            Secrets = new SecretBox(new byte[32]),
            Time = time,
            Locks = new KeyedLocks(),
            Operations = new OperationLog(store, time),
            Queue = new ReconcileQueue(time),
            Locations = AzureLocations.Catalogue,
        };
        registry.Bind(kernel);
        var world = new AuthorizationWorld(store, kernel);
        await new TenantDirectory(store).SaveAsync(
            CancellationToken.None,
            TenantDirectory.Write(new Tenant { TenantId = Tenant, SubscriptionId = First[15..], DisplayName = "t", Domain = "lazuli.local" }),
            TenantDirectory.Write(new DirectoryUser { ObjectId = OwnerId, UserPrincipalName = "owner@lazuli.local", DisplayName = "Owner", PasswordHash = "" }),
            TenantDirectory.Write(new DirectoryUser { ObjectId = UserId, UserPrincipalName = "user@lazuli.local", DisplayName = "User", PasswordHash = "" }),
            TenantDirectory.Write(new DirectoryGroup { ObjectId = PeopleId, DisplayName = "People", Members = [UserId] }),
            OwnerAssignment.AtTenant(OwnerId, PrincipalKind.User, time.GetUtcNow()),
            new StoredSubscription(First[15..], Tenant, "First").ToWrite(),
            new StoredSubscription(Second[15..], Tenant, "Second").ToWrite());
        await new TenantDirectory(store).SaveAsync(CancellationToken.None, RootGroup.Missing(store, new TenantDirectory(store).Tenant, time.GetUtcNow())!);
        foreach (var group in new[] { GroupA, GroupB })
        {
            Assert.Equal(201, (await world.SendAsync("PUT", group, """{"location":"eastus"}""", version: "2021-04-01")).Status);
        }

        return world;
    }

    /// <summary>A request through the pipeline; errors come as their status and <c>{code}</c>.</summary>
    public async Task<(int Status, JsonElement Json)> SendAsync(string method, string path, string? body = null, Principal? caller = null, string version = "2022-04-01", string? filter = null, string? query = null)
    {
        var parameters = new Dictionary<string, string> { ["api-version"] = version };
        if (filter is not null)
        {
            parameters["$filter"] = filter;
        }

        foreach (var pair in (query ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2)))
        {
            parameters[pair[0]] = pair[1];
        }

        var request = new ArmRequest { Method = new HttpMethod(method), Path = path, Query = parameters, Body = Encoding.UTF8.GetBytes(body ?? ""), Principal = caller ?? Owner };
        if (!(await Kernel.Dispatcher.SendAsync(request, CancellationToken.None)).Ok(out var answer, out var error))
        {
            var text = $$"""{"code":"{{error.Code}}","message":{{JsonSerializer.Serialize(error.Message, TextJson.Default.String)}}}""";
            return (error.Status, JsonDocument.Parse(text).RootElement);
        }

        var bytes = answer.Chunks is { } chunks ? chunks.SelectMany(c => c.ToArray()).ToArray() : answer.Body.ToArray();
        return (answer.Status, bytes.Length == 0 ? default : JsonDocument.Parse(bytes).RootElement);
    }

    /// <summary>Gives a role; returns the assignment's path.</summary>
    public async Task<string> AssignAsync(string scope, string role, string principal = UserId)
    {
        var path = $"{scope.TrimEnd('/')}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}";
        var (status, json) = await SendAsync("PUT", path, Assignment(role, principal));
        Assert.True(status == 201, json.ToString());
        return path;
    }

    public static string Assignment(string role, string principal = UserId)
        => $$$"""{"properties":{"roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/{{{role}}}","principalId":"{{{principal}}}"}}""";

    public async ValueTask DisposeAsync() => await Store.DisposeAsync();
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class TextJson : System.Text.Json.Serialization.JsonSerializerContext;
