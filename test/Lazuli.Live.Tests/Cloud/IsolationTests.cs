using System.Diagnostics;
using Lazuli.Engines.Linux.Host;
using Lazuli.Live.Tests.Crash;
using Lazuli.Live.Tests.Net;

namespace Lazuli.Live.Tests.Cloud;

/// <summary>
/// Who reaches whom, seen by guests that the REST API made: a and b in one network (a with a public address), c in another. On the host and where the node is,
/// somebody answers at addresses of theirs and at a metadata service's address: no guest may ever hear them.
/// </summary>
[Collection("machine's network")]
public sealed class IsolationTests : IAsyncLifetime
{
    private const string HostAddress = "192.0.2.1";
    private const string Metadata = "169.254.169.254";
    private const string Told = "not for guests";
    private readonly List<Process> _listeners = [];
    private readonly string _page = Directory.CreateTempSubdirectory("lz-page-").FullName;
    private LiveCloud? _cloud;
    private string? _first;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private LiveCloud Cloud => _cloud ?? throw new InvalidOperationException();

    public async ValueTask InitializeAsync()
    {
        Isolation.Require();
        _cloud = await LiveCloud.CreateAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners)
        {
            listener.Kill(entireProcessTree: true);
            listener.Dispose();
        }

        Directory.Delete(_page, recursive: true);
        if (_listeners.Count > 0)
        {
            await HostProgram.RunAsync("ip", ["-batch", "-"], HostEnd("del"), cancellationToken: CancellationToken.None);
        }

