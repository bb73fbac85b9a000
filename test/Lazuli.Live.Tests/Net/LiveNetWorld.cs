using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Lazuli.Engines;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Linux.Net;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Lazuli.Engines.Tests.Net;

namespace Lazuli.Live.Tests.Net;

/// <summary>
/// The Linux engine with a namespace in place of each guest: a veth pair under the name of the NIC's TAP, which the engine adopts,
/// leads to it. The guest has its NIC's MAC and address, and a default route to its gateway, as DHCP would give.
/// </summary>
internal sealed class LiveNetWorld : INetWorld
{
    // linux/in.h: IP_TRANSPARENT lets root send from an address that isn't his; linux/in6.h: IPV6_TRANSPARENT.
    public const int Transparent = 19;
    private const int Ipv6Level = 41;
    private const int Ipv6Transparent = 75;

    /// <summary>After this time a packet counts as lost: long enough for ARP or TCP to ask twice.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(2.5);

    private readonly ConcurrentDictionary<string, TaskCompletionSource<FlowVerdict>> _waiting = new();
    private readonly ConcurrentDictionary<string, Listener> _listeners = new();
    private readonly Dictionary<string, NicItem> _guests = [];
    private readonly HashSet<string> _vnets = [];

    public LiveNetWorld() => Isolation.Require();

    public LinuxNetEngine Linux { get; } = new(new NetOptions());

    public INetEngine Engine => Linux;

    public static string GuestOf(string nicKey) => MachineName.Of("g", nicKey);

    public async Task ApplyAsync(VnetState state)
    {
        if (_vnets.Add(state.Vnet.Key))
        {
            await Linux.ApplyAsync(state with { Nics = [] }, default);
        }

        foreach (var nic in state.Nics)
        {
            if (!_guests.ContainsKey(nic.Key))
            {
                await MakeGuestAsync(nic);
            }

            await AddIpv6Async(nic, _guests.GetValueOrDefault(nic.Key));
            _guests[nic.Key] = nic;
        }

        await Linux.ApplyAsync(state, default);
    }

    public async Task<FlowVerdict> SendAsync(Flow flow)
    {
        foreach (var guest in _guests.Values)
        {
            Listen(GuestOf(guest.Key), guest.Key, flow.Destination.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, flow);
        }

        if (flow.Destination.Equals(WellKnown.Platform) || flow.Destination.Equals(WellKnown.Metadata))
        {
            foreach (var vnet in _vnets)
            {
                Listen(NicDevice.NamespaceOf(vnet), FlowVerdict.Platform, flow.Destination, flow);
            }
        }

        var token = Guid.NewGuid().ToString("N");
        var heard = _waiting[token] = new TaskCompletionSource<FlowVerdict>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var patience = new CancellationTokenSource(Patience);
        var source = flow.SourceNicKey is null ? null : _guests[flow.SourceNicKey];
        var foreign = source is not null && source.IpConfigs.All(c => c.PrivateAddress != flow.Source.ToString());
        using var socket = Sockets.Open(source is null ? null : GuestOf(source.Key), flow.Protocol, flow.Destination.AddressFamily);
        try
        {
            if (source is not null)
            {
                if (foreign)
                {
                    var ipv6 = flow.Source.AddressFamily == AddressFamily.InterNetworkV6;
                    socket.SetRawSocketOption(ipv6 ? Ipv6Level : 0, ipv6 ? Ipv6Transparent : Transparent, BitConverter.GetBytes(1));
                }

                socket.Bind(new IPEndPoint(flow.Source, flow.SourcePort));
            }
            else if (flow.Source.Equals(new NetOptions().TrafficManager))
            {
                socket.Bind(new IPEndPoint(flow.Source, 0));
            }

            var to = new IPEndPoint(flow.Destination, flow.DestinationPort);
            if (flow.Protocol is "icmp" or "icmpv6")
            {
                // The kernel itself sums up what is sent by ICMPv6.
                await socket.SendToAsync(flow.Protocol == "icmp" ? Sockets.Echo(token) : [128, 0, 0, 0, 0, 7, 0, 1, .. Encoding.ASCII.GetBytes(token)], to, patience.Token);
            }
            else
            {
                await socket.ConnectAsync(to, patience.Token);
                await socket.SendAsync(Encoding.ASCII.GetBytes(token), patience.Token);
            }

            return await heard.Task.WaitAsync(patience.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            return FlowVerdict.Lost;
        }
        finally
        {
            _waiting.TryRemove(token, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners.Values)
        {
            listener.Dispose();
        }

        foreach (var vnet in _vnets)
        {
            await Linux.RemoveAsync(vnet, default);
        }

        foreach (var guest in _guests.Keys)
        {
            await NetNamespace.RemoveAsync(GuestOf(guest), default);
        }
    }

    public static Task IpAsync(string netns, string batch) => HostProgram.RunAsync("ip", ["-batch", "-"], batch, netns);

    public static async Task MakeGuestAsync(NicItem nic)
    {
        var device = NicDevice.Of(nic);
        var guest = GuestOf(nic.Key);
        await NetNamespace.EnsureAsync(guest, default);
        await IpAsync(device.Namespace, $"link add {device.Interface} type veth peer name eth0 address {device.MacAddress} netns {guest}\n");
        var address = nic.IpConfigs[0].PrivateAddress;
        var gateway = address[..address.LastIndexOf('.')] + ".1";
        var others = string.Concat(nic.IpConfigs.Skip(1).Where(c => !c.IsIpv6).Select(c => $"addr add {c.PrivateAddress}/24 dev eth0\n"));
        await IpAsync(guest, $"link set lo up\nlink set eth0 up\naddr add {address}/24 dev eth0\n{others}route add default via {gateway}\n");
        if (nic.IpForwarding)
        {
            NetNamespace.Run(guest, () =>
            {
                File.WriteAllText("/proc/sys/net/ipv4/ip_forward", "1");
                File.WriteAllText("/proc/sys/net/ipv4/conf/all/send_redirects", "0");
                File.WriteAllText("/proc/sys/net/ipv4/conf/eth0/send_redirects", "0");
                return true;
            });
        }
    }

    // As DHCPv6 and the router's advertisement would: each address alone on its link, and the gateway.
    private static async Task AddIpv6Async(NicItem nic, NicItem? before)
    {
        var missing = nic.IpConfigs.Where(c => c.IsIpv6 && before?.IpConfigs.Any(b => b.PrivateAddress == c.PrivateAddress) != true).Select(c => $"addr replace {c.PrivateAddress}/128 dev eth0 nodad\n").ToList();
        if (missing.Count == 0)
        {
            return;
        }

        var guest = GuestOf(nic.Key);
        await IpAsync(guest, $"{string.Concat(missing)}route replace ::/0 via {WellKnown.Gateway6} dev eth0\n");
        if (nic.IpForwarding)
        {
            NetNamespace.Run(guest, () =>
            {
                File.WriteAllText("/proc/sys/net/ipv6/conf/all/forwarding", "1");
                return true;
            });
        }
    }

    private void Listen(string netns, string receiver, IPAddress address, Flow flow)
        => _listeners.GetOrAdd($"{netns} {address} {flow.Protocol} {flow.DestinationPort}",
            _ => Listener.Open(netns, receiver, address, flow.Protocol, flow.DestinationPort, _waiting));
}
