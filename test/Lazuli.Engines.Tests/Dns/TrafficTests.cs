using System.Net;
using Lazuli.Engines.Dns;

namespace Lazuli.Engines.Tests.Dns;

/// <summary>Whom Traffic Manager sends people to, by Azure's documentation of its methods.</summary>
public sealed class TrafficTests
{
    private readonly DnsCatalogue _names = new();

    [Fact]
    public void The_lowest_priority_wins_and_the_next_one_when_it_is_gone()
    {
        Profile("t", TrafficRouting.Priority, new() { Name = "b", Target = "192.0.2.2", Priority = 2 }, new() { Name = "a", Target = "192.0.2.1", Priority = 1 });
        Assert.Equal(["192.0.2.1"], Ask("t"));
        Profile("t", TrafficRouting.Priority, new TrafficEndpoint { Name = "b", Target = "192.0.2.2", Priority = 2 });
        Assert.Equal(["192.0.2.2"], Ask("t"));
    }

    [Fact]
    public void Weights_divide_the_draws()
    {
        Profile("t", TrafficRouting.Weighted, new() { Name = "a", Target = "192.0.2.1", Weight = 3 }, new() { Name = "b", Target = "192.0.2.2", Weight = 1 });
        var counts = Enumerable.Range(0, 100).Select(i => Assert.Single(Ask("t", draw: i / 100.0))).CountBy(t => t).ToDictionary();
        Assert.Equal((75, 25), (counts["192.0.2.1"], counts["192.0.2.2"]));
    }

    [Fact]
    public void Subnets_choose_by_who_asks_and_the_one_without_takes_the_rest()
    {
        Profile("t", TrafficRouting.Subnet,
            new() { Name = "all", Target = "192.0.2.9" },
            new() { Name = "net", Target = "192.0.2.1", Subnets = ["10.0.0.0/8"] },
            new() { Name = "range", Target = "192.0.2.2", Subnets = ["172.16.0.5-172.16.0.9"] });
        Assert.Equal(["192.0.2.1"], Ask("t", client: "10.1.2.3"));
        Assert.Equal(["192.0.2.2"], Ask("t", client: "172.16.0.9"));
        Assert.Equal(["192.0.2.9"], Ask("t", client: "172.16.0.10"));
    }

    [Fact]
    public void Only_the_region_of_the_whole_world_takes_people_of_no_region()
    {
        Profile("t", TrafficRouting.Geographic, new() { Name = "de", Target = "192.0.2.1", Regions = ["DE"] }, new() { Name = "world", Target = "192.0.2.2", Regions = ["WORLD"] });
        Assert.Equal(["192.0.2.2"], Ask("t"));
    }

    [Fact]
    public void Many_values_are_as_many_as_asked_for()
    {
        _names.Set(new TrafficItem
        {
            Key = "t",
            Name = "t.trafficmanager.net",
            Ttl = 30,
            Routing = TrafficRouting.MultiValue,
            MaxReturn = 2,
            Endpoints = [.. Enumerable.Range(1, 3).Select(i => new TrafficEndpoint { Name = $"e{i}", Target = $"192.0.2.{i}" })],
        });
        Assert.Equal(["192.0.2.1", "192.0.2.2"], Ask("t"));
    }

    [Fact]
    public void A_nested_profile_counts_as_long_as_enough_of_its_endpoints_do()
    {
        Profile("inner", TrafficRouting.Priority, new TrafficEndpoint { Name = "i", Target = "192.0.2.7" });
        Profile("outer", TrafficRouting.Priority, new() { Name = "n", ProfileKey = "inner", Priority = 1 }, new() { Name = "e", Target = "192.0.2.8", Priority = 2 });
        Assert.Equal(["192.0.2.7"], Ask("outer"));
        Profile("outer", TrafficRouting.Priority, new() { Name = "n", ProfileKey = "inner", Priority = 1, MinChildEndpoints = 2 }, new() { Name = "e", Target = "192.0.2.8", Priority = 2 });
        Assert.Equal(["192.0.2.8"], Ask("outer"));
        Profile("inner", TrafficRouting.Priority, new TrafficEndpoint { Name = "n", ProfileKey = "outer" });
        Profile("outer", TrafficRouting.Priority, new TrafficEndpoint { Name = "n", ProfileKey = "inner" });
        Assert.Empty(Ask("outer"));
    }

    [Fact]
    public void A_name_is_followed_and_an_apex_gets_the_addresses_themselves()
    {
        _names.Set(new DnsHostItem { Key = "/p", Name = "web.eastus.cloudapp.azure.com", Address = "198.18.0.4" });
        Profile("t", TrafficRouting.Performance, new TrafficEndpoint { Name = "a", Target = "web.eastus.cloudapp.azure.com" });
        Assert.Equal(["web.eastus.cloudapp.azure.com", "198.18.0.4"], Ask("t"));
        _names.Set(new DnsZoneItem { Key = "z", Name = "contoso.com" });
        _names.Set(new DnsRecordsItem { Key = "z/a", ZoneKey = "z", Name = "contoso.com", Type = DnsType.A, Ttl = 60, AliasKey = "t" });
        var record = Assert.Single(_names.World.Answer(new("contoso.com", DnsType.A))!.Answers);
        Assert.Equal(("contoso.com", "198.18.0.4"), (record.Owner, new IPAddress(record.Data).ToString()));
    }

    [Fact]
    public void A_disabled_profile_and_an_unknown_one_have_no_answer()
    {
        _names.Set(new TrafficItem { Key = "t", Name = "t.trafficmanager.net", Ttl = 30, Routing = TrafficRouting.Priority, Enabled = false, Endpoints = [new() { Name = "a", Target = "192.0.2.1" }] });
        Assert.Empty(Ask("t"));
        Assert.Equal(DnsCode.NameError, _names.World.Answer(new("none.trafficmanager.net", DnsType.A))!.Code);
    }

    private void Profile(string key, TrafficRouting routing, params TrafficEndpoint[] endpoints)
        => _names.Set(new TrafficItem { Key = key, Name = key + ".trafficmanager.net", Ttl = 30, Routing = routing, Endpoints = endpoints });

    private IEnumerable<string> Ask(string name, string? client = null, double draw = 0)
        => _names.World.Answer(new(name + ".trafficmanager.net", DnsType.A, null, client is null ? null : IPAddress.Parse(client), draw))!.Answers
            .Select(r => r.Type == DnsType.A ? new IPAddress(r.Data).ToString() : DnsName.Decode(r.Data));
}