        await Cloud.DisposeAsync();
    }

    [Fact]
    public async Task Guests_reach_what_they_may_and_nothing_else()
    {
        var rules = await PutAsync("networkSecurityGroups", "rules", Rules("Allow"));
        var first = await PutAsync("virtualNetworks", "first", Bodies.Network("10.0.0.0/16", "10.0.0.0/24", rules.Path));
        var second = await PutAsync("virtualNetworks", "second", Bodies.Network("10.1.0.0/16", "10.1.0.0/24", rules.Path));
        var machines = await Task.WhenAll(MachineAsync("a", first.Path, true), MachineAsync("b", first.Path, false), MachineAsync("c", second.Path, true));
        var (a, b, c) = (machines[0], machines[1], machines[2]);

        // Names of the own network resolve, others' don't.
        Assert.Contains(b.Private, await InAsync(a, "nslookup b"), StringComparison.Ordinal);
        Assert.Contains(a.Private, await InAsync(b, "nslookup a"), StringComparison.Ordinal);
        Assert.DoesNotContain(c.Private, await InAsync(a, "nslookup c"), StringComparison.Ordinal);

        // Within a network; not into another one; from outside only by a public address.
        Assert.StartsWith("SSH-", await KnockAsync(a, b.Private), StringComparison.Ordinal);
        Assert.Equal("", await KnockAsync(a, c.Private));
        Assert.Equal("", await KnockAsync(c, a.Private));
        Assert.StartsWith("SSH-", await KnockFromOutsideAsync(a.Public), StringComparison.Ordinal);
        Assert.Equal("", await KnockFromOutsideAsync(a.Private));
        Assert.Equal("", await KnockFromOutsideAsync(b.Private));

        // Each guest sees itself at the metadata service, and nobody else, whoever it says it is.
        var ids = new List<string>();
        foreach (var machine in machines)
        {
            Assert.Equal(machine.Name, await MetadataAsync(machine, "name"));
            ids.Add(await MetadataAsync(machine, "vmId"));
            Assert.Equal(machine.VmId, ids[^1]);
        }

        Assert.Equal(3, ids.Distinct().Count());
        var gateway = "10.0.0.1";
        await InAsync(a, $"sudo ip addr add {b.Private}/32 dev eth0; sudo ip route del {Metadata}; sudo ip route add {Metadata} via {gateway} src {b.Private}");
        Assert.Equal("", await MetadataAsync(a, "vmId"));
        await InAsync(a, $"sudo ip addr del {b.Private}/32 dev eth0; sudo ip route replace {Metadata} via {gateway}");
        Assert.Equal(a.VmId, await MetadataAsync(a, "vmId"));

        await NothingOfTheHostAsync(machines);
        await EditAsync(rules, a);
    }

    /// <summary>No address of the host or of the node is reached, nor a metadata service of theirs.</summary>
    private async Task NothingOfTheHostAsync(IReadOnlyList<Guest> guests)
    {
        await HostProgram.RunAsync("ip", ["-batch", "-"], HostEnd("replace"), cancellationToken: Token);
        await HostProgram.RunAsync(Cloud.Outside[0], [.. Cloud.Outside.Skip(1), "ip", "-batch", "-"], $"addr add {Metadata}/32 dev lo\n", cancellationToken: Token);
        var node = (await HostProgram.RunAsync(Cloud.Outside[0], [.. Cloud.Outside.Skip(1), "ip", "-4", "-o", "addr", "show", "scope", "global"], cancellationToken: Token))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3].Split('/')[0]).Where(n => n != Metadata).ToList();
        Assert.NotEmpty(node);
        await ListenAsync([], HostAddress);
        await ListenAsync(Cloud.Outside, node[0]);
        foreach (var guest in guests)
        {
            var addresses = string.Join(' ', node.Append(HostAddress).Append("10.0.0.1").Append("10.1.0.1"));
            Assert.Equal("", await InAsync(guest, $"for a in {addresses}; do timeout 4 wget -q -O - http://$a/ 2>/dev/null & done; wait"));
            Assert.Equal(guest.VmId, await MetadataAsync(guest, "vmId"));
            Assert.DoesNotContain(Told, await InAsync(guest, $"timeout 10 wget -q -O - http://{Metadata}/ 2>&1"), StringComparison.Ordinal);
        }
    }

    private static string HostEnd(string verb) => $"addr {verb} {HostAddress}/32 dev lo\naddr {verb} {Metadata}/32 dev lo\n";

    /// <summary>A rule that is taken away keeps new connections out at once, and leaves the established one alone.</summary>
    private async Task EditAsync(Owned rules, Guest a)
    {
        using var session = new GuestSession(Cloud, a.Public);
        await session.CheckAsync(Token);
        await rules.PutAsync(Rules("Deny"), Token);
        await rules.UntilSettledAsync(Token);
        Assert.Equal("", await KnockFromOutsideAsync(a.Public));
        await session.CheckAsync(Token);
        await rules.PutAsync(Rules("Allow"), Token);
        await rules.UntilSettledAsync(Token);
        Assert.StartsWith("SSH-", await KnockFromOutsideAsync(a.Public), StringComparison.Ordinal);
        await session.CheckAsync(Token);
    }

    private static System.Text.Json.Nodes.JsonObject Rules(string access) => Bodies.Rules([("ssh", 1000, access, "22")]);

    private async Task<Owned> PutAsync(string type, string name, System.Text.Json.Nodes.JsonObject body)
    {
        var owned = new Owned(Cloud, $"{Cloud.InGroup}/providers/Microsoft.Network/{type}/{name}", Bodies.NetworkVersion);
        await owned.PutAsync(body, Token);
        return owned;
    }

    private async Task<Guest> MachineAsync(string name, string network, bool open)
    {
        var address = open ? await PutAsync("publicIPAddresses", name, Bodies.PublicAddress()) : null;
        var nic = await PutAsync("networkInterfaces", name, Bodies.Nic(network, address?.Path));
        var machine = new Owned(Cloud, $"{Cloud.InGroup}/providers/Microsoft.Compute/virtualMachines/{name}", Bodies.ComputeVersion);
        await machine.PutAsync(Bodies.Machine(name, nic.Path, Cloud.PublicKey), Token);
        await machine.UntilSettledAsync(Token);
        var config = (await Cloud.GetAsync(nic.Path, Bodies.NetworkVersion, Token)).Body["properties"]?["ipConfigurations"]?[0]?["properties"];
        var id = (await Cloud.GetAsync(machine.Path, Bodies.ComputeVersion, Token)).Body["properties"]?["vmId"]?.GetValue<string>();
        var ip = address is null ? null : (await Cloud.GetAsync(address.Path, Bodies.NetworkVersion, Token)).Body["properties"]?["ipAddress"]?.GetValue<string>();
        return new(name, id ?? "", config?["privateIPAddress"]?.GetValue<string>() ?? "", ip ?? "");
    }

    /// <summary>Runs a command in a guest, whatever it returns; one without a public address is reached through the first of its network.</summary>
    private async Task<string> InAsync(Guest guest, string command)
    {
        var words = guest.Public.Length > 0
            ? Cloud.Ssh(guest.Public)
            : Cloud.Ssh(guest.Private, "-o", $"ProxyCommand={string.Join(' ', Cloud.Ssh(_first ?? "", "-W", "%h:%p").Skip(Cloud.Outside.Count))}");
        _first ??= guest.Public;
        return (await HostProgram.RunAsync(words[0], [.. words.Skip(1), $"{{ {command}; }} || true"], limit: TimeSpan.FromSeconds(90), cancellationToken: Token)).Trim();
    }

    /// <summary>What the SSH port of an address says first, asked by a guest.</summary>
    private Task<string> KnockAsync(Guest from, string address) => InAsync(from, $"timeout 5 nc -w 4 {address} 22 </dev/null | head -c 4");

    private async Task<string> KnockFromOutsideAsync(string address)
        => await HostProgram.RunAsync(Cloud.Outside[0], [.. Cloud.Outside.Skip(1), "sh", "-c", $"timeout 5 socat -u -T4 TCP:{address}:22,connect-timeout=4 - 2>/dev/null | head -c 4"], cancellationToken: Token);

    private Task<string> MetadataAsync(Guest guest, string what)
        => InAsync(guest, $"timeout 10 wget -q -O - --header 'Metadata: true' 'http://{Metadata}/metadata/instance/compute/{what}?api-version=2021-02-01&format=text' 2>/dev/null");

    /// <summary>Answers at every address of a place, port 80; ends when it is heard there itself.</summary>
    private async Task ListenAsync(IReadOnlyList<string> place, string address)
    {
        await File.WriteAllTextAsync(Path.Combine(_page, "index.html"), Told, Token);
        string[] words = [.. place, "sh", "-c", "exec python3 -m http.server 80 --directory \"$0\" >/dev/null 2>&1", _page];
        _listeners.Add(HostProgram.Start(new(words[0], words[1..])));
        string[] ask = [.. place, "sh", "-c", $"for i in $(seq 50); do curl -s -m 5 http://{address}/ && exit; sleep 0.3; done"];
        Assert.Equal(Told, await HostProgram.RunAsync(ask[0], ask[1..], cancellationToken: Token));
    }

    private sealed record Guest(string Name, string VmId, string Private, string Public);
}
