using System.Text;
using System.Text.Json.Nodes;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lazuli.Kernel.Tests.Types;

/// <summary>A kernel with one type, a memory store, and nobody forbidden.</summary>
public sealed class KernelFixture : IAsyncDisposable
{
    public const string Subscription = "6b1b3e0e-0000-4000-8000-000000000001";
    public const string Group = $"/subscriptions/{Subscription}/resourceGroups/g";
    public const string Widgets = $"{Group}/providers/Test.Things/widgets";

    private readonly ReconcileWorker? _worker;

    public KernelFixture(bool reconciled = false, Func<Resource<WidgetProperties>, bool, Outcome>? decide = null)
    {
        var store = new ResourceStore(new MemoryJournal());
        Kernel = new KernelServices
        {
            Store = store,
            Registry = new TypeRegistry([new TestProvider(new WidgetType(reconciled), new PartType(), new GroupType())]),
            Authorizer = Authorizer,
            Secrets = new ReversingBox(),
            Time = TimeProvider.System,
            Locks = new KeyedLocks(),
            Operations = new OperationLog(store, TimeProvider.System),
            Queue = new ReconcileQueue(TimeProvider.System),
            Locations = new LocationCatalogue([new Location("eastus", "East US", "", "", "", "", "", "", null)]),
        };
        Kernel.Registry.Bind(Kernel);
        if (reconciled)
        {
            var services = new ServiceCollection().AddSingleton(Kernel.View).AddSingleton(decide ?? ((_, _) => new Outcome.Settled())).BuildServiceProvider();
            _worker = new ReconcileWorker(Kernel, services, NullLogger<ReconcileWorker>.Instance);
        }

        var subscription = $"/subscriptions/{Subscription}";
        store.CommitAsync(
            new StoreTransaction { Writes = [new(subscription, new StoreRecord { Key = subscription, Type = ResourceTypeName.Subscription.Key, Body = "{}"u8.ToArray() })] },
            CancellationToken.None).GetAwaiter().GetResult();
    }

    public KernelServices Kernel { get; }

    public ListedAuthorizer Authorizer { get; } = new();

    /// <summary>One pass of the reconciler over a widget.</summary>
    public Task<TimeSpan?> PassAsync(string name) => _worker!.PassAsync($"{Widgets}/{name}".ToLowerInvariant(), TestContext.Current.CancellationToken);

    public Task<ArmResponse> MakeGroupAsync() => SendAsync("PUT", Group, """{"location":"eastus"}""");

    public async Task<ArmResponse> SendAsync(string method, string path, string? body = null, string? ifMatch = null, string? ifNoneMatch = null, string version = "2024-01-01", string query = "")
    {
        var request = Request(method, path, body, ifMatch, ifNoneMatch, version);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            ((Dictionary<string, string>)request.Query)[pair[..pair.IndexOf('=')]] = pair[(pair.IndexOf('=') + 1)..];
        }

        var result = await Kernel.Dispatcher.SendAsync(request, TestContext.Current.CancellationToken);
        return result.Ok(out var response, out var error)
            ? response
            : new ArmResponse { Status = error.Status, Body = Encoding.UTF8.GetBytes(new JsonObject { ["error"] = new JsonObject { ["code"] = error.Code, ["message"] = error.Message, ["details"] = new JsonArray([.. (error.Details ?? []).Select(d => (JsonNode)d.Code)]) } }.ToJsonString()) };
    }

    public static ArmRequest Request(string method, string path, string? body, string? ifMatch, string? ifNoneMatch, string version) => new()
    {
        Method = new HttpMethod(method),
        Path = path,
        Query = version.Length == 0 ? new Dictionary<string, string>() : new Dictionary<string, string> { ["api-version"] = version },
        Body = body is null ? default : Encoding.UTF8.GetBytes(body),
        Principal = new Principal { ObjectId = "o", Kind = PrincipalKind.User, ApplicationId = "a", TenantId = "t", Name = "me" },
        IfMatch = ifMatch,
        IfNoneMatch = ifNoneMatch,
    };

    public async ValueTask DisposeAsync() => await Kernel.Store.DisposeAsync();
}

internal static class Answers
{
    public static JsonNode Json(this ArmResponse response) => JsonNode.Parse(response.Content().Span) ?? throw new InvalidOperationException("no body");

    public static string? Code(this ArmResponse response) => response.Json()["error"]?["code"]?.GetValue<string>();

    public static string? Header(this ArmResponse response, string name) => response.Headers.FirstOrDefault(h => h.Key == name).Value;
}
