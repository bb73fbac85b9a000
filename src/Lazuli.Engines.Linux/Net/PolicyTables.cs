using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Linux.Net;

/// <summary>
/// Routing tables beside the main one, chosen by mark (<see cref="RouteMarks"/>): one for each route table, where what the system decides is thrown back to the
/// main table, and one for each address of an appliance, where everything goes to it. New routes come before old ones go: at no instant is there a way that
/// neither state has.
/// </summary>
internal sealed class PolicyTables
{
    private const int Preference = 100;

    // IPv6 routes of other tables than the main one have a metric of their own: /proc doesn't tell tables apart (KernelView).
    private const string Metric6 = " metric 2048";

    /// <summary>Namespaces that surely have none.</summary>
    private readonly ConcurrentDictionary<(string Namespace, bool Ipv6), bool> _plain = new();

    /// <summary>The namespace was made just now: it has none.</summary>
    public void Made(string name) => _plain[(name, false)] = _plain[(name, true)] = true;

    public void Forget(string name)
    {
        _plain.TryRemove((name, false), out _);
        _plain.TryRemove((name, true), out _);
    }

    public async Task ApplyAsync(string name, VnetState state, KernelView view, Func<string, IReadOnlySet<ProbedMember>> health, CancellationToken cancellationToken)
    {
        var wanted = Wanted(state, view, health).ToLookup(r => r.Ipv6);
        await ApplyAsync(name, state, ipv6: false, wanted[false].ToHashSet(), cancellationToken);
        await ApplyAsync(name, state, ipv6: true, wanted[true].ToHashSet(), cancellationToken);
    }

    private async Task ApplyAsync(string name, VnetState state, bool ipv6, HashSet<TableRoute> wanted, CancellationToken cancellationToken)
    {
        if (wanted.Count == 0 && (_plain.ContainsKey((name, ipv6)) || (ipv6 && !state.Vnet.IsDualStack)))
        {
            return;
        }

        _plain.TryRemove((name, ipv6), out _);
        var (rules, routes) = await ReadAsync(name, ipv6, cancellationToken);
        var lines = new StringBuilder();
        foreach (var hop in HopsOf(wanted))
        {
            Line(lines, $"neigh replace {hop.Address} lladdr {RouteMarks.MacOf(hop.Address)} dev {hop.Device} nud permanent");
        }

        foreach (var route in wanted.Where(r => !routes.Contains(r)))
        {
            Line(lines, $"route replace {route}");
        }

        var tables = wanted.Select(w => w.Table).Concat(RouteMarks.TablesOf(state).Where(_ => !ipv6 || state.Vnet.IsDualStack).Select(t => RouteMarks.OfTable(t.Key))).ToHashSet();
        foreach (var table in tables.Where(t => !rules.Contains(t)))
        {
            Line(lines, $"rule add pref {Preference} fwmark {table} lookup {table}");
        }

        foreach (var table in rules.Where(t => !tables.Contains(t)))
        {
            Line(lines, $"rule del pref {Preference} fwmark {table} lookup {table}");
        }

        var places = wanted.Select(w => (w.Table, w.Prefix)).ToHashSet();
        foreach (var route in routes.Where(r => !places.Contains((r.Table, r.Prefix))))
        {
            Line(lines, $"route del {route}");
        }

        await IpBatch.RunAsync(name, lines, cancellationToken, ipv6);
        if (wanted.Count == 0)
        {
            _plain[(name, ipv6)] = true;
        }
    }

    private static IEnumerable<TableRoute> Wanted(VnetState state, KernelView view, Func<string, IReadOnlySet<ProbedMember>> health)
    {
        var appliances = RouteMarks.Hops(state, health);
        foreach (var (address, hops) in appliances)
        {
            yield return TableRoute.By(Ipv6.Is(address.ToString()), RouteMarks.OfAppliance(address), "default", hops);
        }

        foreach (var table in RouteMarks.TablesOf(state))
        {
            foreach (var address in PrivateLinks.Beyond(state))
            {
                yield return new(false, RouteMarks.OfTable(table.Key), address, "throw", null, null);
            }

            // What no user's route is longer than, the main table knows: it has the same prefixes of the system.
            var model = RouteModel.Of(state.Vnet, table);
            var selves = Selves(state, model, appliances).ToHashSet(StringComparer.Ordinal);
            foreach (var route in model.Routes.Where(r => r.Active && (r.IsUser || r.Prefix.PrefixLength > 0)).Select(r => Of(RouteMarks.OfTable(table.Key), r, state, appliances, view)).Where(r => !selves.Contains(r.Prefix)))
            {
                yield return route;
            }

            foreach (var address in selves)
            {
                yield return new(Ipv6.Is(address), RouteMarks.OfTable(table.Key), address, "throw", null, null);
            }
        }
    }

