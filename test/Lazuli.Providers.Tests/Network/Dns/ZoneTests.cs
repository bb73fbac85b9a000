using System.Net;
using System.Text.Json.Nodes;
using Lazuli.Engines.Dns;

namespace Lazuli.Providers.Tests.Network.Dns;

/// <summary>Zones and record sets as their clients see them, and as the machine gets them.</summary>
public sealed class ZoneTests
{
    private const string Zone = "dnsZones/contoso.com";
    private const string Private = "privateDnsZones/inside.test";
    private const string Global = """{"location":"global"}""";

    [Fact]
    public async Task A_new_zone_has_its_name_servers_and_its_start_of_authority()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        var zone = await cloud.SucceedAsync("PUT", NetworkCloud.Id(Zone), Global);
        Assert.Equal((2, 10_000, 4, "Public", "global"), ((int?)zone["properties"]!["numberOfRecordSets"], (int?)zone["properties"]!["maxNumberOfRecordSets"],
            zone["properties"]!["nameServers"]!.AsArray().Count, (string?)zone["properties"]!["zoneType"], (string?)zone["location"]));
        var all = (await cloud.GetAsync(NetworkCloud.Id(Zone + "/all")))["value"]!.AsArray();
        Assert.Equal(["Microsoft.Network/dnsZones/NS", "Microsoft.Network/dnsZones/SOA"], all.Select(s => (string?)s!["type"]));
        Assert.All(all, s => Assert.Equal(("@", "contoso.com."), ((string?)s!["name"], (string?)s["properties"]!["fqdn"])));
        Assert.NotNull((string?)all[0]!["etag"]);
        Assert.Equal("ns1-01.azure-dns.com.", (string?)(await cloud.GetAsync(NetworkCloud.Id(Zone + "/SOA/@")))["properties"]!["SOARecord"]!["host"]);
        await cloud.UntilAsync(() => cloud.IsApplied(Zone) && cloud.IsApplied(Zone + "/soa/@") && cloud.IsApplied(Zone + "/ns/@"));
    }

    [Fact]
    public async Task A_record_set_is_written_at_once_and_goes_to_the_machine_alone()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Zone), Global);
        var made = await cloud.SendAsync("PUT", NetworkCloud.Id(Zone + "/A/www"), """{"properties":{"TTL":60,"metadata":{"a":"b"},"ARecords":[{"ipv4Address":"10.0.0.1"}]}}""");
        Assert.Equal((201, null), (made.Status, made.OperationId));
        var properties = NetworkCloud.Parse(made)["properties"]!;
        Assert.Equal((60, "www.contoso.com.", "b", "Succeeded"), ((int?)properties["TTL"], (string?)properties["fqdn"], (string?)properties["metadata"]!["a"], (string?)properties["provisioningState"]));
        await cloud.UntilAsync(() => cloud.IsApplied(Zone + "/a/www"));
        var item = cloud.Item<DnsRecordsItem>(Zone + "/a/www")!;
        Assert.Equal(("www.contoso.com", DnsType.A, 60u, "10.0.0.1"), (item.Name, item.Type, item.Ttl, new IPAddress(Assert.Single(item.Data)).ToString()));
        Assert.Equal(3, (int?)(await cloud.GetAsync(NetworkCloud.Id(Zone)))["properties"]!["numberOfRecordSets"]);

        Assert.Equal(200, (await cloud.SendAsync("PATCH", NetworkCloud.Id(Zone + "/A/www"), """{"properties":{"TTL":90}}""")).Status);
        await cloud.UntilAsync(() => cloud.Item<DnsRecordsItem>(Zone + "/a/www")?.Ttl == 90);
        Assert.Equal(200, (await cloud.SendAsync("DELETE", NetworkCloud.Id(Zone + "/A/www"))).Status);
        await cloud.UntilAsync(() => cloud.Item<DnsRecordsItem>(Zone + "/a/www") is null);
        await cloud.SucceedAsync("DELETE", NetworkCloud.Id(Zone));
        Assert.Equal(404, (await cloud.SendAsync("GET", NetworkCloud.Id(Zone + "/SOA/@"))).Status);
        Assert.Null(cloud.Item<DnsZoneItem>(Zone));
    }

    [Fact]
    public async Task Lists_are_paged_and_kept_by_suffix()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Zone), Global);
        foreach (var name in new[] { "a", "b", "c.b" })
        {
            await cloud.SucceedAsync("PUT", NetworkCloud.Id($"{Zone}/TXT/{name}"), """{"properties":{"TTL":60,"TXTRecords":[{"value":["x"]}]}}""");
        }

        Assert.Equal(["b", "c.b"], Names(await cloud.GetAsync(NetworkCloud.Id(Zone + "/TXT"), "$recordsetnamesuffix=b")));
        Assert.Equal(["b", "c.b"], Names(await cloud.GetAsync(NetworkCloud.Id(Zone + "/recordsets"), "$recordsetnamesuffix=b")));
        var first = await cloud.GetAsync(NetworkCloud.Id(Zone + "/all"), "$top=2");
        Assert.Equal(["@", "@"], Names(first));
        Assert.Contains("$skiptoken=2", (string?)first["nextLink"], StringComparison.Ordinal);
        Assert.Equal(["a", "b", "c.b"], Names(await cloud.GetAsync(NetworkCloud.Id(Zone + "/all"), "$skiptoken=2")));
    }

    [Fact]
    public async Task An_alias_names_a_public_address_whose_own_name_is_told_too()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/p"), """
            {"location":"eastus","sku":{"name":"Standard"},"properties":{"publicIPAllocationMethod":"Static","dnsSettings":{"domainNameLabel":"web"}}}
            """);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Zone), Global);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Zone + "/A/@"), $$$$"""{"properties":{"TTL":60,"targetResource":{"id":"{{{{NetworkCloud.Id("publicIPAddresses/p")}}}}"}}}""");
        await cloud.UntilAsync(() => cloud.Item<DnsRecordsItem>(Zone + "/a/@")?.AliasKey?.Equals(NetworkCloud.Id("publicIPAddresses/p"), StringComparison.OrdinalIgnoreCase) == true);
        await cloud.UntilAsync(() => cloud.IsApplied("publicIPAddresses/p"));
        var host = cloud.Item<DnsHostItem>("publicIPAddresses/p")!;
        Assert.Equal("web.eastus.cloudapp.azure.com", host.Name);
        Assert.Equal((string?)(await cloud.GetAsync(NetworkCloud.Id("publicIPAddresses/p")))["properties"]!["ipAddress"], host.Address);
    }

    [Fact]
    public async Task A_private_zone_knows_who_sees_it()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet());
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Private), Global);
        var link = await cloud.SucceedAsync("PUT", NetworkCloud.Id(Private + "/virtualNetworkLinks/l"), Link("v", registers: true));
        Assert.Equal(("Completed", "Succeeded", "Default"), ((string?)link["properties"]!["virtualNetworkLinkState"], (string?)link["properties"]!["provisioningState"], (string?)link["properties"]!["resolutionPolicy"]));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Private + "/A/db"), """{"properties":{"ttl":60,"aRecords":[{"ipv4Address":"10.0.0.9"}]}}""");
        await cloud.UntilAsync(() => cloud.Item<DnsZoneItem>(Private)?.Links is [{ Registers: true, Redirects: false }] && cloud.IsApplied(Private + "/a/db"));
        var zone = await cloud.GetAsync(NetworkCloud.Id(Private));
        Assert.Equal((2, 1, 1), ((int?)zone["properties"]!["numberOfRecordSets"], (int?)zone["properties"]!["numberOfVirtualNetworkLinks"], (int?)zone["properties"]!["numberOfVirtualNetworkLinksWithRegistration"]));

        Assert.Equal(["CannotDeleteResource"], await cloud.CodesAsync("DELETE", NetworkCloud.Id(Private)));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("privateDnsZones/other.test"), Global);
        Assert.Equal(["Conflict"], await cloud.CodesAsync("PUT", NetworkCloud.Id("privateDnsZones/other.test/virtualNetworkLinks/l"), Link("v", registers: true)));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("privateDnsZones/other.test/virtualNetworkLinks/l"), Link("v", registers: false));
        Assert.Equal(["Conflict"], await cloud.CodesAsync("PUT", NetworkCloud.Id(Private + "/virtualNetworkLinks/twin"), Link("v", registers: false)));
        Assert.Equal(200, (await cloud.SendAsync("DELETE", NetworkCloud.Id(Private + "/virtualNetworkLinks/l"))).Status);
        await cloud.UntilAsync(() => cloud.Item<DnsZoneItem>(Private)?.Links is []);
        await cloud.SucceedAsync("DELETE", NetworkCloud.Id(Private));
    }

    [Fact]
    public async Task Machines_of_a_network_that_registers_are_listed_as_long_as_they_are_there()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet());
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("networkInterfaces/n"), NetworkCloud.Nic(address: "10.0.0.9"));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Private), Global);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Private + "/virtualNetworkLinks/l"), Link("v", registers: true));
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Private + "/A/www"), """{"properties":{"ttl":60,"aRecords":[{"ipv4Address":"10.0.0.1"}]}}""");
        Assert.Equal(404, (await cloud.SendAsync("GET", NetworkCloud.Id(Private + "/A/web1"))).Status);

        await cloud.SucceedAsync("PUT", NetworkCloud.Vm("vm"), """
            {"location":"eastus","properties":{"osProfile":{"computerName":"Web1"},"networkProfile":{"networkInterfaces":[{"id":"NIC"}]}}}
            """.Replace("NIC", NetworkCloud.Id("networkInterfaces/n"), StringComparison.Ordinal));
        var shown = await cloud.GetAsync(NetworkCloud.Id(Private + "/A/web1"));
        Assert.Equal(("web1", true, 10, "10.0.0.9"), ((string?)shown["name"], (bool?)shown["properties"]!["isAutoRegistered"], (int?)shown["properties"]!["ttl"], (string?)shown["properties"]!["aRecords"]![0]!["ipv4Address"]));
        Assert.Equal(["web1", "www"], Names(await cloud.GetAsync(NetworkCloud.Id(Private + "/A"))));
        Assert.Equal(["@", "web1", "www"], Names(await cloud.GetAsync(NetworkCloud.Id(Private + "/ALL"))));
        Assert.Equal(3, (int?)(await cloud.GetAsync(NetworkCloud.Id(Private)))["properties"]!["numberOfRecordSets"]);
        Assert.Empty(Names(await cloud.GetAsync(NetworkCloud.Id(Private + "/AAAA"))));
        Assert.Null(cloud.Item<DnsRecordsItem>(Private + "/A/web1"));

        // One's own goes before it, and leaves it behind.
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Private + "/A/web1"), """{"properties":{"ttl":60,"aRecords":[{"ipv4Address":"10.0.0.77"}]}}""");
        Assert.Equal(["web1", "www"], Names(await cloud.GetAsync(NetworkCloud.Id(Private + "/A"))));
        Assert.False((bool?)(await cloud.GetAsync(NetworkCloud.Id(Private + "/A/web1")))["properties"]!["isAutoRegistered"]);
        await cloud.SucceedAsync("DELETE", NetworkCloud.Id(Private + "/A/web1"));
        Assert.True((bool?)(await cloud.GetAsync(NetworkCloud.Id(Private + "/A/web1")))["properties"]!["isAutoRegistered"]);
        Assert.Equal(204, (await cloud.SendAsync("DELETE", NetworkCloud.Id(Private + "/A/web1"))).Status);

        await cloud.SucceedAsync("DELETE", NetworkCloud.Vm("vm"));
        Assert.Equal(404, (await cloud.SendAsync("GET", NetworkCloud.Id(Private + "/A/web1"))).Status);
        Assert.Equal(["@", "www"], Names(await cloud.GetAsync(NetworkCloud.Id(Private + "/ALL"))));
    }

    [Theory]
    [InlineData("mine.eastus.cloudapp.azure.com", true)]
    [InlineData("Mine.eastus.cloudapp.azure.com.", true)]
    [InlineData("other.eastus.cloudapp.azure.com", true)]
    [InlineData("direct.contoso.com", true)]
    [InlineData("alias.contoso.com", true)]
    [InlineData("cname.contoso.com", true)]
    [InlineData("elsewhere.contoso.com", false)]
    [InlineData("ring.contoso.com", false)]
    [InlineData("none.contoso.com", false)]
    [InlineData("www.example.org", false)]
    public async Task A_reverse_name_leads_to_an_address_of_the_subscription(string name, bool allowed)
    {
        const string Address = """{"location":"eastus","sku":{"name":"Standard"},"properties":{"publicIPAllocationMethod":"Static","dnsSettings":{"domainNameLabel":"LABEL"}}}""";
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Zone), Global);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/other"), Address.Replace("LABEL", "other", StringComparison.Ordinal));
        var made = await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/p"), Address.Replace("LABEL", "mine", StringComparison.Ordinal));
        foreach (var (path, properties) in new[]
        {
            ("A/direct", $$"""{"ARecords":[{"ipv4Address":"{{(string?)made["properties"]!["ipAddress"]}}"}]}"""),
            ("A/elsewhere", """{"ARecords":[{"ipv4Address":"192.0.2.1"}]}"""),
            ("A/alias", $$$"""{"targetResource":{"id":"{{{NetworkCloud.Id("publicIPAddresses/p")}}}"}}"""),
            ("CNAME/cname", """{"CNAMERecord":{"cname":"cname2.contoso.com"}}"""),
            ("CNAME/cname2", """{"CNAMERecord":{"cname":"mine.eastus.cloudapp.azure.com"}}"""),
            ("CNAME/ring", """{"CNAMERecord":{"cname":"ring.contoso.com"}}"""),
        })
        {
            await cloud.SucceedAsync("PUT", NetworkCloud.Id($"{Zone}/{path}"), $$"""{"properties":{{properties}}}""");
        }

        var wanted = Address.Replace("\"LABEL\"", $"\"mine\",\"reverseFqdn\":\"{name}\"", StringComparison.Ordinal);
        if (!allowed)
        {
            Assert.Equal(["ReverseFqdnDoesNotBelongToSubscription"], await cloud.CodesAsync("PUT", NetworkCloud.Id("publicIPAddresses/p"), wanted));
            return;
        }

        await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/p"), wanted);
        await cloud.UntilAsync(() => cloud.Item<DnsHostItem>("publicIPAddresses/p")?.Reverse == DnsName.Canonical(name));
    }

    [Fact]
    public async Task An_alias_outlives_its_target_as_an_empty_set()
    {
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Zone), Global);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/p"), NetworkCloud.StandardAddress);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Zone + "/A/pip"), $$$$"""{"properties":{"TTL":60,"targetResource":{"id":"{{{{NetworkCloud.Id("publicIPAddresses/p")}}}}"}}}""");
        await cloud.SucceedAsync("DELETE", NetworkCloud.Id("publicIPAddresses/p"));
        await cloud.UntilAsync(() => cloud.Item<DnsHostItem>("publicIPAddresses/p") is null);
        var names = new DnsCatalogue();
        foreach (var item in (string[])[Zone, Zone + "/SOA/@", Zone + "/A/pip"])
        {
            await cloud.UntilAsync(() => cloud.Item<DnsItem>(item) is not null);
            names.Set(cloud.Item<DnsItem>(item)!);
        }

        var answer = names.World.Answer(new("pip.contoso.com", DnsType.A))!;
        Assert.Equal((DnsCode.NoError, 0, 1), (answer.Code, answer.Answers.Count, answer.Authorities.Count));
        Assert.Equal(200, (await cloud.SendAsync("GET", NetworkCloud.Id(Zone + "/A/pip"))).Status);
    }

    [Fact]
    public async Task A_set_is_written_only_as_it_is_expected_to_be()
    {
        const string Set = """{"properties":{"TTL":60,"ARecords":[{"ipv4Address":"10.0.0.1"}]}}""";
        await using var cloud = await NetworkCloud.StartAsync();
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Zone), Global);
        var etag = (string?)(await cloud.SucceedAsync("PUT", NetworkCloud.Id(Zone + "/A/www"), Set))["etag"];
        Assert.Equal(412, (await cloud.SendAsync("PUT", NetworkCloud.Id(Zone + "/A/www"), Set, ifMatch: "00000000-0000-0000-0000-000000000000")).Status);
        Assert.Equal(200, (await cloud.SendAsync("PUT", NetworkCloud.Id(Zone + "/A/www"), Set.Replace("60", "61", StringComparison.Ordinal), ifMatch: etag)).Status);
        Assert.Equal(412, (await cloud.SendAsync("DELETE", NetworkCloud.Id(Zone + "/A/www"), ifMatch: etag)).Status);
    }

    public static TheoryData<string, string, string, string?, string> Bad()
    {
        var rows = new TheoryData<string, string, string, string?, string>();
        void Put(string why, string path, string properties, string code = "BadRequest") => rows.Add(why, "PUT", path, $$$"""{"properties":{"TTL":60,{{{properties}}}}}""", code);
        string A(string address) => $$"""
            "ARecords":[{"ipv4Address":"{{address}}"}]
            """;
        const string cname = "\"CNAMERecord\":{\"cname\":\"a.example\"}";
        rows.Add("a zone of one label", "PUT", "dnsZones/contoso", Global, "BadRequest");
        rows.Add("a zone with a bad character", "PUT", "dnsZones/con!toso.com", Global, "BadRequest");
        rows.Add("a zone with an empty label", "PUT", "dnsZones/a..com", Global, "BadRequest");
        rows.Add("a zone somewhere", "PUT", "dnsZones/new.com", """{"location":"eastus"}""", "LocationNotAvailableForResourceType");
        rows.Add("a public zone that is private", "PUT", "dnsZones/new.com", """{"location":"global","properties":{"zoneType":"Private"}}""", "FeatureNotSupported");
        Put("an address that is none", Zone + "/A/x", A("10.0.0.256"));
        Put("an address of three numbers", Zone + "/A/x", A("10.0.1"));
        Put("an IPv6 address among IPv4", Zone + "/A/x", A("fd00::1"));
        Put("an IPv4 address among IPv6", Zone + "/AAAA/x", "\"AAAARecords\":[{\"ipv6Address\":\"10.0.0.1\"}]");
        rows.Add("a time to live of nothing", "PUT", Zone + "/A/x", """{"properties":{"TTL":0}}""", "BadRequest");
        rows.Add("a time to live too long", "PUT", Zone + "/A/x", """{"properties":{"TTL":2147483648}}""", "BadRequest");
        Put("21 records", Zone + "/A/x", $"\"ARecords\":[{string.Join(',', Enumerable.Range(1, 21).Select(i => $$"""{"ipv4Address":"10.0.0.{{i}}"}"""))}]");
        Put("records of another type", Zone + "/TXT/x", A("10.0.0.1"));
        Put("a name with a space", Zone + "/A/x y", A("10.0.0.1"));
        Put("a star in the middle", Zone + "/A/a.*", A("10.0.0.1"));
        Put("a label too long", Zone + "/A/" + new string('a', 64), A("10.0.0.1"));
        Put("a CNAME at the apex", Zone + "/CNAME/@", cname);
        Put("a CNAME beside others", Zone + "/CNAME/www", cname, "Conflict");
        Put("others beside a CNAME", Zone + "/TXT/alias", "\"TXTRecords\":[{\"value\":[\"x\"]}]", "Conflict");
        Put("a CNAME to a name that is none", Zone + "/CNAME/x", "\"CNAMERecord\":{\"cname\":\"a b\"}");
        Put("a SOA elsewhere", Zone + "/SOA/x", "\"SOARecord\":{\"email\":\"a.b\"}");
        Put("an apex without Azure's servers", Zone + "/NS/@", "\"NSRecords\":[{\"nsdname\":\"ns.example\"}]");
        Put("a preference too high", Zone + "/MX/x", "\"MXRecords\":[{\"preference\":65536,\"exchange\":\"m.example\"}]");
        Put("a port too high", Zone + "/SRV/x", "\"SRVRecords\":[{\"priority\":1,\"weight\":1,\"port\":65536,\"target\":\"m.example\"}]");
        Put("a text of nothing", Zone + "/TXT/x", "\"TXTRecords\":[{}]");
        Put("a text too long", Zone + "/TXT/x", $"\"TXTRecords\":[{{\"value\":[\"{new string('x', 4097)}\"]}}]");
        Put("a CAA tag that is none", Zone + "/CAA/x", "\"caaRecords\":[{\"flags\":0,\"tag\":\"not a tag\",\"value\":\"x\"}]");
        Put("an alias with records", Zone + "/A/x", A("10.0.0.1") + $",\"targetResource\":{{\"id\":\"{NetworkCloud.Id("publicIPAddresses/p")}\"}}");
        Put("an alias to a network", Zone + "/A/x", $"\"targetResource\":{{\"id\":\"{NetworkCloud.Id("virtualNetworks/v")}\"}}");
        Put("an alias to nothing", Zone + "/A/x", $"\"targetResource\":{{\"id\":\"{NetworkCloud.Id("publicIPAddresses/none")}\"}}", "InvalidResourceReference");
        Put("a text that is an alias", Zone + "/TXT/x", $"\"targetResource\":{{\"id\":\"{NetworkCloud.Id("publicIPAddresses/p")}\"}}");
        Put("an unknown property", Zone + "/A/x", "\"colour\":1", "InvalidRequestContent");
        Put("a set of no zone", "dnsZones/none.com/A/x", A("10.0.0.1"), "ParentResourceNotFound");
        rows.Add("the SOA deleted", "DELETE", Zone + "/SOA/@", null, "BadRequest");
        rows.Add("the name servers deleted", "DELETE", Zone + "/NS/@", null, "BadRequest");
        rows.Add("a link to nothing", "PUT", Private + "/virtualNetworkLinks/x", """{"location":"global","properties":{}}""", "BadRequest");
        rows.Add("a link to a network that isn't there", "PUT", Private + "/virtualNetworkLinks/x", Link("none", registers: false), "InvalidResourceReference");
        rows.Add("a private CNAME at the apex", "PUT", Private + "/CNAME/@", """{"properties":{"ttl":60,"cnameRecord":{"cname":"a.example"}}}""", "BadRequest");
        return rows;
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task What_Azure_refuses_is_refused(string why, string method, string path, string? body, string code)
    {
        var cloud = await NetworkCloud.StartAsync();
        await using var _ = cloud;
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Zone), Global);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Private), Global);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Zone + "/A/www"), """{"properties":{"TTL":60,"ARecords":[{"ipv4Address":"10.0.0.1"}]}}""");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id(Zone + "/CNAME/alias"), """{"properties":{"TTL":60,"CNAMERecord":{"cname":"www.contoso.com"}}}""");
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("publicIPAddresses/p"), NetworkCloud.StandardAddress);
        await cloud.SucceedAsync("PUT", NetworkCloud.Id("virtualNetworks/v"), NetworkCloud.Vnet());
        var codes = await cloud.CodesAsync(method, NetworkCloud.Id(path), body);
        Assert.True(codes.Contains(code), $"{why}: {string.Join(' ', codes)}");
    }

    private static string Link(string network, bool registers)
        => $$$"""{"location":"global","properties":{"virtualNetwork":{"id":"{{{NetworkCloud.Id("virtualNetworks/" + network)}}}"},"registrationEnabled":{{{(registers ? "true" : "false")}}}}}""";

    private static IEnumerable<string?> Names(JsonNode list) => list["value"]!.AsArray().Select(s => (string?)s!["name"]);
}
