using System.Text.Json.Nodes;
using Lazuli.Engines.Node;
using Lazuli.Engines.Node.Fake;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Store;
using Lazuli.Providers.Network;
using Lazuli.Providers.Resources;

namespace Lazuli.Providers.Tests.Network;

/// <summary>A cloud for Microsoft.Network, with machines that only exist by name.</summary>
internal sealed class NetworkCloud : FakeCloud
{
    private NetworkCloud(ResourceStore store, FakeNode node, NetworkOptions options)
        : base(store, node, TimeProvider.System, [new ResourcesProvider(), new NetworkProvider(options), new StandInCompute()], options)
        => options.Packets = node;

    public static async Task<NetworkCloud> StartAsync(FakeNode? node = null)
    {
        var cloud = await StartAsync(await NewStoreAsync(), node ?? new FakeNode(TimeProvider.System));
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

    /// <summary>Sends, waits until the operation has succeeded, and shows what GET shows then.</summary>
    public async Task<JsonNode> SucceedAsync(string method, string path, string? body = null)
    {
        var (status, error) = await RunAsync(method, path, body);
        Assert.True(status is OperationStatus.Succeeded, $"{method} {path}: {status} {error}");
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

    /// <summary>What the machine was told to have.</summary>
    public T? Item<T>(string path)
        where T : NodeItem
        => Link.Item(Id(path).ToLowerInvariant()) as T;

    public bool IsApplied(string path) => Link.Report(Id(path).ToLowerInvariant()) is { Phase: ItemPhase.Applied };

    protected override string VersionOf(string path)
        => path.Contains("/dnsZones", StringComparison.OrdinalIgnoreCase) ? "2018-05-01"
            : path.Contains("/privateDnsZones", StringComparison.OrdinalIgnoreCase) ? "2024-06-01"
            : path.Contains("trafficManager", StringComparison.OrdinalIgnoreCase) ? "2022-04-01"
            : path.Contains("Microsoft.", StringComparison.Ordinal) ? "2024-05-01" : "2021-04-01";

    private static async Task<NetworkCloud> StartAsync(ResourceStore store, FakeNode node)
    {
        var cloud = new NetworkCloud(store, node, new NetworkOptions());
        await cloud.BeginAsync();
        return cloud;
    }
}
