using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Tests.Types;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources;
using Lazuli.Providers.Resources.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lazuli.Providers.Tests.Resources.Deployments;

/// <summary>A kernel with Microsoft.Resources and two types of things: <c>widgets</c> are made at once, <c>gadgets</c> when <see cref="Gadgets"/> lets them.</summary>
public sealed class DeploymentFixture : IAsyncDisposable
{
    public const string Subscription = "6b1b3e0e-0000-4000-8000-000000000001";
    public const string Group = $"/subscriptions/{Subscription}/resourceGroups/g";
    public const string Main = $"{Group}/providers/Microsoft.Resources/deployments/main";
    private readonly ReconcileWorker _worker;
    private readonly IResourceStore _store;

    public DeploymentFixture(IResourceStore? store = null, GadgetRules? gadgets = null)
    {
        _store = store ?? new ResourceStore(new MemoryJournal());
        Gadgets = gadgets ?? new GadgetRules();
        Kernel = new KernelServices
        {
            Store = _store,
            Registry = new TypeRegistry([new ResourcesProvider(), new ThingsProvider()]),
            Authorizer = Authorizer,
            Secrets = new ReversingBox(),
            Time = TimeProvider.System,
            Locks = new KeyedLocks(),
            Operations = new OperationLog(_store, TimeProvider.System),
            Queue = new ReconcileQueue(TimeProvider.System),
            Locations = new LocationCatalogue([new Location("eastus", "East US", "", "", "", "", "", "", null)]),
        };
        Kernel.Registry.Bind(Kernel);
        var services = new ServiceCollection().AddSingleton(Kernel).AddSingleton(Kernel.View).AddSingleton(Gadgets).BuildServiceProvider();
        _worker = new ReconcileWorker(Kernel, services, NullLogger<ReconcileWorker>.Instance);
        Gadgets.Poke = key => Kernel.Queue.Poke(key);
    }

    public KernelServices Kernel { get; }

    public GadgetRules Gadgets { get; }

    public ListedAuthorizer Authorizer { get; } = new();

    public static async Task<DeploymentFixture> StartedAsync(IResourceStore? store = null, GadgetRules? gadgets = null)
    {
        var fixture = new DeploymentFixture(store, gadgets);
        if (fixture._store.Get(ResourceId.Subscription(Subscription).Key) is null)
        {
            await fixture._store.CommitAsync(new StoreTransaction { Writes = [new StoredSubscription(Subscription, "t", "Test").ToWrite()] }, default);
            await fixture.SendAsync("PUT", Group, """{"location":"eastus"}""");
        }

        await fixture._worker.StartAsync(default);
        return fixture;
    }

    /// <summary>A deployment's body with this template (its sections without the outer braces) and parameters.</summary>
    public static string Body(string sections, string parameters = "{}")
        => "{\"properties\":{\"mode\":\"Incremental\",\"parameters\":" + parameters + ",\"template\":{\"$schema\":\"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\"contentVersion\":\"1.0.0.0\"," + sections + "}}}";

    public static string Thing(string type, string name, string rest = "")
        => $"{{\"type\":\"Test.Things/{type}\",\"apiVersion\":\"2024-01-01\",\"name\":\"{name}\",\"location\":\"eastus\"{(rest.Length > 0 ? "," + rest : "")}}}";