    /// <summary>A NIC that doesn't forward, and a frontend, still get what is for themselves; a NIC at each of its addresses.</summary>
    private static IEnumerable<string> Selves(VnetState state, RouteModel model, IReadOnlyDictionary<IPAddress, IReadOnlyList<ApplianceHop>> appliances)
    {
        var space = AddressRanges.Of(state.Vnet.AddressPrefixes);
        foreach (var hop in model.Routes.Select(r => r.Appliance).OfType<IPAddress>().Distinct().Where(a => space.Contains(a) && (appliances.GetValueOrDefault(a) is not [var nic] || nic.Address != a.ToString())))
        {
            var text = hop.ToString();
            var configs = state.Nics.FirstOrDefault(n => n.IpConfigs.Any(c => c.PrivateAddress == text))?.IpConfigs.Where(c => c.IsIpv6 == Ipv6.Is(text)).Select(c => c.PrivateAddress);
            foreach (var own in (configs ?? [text]).Where(a => hop.Equals(model.Find(IPAddress.Parse(a)).Appliance)))
            {
                yield return own;
            }
        }
    }

    private static TableRoute Of(uint table, EffectiveRoute route, VnetState state, IReadOnlyDictionary<IPAddress, IReadOnlyList<ApplianceHop>> appliances, KernelView view)
    {
        var ipv6 = route.Prefix.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6;
        var prefix = route.Prefix.PrefixLength == 0 ? "default" : route.Prefix.PrefixLength == (ipv6 ? 128 : 32) ? route.Prefix.BaseAddress.ToString() : route.Prefix.ToString();
        if (!route.IsUser || (route.NextHop == NextHop.VnetLocal && AddressRanges.Of(state.Vnet.AddressPrefixes).Contains(route.Prefix)))
        {
            return new(ipv6, table, prefix, "throw", null, null);
        }

        if (route.NextHop == NextHop.Internet)
        {
            return new(ipv6, table, prefix, "", null, NftRenderer.EdgeDevice);
        }

        if (route is { NextHop: NextHop.VirtualAppliance, Appliance: { } address })
        {
            if (appliances.TryGetValue(address, out var hops))
            {
                return TableRoute.By(ipv6, table, prefix, hops);
            }

            var peer = state.Vnet.Peers.FirstOrDefault(p => AddressRanges.Of(p.AddressPrefixes).Contains(address));
            if (peer is not null && PeerWires.DeviceOf(peer.VnetKey) is var device && view.Devices.ContainsKey(device))
            {
                return new(ipv6, table, prefix, "", address.ToString(), device);
            }
        }

        return new(ipv6, table, prefix, "blackhole", null, null);
    }

    private static IEnumerable<(IPAddress Address, string Device)> HopsOf(IEnumerable<TableRoute> routes)
        => (from route in routes
            let device = route.Device
            where route.Via is not null && device is not null && PeerWires.IsWire(device)
            select (IPAddress.Parse(route.Via ?? ""), device)).Distinct();

    private static async Task<(HashSet<uint> Rules, HashSet<TableRoute> Routes)> ReadAsync(string name, bool ipv6, CancellationToken cancellationToken)
    {
        var text = await HostProgram.RunAsync("ip", [ipv6 ? "-6" : "-4", "-json", "-batch", "-"], "rule list\nroute list table all\n", name, cancellationToken: cancellationToken);
        var (rules, routes) = (new HashSet<uint>(), new HashSet<TableRoute>());
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var json = JsonDocument.Parse(line);
            foreach (var element in json.RootElement.EnumerateArray())
            {
                if (!uint.TryParse(Text(element, "table"), NumberStyles.None, CultureInfo.InvariantCulture, out var table) || !RouteMarks.IsOurs(table))
                {
                    continue;
                }

                if (Text(element, "dst") is { } prefix && !element.TryGetProperty("priority", out _))
                {
                    routes.Add(element.TryGetProperty("nexthops", out var hops)
                        ? new(ipv6, table, prefix, "", string.Join(' ', hops.EnumerateArray().Select(h => Text(h, "gateway"))), string.Join(' ', hops.EnumerateArray().Select(h => Text(h, "dev"))))
                        : new(ipv6, table, prefix, Text(element, "type") ?? "", Text(element, "gateway"), Text(element, "type") is null ? Text(element, "dev") : null));
                }
                else
                {
                    rules.Add(table);
                }
            }
        }

        return (rules, routes);
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static void Line(StringBuilder lines, FormattableString line) => lines.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>Several ways are addresses and devices with spaces between them.</summary>
    private readonly record struct TableRoute(bool Ipv6, uint Table, string Prefix, string Type, string? Via, string? Device)
    {
        public static TableRoute By(bool ipv6, uint table, string prefix, IReadOnlyList<ApplianceHop> hops) => hops.Count == 0
            ? new(ipv6, table, prefix, "blackhole", null, null)
            : new(ipv6, table, prefix, "", string.Join(' ', hops.Select(h => h.Address)), string.Join(' ', hops.Select(h => h.Device)));

        public override string ToString()
        {
            var ways = Device?.Split(' ').Zip(Via?.Split(' ') ?? [""], (device, via) => via.Length == 0 ? $"dev {device}" : $"via {via} dev {device} onlink").ToArray() ?? [];
            return string.Create(CultureInfo.InvariantCulture, $"{Type} {Prefix} table {Table}{(Ipv6 ? Metric6 : "")} {(ways is [var one] ? one : string.Concat(ways.Select(w => $"nexthop {w} ")))}");
        }
    }
}
