using System.Text;
using System.Text.Json.Nodes;
using Lazuli.Engines.Image;
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
using Lazuli.Providers.Compute;
using Lazuli.Providers.Compute.VirtualMachines;
using Lazuli.Providers.Network;
using Lazuli.Providers.Node;
using Lazuli.Providers.Resources;
using Lazuli.Providers.Resources.Locations;
using Lazuli.Providers.Resources.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lazuli.Providers.Tests.Compute;

/// <summary>The server without its endpoints, on a fake node: what a client would see, with a clock that the test moves.</summary>
internal sealed class ComputeCloud : IAsyncDisposable
{
    public const string Subscription = "6b1b3e0e-0000-4000-8000-000000000001";
    public const string Group = $"/subscriptions/{Subscription}/resourceGroups/rg";
    public const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGVyZTkxYmQ2ZDFkYzQ4ZmE4YmQ2ZDFkYzQ4ZmE4 me@home";

    private readonly ServiceProvider _services;
    private readonly ReconcileWorker _worker;
    private readonly NodeLinkService _carrier;

    private ComputeCloud(ResourceStore store, FakeNode node, ManualClock clock, bool windows)
    {
        (Store, Node, Clock) = (store, node, clock);
        Kernel = new KernelServices
        {
            Store = store,
            Registry = new TypeRegistry([new ResourcesProvider(), new ComputeProvider(ImageCatalogue.Default, clock, windows), new NetworkProvider(new NetworkOptions())]),
            Authorizer = new Everyone(),
            Secrets = new SecretBox(new byte[32]),
            Time = clock,
            Locks = new KeyedLocks(),
            Operations = new OperationLog(store, clock),
            Queue = new ReconcileQueue(clock),
            Locations = AzureLocations.Catalogue,
        };
        Kernel.Registry.Bind(Kernel);
        _services = new ServiceCollection()
            .AddSingleton(Kernel)
            .AddSingleton(Kernel.View)
            .AddSingleton(new NodeLink(Kernel.Queue, new NodeNames(store)))
            .AddSingleton<INode>(node)
            .AddSingleton(ImageCatalogue.Default)
            .AddSingleton(new ComputeOptions())
            .AddSingleton(new NetworkOptions())
            .AddSingleton<ILogger<NodeLinkService>>(NullLogger<NodeLinkService>.Instance)
            .BuildServiceProvider();
        _carrier = ActivatorUtilities.CreateInstance<NodeLinkService>(_services);
        _worker = new ReconcileWorker(Kernel, _services, NullLogger<ReconcileWorker>.Instance);
    }

    public ResourceStore Store { get; }

    public FakeNode Node { get; }

    public ManualClock Clock { get; }

    public KernelServices Kernel { get; }

    public BootDiagnosticsLinks Links => new(Kernel.Secrets, Clock, Node);

    public static async Task<ComputeCloud> StartAsync(FakeNodeOptions? options = null, bool windows = true)
    {
        var clock = new ManualClock();
        var store = new ResourceStore(new MemoryJournal());
        var cloud = await StartAsync(store, new FakeNode(clock, options), clock, windows);
        await store.CommitAsync(new StoreTransaction { Writes = [new StoredSubscription(Subscription, Guid.Empty.ToString(), "Test").ToWrite()] }, CancellationToken.None);
        await cloud.SucceedAsync("PUT", Group, """{"location":"eastus"}""", version: "2021-04-01");
        return cloud;
    }

    /// <summary>The server stops; another one starts on the same state and the same node.</summary>
    public async Task<ComputeCloud> RestartAsync()
    {
        await StopAsync();
        return await StartAsync(Store, Node, Clock);
    }

    public static string Id(string type, string name) => $"{Group}/providers/{type}/{name}";

    public static string Vm(string name = "vm") => Id("Microsoft.Compute/virtualMachines", name);

    public static string Disk(string name) => Id("Microsoft.Compute/disks", name);

    public static string Nic(string name = "nic") => Id("Microsoft.Network/networkInterfaces", name);

    /// <summary>The body of a machine that Azure accepts.</summary>
    public static JsonObject Body(string nic = "nic") => (JsonObject)(JsonNode.Parse($$"""
        {
          "location": "eastus",
          "properties": {
            "hardwareProfile": { "vmSize": "Standard_B2s" },
            "storageProfile": {
              "imageReference": { "publisher": "lazuli", "offer": "micro", "sku": "1", "version": "latest" },
              "osDisk": { "createOption": "FromImage" }
            },
            "osProfile": {
              "computerName": "guest", "adminUsername": "azureuser",
              "linuxConfiguration": {
                "disablePasswordAuthentication": true,
                "ssh": { "publicKeys": [ { "path": "/home/azureuser/.ssh/authorized_keys", "keyData": "{{Key}}" } ] }
              }
            },
            "networkProfile": { "networkInterfaces": [ { "id": "{{Nic(nic)}}" } ] }
          }
        }
        """) ?? throw new InvalidOperationException());

