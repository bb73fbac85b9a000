using System.Net;
using System.Net.Sockets;
using System.Text;
using Lazuli.Engines.Net;
using Lazuli.Engines.Net.Fake;
using Lazuli.Engines.Node;
using Lazuli.Engines.Tests.Net;
using static Lazuli.Engines.Tests.Net.Nets;

namespace Lazuli.Live.Tests.Net;

/// <summary>
/// Random security groups, each edited live into the next: the kernel's ruleset against the fake's plain reading of Azure's rules,
/// two programs that share nothing but the question.
/// </summary>
[Collection("machine's network")]
public sealed class RandomNetworksTests
{
    private const int Topologies = 200;
    private const int FirstSourcePort = 10_000;
    private static readonly string[] Prefixes =
    [
        "*", "VirtualNetwork", "Internet", "AzureLoadBalancer", "0.0.0.0/0", "10.0.0.0/24", "10.0.1.0/24", "10.0.0.4", "10.0.0.4/31", "10.0.1.5",
        "198.18.0.0/24", "198.18.255.254", "fd00::/8",
    ];

    private static readonly string[] Prefixes6 =
    [
        "*", "VirtualNetwork", "Internet", "AzureLoadBalancer", "::/0", "fd00:1:0:a::/64", "fd00:1:0:b::/64", "fd00:1:0:a::4", "fd00:1:0:a::4/127", "fd00:1:0:b::5",
        "2001:2::/120", "2001:2:0:ffff:ffff:ffff:ffff:fffe", "10.0.0.0/8",
    ];

