namespace Lazuli.Clients.Tests.AzureCli;

/// <summary><c>az network dns</c>, <c>private-dns</c> and <c>traffic-manager</c>.</summary>
public sealed class DnsTests(Cloud cloud)
{
    [Fact]
    public async Task A_public_zone_is_filled_exported_and_taken_apart()
    {
        var az = await Az.SignedInAsync(cloud);
        await az.RunAsync("group create -n dns -l westeurope");
        var zone = await az.RunAsync("network dns zone create -g dns -n contoso.test");
        Assert.Equal(4, zone!["nameServers"]!.AsArray().Count);
        await az.RunAsync("network dns record-set a add-record -g dns -z contoso.test -n www -a 10.0.0.1 --ttl 60");
        await az.RunAsync("network dns record-set a add-record -g dns -z contoso.test -n www -a 10.0.0.2");
        await az.RunAsync("network dns record-set cname set-record -g dns -z contoso.test -n alias -c www.contoso.test");
        await az.RunAsync("network dns record-set mx add-record -g dns -z contoso.test -n @ -e mail.contoso.test -p 10");
        await az.RunAsync("network dns record-set txt add-record -g dns -z contoso.test -n @ -v hello");
        await az.RunAsync("network dns record-set soa update -g dns -z contoso.test -e me.contoso.test");
        Assert.Equal(2, (await az.RunAsync("network dns record-set a show -g dns -z contoso.test -n www"))!["ARecords"]!.AsArray().Count);
        Assert.Equal(6, (await az.RunAsync("network dns record-set list -g dns -z contoso.test"))!.AsArray().Count);
        Assert.Contains("(Conflict)", await az.FailAsync("network dns record-set txt add-record -g dns -z contoso.test -n alias -v x"));
        Assert.Contains("10.0.0.2", await az.PrintAsync("network dns zone export -g dns -n contoso.test"), StringComparison.Ordinal);
        await az.RunAsync("network dns record-set a remove-record -g dns -z contoso.test -n www -a 10.0.0.2");
        await az.RunAsync("network dns record-set cname delete -g dns -z contoso.test -n alias -y");
        await az.RunAsync("network dns zone delete -g dns -n contoso.test -y");
        Assert.Empty((await az.RunAsync("network dns zone list -g dns"))!.AsArray());
        await az.RunAsync("group delete -n dns --yes");
    }

    [Fact]
    public async Task A_zone_file_of_all_types_is_imported_and_comes_back()
    {
        const string Common = """
            @ 3600 IN MX 10 mail.example.org.
            www 300 IN A 10.0.0.1
            www 300 IN A 10.0.0.2
            www 300 IN AAAA fd00::1
            *.wild 300 IN A 10.0.0.3
            alias 60 IN CNAME www.example.org.
            4.3.2 60 IN PTR host.example.org.
            _sip._tcp 60 IN SRV 1 2 5060 sip.example.org.
            text 60 IN TXT "v=spf1 -all" "second part"
            """;
        var az = await Az.SignedInAsync(cloud);
        await az.RunAsync("group create -n imported -l westeurope");
        await az.PrintAsync("network dns zone import -g imported -n example.org -f " + az.Write("public.txt", $"""
            $ORIGIN example.org.
            $TTL 3600
            @ 3600 IN SOA ns1.example.org. admin.example.org. 2024010101 3600 300 2419200 300
            @ 3600 IN CAA 0 issue "ca.example.net"
            sub 3600 IN NS ns1.sub.example.org.
            {Common}

            """));
        var sets = (await az.RunAsync("network dns record-set list -g imported -z example.org"))!.AsArray();
        Assert.Equal(
            ["A/*.wild", "A/www", "AAAA/www", "CAA/@", "CNAME/alias", "MX/@", "NS/@", "NS/sub", "PTR/4.3.2", "SOA/@", "SRV/_sip._tcp", "TXT/text"],
            sets.Select(s => $"{((string?)s!["type"])!.Split('/')[^1]}/{(string?)s["name"]}").Order(StringComparer.Ordinal));
        Assert.Equal(2024010101, (long?)sets.Single(s => ((string?)s!["type"])!.EndsWith("/SOA", StringComparison.Ordinal))!["SOARecord"]!["serialNumber"]);
        var exported = await az.PrintAsync("network dns zone export -g imported -n example.org");
        foreach (var part in (string[])["10.0.0.2", "fd00::1", "ca.example.net", "ns1.sub.example.org.", "5060 sip.example.org.", "v=spf1 -all", "host.example.org.", "10 mail.example.org."])
        {
            Assert.Contains(part, exported, StringComparison.Ordinal);
        }

        await az.PrintAsync("network private-dns zone import -g imported -n inner.test -f " + az.Write("private.txt", $"$ORIGIN inner.test.\n$TTL 3600\n@ 3600 IN SOA ns1.example.org. admin.example.org. 7 3600 300 2419200 300\n{Common}\n"));
        Assert.Equal(9, (await az.RunAsync("network private-dns record-set list -g imported -z inner.test"))!.AsArray().Count);
        var inner = await az.PrintAsync("network private-dns zone export -g imported -n inner.test");
        Assert.Contains("5060 sip.example.org.", inner, StringComparison.Ordinal);
        Assert.Contains("fd00::1", inner, StringComparison.Ordinal);
        await az.RunAsync("group delete -n imported --yes");
    }

