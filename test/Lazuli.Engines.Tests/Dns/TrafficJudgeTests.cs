using System.Net;
using Lazuli.Engines.Dns;

namespace Lazuli.Engines.Tests.Dns;

/// <summary>How endpoints and profiles are, and who gets people then, by the tables of Azure's documentation of endpoint monitoring.</summary>
public sealed class TrafficJudgeTests
{
    private readonly DnsCatalogue _names = new();
    private readonly Dictionary<string, TrafficItem> _profiles = [];
    private readonly Dictionary<string, TrafficStatus> _found = [];

    private TrafficJudge Judge => new(_profiles.GetValueOrDefault, _found.GetValueOrDefault);

    [Theory]
    [InlineData("", ProfileHealth.Inactive, "")]
    [InlineData("Online Online", ProfileHealth.Online, "192.0.2.1")]
    [InlineData("Online Degraded", ProfileHealth.Degraded, "192.0.2.1")]
    [InlineData("Degraded Online", ProfileHealth.Degraded, "192.0.2.2")]
    [InlineData("Degraded CheckingEndpoint", ProfileHealth.Degraded, "192.0.2.2")]
    [InlineData("CheckingEndpoint Online", ProfileHealth.Online, "192.0.2.1")]
    [InlineData("CheckingEndpoint", ProfileHealth.CheckingEndpoints, "192.0.2.1")]
    [InlineData("Unmonitored", ProfileHealth.Online, "192.0.2.1")]
    [InlineData("Degraded Degraded", ProfileHealth.Degraded, "192.0.2.1")]
    public void A_profile_is_as_its_endpoints_are(string healths, ProfileHealth expected, string answer)
    {
        Profile("t", TrafficRouting.Priority, healths);
        Assert.Equal((expected, answer), (Judge.Of(_profiles["t"]), string.Join(' ', Ask("t"))));
    }

    [Fact]
    public void All_degraded_ones_are_returned_as_if_they_were_well()
    {
        Profile("t", TrafficRouting.MultiValue, "Degraded Online Degraded");
        Assert.Equal(["192.0.2.2"], Ask("t"));
        Profile("t", TrafficRouting.MultiValue, "Degraded Degraded Degraded");
        Assert.Equal(["192.0.2.1", "192.0.2.2", "192.0.2.3"], Ask("t"));
    }

    [Theory]
    [InlineData("Online Online", 1, EndpointHealth.Online)]
    [InlineData("Online Degraded", 1, EndpointHealth.Online)]
    [InlineData("Online Degraded", 2, EndpointHealth.Degraded)]
    [InlineData("Online CheckingEndpoint", 2, EndpointHealth.CheckingEndpoint)]
    [InlineData("CheckingEndpoint Degraded", 1, EndpointHealth.CheckingEndpoint)]
    [InlineData("Degraded Degraded", 1, EndpointHealth.Degraded)]
    [InlineData("", 1, EndpointHealth.Stopped)]
    public void A_nested_profile_is_as_enough_of_its_endpoints_are(string healths, int enough, EndpointHealth expected)
    {
        Profile("inner", TrafficRouting.Priority, healths);
        var nested = new TrafficEndpoint { Name = "n", ProfileKey = "inner", MinChildEndpoints = enough };
        Set(new() { Key = "outer", Name = "outer.trafficmanager.net", Ttl = 1, Routing = TrafficRouting.Priority, Endpoints = [nested, new() { Name = "z", Target = "192.0.2.9", Priority = 2 }] });
        Assert.Equal(expected, Judge.Of(_profiles["outer"], nested));
        Assert.Equal(expected is EndpointHealth.Degraded or EndpointHealth.Stopped ? ["192.0.2.9"] : [healths.StartsWith("Degraded", StringComparison.Ordinal) ? "192.0.2.2" : "192.0.2.1"], Ask("outer"));
    }

    [Fact]
    public void A_disabled_nested_profile_is_stopped_and_enough_may_be_said_of_each_family()
    {
        Profile("inner", TrafficRouting.MultiValue, "Online Online");
        var nested = new TrafficEndpoint { Name = "n", ProfileKey = "inner", MinChildEndpointsV4 = 2 };
        Set(new() { Key = "outer", Name = "outer.trafficmanager.net", Ttl = 1, Routing = TrafficRouting.Priority, Endpoints = [nested] });
        Assert.Equal(EndpointHealth.Online, Judge.Of(_profiles["outer"], nested));
        Assert.Equal(EndpointHealth.Degraded, Judge.Of(_profiles["outer"], nested with { MinChildEndpointsV6 = 1 }));
        Set(_profiles["inner"] with { Enabled = false });
        Assert.Equal((EndpointHealth.Stopped, ProfileHealth.Inactive), (Judge.Of(_profiles["outer"], nested), Judge.Of(_profiles["outer"])));
        Assert.Empty(Ask("outer"));
    }

    [Fact]
    public void Who_is_always_served_is_unmonitored_and_who_has_no_target_stopped()
    {
        var (always, nowhere) = (new TrafficEndpoint { Name = "a", Target = "192.0.2.1", AlwaysServe = true }, new TrafficEndpoint { Name = "b" });
        Set(new() { Key = "t", Name = "t.trafficmanager.net", Ttl = 1, Routing = TrafficRouting.Priority, Endpoints = [nowhere, always] });
        _found["t"] = new(new Dictionary<string, EndpointHealth> { ["a"] = EndpointHealth.Degraded });
        Assert.Equal((EndpointHealth.Unmonitored, EndpointHealth.Stopped), (Judge.Of(_profiles["t"], always), Judge.Of(_profiles["t"], nowhere)));
        Assert.Equal(["192.0.2.1"], Ask("t"));
    }

    private void Profile(string key, TrafficRouting routing, string healths)
    {
        var all = healths.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<EndpointHealth>).ToArray();
        Set(new()
        {
            Key = key,
            Name = key + ".trafficmanager.net",
            Ttl = 1,
            Routing = routing,
            MaxReturn = 8,
            Endpoints = [.. all.Select((_, i) => new TrafficEndpoint { Name = $"e{i}", Target = $"192.0.2.{i + 1}", Priority = i + 1 })],
        });
        var status = new TrafficStatus(all.Select((h, i) => (h, i)).ToDictionary(e => $"e{e.i}", e => e.h));
        _found[key] = status;
        _names.SetTraffic(key, status);
    }

    private void Set(TrafficItem profile)
    {
        _profiles[profile.Key] = profile;
        _names.Set(profile);
    }

    private string[] Ask(string name)
        => [.. (_names.World.Answer(new(name + ".trafficmanager.net", DnsType.A)) ?? throw new InvalidOperationException()).Answers.Where(r => r.Type == DnsType.A).Select(r => new IPAddress(r.Data).ToString())];
}