    private static readonly string[] Ports = ["*", "*", "0-65535", "53", "80", "50-60", "81", "60-100"];
    private static readonly string[] Protocols = ["*", "udp", "udp", "tcp", "icmp"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_hundred_random_rulesets_decide_as_the_plain_reading_does(bool ipv6)
    {
        await using var world = new LiveNetWorld();
        var model = new FakeNetEngine(new NetOptions());
        var random = new Random(20240501);
        var receivers = new Dictionary<(string Nic, int Port), Socket>();
        var (allowed, denied) = (0, 0);
        for (var round = 0; round < Topologies; round++)
        {
            var state = Draw(random, ipv6);
            await world.ApplyAsync(state);
            await model.ApplyAsync(state, default);
            foreach (var key in from nic in state.Nics from port in new[] { 53, 80 } where !receivers.ContainsKey((nic.Key, port)) select (nic.Key, port))
            {
                receivers[key] = Sockets.Open(LiveNetWorld.GuestOf(key.Key), "udp", ipv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
                receivers[key].Bind(new IPEndPoint(ipv6 ? IPAddress.IPv6Any : IPAddress.Any, key.port));
            }

            var flows = Flows(state, FirstSourcePort + round, ipv6).ToList();
            Send(flows, round);
            var expected = flows.Select((f, i) => (Token: $"{round} {i}", Verdict: model.Evaluate(f))).Where(x => x.Verdict.Receiver is not null)
                .ToDictionary(x => x.Token, x => $"{x.Verdict.Receiver} from {x.Verdict.SourceSeen}");
            var heard = Hear(receivers, round, expected.Count);

            var wrong = flows.Select((f, i) => (Flow: f, Wanted: expected.GetValueOrDefault($"{round} {i}"), Got: heard.GetValueOrDefault($"{round} {i}"))).Where(x => x.Wanted != x.Got);
            Assert.True(!wrong.Any(), $"round {round}: {string.Join('\n', wrong)}\n{string.Join('\n', state.Nsgs.SelectMany(n => n.Rules.Select(r => (n.Key, r, string.Join(',', r.Sources), string.Join(',', r.Destinations), string.Join(',', r.SourcePorts), string.Join(',', r.DestinationPorts)))))}");
            allowed += expected.Count;
            denied += flows.Count - expected.Count;
        }

        // Both answers must have been common, or nothing was proved.
        Assert.True(allowed > 1000 && denied > 1000, $"{allowed} allowed, {denied} denied");
        foreach (var socket in receivers.Values)
        {
            socket.Dispose();
        }
    }

    private static VnetState Draw(Random random, bool ipv6)
    {
        string[] groups = ["g0", "g1", "g2"];
        string? Group() => random.Next(3) == 0 ? null : groups[random.Next(3)];
        NicItem Guest(string address, string publicAddress)
        {
            var nic = Nic("n", address, random.Next(3) == 0 ? null : publicAddress, Group(), secure: random.Next(2) == 0);
            var (subnet, last) = (address[..7] == "10.0.0." ? "a" : "b", publicAddress.Replace("198.18.", "", StringComparison.Ordinal).Replace('.', ':'));
            return ipv6 ? nic.And($"fd00:1:0:{subnet}::{address[^1]}", nic.IpConfigs[0].PublicAddress is null ? null : $"2001:2::{last.Replace("0:", "", StringComparison.Ordinal)}", nic.IpConfigs[0].PublicSecureByDefault) : nic;
        }

        return (ipv6 ? Dual : (Func<string, IReadOnlyList<NicItem>, VnetState>)Vnet)("n", [Guest("10.0.0.4", "198.18.0.4"), Guest("10.0.0.5", "198.18.0.5"), Guest("10.0.1.4", "198.18.0.6"), Guest("10.0.1.5", "198.18.1.7")])
            .WithSubnetNsg("a", Group()).WithSubnetNsg("b", Group())
            .With([.. groups.Select(g => Nsg(g, [.. Enumerable.Range(0, random.Next(7)).Select(_ => DrawRule(random, ipv6 ? Prefixes6 : Prefixes))]))]);
    }

    private static NsgRule DrawRule(Random random, string[] prefixes)
    {
        IReadOnlyList<string> Some(string[] from) => [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => from[random.Next(from.Length)])];
        return new NsgRule
        {
            Name = "random",
            Priority = random.Next(100, 4097),
            Inbound = random.Next(2) == 0,
            Allow = random.Next(2) == 0,
            Protocol = Protocols[random.Next(Protocols.Length)],
            Sources = Some(prefixes),
            SourcePorts = random.Next(4) == 0 ? [$"{FirstSourcePort}-{FirstSourcePort + random.Next(Topologies)}"] : ["*"],
            Destinations = Some(prefixes),
            DestinationPorts = Some(Ports),
        };
    }

    /// <summary>From everyone and the outside to everyone's addresses, by a source port that no earlier round used.</summary>
    private static IEnumerable<Flow> Flows(VnetState state, int sourcePort, bool ipv6)
        => from port in new[] { 53, 80 }
           let own = ipv6 ? 1 : 0
           from target in state.Nics.SelectMany(n => new[] { n.IpConfigs[own].PrivateAddress, n.IpConfigs[own].PublicAddress }).OfType<string>()
           from flow in state.Nics.Where(n => n.IpConfigs[own].PrivateAddress != target && n.IpConfigs[own].PublicAddress != target)
               .Select(n => Udp(n, target, port)).Append(Outside(target, port, "udp"))
           where flow.SourceNicKey is not null || target.StartsWith("198.", StringComparison.Ordinal) || target.StartsWith("2001", StringComparison.Ordinal)
           select flow with { SourcePort = sourcePort };

    private static void Send(List<Flow> flows, int round)
    {
        foreach (var sender in flows.Select((f, i) => (Flow: f, Token: $"{round} {i}")).GroupBy(x => x.Flow.SourceNicKey))
        {
            using var socket = Sockets.Open(sender.Key is null ? null : LiveNetWorld.GuestOf(sender.Key), "udp", sender.First().Flow.Source.AddressFamily);
            socket.Bind(new IPEndPoint(sender.First().Flow.Source, sender.First().Flow.SourcePort));
            foreach (var (flow, token) in sender)
            {
                try
                {
                    socket.SendTo(Encoding.ASCII.GetBytes(token), new IPEndPoint(flow.Destination, flow.DestinationPort));
                }
                catch (SocketException)
                {
                    // An earlier packet was refused by ICMP, which the kernel tells the next sender.
                    socket.SendTo(Encoding.ASCII.GetBytes(token), new IPEndPoint(flow.Destination, flow.DestinationPort));
                }
            }
        }
    }

    /// <summary>
    /// All tokens of a round. Packets queue up in order, so a last one that each receiver sends to itself ends the hearing; only while
    /// something is still missing does it wait longer.
    /// </summary>
    private static Dictionary<string, string> Hear(Dictionary<(string Nic, int Port), Socket> receivers, int round, int count)
    {
        var heard = new Dictionary<string, string>();
        foreach (var ((nic, port), socket) in receivers)
        {
            using var self = Sockets.Open(LiveNetWorld.GuestOf(nic), "udp", socket.AddressFamily);
            self.SendTo(Encoding.ASCII.GetBytes($"{round} end"), new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback, port));
            socket.ReceiveTimeout = (int)LiveNetWorld.Patience.TotalMilliseconds;
            while (HearOne(socket, nic, heard) != $"{round} end")
            {
            }
        }

        foreach (var ((nic, _), socket) in receivers.Where(_ => heard.Count < count))
        {
            socket.ReceiveTimeout = 200;
            try
            {
                HearOne(socket, nic, heard);
            }
            catch (SocketException)
            {
                // Nothing was late here.
            }
        }

        return heard;
    }

    private static string HearOne(Socket socket, string nic, Dictionary<string, string> heard)
    {
        var buffer = new byte[100];
        EndPoint from = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        var token = Encoding.ASCII.GetString(buffer, 0, socket.ReceiveFrom(buffer, ref from));
        if (!token.EndsWith("end", StringComparison.Ordinal))
        {
            heard.Add(token, $"{nic} from {((IPEndPoint)from).Address}");
        }

        return token;
    }
}