    public async Task<ArmResponse> SendAsync(string method, string path, string? body = null, string version = "")
    {
        var request = new ArmRequest
        {
            Method = new HttpMethod(method),
            Path = path,
            Query = new Dictionary<string, string> { ["api-version"] = version.Length > 0 ? version : path.Contains("Test.Things", StringComparison.Ordinal) ? "2024-01-01" : "2021-04-01" },
            Body = body is null ? default : Encoding.UTF8.GetBytes(body),
            Principal = new Principal { ObjectId = "o", Kind = PrincipalKind.User, ApplicationId = "a", TenantId = "t", Name = "me" },
            CorrelationId = Guid.NewGuid().ToString(),
        };
        var result = await Kernel.Dispatcher.SendAsync(request, TestContext.Current.CancellationToken);
        return result.Ok(out var response, out var error)
            ? response
            : new ArmResponse { Status = error.Status, Body = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new ArmErrorBody(error), ArmErrorJson.Default.ArmErrorBody) };
    }

    /// <summary>The answer, also if it is to be fetched from its Location.</summary>
    public async Task<JsonNode> JsonAsync(string method, string path, string? body = null)
    {
        var answer = await SendAsync(method, path, body);
        while (answer is { Status: 202, Body.IsEmpty: true })
        {
            answer = await SendAsync("GET", new Uri(answer.Headers.Single(h => h.Key == "Location").Value).AbsolutePath);
        }

        return Json(answer);
    }

    public static JsonNode Json(ArmResponse response) => JsonNode.Parse(response.Content().Span) ?? throw new InvalidOperationException("no body");

    /// <summary>PUTs the deployment and waits for its end; its properties.</summary>
    public async Task<JsonNode> DeployAsync(string body, string path = Main)
    {
        var put = await SendAsync("PUT", path, body);
        Assert.True(put.Status is 200 or 201, Encoding.UTF8.GetString(put.Content().Span));
        return await EndOfAsync(path);
    }

    public async Task<JsonNode> EndOfAsync(string path = Main)
    {
        await UntilAsync(() => State(path) is "Succeeded" or "Failed" or "Canceled");
        return (await JsonAsync("GET", path))["properties"] ?? throw new InvalidOperationException("no properties");
    }

    public string? State(string path)
        => Kernel.Store.Get(path.ToLowerInvariant()) is { } record ? (string?)JsonNode.Parse(Kernel.Registry.Handler(Kernel.Registry.Type(record.Type)!).Render(record).Span)!["properties"]!["provisioningState"] : null;

    /// <summary>Waits until the store's changes make it true.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        using var changed = new SemaphoreSlim(0);
        void OnCommitted(IReadOnlyList<StoreChange> _) => changed.Release();
        Kernel.Store.Committed += OnCommitted;
        try
        {
            while (!condition())
            {
                Assert.True(await changed.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), "Nothing changed for 30 seconds.");
            }
        }
        finally
        {
            Kernel.Store.Committed -= OnCommitted;
        }
    }

    /// <summary>How often each resource was written, by the activity log.</summary>
    public Dictionary<string, int> Writes() => Events("/write");

    /// <summary>How often the activity log has an operation of this ending, by resource.</summary>
    public Dictionary<string, int> Events(string operation)
        => Kernel.Store.Events(Subscription, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue)
            .Select(e => JsonNode.Parse(e.Body.Span)!)
            .Where(e => ((string?)e["operationName"]!["value"])!.EndsWith(operation, StringComparison.Ordinal))
            .GroupBy(e => (string)e["resourceId"]!).ToDictionary(g => g.Key, g => g.Count());

    public Task StopAsync() => _worker.StopAsync(default);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _worker.Dispose();
    }
}

/// <summary>Decides when gadgets are done: at once, unless they are held or broken.</summary>
public sealed class GadgetRules
{
    private readonly ConcurrentDictionary<string, bool> _held = new(), _broken = new();

    public Action<string> Poke { get; set; } = _ => { };

    public void Hold(string name) => _held[name] = true;

    public void Break(string name) => _broken[name] = true;

    public void Release(string name)
    {
        _held.TryRemove(name, out _);
        Poke($"{DeploymentFixture.Group}/providers/Test.Things/gadgets/{name}".ToLowerInvariant());
    }

    public Outcome Decide(string name) => _held.ContainsKey(name) ? new Outcome.LookAgain(TimeSpan.FromMinutes(1), "held")
        : _broken.ContainsKey(name) ? new Outcome.Blocked(new ArmError { Code = "GadgetBroken", Message = $"{name} is broken." })
        : new Outcome.Settled();
}

public sealed class GadgetReconciler(IResourceView view, GadgetRules rules) : Reconciler<ThingProperties>(view)
{
    protected override Task<Outcome> ReconcileAsync(Resource<ThingProperties> resource, bool deleting, CancellationToken cancellationToken)
        => Task.FromResult(deleting ? new Outcome.Settled() : rules.Decide(resource.Name));
}

public sealed record ThingProperties : IProvisioned
{
    [Computed]
    public string? ProvisioningState { get; set; }
    public string? Title { get; set; }
    public int? Size { get; set; }

