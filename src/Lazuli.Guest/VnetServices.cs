using System.Net;
using System.Net.Sockets;
using Lazuli.Engines.Dns;
using Lazuli.Engines.Net;
using Lazuli.Guest.Dhcp;
using Lazuli.Guest.Dns;
using Lazuli.Guest.Http;
using Lazuli.Guest.Imds;
using Lazuli.Guest.Ipv6;
using Lazuli.Guest.WireServer;
using Microsoft.Extensions.Logging;

namespace Lazuli.Guest;

/// <summary>What all VNets share.</summary>
internal sealed record GuestShared(
    IVnetSockets Sockets, IGuestEvents Events, GuestConnections Connections, DnsCatalogue Names, TimeProvider Time, ILoggerFactory Loggers);

/// <summary>The listeners of one VNet. Calls come one at a time; requests in flight see either the old view or the new one.</summary>
internal sealed class VnetServices(string vnetKey, GuestShared shared, GuestVnet first) : IAsyncDisposable
{
    /// <summary>As Azure documents it.</summary>
    private const int AnswersPerSecond = 1000;
    private const int DnsConnections = 4;

    /// <summary>All_DHCP_Relay_Agents_and_Servers (RFC 8415 7.1).</summary>
    private static readonly IPAddress AllServers = IPAddress.Parse("ff02::1:2");

    private readonly Dictionary<string, DhcpServer> _dhcp = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Ipv6Server> _ipv6 = new(StringComparer.Ordinal);
    private readonly List<GuestListener> _http = [];
    private readonly ILogger _log = shared.Loggers.CreateLogger<GuestServices>();
    private DnsServer? _dns;
    private volatile VnetView _view = new(first);

    /// <summary>Swaps the view first, so that what is already open tells the truth even if something can't be opened. Throws the first failure after trying all.</summary>
    public async Task ApplyAsync(GuestVnet vnet)
    {
        var view = new VnetView(vnet);
        _view = view;
        var vmKeys = vnet.Vms.Select(v => v.Key).ToHashSet(StringComparer.Ordinal);
        _http.ForEach(l => l.Trim(vmKeys));
        _dns?.Trim(k => view.NicOf(k) is not null);
        foreach (var gone in _dhcp.Where(d => view.NicOf(d.Key) is null || !d.Value.HasNic(shared.Sockets)).Select(d => d.Key).ToArray())
        {
            await CloseNicAsync(gone);
        }

        foreach (var gone in _ipv6.Where(d => view.NicOf(d.Key)?.PrimaryV6 is null || !d.Value.HasNic(shared.Sockets)).Select(d => d.Key).ToArray())
        {
            await CloseIpv6Async(gone);
        }

        OpenHttp();
        _dns ??= OpenDns();
        Exception? failure = null;
        foreach (var nicKey in view.NicKeys)
        {
            try
            {
                if (!_dhcp.ContainsKey(nicKey))
                {
                    OpenNic(nicKey);
                }

                if (!_ipv6.ContainsKey(nicKey) && view.NicOf(nicKey)?.PrimaryV6 is not null)
                {
                    OpenIpv6(nicKey);
                }
            }
            catch (Exception error) when (error is SocketException or IOException)
            {
                failure ??= error;
            }
        }

        if (failure is not null)
        {
            throw new IOException($"DHCP can't listen on every interface of {vnetKey}: {failure.Message}", failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _http)
        {
            await listener.DisposeAsync();
        }

        foreach (var nicKey in _dhcp.Keys.ToArray())
        {
            await CloseNicAsync(nicKey);
        }

        foreach (var nicKey in _ipv6.Keys.ToArray())
        {
            await CloseIpv6Async(nicKey);
        }

        if (_dns is not null)
        {
            await _dns.DisposeAsync();
        }
    }

    /// <summary>In a fixed order, going on where an earlier call failed.</summary>
    private void OpenHttp()
    {
        (IPAddress Address, int Port, Func<IGuestEndpoint> Endpoint)[] wanted =
        [
            (WellKnown.Platform, 80, () => new WireServerEndpoint(shared.Events)),
            (WellKnown.Platform, HostPluginEndpoint.Port, () => new HostPluginEndpoint(shared.Events)),
            (WellKnown.Metadata, 80, () => new ImdsEndpoint()),
        ];
        foreach (var (address, port, endpoint) in wanted.Skip(_http.Count))
        {
            var socket = shared.Sockets.ListenTcp(vnetKey, new IPEndPoint(address, port));
            _http.Add(new GuestListener(socket, () => _view, endpoint(), shared.Connections, shared.Time, _log));
        }
    }

    private DnsServer OpenDns()
    {
        var endpoint = new IPEndPoint(WellKnown.Platform, DnsServer.Port);
        var udp = shared.Sockets.BindUdp(vnetKey, endpoint);
        try
        {
            var clients = new DnsClients(address => _view.NicAt(address)?.Nic.Key, AnswersPerSecond, DnsConnections);
            return new DnsServer(udp, shared.Sockets.ListenTcp(vnetKey, endpoint), clients, AnswerDns, shared.Time, _log);
        }
        catch
        {
            udp.Dispose();
            throw;
        }
    }

    private int AnswerDns(ReadOnlySpan<byte> packet, IPAddress from, bool udp, Span<byte> reply) => DnsResponder.Answer(
        packet, udp, reply, (name, type) => VnetResolver.Resolve(_view, shared.Names.World, new(name, type, vnetKey, from, Random.Shared.NextDouble())), recursive: true);

    private void OpenNic(string nicKey)
    {
        var broadcasts = shared.Sockets.BindUdpOnNic(vnetKey, nicKey, new IPEndPoint(IPAddress.Any, DhcpServer.Port));
        try
        {
            var unicasts = shared.Sockets.BindUdpOnNic(vnetKey, nicKey, new IPEndPoint(WellKnown.Platform, DhcpServer.Port));
            _dhcp[nicKey] = new DhcpServer(nicKey, broadcasts, unicasts, () => _view, shared.Time, _log);
        }
        catch
        {
            broadcasts.Dispose();
            throw;
        }
    }

    private void OpenIpv6(string nicKey)
    {
        var dhcp = shared.Sockets.BindUdp6OnNic(vnetKey, nicKey, Ipv6Server.Port, AllServers);
        try
        {
            _ipv6[nicKey] = new Ipv6Server(nicKey, dhcp, shared.Sockets.OpenIcmp6OnNic(vnetKey, nicKey), () => _view, shared.Time, _log);
        }
        catch
        {
            dhcp.Dispose();
            throw;
        }
    }

    private async Task CloseIpv6Async(string nicKey)
    {
        if (_ipv6.Remove(nicKey, out var server))
        {
            await server.DisposeAsync();
        }
    }

    private async Task CloseNicAsync(string nicKey)
    {
        if (_dhcp.Remove(nicKey, out var server))
        {
            await server.DisposeAsync();
        }
    }
}
