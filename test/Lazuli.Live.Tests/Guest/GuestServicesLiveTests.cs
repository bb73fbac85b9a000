using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Xml.Linq;
using Lazuli.Engines;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Linux.Net;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Lazuli.Guest;
using Lazuli.Live.Tests.Net;
using Lazuli.Node;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lazuli.Live.Tests.Guest;

/// <summary>The Linux network engine's namespaces and rules, guest services in them, and BusyBox's DHCP client in a namespace in place of each guest.</summary>
[Collection("machine's network")]
public sealed class GuestServicesLiveTests : IGuestEvents, IAsyncLifetime
{
    private readonly LinuxNetEngine _engine = new(new NetOptions());
    private readonly ConcurrentQueue<GuestHealth> _health = new();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("lazuli-guest");
    private readonly List<GuestVnet> _vnets = [];
    private readonly GuestServices _services;

    public GuestServicesLiveTests()
    {
        Isolation.Require();
        _services = new GuestServices(new VnetSockets(), this, TimeProvider.System, NullLoggerFactory.Instance);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _services.StartAsync(Cancel);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        foreach (var vnet in _vnets)
        {
            await _engine.RemoveAsync(vnet.Vnet.Key, default);
            foreach (var nic in vnet.Nics)
            {
                await NetNamespace.RemoveAsync(NamespaceOf(nic), default);
            }
        }

        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task A_guest_gets_its_own_address_and_options_by_DHCP()
    {
        var vnet = await MakeAsync("a", "web1", "web2");
        var first = await DhcpAsync(vnet.Nics[0]);
        Assert.Equal(
            ("10.7.1.4", "255.255.255.0", "10.7.1.1", "168.63.129.16", "168.63.129.16", "a83f8110", "1500", "a.internal.cloudapp.net", "4294967295"),
            (first["ip"], first["subnet"], first["router"], first["dns"], first["serverid"], first["opt245"], first["mtu"], first["domain"], first["lease"]));
        Assert.Equal("0.0.0.0/0 10.7.1.1 168.63.129.16/32 10.7.1.1 169.254.169.254/32 10.7.1.1", first["staticroutes"]);
        Assert.Equal("10.7.1.5", (await DhcpAsync(vnet.Nics[1]))["ip"]);
    }

    [Fact]
    public async Task A_guest_renews_straight_from_its_server()
    {
        var vnet = await MakeAsync("a", "web1");
        await ConfigureAsync(vnet.Nics[0]);
        using var socket = NetNamespace.OpenSocket(NamespaceOf(vnet.Nics[0]), AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Parse("10.7.1.4"), 68));
        var packet = new byte[244];
        new byte[] { 1, 1, 6, 0, 1, 2, 3, 4 }.CopyTo(packet, 0);
        new byte[] { 10, 7, 1, 4 }.CopyTo(packet, 12);
        new byte[] { 0x00, 0x0d, 0x3a, 0, 0, 4 }.CopyTo(packet, 28);
        new byte[] { 0x63, 0x82, 0x53, 0x63, 53, 1, 3, 255 }.CopyTo(packet, 236);
        await socket.SendToAsync(packet, new IPEndPoint(WellKnown.Platform, 67), Cancel);
        var reply = new byte[600];
        var received = await socket.ReceiveFromAsync(reply, new IPEndPoint(IPAddress.Any, 0), Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.Equal(new IPEndPoint(WellKnown.Platform, 67), received.RemoteEndPoint);
        Assert.Equal((2, 5), (reply[0], reply[242]));
    }

    [Fact]
    public async Task A_guest_of_a_dual_stack_network_finds_its_gateway_and_gets_its_address_by_DHCPv6()
    {
        var vnet = await MakeAsync("a", dual: true, "web1", "web2");
        foreach (var (nic, address) in vnet.Nics.Zip(["fd00:7:0:1::4", "fd00:7:0:1::5"]))
        {
            // The kernel asks for routers by itself, and believes them; its own address takes a second to be sure of.
            var guest = NamespaceOf(nic);
            var (route, address6) = ("", " tentative");
            for (var i = 0; i < 100 && (address6.Contains(" tentative", StringComparison.Ordinal) || !route.Contains("default via fe80::1234:5678:9abc dev eth0 proto ra", StringComparison.Ordinal)); i++)
            {
                await Task.Delay(100, Cancel);
                route = await HostProgram.RunAsync("ip", ["-6", "route", "show", "default"], networkNamespace: guest, cancellationToken: Cancel);
                address6 = await HostProgram.RunAsync("ip", ["-6", "addr", "show", "dev", "eth0"], networkNamespace: guest, cancellationToken: Cancel);
            }

            Assert.Contains("default via fe80::1234:5678:9abc dev eth0 proto ra", route, StringComparison.Ordinal);
            using var socket = NetNamespace.OpenSocket(guest, AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
            socket.SetRawSocketOption(1, 25, "eth0\0"u8);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Any, 546));
            byte[] client = [0, 1, 0, 10, 0, 3, 0, 1, .. PhysicalAddress.Parse(nic.MacAddress).GetAddressBytes()];
            byte[] association = [0, 3, 0, 12, 1, 2, 3, 4, .. new byte[8]];
            var offer = await ExchangeAsync(socket, [1, 9, 9, 9, .. client, .. association]);
            Assert.Equal([2, 9, 9, 9, .. client, 0, 2, 0, 10], offer[..22]);
            var reply = await ExchangeAsync(socket, [3, 9, 9, 8, .. client, .. offer[18..32], .. association]);
            Assert.Equal([7, 9, 9, 8], reply[..4]);
            Assert.Equal([0, 3, 0, 40, 1, 2, 3, 4], reply[32..40]);
            Assert.Equal(IPAddress.Parse(address), new IPAddress(reply[52..68]));
            await IpAsync(guest, $"addr add {address}/128 dev eth0 nodad\n");
        }

        var (name, other) = (NamespaceOf(vnet.Nics[0]), "fd00:7:0:1::5");
        Assert.Contains(" 0% packet loss", await HostProgram.RunAsync("busybox", ["ping", "-6", "-c", "2", "-W", "5", other], networkNamespace: name, cancellationToken: Cancel), StringComparison.Ordinal);
        await ConfigureAsync(vnet.Nics[0]);
        using var http = Client(vnet.Nics[0]);
        http.DefaultRequestHeaders.Add("Metadata", "true");
        Assert.Equal("""{"ipAddress":[{"privateIpAddress":"fd00:7:0:1::4"}]}""", await http.GetStringAsync("http://169.254.169.254/metadata/instance/network/interface/0/ipv6?api-version=2021-02-01", Cancel));
    }

