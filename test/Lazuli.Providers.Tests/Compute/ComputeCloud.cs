using System.Text.Json.Nodes;
using Lazuli.Engines.Image;
using Lazuli.Engines.Node;
using Lazuli.Engines.Node.Fake;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Compute;
using Lazuli.Providers.Compute.VirtualMachines;
using Lazuli.Providers.Network;
using Lazuli.Providers.Resources;
using Microsoft.Extensions.DependencyInjection;

namespace Lazuli.Providers.Tests.Compute;

/// <summary>A cloud with virtual machines and a clock that the test moves.</summary>
internal sealed class ComputeCloud : FakeCloud
{
    public const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGVyZTkxYmQ2ZDFkYzQ4ZmE4YmQ2ZDFkYzQ4ZmE4 me@home";

    private ComputeCloud(ResourceStore store, FakeNode node, ManualClock clock, bool windows)
        : base(store, node, clock, [new ResourcesProvider(), new ComputeProvider(ImageCatalogue.Default, clock, windows), new NetworkProvider(new NetworkOptions())], new NetworkOptions(),
            services => services.AddSingleton(ImageCatalogue.Default).AddSingleton(new ComputeOptions()))
        => Clock = clock;

    public ManualClock Clock { get; }

    public BootDiagnosticsLinks Links => new(Kernel.Secrets, Clock, Node);

    public static async Task<ComputeCloud> StartAsync(FakeNodeOptions? options = null, bool windows = true)
    {
        var clock = new ManualClock();
        var cloud = await StartAsync(await NewStoreAsync(), new FakeNode(clock, options), clock, windows);
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

    /// <summary>Sends, and waits until the operation has succeeded.</summary>
    public async Task SucceedAsync(string method, string path, string? body = null, string query = "", string? version = null)
    {
        var (status, error) = await RunAsync(method, path, body, query, version);
        Assert.True(status is OperationStatus.Succeeded, $"{method} {path}: {status} {error}");
    }

    /// <summary>Has every resource looked at once more.</summary>
    public void PassAll() => Worker.PokeAll();

    public VmItem? Item(string name = "vm") => ItemAt(Vm(name)) as VmItem;

    public NodeItem? ItemAt(string id) => Link.Item(id.ToLowerInvariant());

    public Resource<VirtualMachineProperties>? Stored(string name = "vm") => Kernel.View.Get<VirtualMachineProperties>(ResourceId.Parse(Vm(name)));

    protected override string VersionOf(string path)
        => path.Contains("/disks", StringComparison.OrdinalIgnoreCase) ? "2024-03-02" : path.Contains("Microsoft.Network", StringComparison.Ordinal) ? "2024-05-01" : "2024-07-01";

    private static async Task<ComputeCloud> StartAsync(ResourceStore store, FakeNode node, ManualClock clock, bool windows = true)
    {
        var cloud = new ComputeCloud(store, node, clock, windows);
        await cloud.BeginAsync();
        return cloud;
    }
}
