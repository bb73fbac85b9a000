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
using Lazuli.Providers.Resources;
using Lazuli.Providers.Resources.Locations;
using Lazuli.Providers.Resources.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lazuli.Providers.Tests.Network;

/// <summary>The server without its endpoints, on a fake node: what a client of Microsoft.Network sees, and what the machine gets.</summary>
internal sealed class NetworkCloud : IAsyncDisposable
{
    public const string Subscription = "6b1b3e0e-0000-4000-8000-000000000001";
    public const string Group = $"/subscriptions/{Subscription}/resourceGroups/rg";

    private readonly ServiceProvider _services;
    private readonly ReconcileWorker _worker;
    private readonly NodeLinkService _carrier;

    private NetworkCloud(ResourceStore store, FakeNode node)
    {
        (Store, Node) = (store, node);
        var options = new NetworkOptions();
        Kernel = new KernelServices
        {
            Store = store,
            Registry = new TypeRegistry([new ResourcesProvider(), new NetworkProvider(options), new StandInCompute()]),
            Authorizer = new Guard(this),
            Secrets = new SecretBox(new byte[32]),
            Time = TimeProvider.System,
            Locks = new KeyedLocks(),
            Operations = new OperationLog(store, TimeProvider.System),
            Queue = new ReconcileQueue(TimeProvider.System),
            Locations = AzureLocations.Catalogue,
        };
        Kernel.Registry.Bind(Kernel);
        options.Packets = node;
        Link = new NodeLink(Kernel.Queue, new NodeNames(store));
        _services = new ServiceCollection()
            .AddSingleton(Kernel)
            .AddSingleton(Kernel.View)
            .AddSingleton(Link)
            .AddSingleton<INode>(node)
            .AddSingleton(options)
            .AddSingleton<ILogger<NodeLinkService>>(NullLogger<NodeLinkService>.Instance)
            .BuildServiceProvider();
        _carrier = ActivatorUtilities.CreateInstance<NodeLinkService>(_services);
        _worker = new ReconcileWorker(Kernel, _services, NullLogger<ReconcileWorker>.Instance);
    }

    public ResourceStore Store { get; }

    public FakeNode Node { get; }

    public KernelServices Kernel { get; }

    public NodeLink Link { get; }

    public ReconcileWorker Worker => _worker;

    /// <summary>A role action that the caller lacks.</summary>
    public string? Forbidden { get; set; }

    public static async Task<NetworkCloud> StartAsync(FakeNode? node = null)
    {
        var store = new ResourceStore(new MemoryJournal());
        await store.CommitAsync(new StoreTransaction { Writes = [new StoredSubscription(Subscription, Guid.Empty.ToString(), "Test").ToWrite()] }, CancellationToken.None);
        var cloud = await StartAsync(store, node ?? new FakeNode(TimeProvider.System));
        await cloud.SucceedAsync("PUT", Group, """{"location":"eastus"}""");
        return cloud;
    }

    /// <summary>The server stops; another one starts on the same state and the same node.</summary>
    public async Task<NetworkCloud> RestartAsync(FakeNode? node = null)
    {
        await StopAsync();
        return await StartAsync(Store, node ?? Node);
    }

    public static string Id(string path) => $"{Group}/providers/Microsoft.Network/{path}";

    public static string Vm(string name) => $"{Group}/providers/Microsoft.Compute/virtualMachines/{name}";

    public static string Vnet(string space = "10.0.0.0/16", string subnet = "10.0.0.0/24") => $$$$"""
        {"location":"eastus","properties":{"addressSpace":{"addressPrefixes":["{{{{space}}}}"]},"subnets":[{"name":"a","properties":{"addressPrefix":"{{{{subnet}}}}"}}]}}
        """;

    public static string Nic(string subnet = "virtualNetworks/v/subnets/a", string? address = null, string? publicAddress = null, string? group = null)
    {
        var configuration = new JsonObject { ["subnet"] = Ref(subnet) };
        var properties = new JsonObject { ["ipConfigurations"] = new JsonArray(new JsonObject { ["name"] = "ip", ["properties"] = configuration }) };
        if (address is not null)
        {
            configuration["privateIPAllocationMethod"] = "Static";
            configuration["privateIPAddress"] = address;
        }

        if (publicAddress is not null)
        {
            configuration["publicIPAddress"] = Ref(publicAddress);
        }

        if (group is not null)
        {
            properties["networkSecurityGroup"] = Ref(group);
        }

        return new JsonObject { ["location"] = "eastus", ["properties"] = properties }.ToJsonString();
    }

    public static JsonObject Ref(string path) => new() { ["id"] = Id(path) };

    public static string Rule(string more = "", int priority = 100, string name = "r") => $$$$"""
        {"name":"{{{{name}}}}","properties":{"priority":{{{{priority}}}},"direction":"Inbound","access":"Allow","protocol":"Tcp",
          "sourcePortRange":"*","sourceAddressPrefix":"*","destinationAddressPrefix":"*","destinationPortRange":"22"{{{{more}}}}}}
        """;