    [Fact]
    public async Task Guests_of_two_networks_with_one_address_each_see_themselves_and_report_as_themselves()
    {
        var a = await MakeAsync("a", "web1");
        var b = await MakeAsync("b", "other");
        foreach (var vnet in (GuestVnet[])[a, b])
        {
            await ConfigureAsync(vnet.Nics[0]);
            using var client = Client(vnet.Nics[0]);
            client.DefaultRequestHeaders.Add("Metadata", "true");
            Assert.Equal(vnet.Vms[0].Name, await client.GetStringAsync("http://169.254.169.254/metadata/instance/compute/name?api-version=2021-02-01&format=text", Cancel));
            Assert.Contains("2015-09-01", await client.GetStringAsync("http://168.63.129.16:32526/versions", Cancel), StringComparison.Ordinal);
            var state = XElement.Parse(await client.GetStringAsync("http://168.63.129.16/machine/?comp=goalstate", Cancel));
            using var report = new StringContent($"<Health><Container>{state.Descendants("ContainerId").First()}<RoleInstanceList><Role><Health><State>Ready</State></Health></Role></RoleInstanceList></Container></Health>");
            Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("http://168.63.129.16/machine?comp=health", report, Cancel)).StatusCode);
            Assert.Equal(vnet.Vms[0].Name, (await client.GetStringAsync(new Uri(state.Descendants("HostingEnvironmentConfig").First().Value), Cancel)) is { } text
                ? XElement.Parse(text).Element("Role")!.Attribute("name")!.Value[1..] : null);
        }

        Assert.Equal(["vm-web1", "vm-other"], _health.Select(h => h.VmKey));
    }

    [Fact]
    public async Task Names_resolve_in_their_own_network_only()
    {
        var a = await MakeAsync("a", "web1", "web2");
        await MakeAsync("b", "other");
        await ConfigureAsync(a.Nics[0]);
        Assert.Equal((0, "10.7.1.5"), await ResolveAsync(a.Nics[0], "web2.a.internal.cloudapp.net"));
        Assert.Equal((5, ""), await ResolveAsync(a.Nics[0], "other.b.internal.cloudapp.net"));
    }

    [Fact]
    public async Task A_device_made_anew_is_served_again()
    {
        var vnet = await MakeAsync("a", "web1");
        await DhcpAsync(vnet.Nics[0]);
        await IpAsync(NicDevice.NamespaceOf("a"), $"link del {NicDevice.InterfaceOf(vnet.Nics[0].Key)}\n");
        await PlugAsync(vnet.Nics[0]);
        await _engine.ApplyAsync(new VnetState { Vnet = vnet.Vnet, Nics = vnet.Nics, Nsgs = [] }, Cancel);
        await _services.ApplyAsync(vnet, Cancel);
        Assert.Equal("10.7.1.4", (await DhcpAsync(vnet.Nics[0]))["ip"]);
    }

    [Fact]
    public async Task A_removed_network_leaves_no_socket_behind()
    {
        var vnet = await MakeAsync("a", "web1");
        await ConfigureAsync(vnet.Nics[0]);
        using var client = Client(vnet.Nics[0]);
        client.DefaultRequestHeaders.Add("Metadata", "true");
        await client.GetStringAsync("http://169.254.169.254/metadata/versions", Cancel);

        await _services.RemoveAsync("a");
        var sockets = await HostProgram.RunAsync("cat", ["/proc/net/tcp", "/proc/net/udp"], networkNamespace: NicDevice.NamespaceOf("a"), cancellationToken: Cancel);
        Assert.DoesNotContain(sockets.Split('\n'), l => l.Contains(" 0A ", StringComparison.Ordinal) || l.Contains(":0043 ", StringComparison.Ordinal) || l.Contains(":0035 ", StringComparison.Ordinal));
    }

    void IGuestEvents.HealthReported(GuestHealth report) => _health.Enqueue(report);

    void IGuestEvents.AgentReported(GuestAgent report)
    {
    }

    private static string NamespaceOf(NicItem nic) => MachineName.Of("g", nic.Key);

    // The gateway's address is the server's.
    private static async Task<byte[]> ExchangeAsync(Socket socket, byte[] packet)
    {
        await socket.SendToAsync(packet, new IPEndPoint(IPAddress.Parse("ff02::1:2"), 547), Cancel);
        var buffer = new byte[1500];
        var received = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.IPv6Any, 0), Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        var server = (IPEndPoint)received.RemoteEndPoint;
        Assert.Equal((547, WellKnown.Gateway6), (server.Port, new IPAddress(server.Address.GetAddressBytes())));
        return buffer[..received.ReceivedBytes];
    }

    private Task<GuestVnet> MakeAsync(string key, params string[] names) => MakeAsync(key, dual: false, names);

    private async Task<GuestVnet> MakeAsync(string key, bool dual, params string[] names)
    {
        var vnet = new VnetItem
        {
            Key = key,
            AddressPrefixes = ["10.7.0.0/16", .. dual ? new[] { "fd00:7::/48" } : []],
            Subnets = [new SubnetSpec { Key = key + "/s", AddressPrefixes = ["10.7.1.0/24", .. dual ? new[] { "fd00:7:0:1::/64" } : []] }],
            DnsSuffix = key + ".internal.cloudapp.net",
        };
        NicItem[] nics = [.. names.Select((name, i) => new NicItem
        {
            Key = $"{key}/{name}",
            VnetKey = key,
            MacAddress = $"00-0D-3A-00-00-0{i + 4}",
            HostName = name,
            IpConfigs = [new IpConfigSpec { Name = "p", SubnetKey = key + "/s", PrivateAddress = $"10.7.1.{i + 4}", Primary = true },
                .. dual ? new[] { new IpConfigSpec { Name = "q", SubnetKey = key + "/s", PrivateAddress = $"fd00:7:0:1::{i + 4}" } } : []],
        })];
        VmItem[] vms = [.. names.Select((name, i) => new VmItem
        {
            Key = "vm-" + name,
            VmId = Guid.NewGuid(),
            Name = name,
            Cpus = 1,
            MemoryMiB = 512,
            Power = VmPower.Running,
            OsDisk = new VmDisk { DiskKey = "d" },
            NicKeys = [nics[i].Key],
            Metadata = new VmMetadata { ResourceId = "/x/" + name, Location = "westeurope", SubscriptionId = "s", ResourceGroupName = "rg", VmSize = "Standard_B1s" },
        })];
        var made = new GuestVnet { Vnet = vnet, Nics = nics, Vms = vms };
        _vnets.Add(made);
        await _engine.ApplyAsync(new VnetState { Vnet = vnet, Nics = [], Nsgs = [] }, Cancel);
        foreach (var nic in nics)
        {
            await NetNamespace.EnsureAsync(NamespaceOf(nic), Cancel);
            await PlugAsync(nic);
        }

        await _engine.ApplyAsync(new VnetState { Vnet = vnet, Nics = nics, Nsgs = [] }, Cancel);
        await _services.ApplyAsync(made, Cancel);
        return made;
    }

    /// <summary>A wire to the guest in place of its TAP.</summary>
    private static async Task PlugAsync(NicItem nic)
    {
        var device = NicDevice.Of(nic);
        await IpAsync(device.Namespace, $"link add {device.Interface} type veth peer name eth0 address {device.MacAddress} netns {NamespaceOf(nic)}\n");
        await IpAsync(NamespaceOf(nic), "link set lo up\nlink set eth0 up\n");
    }

    /// <summary>Runs the client once; its script writes down what it is told.</summary>
    private async Task<Dictionary<string, string>> DhcpAsync(NicItem nic)
    {
        var told = Path.Combine(_directory.FullName, NamespaceOf(nic));
        var script = told + ".sh";
        await File.WriteAllTextAsync(script, $"#!/bin/sh\n[ \"$1\" = bound ] && env >{told}\nexit 0\n", Cancel);
        await HostProgram.RunAsync("chmod", ["+x", script], cancellationToken: Cancel);
        await HostProgram.RunAsync("busybox",
            ["udhcpc", "-i", "eth0", "-f", "-n", "-q", "-t", "10", "-T", "1", "-O", "staticroutes", "-O", "msstaticroutes", "-O", "mtu", "-O", "245", "-s", script],
            networkNamespace: NamespaceOf(nic), cancellationToken: Cancel);
        return (await File.ReadAllLinesAsync(told, Cancel)).Select(l => l.Split('=', 2)).Where(p => p.Length == 2).ToDictionary(p => p[0], p => p[1]);
    }

    private async Task ConfigureAsync(NicItem nic)
    {
        var told = await DhcpAsync(nic);
        await IpAsync(NamespaceOf(nic), $"addr add {told["ip"]}/24 dev eth0\nroute add default via {told["router"]}\n");
    }

    private static HttpClient Client(NicItem nic) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = NetNamespace.OpenSocket(NamespaceOf(nic), AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    private static async Task<(int Code, string Address)> ResolveAsync(NicItem nic, string name)
    {
        using var socket = NetNamespace.OpenSocket(NamespaceOf(nic), AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        byte[] question = [.. name.Split('.').SelectMany(l => (byte[])[(byte)l.Length, .. System.Text.Encoding.ASCII.GetBytes(l)]), 0, 0, 1, 0, 1];
        await socket.SendToAsync((byte[])[0, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. question], new IPEndPoint(WellKnown.Platform, 53), Cancel);
        var reply = new byte[512];
        var length = (await socket.ReceiveFromAsync(reply, new IPEndPoint(IPAddress.Any, 0), Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Cancel)).ReceivedBytes;
        return (reply[3] & 15, reply[7] == 0 ? "" : new IPAddress(reply.AsSpan(length - 4, 4)).ToString());
    }

    private static Task<string> IpAsync(string netns, string batch) => HostProgram.RunAsync("ip", ["-batch", "-"], batch, netns, cancellationToken: Cancel);
}
