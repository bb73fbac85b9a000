using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Lazuli.Engines;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Linux.Net;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Bench;

/// <summary>Virtual networks on the real engine, without guests or with a namespace in place of each.</summary>
internal static class Networks
{
    private static readonly bool[] Directions = [true, false];
    private const int Rules = 1_000;
    private const int PumpRounds = 12;

    // What is removed keeps the kernel busy for a while, and its devices locked.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(0.3);

    /// <summary>A change of one rule to its effect, in a network with 200 NICs; its floor is nft alone with the same ruleset.</summary>
    public static async Task<BenchResult> RuleLatencyAsync(Lab lab, CancellationToken cancellationToken)
    {
        var engine = new LinuxNetEngine(new NetOptions());
        var state = State("n", 200, Nsg(50, 0));
        await engine.ApplyAsync(state, cancellationToken);
        var n = 0;
        var measured = await Pair.AlternateAsync(15,
            () => Timed(() => engine.ApplyAsync(state with { Nsgs = [Nsg(50, ++n)] }, cancellationToken)),
            () => Timed(() => HostProgram.RunAsync("nft", ["-f", "-"], NftRenderer.Render(state with { Nsgs = [Nsg(50, n)] }), NicDevice.NamespaceOf("n"), cancellationToken: cancellationToken)));
        await engine.RemoveAsync("n", cancellationToken);
        return BenchResult.Limit(lab.Name, measured, "seconds", 0.05);
    }

    /// <summary>A network with 1,000 NICs from nothing; its floor is the two programs with the same lines, without us.</summary>
    public static async Task<BenchResult> ThousandNicsAsync(Lab lab, CancellationToken cancellationToken)
    {
        var engine = new LinuxNetEngine(new NetOptions());
        var state = State("n", 1_000, Nsg(50, 0));
        await engine.ApplyAsync(State("warm", 1_000, Nsg(50, 0)), cancellationToken);
        await engine.RemoveAsync("warm", cancellationToken);
        await Task.Delay(Settle, cancellationToken);
        var measured = await Pair.AlternateAsync(5,
            async () =>
            {
                var seconds = await Timed(() => engine.ApplyAsync(state, cancellationToken));
                await engine.RemoveAsync("n", cancellationToken);
                await Task.Delay(Settle, cancellationToken);
                return seconds;
            },
            async () =>
            {
                await NetNamespace.EnsureAsync("bare", cancellationToken);
                var taps = new StringBuilder();
                foreach (var nic in state.Nics)
                {
                    var device = NicDevice.Of(nic);
                    taps.Append(CultureInfo.InvariantCulture, $"tuntap add dev {device.Interface} mode tap\nlink set {device.Interface} address {WellKnown.NeighbourMac} mtu 1500 up\n");
                    taps.Append(CultureInfo.InvariantCulture, $"neigh replace {nic.IpConfigs[0].PrivateAddress} lladdr {device.MacAddress} dev {device.Interface} nud permanent\n");
                    taps.Append(CultureInfo.InvariantCulture, $"route replace {nic.IpConfigs[0].PrivateAddress}/32 dev {device.Interface}\n");
                }

                var rules = NftRenderer.Render(state);
                var seconds = await Timed(async () =>
                {
                    await HostProgram.RunAsync("nft", ["-f", "-"], rules, "bare", cancellationToken: cancellationToken);
                    await HostProgram.RunAsync("ip", ["-batch", "-"], taps.ToString(), "bare", cancellationToken: cancellationToken);
                });
                await NetNamespace.RemoveAsync("bare", cancellationToken);
                await Task.Delay(Settle, cancellationToken);
                return seconds;
            });
        lab.Say($"the ruleset alone is rendered in {(await Timed(() => Task.FromResult(NftRenderer.Render(state).Length))) * 1000:F0} ms");
        return BenchResult.Limit(lab.Name, measured, "seconds", 1);
    }

    /// <summary>100 networks, four NICs each, side by side; its floor is 100 bare namespaces.</summary>
    public static async Task<BenchResult> HundredNetworksAsync(Lab lab, CancellationToken cancellationToken)
    {
        var engine = new LinuxNetEngine(new NetOptions());
        var keys = Enumerable.Range(0, 100).Select(i => $"net{i}").ToArray();
        await engine.ApplyAsync(State("warm", 1, Nsg(1, 0)), cancellationToken);
        var measured = await Pair.AlternateAsync(3,
            async () =>
            {
                var seconds = await Timed(() => Parallel.ForEachAsync(keys, cancellationToken, async (key, cut) => await engine.ApplyAsync(State(key, 4, Nsg(10, 0)), cut)));
                foreach (var key in keys)
                {
                    await engine.RemoveAsync(key, cancellationToken);
                }

                await Task.Delay(Settle, cancellationToken);
                return seconds;
            },
            async () =>
            {
                var seconds = await Timed(() => Parallel.ForEachAsync(keys, cancellationToken, async (key, cut) => await NetNamespace.EnsureAsync(key, cut)));
                foreach (var key in keys)
                {
                    await NetNamespace.RemoveAsync(key, cancellationToken);
                }

                await Task.Delay(Settle, cancellationToken);
                return seconds;
            });
        await engine.RemoveAsync("warm", cancellationToken);
        return BenchResult.Limit(lab.Name, measured, "seconds", 10);
    }