    /// <summary>A network interface in a network of its region.</summary>
    public async Task MakeNicAsync(string name = "nic", string location = "eastus", string? publicIp = null)
    {
        var vnet = Id("Microsoft.Network/virtualNetworks", "vnet-" + location);
        if (Kernel.Store.Get(vnet.ToLowerInvariant()) is null)
        {
            await SucceedAsync("PUT", vnet, $$"""{ "location": "{{location}}", "properties": { "addressSpace": { "addressPrefixes": ["10.0.0.0/16"] }, "subnets": [ { "name": "s", "properties": { "addressPrefix": "10.0.0.0/24" } } ] } }""");
        }

        var address = publicIp is null ? "" : $$""", "publicIPAddress": { "id": "{{publicIp}}", "properties": { "deleteOption": "Delete" } }""";
        await SucceedAsync("PUT", Nic(name), $$"""{ "location": "{{location}}", "properties": { "ipConfigurations": [ { "name": "ip", "properties": { "subnet": { "id": "{{vnet}}/subnets/s" } {{address}} } } ] } }""");
    }

    public async Task<JsonNode> MakeVmAsync(string name = "vm", Action<JsonObject>? change = null)
    {
        await MakeNicAsync(name == "vm" ? "nic" : "nic-" + name);
        var body = Body(name == "vm" ? "nic" : "nic-" + name);
        change?.Invoke(body);
        await SucceedAsync("PUT", Vm(name), body.ToJsonString());
        return await GetAsync(Vm(name));
    }

    public async Task<JsonNode> GetAsync(string path, string query = "") => JsonNode.Parse((await SendAsync("GET", path, query: query)).Content().Span) ?? throw new InvalidOperationException();

    public async Task<ArmResponse> SendAsync(string method, string path, string? body = null, string? version = null, string query = "")
    {
        version ??= path.Contains("/disks", StringComparison.OrdinalIgnoreCase) ? "2024-03-02" : path.Contains("Microsoft.Network", StringComparison.Ordinal) ? "2024-05-01" : "2024-07-01";
        var parameters = query.Split('&', StringSplitOptions.RemoveEmptyEntries).ToDictionary(p => p[..p.IndexOf('=')].ToLowerInvariant(), p => p[(p.IndexOf('=') + 1)..]);
        parameters["api-version"] = version;
        var result = await Kernel.Dispatcher.SendAsync(
            new ArmRequest
            {
                Method = new HttpMethod(method),
                Path = path,
                Query = parameters,
                Body = body is null ? default : Encoding.UTF8.GetBytes(body),
                Principal = new Principal { ObjectId = "o", Kind = PrincipalKind.User, ApplicationId = "a", TenantId = "t", Name = "me" },
                BaseUrl = "https://localhost",
            },
            TestContext.Current.CancellationToken);
        return result.Ok(out var response, out var error) ? response : new ArmResponse { Status = error.Status, Body = Encoding.UTF8.GetBytes(Write(error).ToJsonString()) };
    }

    /// <summary>Sends, and waits until the operation has succeeded.</summary>
    public async Task SucceedAsync(string method, string path, string? body = null, string? version = null, string query = "")
    {
        var (status, error) = await RunAsync(method, path, body, version, query);
        Assert.True(status is OperationStatus.Succeeded, $"{method} {path}: {status} {error}");
    }

    /// <summary>Sends, and waits until the operation has ended, however.</summary>
    public async Task<(string Status, ArmError? Error)> RunAsync(string method, string path, string? body = null, string? version = null, string query = "")
    {
        var response = await SendAsync(method, path, body, version, query);
        Assert.True(response.Status < 300, $"{method} {path}: {response.Status} {Encoding.UTF8.GetString(response.Content().Span)}");
        return response.OperationId is { } operation ? await EndAsync(operation) : (OperationStatus.Succeeded, null);
    }

    public async Task<(string Status, ArmError? Error)> EndAsync(string operation)
    {
        await UntilAsync(() => Kernel.Operations.Get(operation) is not { Status: OperationStatus.InProgress });
        return Kernel.Operations.Get(operation) is { } ended ? (ended.Status, ended.Error) : (OperationStatus.Canceled, null);
    }

    /// <summary>Waits for the server's own threads to make it so; the clock stands still.</summary>
    public async Task UntilAsync(Func<bool> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
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

    /// <summary>Has every resource looked at once more.</summary>
    public void PassAll() => _worker.PokeAll();

    public VmItem? Item(string name = "vm") => ItemAt(Vm(name)) as VmItem;

    public NodeItem? ItemAt(string id) => _services.GetRequiredService<NodeLink>().Item(id.ToLowerInvariant());

    public Resource<VirtualMachineProperties>? Stored(string name = "vm") => Kernel.View.Get<VirtualMachineProperties>(ResourceId.Parse(Vm(name)));

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

    private static async Task<ComputeCloud> StartAsync(ResourceStore store, FakeNode node, ManualClock clock, bool windows = true)
    {
        var cloud = new ComputeCloud(store, node, clock, windows);
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

    private sealed class Everyone : IAuthorizer
    {
        public bool IsAllowed(Principal principal, string action, ResourceId scope) => true;

        public bool IsDataAllowed(Principal principal, string dataAction, ResourceId scope) => true;
    }
}
