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
