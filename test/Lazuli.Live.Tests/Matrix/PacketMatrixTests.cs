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
        var (flows, answered, lost, doubtful, balanced, six, balanced6, clouds) = (0, 0, 0, 0, 0, 0, 0, 0);
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
                await TellHealthAsync(world, cloud);
                if (!change.StartsWith("probe ", StringComparison.Ordinal))
                {
                    await ApplyAsync(world, cloud);
                }

                await PrepareAsync(cloud, exchange, edit == 0);
                var attempts = drawing.Attempts(cloud, FlowsPerEdit, () => port++).Select(a => (Attempt: a, Fates: Oracle.Ask(cloud, a))).ToList();
                var outcomes = await exchange.TryAsync(attempts);
                var wrong = attempts.Zip(outcomes).Where(x => !Exchange.Agrees(x.First.Attempt, x.First.Fates, x.Second)).ToList();
                var where = $"LAZULI_SEED={seed + n}, edit {edit} ({change})";
                Assert.True(wrong.Count == 0, $"{where}: {wrong.Count} of {attempts.Count}\n{Explain(wrong, cloud)}");
                CheckAffinity(attempts.Zip(outcomes), where);
                CheckAnswers(cloud, attempts.SelectMany(a => a.Fates).SelectMany(f => f.Steps).Distinct(), where);
                flows += attempts.Count;
                answered += attempts.Count(a => a.Fates.All(f => f.Answered == true));
                lost += attempts.Count(a => a.Fates.All(f => f.Receiver is null));
                doubtful += attempts.Count(a => a.Fates.Any(f => f.Answered is null));
                var spread = attempts.Zip(outcomes).Where(x => x.Second.Answered && cloud.Balancers.Exists(b => b.Frontend == x.First.Attempt.Target)).ToList();
                balanced += spread.Count;
                balanced6 += spread.Count(x => Six.Is(x.First.Attempt.Target));
                six += attempts.Zip(outcomes).Count(x => x.Second.Answered && Six.Is(x.First.Attempt.Target));
            }
        }

        output.WriteLine($"LAZULI_SEED={seed}: {flows} flows in {clouds} clouds, {answered} answered, {six} of them by IPv6, {balanced} by load balancers ({balanced6} by IPv6), {lost} lost, {doubtful} without a documented answer, {clock.Elapsed.TotalSeconds:F1} s");
        Assert.True(Number("LAZULI_SEED") is not null || (answered > flows / 10 && lost > flows / 10 && balanced > flows / 50 && six > flows / 50), "All must be common, or nothing was proved.");
    }

    /// <summary>What somebody who looks for a fault wants to read.</summary>
    internal static string Explain(IEnumerable<((Attempt Attempt, IReadOnlyList<Fate> Fates) Tried, Outcome Outcome)> wrong, Cloud cloud)
        => string.Join('\n', wrong.Take(8).Select(w => $"{w.Tried.Attempt}\n"
            + string.Concat(w.Tried.Fates.Select(f => $"  must: {f.Receiver} sees {string.Join('|', f.Seen)}, answered {f.Answered}\n")) + $"  is:   {w.Outcome}")) + "\n" + Describe(cloud);

    /// <summary>Where a rule goes by source, one source has one member.</summary>
    private static void CheckAffinity(IEnumerable<((Attempt Attempt, IReadOnlyList<Fate> Fates) Tried, Outcome Outcome)> tried, string where)
    {
        foreach (var group in from x in tried
                              let choice = x.Tried.Fates.Select(f => f.Choice).FirstOrDefault(c => c is not null)
                              where choice is not null && x.Outcome is { Receiver: not null, Answered: true }
                              group x.Outcome.Receiver by choice)
        {
            Assert.True(group.Distinct().Count() == 1, $"{where}: {group.Key} went to {string.Join(", ", group.Distinct())}");
        }
    }

    /// <summary>What Network Watcher answers from must say the same about each group and each route that decided on the way, there and back.</summary>
    private static void CheckAnswers(Cloud cloud, IEnumerable<Step> steps, string where)
    {
        var states = Deployment.StatesOf(cloud).ToDictionary(s => s.Vnet.Key);
        var models = states.ToDictionary(s => s.Key, s => new SecurityModel(s.Value));
        foreach (var step in steps)
        {
            var (card, packet) = (step.Card, step.Packet);
            var (state, model) = (states[card.Net], models[card.Net]);
            var nic = state.Nics.First(n => n.Key == card.Name);
            if (step.Inbound is { } inbound)
            {
                var flow = new Flow
                {
                    Source = IPAddress.Parse(packet.Source),
                    Destination = IPAddress.Parse(packet.Target),
                    Protocol = packet.Protocol,
                    SourcePort = packet.SourcePort,
                    DestinationPort = packet.TargetPort,
                };
                Assert.True(step.Allowed == model.Judge(nic, flow, inbound).All(j => j.Rule.Allow), $"{where}: IP flow verify of {card.Name}, {packet}, inbound {inbound}");
            }
            else
            {
                var route = RouteModel.Of(state.Vnet, state.RouteTables.FirstOrDefault(t => t.Key == model.SubnetOf(nic)?.RouteTableKey)).Find(IPAddress.Parse(packet.Target));
                var said = (route.NextHop == NextHop.VNetPeering ? "Peering" : route.NextHop.ToString(), route.Peer?.VnetKey ?? route.Appliance?.ToString());
                Assert.True((step.Hop, step.To) == said, $"{where}: next hop of {card.Name} to {packet.Target}: {(step.Hop, step.To)} or {said}");
            }
        }
    }

    private static async Task TellHealthAsync(LiveNetWorld world, Cloud cloud)
    {
        foreach (var balancer in cloud.Balancers)
        {
            await world.Linux.SetHealthAsync(balancer.Name, Deployment.WellOf(balancer), default);
        }
    }

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

    private static async Task PrepareAsync(Cloud cloud, Exchange exchange, bool first)
    {
        foreach (var card in cloud.Cards)
        {
            if (first && card.Loopback.Count > 0)
            {
                await LiveNetWorld.IpAsync(LiveNetWorld.GuestOf(card.Name), string.Concat(card.Loopback.Select(a => $"addr add {a}/{(Six.Is(a) ? "128 nodad" : "32")} dev lo\n")));
            }

            exchange.Listen(card);
        }

        // Guests that forward don't ask where a source came from.
        foreach (var card in cloud.Cards.Where(c => first && c.Forwards))
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
        cloud.Nets.SelectMany(n => n.Subnets.Select(s => $"{n.Name} {string.Join(' ', n.Spaces)} out {n.Outbound}: {s}"))
            .Concat(cloud.Cards.Select(c => $"{c.Name} group {c.Group} forwards {c.Forwards} {string.Join(", ", c.Addresses.Select(a => $"{a.Private}={a.Public}{(a.Standard ? " standard" : "")} [{string.Join(' ', a.Applications)}]"))}"))
            .Concat(cloud.Balancers.Select(b => $"{b.Name} {(b.Standard ? "standard" : "basic")} {b.Frontend} in {b.Net}, out {b.Outbound}, down {string.Join(' ', b.Down)}: {string.Join(", ", b.Members)}; {string.Join(", ", b.Spreads)}; {string.Join(", ", b.Singles)}"))
            .Concat(cloud.Peerings.Select(p => p.ToString()))
            .Concat(cloud.Tables.SelectMany(t => t.Ways.Select(w => $"{t.Name}: {w}")))
            .Concat(cloud.Groups.SelectMany(g => g.Laws.OrderBy(l => l.Priority).Select(l =>
                $"{g.Name}: {l.Priority} {(l.Inbound ? "in" : "out")} {(l.Allow ? "allow" : "deny")} {l.Protocol} {string.Join(',', l.Sources)}:{l.SourcePorts} > {string.Join(',', l.Destinations)}:{l.DestinationPorts}"))));

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
