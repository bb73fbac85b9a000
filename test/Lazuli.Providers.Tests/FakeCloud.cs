using System.Text;
using System.Text.Json.Nodes;
using Lazuli.Engines.Node;
using Lazuli.Engines.Node.Fake;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network;
using Lazuli.Providers.Node;
using Lazuli.Providers.Resources.Locations;
using Lazuli.Providers.Resources.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lazuli.Providers.Tests;

/// <summary>The server without its endpoints, on a fake node: what a client would see, and what the machine gets.</summary>
internal abstract class FakeCloud : IAsyncDisposable
{
    public const string Subscription = "6b1b3e0e-0000-4000-8000-000000000001";
    public const string Group = $"/subscriptions/{Subscription}/resourceGroups/rg";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ServiceProvider _services;
    private readonly NodeLinkService _carrier;

    protected FakeCloud(ResourceStore store, FakeNode node, TimeProvider time, IReadOnlyList<Provider> providers, NetworkOptions network, Action<IServiceCollection>? more = null)
    {
        (Store, Node) = (store, node);
        Kernel = new KernelServices
        {
            Store = store,
            Registry = new TypeRegistry(providers),
            Authorizer = new Guard(this),
            Secrets = new SecretBox(new byte[32]),
            Time = time,
            Locks = new KeyedLocks(),
            Operations = new OperationLog(store, time),
            Queue = new ReconcileQueue(time),
            Locations = AzureLocations.Catalogue,
        };
        Kernel.Registry.Bind(Kernel);
        Link = new NodeLink(Kernel.Queue, new NodeNames(store));
        var services = new ServiceCollection()
            .AddSingleton(Kernel)
            .AddSingleton(Kernel.View)
            .AddSingleton(Link)
            .AddSingleton<INode>(node)
            .AddSingleton(network)
            .AddSingleton<ILogger<NodeLinkService>>(NullLogger<NodeLinkService>.Instance);
        more?.Invoke(services);
        _services = services.BuildServiceProvider();
        _carrier = ActivatorUtilities.CreateInstance<NodeLinkService>(_services);
        Worker = new ReconcileWorker(Kernel, _services, NullLogger<ReconcileWorker>.Instance);
    }

    public ResourceStore Store { get; }

    public FakeNode Node { get; }

    public KernelServices Kernel { get; }

    public NodeLink Link { get; }

    public ReconcileWorker Worker { get; }

    /// <summary>A role action that the caller lacks.</summary>
    public string? Forbidden { get; set; }

    /// <summary>A store with a subscription in it.</summary>
    protected static async Task<ResourceStore> NewStoreAsync()
    {
        var store = new ResourceStore(new MemoryJournal());
        await store.CommitAsync(new StoreTransaction { Writes = [new StoredSubscription(Subscription, Guid.Empty.ToString(), "Test").ToWrite()] }, CancellationToken.None);
        return store;
    }

    protected async Task BeginAsync()
    {
        await _carrier.StartAsync(CancellationToken.None);
        await Worker.StartAsync(CancellationToken.None);
    }

    public async Task StopAsync()
    {
        await Worker.StopAsync(CancellationToken.None);
        await _carrier.StopAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Store.DisposeAsync();
        Node.Dispose();
        await _services.DisposeAsync();
    }

    public async Task<JsonNode> GetAsync(string path, string query = "") => Parse(await SendAsync("GET", path, query: query));

    public async Task<ArmResponse> SendAsync(string method, string path, string? body = null, string query = "", string? ifMatch = null, string? version = null)
    {
        var parameters = query.Split('&', StringSplitOptions.RemoveEmptyEntries).ToDictionary(p => p[..p.IndexOf('=', StringComparison.Ordinal)].ToLowerInvariant(), p => p[(p.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        parameters["api-version"] = version ?? VersionOf(path);
        var result = await Kernel.Dispatcher.SendAsync(
            new ArmRequest
            {
                Method = new HttpMethod(method),
                Path = path,
                Query = parameters,
                Body = body is null ? default : Encoding.UTF8.GetBytes(body),
                IfMatch = ifMatch,
                Principal = new Principal { ObjectId = "o", Kind = PrincipalKind.User, ApplicationId = "a", TenantId = "t", Name = "me" },
                BaseUrl = "https://localhost",
            },
            TestContext.Current.CancellationToken);
        return result.Ok(out var response, out var error) ? response : new ArmResponse { Status = error.Status, Body = Encoding.UTF8.GetBytes(Write(error).ToJsonString()) };
    }

    /// <summary>The answer to a question that Azure answers with 202: what is where its Location says.</summary>
    public async Task<JsonNode> AskAsync(string path, string? body = null)
    {
        var asked = await SendAsync("POST", path, body);
        Assert.True(asked.Status == 202, $"{path}: {asked.Status} {Text(asked)}");
        return await FetchAsync(asked);
    }

    /// <summary>What is at last at the Location of an answer.</summary>
    public async Task<JsonNode> FetchAsync(ArmResponse accepted)
    {
        var answer = accepted;
        while (answer.Status == 202)
        {
            await Task.Yield();
            answer = await SendAsync("GET", new Uri(accepted.Headers.Single(h => h.Key == "Location").Value).AbsolutePath);
        }

        Assert.True(answer.Status == 200, $"{answer.Status} {Text(answer)}");
        return Parse(answer);
    }

    /// <summary>Sends, and waits until the operation has ended, however.</summary>
    public async Task<(string Status, ArmError? Error)> RunAsync(string method, string path, string? body = null, string query = "", string? version = null)
    {
        var response = await SendAsync(method, path, body, query, version: version);
        Assert.True(response.Status < 300, $"{method} {path}: {response.Status} {Text(response)}");
        return response.OperationId is { } operation ? await EndAsync(operation) : (OperationStatus.Succeeded, null);
    }

    public async Task<(string Status, ArmError? Error)> EndAsync(string operation)
    {
        await UntilAsync(() => Kernel.Operations.Get(operation) is not { Status: OperationStatus.InProgress });
        return Kernel.Operations.Get(operation) is { } ended ? (ended.Status, ended.Error) : (OperationStatus.Canceled, null);
    }

    /// <summary>Waits for the server's own threads to make it so.</summary>
    public async Task UntilAsync(Func<bool> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (!holds())
        {
            var committed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            void OnCommitted(IReadOnlyList<StoreChange> changes) => committed.TrySetResult();
            Store.Committed += OnCommitted;
            try
            {
                // Not everything that is waited for is a commit.
                await Task.WhenAny(committed.Task, Task.Delay(TimeSpan.FromMilliseconds(10), patience.Token));
            }
            finally
            {
                Store.Committed -= OnCommitted;
            }

            patience.Token.ThrowIfCancellationRequested();
        }
    }

    public static JsonNode Parse(ArmResponse response) => JsonNode.Parse(Text(response)) ?? throw new InvalidOperationException("No body.");

    public static string Text(ArmResponse response) => Encoding.UTF8.GetString(response.Content().Span);

    /// <summary>The api-version that a request of this path has if it names none.</summary>
    protected abstract string VersionOf(string path);

    private static JsonObject Write(ArmError error) => new()
    {
        ["code"] = error.Code,
        ["message"] = error.Message,
        ["target"] = error.Target,
        ["details"] = new JsonArray([.. (error.Details ?? []).Select(Write)]),
    };

    private sealed class Guard(FakeCloud cloud) : IAuthorizer
    {
        public bool IsAllowed(Principal principal, string action, ResourceId scope) => action != cloud.Forbidden;

        public bool IsDataAllowed(Principal principal, string dataAction, ResourceId scope) => true;
    }
}