    [Secret]
    public string? Password { get; set; }
    public ResourceLink? Peer { get; set; }
}

public sealed class ThingType(string name, bool isAsync) : ResourceType<ThingProperties>
{
    public override ResourceTypeName Name { get; } = ResourceTypeName.Parse($"Test.Things/{name}");

    public override IReadOnlyList<string> ApiVersions => ["2024-01-01"];

    public override JsonSerializerContext Json => ThingJson.Default;

    public override Type? Reconciler => isAsync ? typeof(GadgetReconciler) : null;

    public override IReadOnlyList<ResourceAction> Actions =>
        [new ResourceAction<ThingProperties>("listKeys", c => new ActionResult<ThingProperties> { Body = Encoding.UTF8.GetBytes($"{{\"key\":\"of {c.Resource.Name}\"}}") }) { Writes = false }];

    public override IEnumerable<ResourceReference> References(Resource<ThingProperties> resource)
        => resource.Properties.Peer?.Id is { } id ? [new ResourceReference(id, "properties.peer.id")] : [];

    public override IEnumerable<ArmError> Validate(Resource<ThingProperties> desired, Resource<ThingProperties>? current)
        => desired.Properties.Size is < 0 ? [ArmErrors.InvalidParameter("properties.size", "The size must not be negative.")] : [];

    public override IEnumerable<ArmError> Admit(Resource<ThingProperties> desired, Resource<ThingProperties>? current, IResourceView view)
        => desired.Properties.Title == "clash" && view.Get<ThingProperties>($"{DeploymentFixture.Group}/providers/Test.Things/widgets/rival") is not null
            ? [new ArmError { Code = "Clash", Message = "There is a rival.", Status = 409 }] : [];
}

[JsonSerializable(typeof(Resource<ThingProperties>))]
internal sealed partial class ThingJson : JsonSerializerContext;

public sealed class ThingsProvider : Provider
{
    public override string Namespace => "Test.Things";

    public override IReadOnlyList<ResourceType> Types { get; } = [new ThingType("widgets", false), new ThingType("gadgets", true)];
}

/// <summary>A store that dies before or after a chosen commit: from then on nothing can be written, as after kill -9.</summary>
internal sealed class MortalStore(IResourceStore inner, int commits, bool after) : IResourceStore
{
    private int _left = commits;
    private readonly TaskCompletionSource _death = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly ConcurrentBag<Task<string?>> _commits = [];

    public Task Death => _death.Task;

    /// <summary>Ends when what was being written at the death is either there or not.</summary>
    public Task Settled => Task.WhenAll(_commits);

    public bool IsDead => _death.Task.IsCompleted;

    public long Sequence => inner.Sequence;

    public event Action<IReadOnlyList<StoreChange>>? Committed
    {
        add => inner.Committed += value;
        remove => inner.Committed -= value;
    }

    public StoreRecord? Get(string key) => inner.Get(key);

    public IEnumerable<StoreRecord> List(string scope, string? after = null) => inner.List(scope, after);

    public IEnumerable<StoreRecord> ListByType(string type, string scope = "", string? after = null) => inner.ListByType(type, scope, after);

    public IEnumerable<StoreRecord> Referrers(string key, bool below) => inner.Referrers(key, below);

    public IEnumerable<StoreEvent> Events(string subscription, DateTimeOffset from, DateTimeOffset to) => inner.Events(subscription, from, to);

    public Task<int> PruneEventsAsync(string subscription, DateTimeOffset before, CancellationToken cancellationToken) => inner.PruneEventsAsync(subscription, before, cancellationToken);

    public async Task<string?> CommitAsync(StoreTransaction transaction, CancellationToken cancellationToken)
    {
        var last = Interlocked.Decrement(ref _left) < 0;
        if (IsDead || (last && !after))
        {
            _death.TrySetResult();
            throw new IOException("The process was killed.");
        }

        var commit = inner.CommitAsync(transaction, CancellationToken.None);
        _commits.Add(commit);
        var result = await commit;
        if (last)
        {
            _death.TrySetResult();
            throw new IOException("The process was killed.");
        }

        return result;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
