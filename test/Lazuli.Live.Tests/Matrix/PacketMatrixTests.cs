using System.Diagnostics;
using System.Globalization;
using System.Net;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Lazuli.Live.Tests.Net;

namespace Lazuli.Live.Tests.Matrix;

/// <summary>
/// Random clouds, edited while they live: where packets go, who sees whom, and what comes back must be what a plain reading of Azure's documentation says, and
/// so must the answers about rules and next hops that Network Watcher gives. <c>LAZULI_SEED</c> plays one run again, <c>LAZULI_FLOWS</c> makes it longer.
/// </summary>
[Collection("machine's network")]
public sealed class PacketMatrixTests(ITestOutputHelper output)
{
    private const int FirstPort = 20_000;
    private const int EditsPerCloud = 5;
    private const int FlowsPerEdit = 120;

    [Fact]
    public async Task The_packet_matrix_agrees_with_a_plain_reading()
    {
        Isolation.Require();
        var seed = Number("LAZULI_SEED") ?? (Number("LAZULI_FLOWS") is null ? 20_240_601 : Environment.TickCount & 0xffffff);
        var wanted = Number("LAZULI_FLOWS") ?? 600;
        var (flows, answered, lost, doubtful, clouds) = (0, 0, 0, 0, 0);
        var clock = Stopwatch.StartNew();
        for (var n = 0; flows < wanted; n++, clouds++)
        {
            // Each cloud has a seed of its own, so that one can be played without those before it.
            var drawing = new Drawing(new Random(seed + n));
            var cloud = drawing.Cloud();
            await using var world = new LiveNetWorld();
            using var exchange = new Exchange();
            var port = FirstPort;
            for (var edit = 0; edit <= EditsPerCloud && flows < wanted; edit++)
            {
                var change = edit == 0 ? "made" : drawing.Change(cloud);
                await ApplyAsync(world, cloud);
                if (edit == 0)
                {
                    Prepare(cloud, exchange);
                }

                var oracle = new Oracle(cloud);
                var attempts = drawing.Attempts(cloud, new NetOptions().Outside(0).ToString(), FlowsPerEdit, () => port++).Select(a => (Attempt: a, Fate: oracle.Ask(a))).ToList();
                var outcomes = await exchange.TryAsync(attempts);
                var wrong = attempts.Zip(outcomes).Where(x => !Agrees(x.First.Attempt, x.First.Fate, x.Second)).ToList();
                Assert.True(wrong.Count == 0, $"LAZULI_SEED={seed + n}, edit {edit} ({change}): {wrong.Count} of {attempts.Count}\n"
                    + string.Join('\n', wrong.Take(8).Select(w => $"{w.First.Attempt}\n  must: {w.First.Fate.Receiver} sees {string.Join('|', w.First.Fate.Seen)}, answered {w.First.Fate.Answered}\n  is:   {w.Second}"))
                    + "\n" + Describe(cloud));
                CheckAnswers(cloud, oracle, attempts.Select(a => a.Attempt), $"LAZULI_SEED={seed + n}, edit {edit}");
                flows += attempts.Count;
                answered += attempts.Count(a => a.Fate.Answered == true);
                lost += attempts.Count(a => a.Fate.Receiver is null);
                doubtful += attempts.Count(a => a.Fate.Answered is null);
            }
        }

        output.WriteLine($"LAZULI_SEED={seed}: {flows} flows in {clouds} clouds, {answered} answered, {lost} lost, {doubtful} without a documented answer, {clock.Elapsed.TotalSeconds:F1} s");
        Assert.True(answered > flows / 10 && lost > flows / 10, "Both must be common, or nothing was proved.");
    }

