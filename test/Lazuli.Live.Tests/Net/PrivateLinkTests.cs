using System.Net;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Lazuli.Engines.Tests.Net;
using static Lazuli.Engines.Tests.Net.Nets;

namespace Lazuli.Live.Tests.Net;

/// <summary>Private endpoints and private link services, by packets between networks that have the same addresses.</summary>
[Collection("machine's network")]
public sealed class PrivateLinkTests
{
    private const string Front = "10.0.0.100";
    private const string Source = "10.0.1.200";
    private const string Here = "10.0.0.5";

    // Nothing is late here: a namespace answers at once.
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    // Two members and a consumer: one address each of the provider's is taken in the consumer's network, too.
    private static readonly NicItem[] Members = [Nic("p", "10.0.0.4"), Nic("p", Here)];
    private static readonly NicItem Guest = Nic("c", "10.0.0.4");
    private static readonly LinkServiceItem Service = new() { Key = "p/pls", VnetKey = "p", Frontend = Front, Sources = [Source] };
    private static readonly VnetState Provider = Vnet("p", Members).With(Balancers.Internal("p", Front, Balancers.Rule(80, 8080, Members))) with { LinkServices = [Service] };
    private static readonly VnetState Consumer = Vnet("c", Guest) with { Endpoints = [Endpoint("c")] };

    [Fact]
    public async Task An_endpoint_leads_to_the_services_members_which_see_its_address_though_both_networks_have_the_same_ones()
    {
        await using var world = new LiveNetWorld();
        await ApplyAsync(world, Provider, Consumer);
        using var services = new Services([.. Members.Select(m => Net.Service.Open(m, 8080))]);

        var counts = await Caller.CountAsync(Guest, Here, 80, 40);
        Assert.Equal(["10.0.0.4", Here], counts.Keys.Order(StringComparer.Ordinal));
        var greeting = await Caller.CallAsync(Guest, Here, 80);
        Assert.Equal((Source, 8080), (greeting?.Caller.Address.ToString(), greeting?.CalledAs?.Port));
        Assert.Null(await Caller.CallAsync(Guest, Here, 81, patience: Short));
        Assert.Equal(FlowVerdict.Lost, await world.SendAsync(Udp(Guest, Here, 80)));
        Assert.Equal(FlowVerdict.Lost, await world.SendAsync(Ping(Guest, Here)));
    }

    [Fact]
    public async Task Nothing_gets_through_before_the_service_lets_it_nor_afterwards()
    {
        await using var world = new LiveNetWorld();
        await ApplyAsync(world, Provider, Consumer with { Endpoints = [Endpoint("c") with { ServiceKey = null }] });
        using var services = new Services([.. Members.Select(m => Net.Service.Open(m, 8080))]);
        Assert.Null(await Caller.CallAsync(Guest, Here, 80, patience: Short));

        await world.ApplyAsync(Consumer);
        using var call = await Caller.OpenAsync(Guest, Here, 80) ?? throw new InvalidOperationException();
        Assert.Equal("still there?", await call.SayAsync());

        // A change that has nothing to do with it leaves it alone.
        await ApplyAsync(world, Provider.WithSubnetNsg("b", "g").With(Nsg("g")), Consumer.WithSubnetNsg("b", "g").With(Nsg("g")));
        Assert.Equal("still there?", await call.SayAsync());

        await world.ApplyAsync(Consumer with { Endpoints = [Endpoint("c") with { ServiceKey = null }] });
        Assert.Null(await call.SayAsync());
        Assert.Null(await Caller.CallAsync(Guest, Here, 80, patience: Short));
    }

