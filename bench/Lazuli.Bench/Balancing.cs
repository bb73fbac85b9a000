using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Lazuli.Engines;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Linux.Net;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Bench;

/// <summary>
/// TCP through a load balancer beside TCP straight to its members: the engine's own networks, namespaces in place of guests, security groups on both sides.
/// Both ways are measured in turn in one run.
/// </summary>
public static class Balancing
{
    private const string Vnet = "bench";
    private const string Front = "10.0.0.100";
    private const int Port = 7000;

    // Straight to a member it is another port: the kernel tells connections of one caller to one port of one member apart by nothing else for two minutes.
    private const int DirectPort = 7001;
    private const int Rounds = 7;
    private const int Sendings = 24;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Sending = TimeSpan.FromSeconds(0.4);

    /// <summary>Bytes per second of one connection.</summary>
    public static Task<BenchResult> ThroughputAsync(Lab lab, CancellationToken cancellationToken)
        => WithNetworkAsync(async client =>
        {
            var measured = await Pair.AlternateAsync(Sendings, () => SendAsync(client, Front, Port, cancellationToken), () => SendAsync(client, "10.0.0.4", DirectPort, cancellationToken));
            return BenchResult.Rate("lb-throughput", measured, 0.95) with { Unit = "MB/s" };
        }, sinks: true, cancellationToken);

    /// <summary>Connections opened and closed per second, by four callers.</summary>
    public static Task<BenchResult> ConnectionsAsync(Lab lab, CancellationToken cancellationToken)
        => WithNetworkAsync(async client =>
        {
            var measured = await Pair.AlternateAsync(Rounds, () => ConnectAsync(client, [Front], Port, cancellationToken), () => ConnectAsync(client, ["10.0.0.4", "10.0.0.5", "10.0.0.6"], DirectPort, cancellationToken));
            return BenchResult.Rate("lb-connections", measured, 0.8);
        }, sinks: false, cancellationToken);

    private static async Task<BenchResult> WithNetworkAsync(Func<string, Task<BenchResult>> measure, bool sinks, CancellationToken cancellationToken)
    {
        var engine = new LinuxNetEngine(new NetOptions());
        NicItem[] nics = [Nic("10.0.0.4"), Nic("10.0.0.5"), Nic("10.0.0.6"), Nic("10.0.0.9")];
        var sockets = new List<Socket>();
        try
        {
            await engine.ApplyAsync(State([]), cancellationToken);
            foreach (var nic in nics)
            {
                await GuestAsync(nic, cancellationToken);
            }

            await engine.ApplyAsync(State(nics), cancellationToken);
            foreach (var (nic, port) in nics[..3].SelectMany(n => new[] { (n, Port), (n, DirectPort) }))
            {
                var server = NetNamespace.OpenSocket(GuestOf(nic), AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(server);
                server.Bind(new IPEndPoint(IPAddress.Any, port));
                server.Listen(1024);
                new Thread(() => Serve(server, sinks)) { IsBackground = true }.Start();
            }

            return await measure(GuestOf(nics[3]));
        }
        finally
        {
            sockets.ForEach(s => s.Dispose());
            await engine.RemoveAsync(Vnet, CancellationToken.None);
            foreach (var nic in nics)
            {
                await NetNamespace.RemoveAsync(GuestOf(nic), CancellationToken.None);
            }
        }
    }

    private static VnetState State(IReadOnlyList<NicItem> nics) => new()
    {
        Vnet = new() { Key = Vnet, AddressPrefixes = ["10.0.0.0/16"], Subnets = [new() { Key = Vnet + "/a", AddressPrefixes = ["10.0.0.0/24"], NsgKey = "group" }], DnsSuffix = "bench.internal" },
        Nics = nics,
        Nsgs = [new() { Key = "group", Rules = [] }],
        Balancers =
        [
            new()
            {
                Key = Vnet + "/lb",
                VnetKey = Vnet,
                Standard = true,
                Frontends = [new("f", Front, false)],
                Rules =
                [
                    new()
                    {
                        Name = "r",
                        Frontend = "f",
                        Protocol = "tcp",
                        FrontendPort = Port,
                        BackendPort = Port,
                        Members = [new("10.0.0.4"), new("10.0.0.5"), new("10.0.0.6")],
                    },
                ],
            },
        ],
    };

    private static NicItem Nic(string address) => new()
    {
        Key = Vnet + "/" + address,
        VnetKey = Vnet,
        MacAddress = "00-0D-3A-00-00-" + IPAddress.Parse(address).GetAddressBytes()[3].ToString("X2", null),
        IpConfigs = [new() { Name = "a", SubnetKey = Vnet + "/a", PrivateAddress = address, Primary = true }],
    };

    private static string GuestOf(NicItem nic) => MachineName.Of("g", nic.Key);

    private static async Task GuestAsync(NicItem nic, CancellationToken cancellationToken)
    {
        var (device, guest, address) = (NicDevice.Of(nic), GuestOf(nic), nic.IpConfigs[0].PrivateAddress);
        await NetNamespace.EnsureAsync(guest, cancellationToken);
        await HostProgram.RunAsync("ip", ["link", "add", device.Interface, "type", "veth", "peer", "name", "eth0", "address", device.MacAddress, "netns", guest], null, device.Namespace, cancellationToken: cancellationToken);
        await HostProgram.RunAsync("ip", ["-batch", "-"], $"link set lo up\nlink set eth0 up\naddr add {address}/24 dev eth0\nroute add default via 10.0.0.1\n", guest, cancellationToken: cancellationToken);
    }

    private static void Serve(Socket server, bool sinks)
    {
        while (true)
        {
            try
            {
                var caller = server.Accept();
                if (sinks)
                {
                    _ = Processors.RunAsync(1, () => Sink(caller));
                }
                else
                {
                    // Who closes first keeps the port for a while: here nobody minds.
                    caller.Dispose();
                }
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
            {
                // The caller was quicker.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static long Sink(Socket caller)
    {
        using (caller)
        {
            var (buffer, bytes) = (new byte[1 << 20], 0L);
            for (int read; (read = caller.Receive(buffer)) > 0;)
            {
                bytes += read;
            }

            return bytes;
        }
    }

    /// <summary>Each end keeps to a processor of its own.</summary>
    private static Task<double> SendAsync(string client, string address, int port, CancellationToken cancellationToken) => Processors.RunAsync(0, () =>
    {
        using var socket = NetNamespace.OpenSocket(client, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Parse(address), port);
        var buffer = new byte[1 << 18];
        var (started, bytes) = (Stopwatch.GetTimestamp(), 0L);
        while (Stopwatch.GetElapsedTime(started) < Sending)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bytes += socket.Send(buffer);
        }

        return bytes / 1e6 / Stopwatch.GetElapsedTime(started).TotalSeconds;
    });

    private static async Task<double> ConnectAsync(string client, string[] addresses, int port, CancellationToken cancellationToken)
    {
        IPEndPoint[] targets = [.. addresses.Select(a => new IPEndPoint(IPAddress.Parse(a), port))];
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() => NetNamespace.Run(client, () =>
        {
            var (count, end) = (0, new byte[1]);
            while (Stopwatch.GetElapsedTime(started) < Round)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Connect(targets[count % targets.Length]);
                socket.Receive(end);
                count++;
            }

            return count;
        }), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        return counts.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