    /// <summary>What Network Watcher answers from must say the same about rules and next hops.</summary>
    private static void CheckAnswers(Cloud cloud, Oracle oracle, IEnumerable<Attempt> attempts, string where)
    {
        var states = Deployment.StatesOf(cloud).ToDictionary(s => s.Vnet.Key);
        var models = states.ToDictionary(s => s.Key, s => new SecurityModel(s.Value));
        foreach (var (card, attempt) in from a in attempts let card = cloud.Cards.FirstOrDefault(c => c.Name == a.Card) where card is not null select (card, a))
        {
            var state = states[card.Net];
            var (model, nic) = (models[card.Net], state.Nics.First(n => n.Key == card.Name));
            foreach (var inbound in new[] { true, false })
            {
                var packet = inbound ? new Packet(attempt.Target, attempt.Source, attempt.Protocol, attempt.TargetPort, attempt.SourcePort)
                    : new Packet(attempt.Source, attempt.Target, attempt.Protocol, attempt.SourcePort, attempt.TargetPort);
                var flow = new Flow
                {
                    Source = IPAddress.Parse(packet.Source),
                    Destination = IPAddress.Parse(packet.Target),
                    Protocol = packet.Protocol,
                    SourcePort = packet.SourcePort,
                    DestinationPort = packet.TargetPort,
                };
                Assert.True(oracle.Allows(card, packet, inbound) == model.Judge(nic, flow, inbound).All(j => j.Rule.Allow), $"{where}: IP flow verify of {card.Name}, {packet}, inbound {inbound}");
            }

            var (hop, to) = oracle.RouteOf(card, attempt.Target);
            var route = RouteModel.Of(state.Vnet, state.RouteTables.FirstOrDefault(t => t.Key == model.SubnetOf(nic)?.RouteTableKey)).Find(IPAddress.Parse(attempt.Target));
            var said = (route.NextHop == NextHop.VNetPeering ? "Peering" : route.NextHop.ToString(), route.Peer?.VnetKey ?? route.Appliance?.ToString());
            Assert.True((hop, to) == said, $"{where}: next hop of {card.Name} to {attempt.Target}: {(hop, to)} or {said}");
        }
    }

    private static bool Agrees(Attempt attempt, Fate fate, Outcome outcome)
        => (fate.Answered is not { } answered || answered == outcome.Answered)
            && (attempt.Protocol != "udp" || (fate.Receiver == outcome.Receiver && (fate.Receiver is null || fate.Seen.Contains(outcome.Seen))))
            && (attempt.Protocol != "tcp" || fate.Answered != true || (fate.Receiver == outcome.Receiver && fate.Seen.Contains(outcome.Seen)));

    // Twice where a wire is new: it is made when both ends are there, as a node's keeper sees to.
    private static async Task ApplyAsync(LiveNetWorld world, Cloud cloud)
    {
        foreach (var state in Deployment.StatesOf(cloud))
        {
            await world.ApplyAsync(state);
        }

        foreach (var state in Deployment.StatesOf(cloud).Where(s => s.Vnet.Peers.Count > 0))
        {
            await world.ApplyAsync(state);
        }
    }

    private static void Prepare(Cloud cloud, Exchange exchange)
    {
        foreach (var card in cloud.Cards)
        {
            exchange.Listen(card);
        }

        // Guests that forward don't ask where a source came from.
        foreach (var card in cloud.Cards.Where(c => c.Forwards))
        {
            NetNamespace.Run(LiveNetWorld.GuestOf(card.Name), () =>
            {
                File.WriteAllText("/proc/sys/net/ipv4/conf/all/rp_filter", "0");
                File.WriteAllText("/proc/sys/net/ipv4/conf/eth0/rp_filter", "0");
                return true;
            });
        }
    }

    private static string Describe(Cloud cloud) => string.Join('\n',
        cloud.Nets.SelectMany(n => n.Subnets.Select(s => $"{n.Name} {n.Space} out {n.Outbound}: {s}"))
            .Concat(cloud.Cards.Select(c => $"{c.Name} group {c.Group} forwards {c.Forwards} {string.Join(", ", c.Addresses.Select(a => $"{a.Private}={a.Public}{(a.Standard ? " standard" : "")} [{string.Join(' ', a.Applications)}]"))}"))
            .Concat(cloud.Peerings.Select(p => p.ToString()))
            .Concat(cloud.Tables.SelectMany(t => t.Ways.Select(w => $"{t.Name}: {w}")))
            .Concat(cloud.Groups.SelectMany(g => g.Laws.OrderBy(l => l.Priority).Select(l =>
                $"{g.Name}: {l.Priority} {(l.Inbound ? "in" : "out")} {(l.Allow ? "allow" : "deny")} {l.Protocol} {string.Join(',', l.Sources)}:{l.SourcePorts} > {string.Join(',', l.Destinations)}:{l.DestinationPorts}"))));

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