    public const string StandardAddress = """{"location":"eastus","sku":{"name":"Standard"},"properties":{"publicIPAllocationMethod":"Static"}}""";

    public async Task<JsonNode> GetAsync(string path, string query = "") => Parse(await SendAsync("GET", path, query: query));

    public async Task<ArmResponse> SendAsync(string method, string path, string? body = null, string query = "", string? ifMatch = null)
    {
        var parameters = query.Split('&', StringSplitOptions.RemoveEmptyEntries).ToDictionary(p => p[..p.IndexOf('=', StringComparison.Ordinal)].ToLowerInvariant(), p => p[(p.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        parameters["api-version"] = path.Contains("/dnsZones", StringComparison.OrdinalIgnoreCase) ? "2018-05-01"
            : path.Contains("/privateDnsZones", StringComparison.OrdinalIgnoreCase) ? "2024-06-01"
            : path.Contains("trafficManager", StringComparison.OrdinalIgnoreCase) ? "2022-04-01"
            : path.Contains("Microsoft.", StringComparison.Ordinal) ? "2024-05-01" : "2021-04-01";
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

    /// <summary>Sends, waits until the operation has succeeded, and shows what GET shows then.</summary>
    public async Task<JsonNode> SucceedAsync(string method, string path, string? body = null)
    {
        var response = await SendAsync(method, path, body);
        Assert.True(response.Status < 300, $"{method} {path}: {response.Status} {Text(response)}");
        if (response.OperationId is { } id)
        {
            await UntilAsync(() => Kernel.Operations.Get(id) is not { Status: OperationStatus.InProgress });
            var operation = Kernel.Operations.Get(id);
            Assert.True(operation?.Status == OperationStatus.Succeeded, $"{method} {path}: {operation?.Status} {operation?.Error}");
        }

        return method == "DELETE" ? new JsonObject() : await GetAsync(path);
    }

    /// <summary>The codes of an answer's error: its own, or those of its details.</summary>
    public async Task<IReadOnlyList<string>> CodesAsync(string method, string path, string? body = null)
    {
        var response = await SendAsync(method, path, body);
        Assert.True(response.Status >= 400, $"{method} {path} was not refused: {response.Status} {Text(response)}");
        var error = Parse(response);
        return error["details"] is JsonArray { Count: > 0 } details ? [.. details.Select(d => (string?)d?["code"] ?? "")] : [(string?)error["code"] ?? ""];
    }

    /// <summary>A request is refused with this code among its errors; what was called <c>new</c> isn't there.</summary>
    /// <param name="why">What is wrong with it.</param>
    public async Task RefusesAsync(string why, string method, string path, string? body, string code)
    {
        var codes = await CodesAsync(method, Id(path), body);
        Assert.True(codes.Contains(code), $"{why}: {string.Join(", ", codes)}");
        if (path.EndsWith("/new", StringComparison.Ordinal))
        {
            Assert.Equal(404, (await SendAsync("GET", Id(path))).Status);
        }
    }

    /// <summary>Waits for the server's own threads to make it so.</summary>
    public async Task UntilAsync(Func<bool> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
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

    /// <summary>What the machine was told to have.</summary>
    public T? Item<T>(string path)
        where T : NodeItem
        => Link.Item(Id(path).ToLowerInvariant()) as T;

    public bool IsApplied(string path) => Link.Report(Id(path).ToLowerInvariant()) is { Phase: ItemPhase.Applied };

    public async Task StopAsync()
    {
        await _worker.StopAsync(CancellationToken.None);
        await _carrier.StopAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Store.DisposeAsync();
        Node.Dispose();
        await _services.DisposeAsync();
    }

    public static JsonNode Parse(ArmResponse response) => JsonNode.Parse(Text(response)) ?? throw new InvalidOperationException("No body.");

    public static string Text(ArmResponse response) => Encoding.UTF8.GetString(response.Content().Span);

    private static async Task<NetworkCloud> StartAsync(ResourceStore store, FakeNode node)
    {
        var cloud = new NetworkCloud(store, node);
        await cloud._carrier.StartAsync(CancellationToken.None);
        await cloud._worker.StartAsync(CancellationToken.None);
        return cloud;
    }

    private static JsonObject Write(ArmError error) => new()
    {
        ["code"] = error.Code,
        ["message"] = error.Message,
        ["target"] = error.Target,
        ["details"] = new JsonArray([.. (error.Details ?? []).Select(Write)]),
    };

    private sealed class Guard(NetworkCloud cloud) : IAuthorizer
    {
        public bool IsAllowed(Principal principal, string action, ResourceId scope) => action != cloud.Forbidden;

        public bool IsDataAllowed(Principal principal, string dataAction, ResourceId scope) => true;
    }
}
