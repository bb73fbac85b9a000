using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Lazuli.Engines.Node;
using Lazuli.Guest;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lazuli.Engines.Tests.Guest;

/// <summary>Guest services on loopback: each service's address becomes 127.0.0.1 and a free port, each guest's address is one of 127.0.0.0/8.</summary>
internal sealed class GuestHost : IVnetSockets, IGuestEvents, IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string Vnet, string Endpoint, ProtocolType Protocol), IPEndPoint> _ports = new();

    private GuestHost() => Services = new GuestServices(this, this, TimeProvider.System, NullLoggerFactory.Instance);

    public GuestServices Services { get; }
    public ConcurrentQueue<GuestHealth> Health { get; } = new();
    public ConcurrentQueue<GuestAgent> Agents { get; } = new();

    public static async Task<GuestHost> StartAsync(params GuestVnet[] vnets)
    {
        var host = new GuestHost();
        await host.Services.StartAsync(TestContext.Current.CancellationToken);
        foreach (var vnet in vnets)
        {
            await host.Services.ApplyAsync(vnet, TestContext.Current.CancellationToken);
        }

        return host;
    }

    public IPEndPoint Find(string vnet, string endpoint, ProtocolType protocol = ProtocolType.Tcp) => _ports[(vnet, endpoint, protocol)];

    /// <summary>A client of a guest at <paramref name="source"/> whose requests go to <paramref name="endpoint"/> of its VNet.</summary>
    public HttpClient Client(string vnet, string source, string endpoint)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse(source), 0));
                await socket.ConnectAsync(Find(vnet, endpoint), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        return new HttpClient(handler) { BaseAddress = new Uri($"http://{endpoint}") };
    }

    public Socket ListenTcp(string vnetKey, IPEndPoint endpoint)
    {
        var socket = Bind(vnetKey, endpoint, SocketType.Stream, ProtocolType.Tcp);
        socket.Listen();
        return socket;
    }

    public Socket BindUdp(string vnetKey, IPEndPoint endpoint) => Bind(vnetKey, endpoint, SocketType.Dgram, ProtocolType.Udp);

    public Socket BindUdpOnNic(string vnetKey, string nicKey, IPEndPoint endpoint) => Bind(vnetKey + nicKey, endpoint, SocketType.Dgram, ProtocolType.Udp);

    public Socket BindUdp6OnNic(string vnetKey, string nicKey, int port, IPAddress group) => Bind(vnetKey + nicKey, new(IPAddress.IPv6Any, port), SocketType.Dgram, ProtocolType.Udp);

    public Socket OpenIcmp6OnNic(string vnetKey, string nicKey) => Bind(vnetKey + nicKey, new(IPAddress.IPv6Any, 0), SocketType.Dgram, ProtocolType.Udp);

    public bool HasNic(Socket socket) => true;

    public void HealthReported(GuestHealth report) => Health.Enqueue(report);

    public void AgentReported(GuestAgent report) => Agents.Enqueue(report);

    public ValueTask DisposeAsync() => Services.DisposeAsync();

    private Socket Bind(string vnetKey, IPEndPoint endpoint, SocketType type, ProtocolType protocol)
    {
        var socket = new Socket(endpoint.AddressFamily, type, protocol);
        socket.Bind(new IPEndPoint(endpoint.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback, 0));
        _ports[(vnetKey, endpoint.ToString(), protocol)] = (IPEndPoint)(socket.LocalEndPoint ?? throw new InvalidOperationException());
        return socket;
    }
}

/// <summary>VNets for tests: <c>a</c> with the guests web1 (127.0.1.4, all there is) and web2 (127.0.1.5, plain).</summary>
internal static class GuestSamples
{
    public const string Metadata = "169.254.169.254:80";
    public const string WireServer = "168.63.129.16:80";
    public const string HostPlugin = "168.63.129.16:32526";
    public const string Web1 = "127.0.1.4";
    public const string Web2 = "127.0.1.5";

    public static GuestVnet Vnet(string key = "a") => new()
    {
        Vnet = new VnetItem
        {
            Key = key,
            AddressPrefixes = ["127.0.0.0/16", "fd00::/48"],
            Subnets = [new SubnetSpec { Key = "s1", AddressPrefixes = ["127.0.1.0/24", "fd00::/64"] }],
            DnsSuffix = "abc123.internal.cloudapp.net",
        },
        Nics =
        [
            Nic(key, "nic1", "00-0D-3A-01-02-03", "web1", new Config("p", "s1", Web1) { Primary = true, PublicAddress = "203.0.113.7" }, new Config("q", "s1", "127.0.1.9"), new Config("v6", "s1", "fd00::4")),
            Nic(key, "nic2", "00-0D-3A-01-02-04", "web2", new Config("p", "s1", Web2) { Primary = true }),
        ],
        Vms =
        [
            Vm("vm1", "web1", "nic1") with
            {
                Provisioning = new VmProvisioning
                {
                    ComputerName = "web1",
                    AdminUsername = "alice",
                    DisablePasswordAuthentication = true,
                    SshKeys = [new SshKey("/home/alice/.ssh/authorized_keys", "ssh-ed25519 AAAA alice")],
                    CustomData = "IyEvYmluL3No",
                },
            },
            Vm("vm2", "web2", "nic2"),
        ],
        Disks = [new DiskItem { Key = "/x/disks/os1", SizeBytes = 30L << 30, Source = new DiskSource { ImageUrn = "a:b:c:1" } }],
    };

    public static VmItem Vm(string key, string name, string nic) => new()
    {
        Key = key,
        VmId = new Guid("02aab8a4-74ef-476e-8182-f6d2ba4166a6"),
        Name = name,
        Cpus = 1,
        MemoryMiB = 512,
        Power = VmPower.Running,
        OsDisk = new VmDisk { DiskKey = "/x/disks/os1", Caching = "ReadWrite" },
        DataDisks = [new VmDisk { DiskKey = "/x/disks/data1", Lun = 3 }],
        NicKeys = [nic],
        Metadata = new VmMetadata
        {
            ResourceId = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/" + name,
            Location = "westeurope",
            SubscriptionId = "00000000-0000-0000-0000-000000000001",
            ResourceGroupName = "rg",
            VmSize = "Standard_B1s",
            Zone = "1",
            Publisher = "Debian",
            Offer = "debian-12",
            Sku = "12",
            Version = "0.20261101.1",
            Tags = new Dictionary<string, string> { ["foo"] = "bar", ["baz"] = "<ü&>" },
            UserData = "dXNlcg==",
        },
    };

    public static NicItem Nic(string vnet, string key, string mac, string host, params Config[] configs) => new()
    {
        Key = key,
        VnetKey = vnet,
        MacAddress = mac,
        HostName = host,
        IpConfigs = [.. configs.Select(c => new IpConfigSpec { Name = c.Name, SubnetKey = c.Subnet, PrivateAddress = c.Address, Primary = c.Primary, PublicAddress = c.PublicAddress })],
    };

    public sealed record Config(string Name, string Subnet, string Address)
    {
        public bool Primary { get; init; }
        public string? PublicAddress { get; init; }
    }
}