    [Fact]
    public async Task What_was_let_in_is_cut_when_endpoint_or_service_goes_and_nothing_is_left_behind()
    {
        await using var world = new LiveNetWorld();
        await ApplyAsync(world, Provider, Consumer);
        using var services = new Services([.. Members.Select(m => Net.Service.Open(m, 8080))]);
        using var first = await Caller.OpenAsync(Guest, Here, 80) ?? throw new InvalidOperationException();
        await world.ApplyAsync(Consumer with { Endpoints = [] });
        Assert.Null(await first.SayAsync());
        Assert.Null(await Caller.CallAsync(Guest, Here, 80, patience: Short));

        await world.ApplyAsync(Consumer);
        using var second = await Caller.OpenAsync(Guest, Here, 80) ?? throw new InvalidOperationException();
        await ApplyAsync(world, Provider with { LinkServices = [] }, Consumer with { Endpoints = [] });
        Assert.Null(await second.SayAsync());
        Assert.DoesNotContain("snat", await HostProgram.RunAsync("nft", ["list", "ruleset"], null, "lz-edge"), StringComparison.Ordinal);
        Assert.DoesNotContain(KernelView.Read("lz-edge").Routes, r => r.Address >= 0xF000_0000);
        Assert.DoesNotContain(KernelView.Read(NicDevice.NamespaceOf("p")).Routes, r => r.Address == Ipv4.Number(IPAddress.Parse(Source)));
    }

    [Fact]
    public async Task Groups_see_the_endpoint_here_and_the_service_there_and_the_endpoints_own_subnet_when_it_guards()
    {
        await using var world = new LiveNetWorld();
        var guarded = Endpoint("c", "10.0.1.50") with { Guarded = true, GroupKeys = ["asg"] };
        VnetState Shut(string subnet, params NsgRule[] rules) => (Consumer with { Endpoints = [guarded] }).WithSubnetNsg(subnet, "g").With(Nsg("g", rules));
        await ApplyAsync(world, Provider.WithSubnetNsg("a", "in").With(Nsg("in", Nets.Rule(100, true, source: Source), Nets.Rule(200, false))), Shut("b"));
        using var services = new Services([.. Members.Select(m => Net.Service.Open(m, 8080))]);
        Assert.NotNull(await Caller.CallAsync(Guest, "10.0.1.50", 80));

        await world.ApplyAsync(Shut("a", Nets.Rule(100, false, inbound: false, destination: "10.0.1.50")));
        Assert.Null(await Caller.CallAsync(Guest, "10.0.1.50", 80, patience: Short));
        await world.ApplyAsync(Shut("b", Nets.Rule(100, false) with { Destinations = [], DestinationGroups = ["asg"], DestinationPorts = ["80"] }));
        Assert.Null(await Caller.CallAsync(Guest, "10.0.1.50", 80, patience: Short));
        await world.ApplyAsync(Shut("b", Nets.Rule(100, false)) with { Endpoints = [guarded with { Guarded = false }] });
        Assert.NotNull(await Caller.CallAsync(Guest, "10.0.1.50", 80));

        await world.ApplyAsync(Provider.WithSubnetNsg("a", "in").With(Nsg("in", Nets.Rule(100, false, source: Source))));
        Assert.Null(await Caller.CallAsync(Guest, "10.0.1.50", 80, patience: Short));
    }