    [Fact]
    public async Task Record_sets_of_every_type_are_made_and_shown()
    {
        var az = await Az.SignedInAsync(cloud);
        await az.RunAsync("group create -n sets -l westeurope");
        await az.RunAsync("network dns zone create -g sets -n sets.test");
        foreach (var (kind, record) in new[]
        {
            ("aaaa", "-a fd00::1"), ("caa", "--flags 0 --tag issue --value ca.example.net"), ("ns", "-d ns1.example.org"), ("ptr", "-d host.example.org"), ("srv", "-p 1 -w 2 -r 5060 -t sip.example.org"),
            ("txt", "-v " + new string('x', 4000)),
        })
        {
            await az.RunAsync($"network dns record-set {kind} add-record -g sets -z sets.test -n {kind} {record}");
            Assert.Equal(kind, (string?)(await az.RunAsync($"network dns record-set {kind} show -g sets -z sets.test -n {kind}"))!["name"]);
        }

        await az.RunAsync("network dns record-set srv remove-record -g sets -z sets.test -n srv -p 1 -w 2 -r 5060 -t sip.example.org");
        Assert.Contains("(NotFound)", (await az.FailAsync("network dns record-set srv show -g sets -z sets.test -n srv")).Replace("ResourceNotFound", "NotFound", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(7, (await az.RunAsync("network dns record-set list -g sets -z sets.test"))!.AsArray().Count);
        await az.RunAsync("group delete -n sets --yes");
    }

    [Fact]
    public async Task A_private_zone_is_linked_and_filled()
    {
        var az = await Az.SignedInAsync(cloud);
        await az.RunAsync("group create -n pdns -l westeurope");
        await az.RunAsync("network vnet create -g pdns -n v --address-prefix 10.8.0.0/16");
        await az.RunAsync("network private-dns zone create -g pdns -n inside.test");
        await az.RunAsync("network private-dns link vnet create -g pdns -z inside.test -n l -v v -e true");
        await az.RunAsync("network private-dns record-set a add-record -g pdns -z inside.test -n db -a 10.8.0.9");
        Assert.Equal("Completed", (string?)(await az.RunAsync("network private-dns link vnet show -g pdns -z inside.test -n l"))!["virtualNetworkLinkState"]);
        Assert.Equal(2, (await az.RunAsync("network private-dns record-set list -g pdns -z inside.test"))!.AsArray().Count);
        await az.RunAsync("network private-dns link vnet delete -g pdns -z inside.test -n l -y");
        await az.RunAsync("network private-dns zone delete -g pdns -n inside.test -y");
        await az.RunAsync("group delete -n pdns --yes");
    }

    [Fact]
    public async Task A_traffic_manager_profile_gets_endpoints()
    {
        var az = await Az.SignedInAsync(cloud);
        await az.RunAsync("group create -n tm -l westeurope");
        await az.RunAsync("network traffic-manager profile create -g tm -n t --routing-method Weighted --unique-dns-name lazuli-test");
        await az.RunAsync("network traffic-manager endpoint create -g tm --profile-name t -n e --type externalEndpoints --target www.example.org --weight 5");
        Assert.Equal("lazuli-test.trafficmanager.net", (string?)(await az.RunAsync("network traffic-manager profile show -g tm -n t"))!["dnsConfig"]!["fqdn"]);
        Assert.Equal(["e"], (await az.RunAsync("network traffic-manager endpoint list -g tm --profile-name t"))!.AsArray().Select(e => (string?)e!["name"]));
        Assert.False((bool)(await az.RunAsync("network traffic-manager profile check-dns -n lazuli-test"))!["nameAvailable"]!);
        await az.RunAsync("network traffic-manager profile delete -g tm -n t");
        await az.RunAsync("group delete -n tm --yes");
    }
}
