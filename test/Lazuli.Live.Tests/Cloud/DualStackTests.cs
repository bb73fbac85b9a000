using Lazuli.Live.Tests.Crash;
using Lazuli.Live.Tests.Net;

namespace Lazuli.Live.Tests.Cloud;

/// <summary>Two machines of a dual-stack network, made by the REST API: the guests' own kernels hear their gateway, their DHCPv6 client gets the address.</summary>
[Collection("machine's network")]
public sealed class DualStackTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private LiveCloud? _cloud;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private LiveCloud Cloud => _cloud ?? throw new InvalidOperationException();

    public async ValueTask InitializeAsync()
    {
        Isolation.Require();
        _cloud = await LiveCloud.CreateAsync(Token);
    }

    public async ValueTask DisposeAsync() => await Cloud.DisposeAsync();

    [Fact]
    public async Task Guests_get_IPv6_addresses_reach_each_other_and_are_reached()
    {
        var rules = await PutAsync("networkSecurityGroups", "rules", Bodies.Rules([("ssh", 1000, "Allow", "22")]));
        var network = await PutAsync("virtualNetworks", "six", Bodies.DualStackNetwork(rules.Path));
        var public4 = await PutAsync("publicIPAddresses", "four", Bodies.PublicAddress());
        var wanted = Bodies.PublicAddress();
        (wanted["properties"] ?? throw new InvalidOperationException())["publicIPAddressVersion"] = "IPv6";
        var public6 = await PutAsync("publicIPAddresses", "six", wanted);
        // Addresses are given in the order in which the interfaces are made.
        var a = await PutAsync("networkInterfaces", "a", Bodies.DualStackNic(network.Path, public4.Path, public6.Path));
        var b = await PutAsync("networkInterfaces", "b", Bodies.DualStackNic(network.Path, null, null));
        await Task.WhenAll(MachineAsync("a", a), MachineAsync("b", b));

        var outside = await AddressAsync(public4);
        await UntilAsync(outside, "ip -6 addr show dev eth0", "inet6 fd00:6::4/128 scope global");
        Assert.Contains("default via fe80::1234:5678:9abc", await InAsync(outside, "ip -6 route show"), StringComparison.Ordinal);
        await UntilAsync(outside, "sudo ping6 -c 2 -W 5 fd00:6::5 2>&1", " 0% packet loss");
        Assert.StartsWith("SSH-", await InAsync(outside, "timeout 5 nc -w 4 fd00:6::5 22 </dev/null | head -c 4"), StringComparison.Ordinal);
        Assert.Contains("fd00:6::4", await InAsync(outside, "timeout 10 wget -q -O - --header 'Metadata: true' 'http://169.254.169.254/metadata/instance/network/interface/0/ipv6/ipAddress/0/privateIpAddress?api-version=2021-02-01&format=text'"), StringComparison.Ordinal);
        Assert.Contains("fd00:6::5", await InAsync(outside, "nslookup -type=aaaa b"), StringComparison.Ordinal);

        // From the host's side by the public IPv6 address, as by the other one.
        var six = await AddressAsync(public6);
        Assert.Contains(':', six);
        Assert.Equal("a", await InAsync(six, "hostname"));
    }

    private Task<string> InAsync(string address, string command) => Cloud.InGuestAsync(address, $"{{ {command}; }} || true", Token);

    /// <summary>Asks until it is so: the guest's DHCPv6 client begins when the machine is ready.</summary>
    private async Task UntilAsync(string address, string command, string wanted)
    {
        var said = "";
        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (!said.Contains(wanted, StringComparison.Ordinal) && waited.Elapsed < Patience)
        {
            said = await InAsync(address, command);
        }

        Assert.Contains(wanted, said, StringComparison.Ordinal);
    }

    private async Task<string> AddressAsync(Owned address)
        => (await Cloud.GetAsync(address.Path, Bodies.NetworkVersion, Token)).Body["properties"]?["ipAddress"]?.GetValue<string>() ?? "";

    private async Task<Owned> PutAsync(string type, string name, System.Text.Json.Nodes.JsonObject body)
    {
        var owned = new Owned(Cloud, $"{Cloud.InGroup}/providers/Microsoft.Network/{type}/{name}", Bodies.NetworkVersion);
        await owned.PutAsync(body, Token);
        return owned;
    }

    private async Task MachineAsync(string name, Owned nic)
    {
        var machine = new Owned(Cloud, $"{Cloud.InGroup}/providers/Microsoft.Compute/virtualMachines/{name}", Bodies.ComputeVersion);
        await machine.PutAsync(Bodies.Machine(name, nic.Path, Cloud.PublicKey), Token);
        await machine.UntilSettledAsync(Token);
    }
}