    [Fact]
    public async Task Many_networks_and_endpoints_share_a_service_whatever_ports_they_come_from()
    {
        await using var world = new LiveNetWorld();
        var (other, two) = (Nic("d", "10.0.0.4"), Endpoint("c", "10.0.0.6"));
        await ApplyAsync(world, Provider, Consumer with { Endpoints = [Endpoint("c"), two] }, Vnet("d", other) with { Endpoints = [Endpoint("d")] });
        using var services = new Services([.. Members.Select(m => Net.Service.Open(m, 8080))]);

        var answers = new List<string?>();
        foreach (var (from, to) in new[] { (Guest, Here), (Guest, "10.0.0.6"), (other, Here) })
        {
            using var socket = Sockets.Open(LiveNetWorld.GuestOf(from.Key), "tcp");
            socket.SetSocketOption(System.Net.Sockets.SocketOptionLevel.Socket, System.Net.Sockets.SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(IPAddress.Parse("10.0.0.4"), 5555));
            using var patience = new CancellationTokenSource(LiveNetWorld.Patience);
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(to), 80), patience.Token);
            answers.Add((await Caller.ReadAsync(socket, patience.Token)).Split(' ')[2]);
        }

        Assert.Equal(3, answers.Distinct().Count());
        Assert.All(answers, a => Assert.StartsWith(Source, a, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Route_tables_and_public_addresses_change_nothing_and_open_nothing()
    {
        await using var world = new LiveNetWorld();
        var guest = Nic("c", "10.0.0.4", "198.18.0.9");
        var member = Nic("p", "10.0.0.4", "198.18.0.10", secure: true);
        var nowhere = new RouteTableItem { Key = "rt", Routes = [new() { Name = "all", Prefix = "0.0.0.0/0", NextHop = NextHop.None }] };
        VnetState Routed(VnetState state) => state with { RouteTables = [nowhere], Vnet = state.Vnet with { Subnets = [.. state.Vnet.Subnets.Select(s => s with { RouteTableKey = "rt" })] } };
        var provider = Routed(Provider with { Nics = [member], Balancers = [Balancers.Internal("p", Front, Balancers.Rule(80, 8080, member))] });
        await ApplyAsync(world, provider, Routed(Consumer with { Nics = [guest] }));
        using var services = new Services([Net.Service.Open(member, 8080)]);
        Assert.Equal(Source, (await Caller.CallAsync(guest, Here, 80))?.Caller.Address.ToString());

        // Nobody reaches the addresses in between by himself.
        await ApplyAsync(world, Provider with { Nics = [member], Balancers = provider.Balancers }, Consumer with { Nics = [guest], Endpoints = [] });
        Assert.Null(await Caller.CallAsync(guest, LinkAddress.OfService(Service.Key).ToString(), 80, patience: Short));
        Assert.Null(await Caller.CallAsync(member, LinkAddress.OfService(Service.Key).ToString(), 80, patience: Short));
        Assert.Null(await Caller.CallAsync(member, Source, 80, patience: Short));
    }

    [Fact]
    public async Task Peers_of_the_endpoints_network_reach_it_too()
    {
        await using var world = new LiveNetWorld();
        var far = Nic("s", "10.1.0.4") with { IpConfigs = [new() { Name = "a", SubnetKey = "s/a", PrivateAddress = "10.1.0.4", Primary = true }] };
        var spoke = Vnet("s", far);
        spoke = spoke with
        {
            Vnet = spoke.Vnet with
            {
                AddressPrefixes = ["10.1.0.0/16"],
                Subnets = [new() { Key = "s/a", AddressPrefixes = ["10.1.0.0/24"] }],
                Peers = [new() { VnetKey = "c", AddressPrefixes = ["10.0.0.0/16"] }],
            },
        };
        var hub = Consumer with { Vnet = Consumer.Vnet with { Peers = [new() { VnetKey = "s", AddressPrefixes = ["10.1.0.0/16"] }] } };
        await ApplyAsync(world, Provider, spoke, hub, spoke);
        using var services = new Services([.. Members.Select(m => Net.Service.Open(m, 8080))]);

        Assert.Equal(Source, (await Caller.CallAsync(far, Here, 80))?.Caller.Address.ToString());
    }

    private static EndpointItem Endpoint(string vnet, string address = Here) => new()
    {
        Key = $"{vnet}/pe/{address}",
        VnetKey = vnet,
        SubnetKey = address.StartsWith("10.0.0.", StringComparison.Ordinal) ? $"{vnet}/a" : $"{vnet}/b",
        Addresses = [address],
        ServiceKey = "p/pls",
    };

    private static async Task ApplyAsync(LiveNetWorld world, params VnetState[] states)
    {
        foreach (var state in states)
        {
            await world.ApplyAsync(state);
        }
    }
}