    /// <summary>
    /// TCP between two NICs through a group of 1,000 rules each way, of which the last lets it pass; its floor is the same without a group. Both networks stand beside each other and change
    /// parts half way: nothing is rendered, loaded or forgotten while bytes are counted, and neither keeps the better place in memory.
    /// </summary>
    public static async Task<BenchResult> ThousandRulesAsync(Lab lab, CancellationToken cancellationToken)
    {
        var engine = new LinuxNetEngine(new NetOptions());
        VnetState[] states = [State("n", 2, Nsg(Rules, 0)), State("m", 2, Nsg(Rules, 0))];
        foreach (var state in states)
        {
            await engine.ApplyAsync(state with { Nics = [] }, cancellationToken);
            foreach (var nic in state.Nics)
            {
                var (device, guest, address) = (NicDevice.Of(nic), GuestOf(nic), nic.IpConfigs[0].PrivateAddress);
                await NetNamespace.EnsureAsync(guest, cancellationToken);
                await IpAsync(device.Namespace, $"link add {device.Interface} type veth peer name eth0 address {device.MacAddress} netns {guest}\n");
                await IpAsync(guest, $"link set lo up\nlink set eth0 up\naddr add {address}/16 dev eth0\n");
            }
        }

        var round = 0;
        var measured = await Pair.AlternateAsync(2 * PumpRounds,
            async () =>
            {
                if (round++ % PumpRounds == 0)
                {
                    Array.Reverse(states);
                    await engine.ApplyAsync(states[0], cancellationToken);
                    await engine.ApplyAsync(states[1] with { Nics = [.. states[1].Nics.Select(n => n with { NsgKey = null })] }, cancellationToken);
                    foreach (var state in states)
                    {
                        await PumpAsync(state, cancellationToken);
                    }
                }

                return await PumpAsync(states[0], cancellationToken);
            },
            () => PumpAsync(states[1], cancellationToken));
        foreach (var state in states)
        {
            await engine.RemoveAsync(state.Vnet.Key, cancellationToken);
            foreach (var nic in state.Nics)
            {
                await NetNamespace.RemoveAsync(GuestOf(nic), cancellationToken);
            }
        }

        lab.Say($"{measured.Value:F0} MB/s through {Rules} rules, {measured.Floor:F0} MB/s without; both ends and both guests share this machine's cores");
        return BenchResult.Rate(lab.Name, measured, 0.9) with { Unit = "MB/s" };
    }

    /// <summary>MB per second from the first NIC's guest to the second's, by one connection whose window has opened; each end keeps to a processor of its own.</summary>
    private static async Task<double> PumpAsync(VnetState state, CancellationToken cancellationToken)
    {
        using var listener = NetNamespace.OpenSocket(GuestOf(state.Nics[1]), AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Any, 7000));
        listener.Listen();
        using var sender = NetNamespace.OpenSocket(GuestOf(state.Nics[0]), AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await sender.ConnectAsync(new IPEndPoint(IPAddress.Parse(state.Nics[1].IpConfigs[0].PrivateAddress), 7000), cancellationToken);
        using var receiver = await listener.AcceptAsync(cancellationToken);
        var enough = false;
        var sending = Processors.RunAsync(0, () =>
        {
            var data = new byte[1 << 17];
            while (!Volatile.Read(ref enough))
            {
                sender.Send(data);
            }

            sender.Shutdown(SocketShutdown.Send);
            return true;
        });
        var rate = await Processors.RunAsync(1, () =>
        {
            var buffer = new byte[1 << 17];
            Receive(WarmUp);
            var (clock, bytes) = (Stopwatch.StartNew(), Receive(Round));
            var rate = bytes / 1e6 / clock.Elapsed.TotalSeconds;
            Volatile.Write(ref enough, true);
            Receive(TimeSpan.MaxValue);
            return rate;

            long Receive(TimeSpan span)
            {
                var (clock, bytes) = (Stopwatch.StartNew(), 0L);
                for (int read; clock.Elapsed < span && (read = receiver.Receive(buffer)) > 0;)
                {
                    bytes += read;
                }

                return bytes;
            }
        });
        await sending;
        return rate;
    }

    private static async Task<double> Timed(Func<Task> work)
    {
        var clock = Stopwatch.StartNew();
        await work();
        return clock.Elapsed.TotalSeconds;
    }

    private static Task IpAsync(string name, string batch) => HostProgram.RunAsync("ip", ["-batch", "-"], batch, name);

    private static string GuestOf(NicItem nic) => MachineName.Of("g", nic.Key);

    private static NsgItem Nsg(int rules, int edition) => new()
    {
        Key = "g",
        Rules =
        [
            .. from i in Enumerable.Range(0, rules)
               from inbound in Directions
               select new NsgRule
               {
                   Name = $"r{i}",
                   Priority = 100 + i,
                   Inbound = inbound,
                   Allow = i == rules - 1,
                   Protocol = "tcp",
                   Sources = i == rules - 1 ? ["*"] : [$"172.20.{i / 250}.{1 + (i % 250)}"],
                   SourcePorts = ["*"],
                   Destinations = ["*"],
                   DestinationPorts = [i == rules - 1 ? "*" : $"{10_000 + ((i + edition) % 1000)}"],
               },
        ],
    };

    private static VnetState State(string key, int nics, NsgItem nsg) => new()
    {
        Vnet = new() { Key = key, AddressPrefixes = ["10.0.0.0/16"], DnsSuffix = "x.internal.cloudapp.net", Subnets = [new() { Key = key + "/a", AddressPrefixes = ["10.0.0.0/16"] }] },
        Nsgs = [nsg],
        Nics = [.. Enumerable.Range(4, nics).Select(i => new NicItem
        {
            Key = $"{key}/{i}",
            VnetKey = key,
            MacAddress = string.Create(CultureInfo.InvariantCulture, $"00-0D-3A-00-{i >> 8:X2}-{i & 255:X2}"),
            NsgKey = "g",
            IpConfigs = [new() { Name = "a", SubnetKey = key + "/a", PrivateAddress = string.Create(CultureInfo.InvariantCulture, $"10.0.{i >> 8}.{i & 255}"), Primary = true }],
        })],
    };
}
