using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
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

    /// <summary>Namespaces that surely have none.</summary>
    private readonly ConcurrentDictionary<string, bool> _plain = new(StringComparer.Ordinal);

    public void Forget(string name) => _plain.TryRemove(name, out _);

    public async Task ApplyAsync(string name, VnetState state, KernelView view, CancellationToken cancellationToken)
    {
        var wanted = Wanted(state, view).ToHashSet();
        if (wanted.Count == 0 && _plain.ContainsKey(name))
        {
            return;
        }

        _plain.TryRemove(name, out _);
        var (rules, routes) = await ReadAsync(name, cancellationToken);
        var lines = new StringBuilder();
        foreach (var hop in HopsOf(wanted))
        {
            Line(lines, $"neigh replace {hop.Address} lladdr {RouteMarks.MacOf(hop.Address)} dev {hop.Device} nud permanent");
        }

        foreach (var route in wanted.Where(r => !routes.Contains(r)))
        {
            Line(lines, $"route replace {route}");
        }

        var tables = wanted.Select(w => w.Table).Concat(RouteMarks.TablesOf(state).Select(t => RouteMarks.OfTable(t.Key))).ToHashSet();
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

        await IpBatch.RunAsync(name, lines, cancellationToken);
        if (wanted.Count == 0)
        {
            _plain[name] = true;
        }
    }

    private static IEnumerable<TableRoute> Wanted(VnetState state, KernelView view)
    {
        var appliances = RouteMarks.Appliances(state);
        foreach (var (address, nic) in appliances)
        {
            yield return new(address, "default", "", Ipv4.Address(address).ToString(), NicDevice.InterfaceOf(nic.Key));
        }

        foreach (var table in RouteMarks.TablesOf(state))
        {
            foreach (var address in PrivateLinks.Beyond(state))
            {
                yield return new(RouteMarks.OfTable(table.Key), address, "throw", null, null);
            }

            // What no user's route is longer than, the main table knows: it has the same prefixes of the system.
            var model = RouteModel.Of(state.Vnet, table);
            foreach (var route in model.Routes.Where(r => r.Active && (r.IsUser || r.Prefix.PrefixLength > 0)))
            {
                yield return Of(RouteMarks.OfTable(table.Key), route, state, appliances, view);
            }

            // A NIC that doesn't forward still gets what is for itself.
            foreach (var address in model.Routes.Select(r => r.Appliance).OfType<IPAddress>().Distinct()
                .Where(a => !appliances.ContainsKey(Ipv4.Number(a)) && AddressRanges.Of(state.Vnet.AddressPrefixes).Contains(a) && a.Equals(model.Find(a).Appliance) && model.Find(a).Prefix.PrefixLength < 32))
            {
                yield return new(RouteMarks.OfTable(table.Key), address.ToString(), "throw", null, null);
            }
        }
    }

    private static TableRoute Of(uint table, EffectiveRoute route, VnetState state, IReadOnlyDictionary<uint, NicItem> appliances, KernelView view)
    {
        var prefix = route.Prefix is { PrefixLength: 0 } ? "default" : route.Prefix is { PrefixLength: 32 } one ? one.BaseAddress.ToString() : route.Prefix.ToString();
        if (!route.IsUser || (route.NextHop == NextHop.VnetLocal && IsWithin(state.Vnet.AddressPrefixes, route.Prefix)))
        {
            return new(table, prefix, "throw", null, null);
        }

        if (route.NextHop == NextHop.Internet)
        {
            return new(table, prefix, "", null, NftRenderer.EdgeDevice);
        }

        if (route is { NextHop: NextHop.VirtualAppliance, Appliance: { } address })
        {
            if (appliances.TryGetValue(Ipv4.Number(address), out var nic))
            {
                return new(table, prefix, "", address.ToString(), NicDevice.InterfaceOf(nic.Key));
            }

            var peer = state.Vnet.Peers.FirstOrDefault(p => AddressRanges.Of(p.AddressPrefixes).Contains(address));
            if (peer is not null && PeerWires.DeviceOf(peer.VnetKey) is var device && view.Devices.ContainsKey(device))
            {
                return new(table, prefix, "", address.ToString(), device);
            }
        }

        return new(table, prefix, "blackhole", null, null);
    }

    private static bool IsWithin(IEnumerable<string> prefixes, IPNetwork prefix)
        => AddressRanges.Of(prefixes).Ranges.Any(r => r.First <= Ipv4.First(prefix) && Ipv4.Last(prefix) <= r.Last);

    private static IEnumerable<(IPAddress Address, string Device)> HopsOf(IEnumerable<TableRoute> routes)
        => (from route in routes
            let device = route.Device
            where route.Via is not null && device is not null && PeerWires.IsWire(device)
            select (IPAddress.Parse(route.Via ?? ""), device)).Distinct();

    private static async Task<(HashSet<uint> Rules, HashSet<TableRoute> Routes)> ReadAsync(string name, CancellationToken cancellationToken)
    {
        var text = await HostProgram.RunAsync("ip", ["-4", "-json", "-batch", "-"], "rule list\nroute list table all\n", name, cancellationToken: cancellationToken);
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
                    routes.Add(new(table, prefix, Text(element, "type") ?? "", Text(element, "gateway"), Text(element, "dev")));
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

    private readonly record struct TableRoute(uint Table, string Prefix, string Type, string? Via, string? Device)
    {
        public override string ToString()
            => string.Create(CultureInfo.InvariantCulture, $"{Type} {Prefix}{(Via is null ? "" : $" via {Via}")}{(Device is null ? "" : $" dev {Device}")}{(Via is null ? "" : " onlink")} table {Table}");
    }
}
