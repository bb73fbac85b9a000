using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Linux.Net;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Bench;

/// <summary>HTTP to a server behind a public address, from outside the data centre: over the edge, translation and a security group. Its floor is the same server at the other end of a bare wire.</summary>
internal static class PublicHttp
{
    private const string Guest = "guest-http";
    private const string Public = "198.18.0.10";
    private const string Bare = "10.99.0.2";
    private const int Requests = 2_000;
    private static readonly byte[] Answer = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 512\r\n\r\n" + new string('x', 512));

    /// <summary>The 99th percentile of 2,000 requests one after the other on one connection.</summary>
    public static async Task<BenchResult> RunAsync(Lab lab, CancellationToken cancellationToken)
    {
        var engine = new LinuxNetEngine(new NetOptions());
        NicItem nic = new()
        {
            Key = "h/n",
            VnetKey = "h",
            MacAddress = "00-0D-3A-00-00-04",
            IpConfigs = [new() { Name = "a", SubnetKey = "h/a", PrivateAddress = "10.0.0.4", Primary = true, PublicAddress = Public, PublicSecureByDefault = true }],
        };
        var state = new VnetState
        {
            Vnet = new() { Key = "h", AddressPrefixes = ["10.0.0.0/16"], DnsSuffix = "h.internal", Subnets = [new() { Key = "h/a", AddressPrefixes = ["10.0.0.0/24"], NsgKey = "g" }] },
            Nics = [],
            Nsgs = [new() { Key = "g", Rules = [Http] }],
        };
        var device = NicDevice.Of(nic);
        await engine.ApplyAsync(state, cancellationToken);
        await NetNamespace.EnsureAsync(Guest, cancellationToken);
        await HostProgram.RunAsync("ip", ["link", "add", device.Interface, "type", "veth", "peer", "name", "eth0", "address", device.MacAddress, "netns", Guest], null, device.Namespace, cancellationToken: cancellationToken);
        await HostProgram.RunAsync("ip", ["link", "add", "bare0", "type", "veth", "peer", "name", "bare1", "netns", Guest], cancellationToken: cancellationToken);
        await HostProgram.RunAsync("ip", ["-batch", "-"], $"link set bare0 up\naddr add 10.99.0.1/24 dev bare0\n", cancellationToken: cancellationToken);
        await HostProgram.RunAsync("ip", ["-batch", "-"],
            $"link set lo up\nlink set eth0 up\nlink set bare1 up\naddr add {Bare}/24 dev bare1\naddr add 10.0.0.4/24 dev eth0\nroute add default via 10.0.0.1\n", Guest, cancellationToken: cancellationToken);
        await engine.ApplyAsync(state with { Nics = [nic] }, cancellationToken);

        using var server = NetNamespace.OpenSocket(Guest, AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.Any, 80));
        server.Listen();
        new Thread(() => Serve(server)) { IsBackground = true }.Start();
        try
        {
            var measured = await Pair.AlternateAsync(9, () => Task.Run(() => Ask(Public), cancellationToken), () => Task.Run(() => Ask(Bare), cancellationToken));
            lab.Say($"{(measured.Value - measured.Floor) * 1e6:F0} µs added to the 99th percentile");
            return BenchResult.Added(lab.Name, measured, "seconds", 0.0002);
        }
        finally
        {
            await engine.RemoveAsync("h", CancellationToken.None);
            await NetNamespace.RemoveAsync(Guest, CancellationToken.None);
        }
    }

    private static NsgRule Http { get; } = new()
    {
        Name = "http",
        Priority = 100,
        Inbound = true,
        Allow = true,
        Protocol = "tcp",
        Sources = ["Internet"],
        SourcePorts = ["*"],
        Destinations = ["*"],
        DestinationPorts = ["80"],
    };

    private static double Ask(string address)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Parse(address), 80);
        var request = Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {address}\r\n\r\n");
        var (times, buffer) = (new double[Requests], new byte[4096]);
        for (var i = 0; i < Requests; i++)
        {
            var started = Stopwatch.GetTimestamp();
            socket.Send(request);
            for (var got = 0; got < Answer.Length; got += socket.Receive(buffer))
            {
            }

            times[i] = Stopwatch.GetElapsedTime(started).TotalSeconds;
        }

        Array.Sort(times);
        return times[Requests * 99 / 100];
    }

    private static void Serve(Socket server)
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                using var caller = server.Accept();
                caller.NoDelay = true;
                while (caller.Receive(buffer) > 0)
                {
                    caller.Send(Answer);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }
}
