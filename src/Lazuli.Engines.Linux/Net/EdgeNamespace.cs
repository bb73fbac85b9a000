using System.Net;
using System.Text;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;

namespace Lazuli.Engines.Linux.Net;

/// <summary>
/// The namespace that joins networks with each other's public addresses and with the outside. It routes each public address to the
/// network that has it, and the rest of the pool to nowhere. Links to it are wires between two ends with one MAC and no ARP:
/// nobody on them can claim to be somebody else.
/// </summary>
internal sealed class EdgeNamespace(NetOptions options)
{
    public const string Name = "lz-edge";

    /// <summary>The one link-layer address of both ends of every wire.</summary>
    public const string WireMac = "02:00:00:00:00:01";

    private const string OwnDevice = "lz-edge";
    private readonly KeyedGate _gate = new();
    private readonly HashSet<string> _linked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlySet<IPAddress>> _routed = new(StringComparer.Ordinal);
    private bool _made;

    /// <summary>The edge's end of a network's wire.</summary>
    public static string WireOf(string vnetNamespace) => vnetNamespace;

    /// <summary>Makes or completes the edge and its wire to the caller's own namespace.</summary>
    public Task EnsureAsync(CancellationToken cancellationToken)
        => _gate.RunAsync(Name, async () =>
        {
            if (!_made)
            {
                await MakeAsync(cancellationToken);
                _made = true;
            }
        }, cancellationToken);

    /// <summary>Leads exactly these public addresses to a network whose wire exists; with <paramref name="doubted"/> also what should be there already is made.</summary>
    public Task RouteAsync(string vnetNamespace, IReadOnlySet<IPAddress> addresses, bool doubted, CancellationToken cancellationToken)
        => _gate.RunAsync(Name, async () =>
        {
            var wire = WireOf(vnetNamespace);
            if (!doubted && _routed.GetValueOrDefault(wire)?.SetEquals(addresses) == true)
            {
                return;
            }

            var view = KernelView.Read(Name);
            var there = view.Routes.Where(r => r.Device == wire).Select(r => Ipv4.Address(r.Address)).Concat(view.Routes6.Where(r => r.Device == wire).Select(r => r.Prefix.BaseAddress)).ToHashSet();
            NetDevice.UpWithoutArp(Name, wire);
            var batch = new StringBuilder();
            foreach (var address in there.Except(addresses))
            {
                batch.Append($"route del {address} dev {wire}\n");
            }

            foreach (var address in addresses.Except(there))
            {
                batch.Append($"route replace {address} dev {wire}\n");
            }

            await IpBatch.RunAsync(Name, batch, cancellationToken);
            _routed[wire] = addresses;
        }, cancellationToken);

    /// <summary>Makes a network's private link services true here; null: it has none any more.</summary>
    public Task LinkAsync(string vnetNamespace, VnetState? state, CancellationToken cancellationToken)
        => _gate.RunAsync(Name, async () =>
        {
            var had = _linked.Contains(vnetNamespace);
            if (!had && state is not { LinkServices.Count: > 0 })
            {
                return;
            }

            await HostProgram.RunAsync("nft", ["-f", "-"], PrivateLinks.EdgeChanges(vnetNamespace, state), Name, cancellationToken: cancellationToken);
            _linked.Remove(vnetNamespace);
            if (state is { LinkServices.Count: > 0 })
            {
                _linked.Add(vnetNamespace);
            }
        }, cancellationToken);

    /// <summary>Cuts a network's wire, at both ends, if it is there.</summary>
    public Task CutAsync(string vnetNamespace, CancellationToken cancellationToken)
        => _gate.RunAsync(Name, async () =>
        {
            var wire = WireOf(vnetNamespace);
            _routed.Remove(wire);
            if (File.Exists(NetNamespace.PathOf(Name)) && NetDevice.Exists(Name, wire))
            {
                await IpBatch.RunAsync(Name, new StringBuilder($"link del {wire}\n"), cancellationToken);
            }
        }, cancellationToken);

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        await NetNamespace.EnsureAsync(Name, cancellationToken);
        Sysctl.MakeRouter(Name, proxyArp: false, ipv6: true);
        await HostProgram.RunAsync("nft", ["-f", "-"], NftRenderer.RenderEdge(), Name, cancellationToken: cancellationToken);
        await IpBatch.RunAsync(Name, new StringBuilder("link set lo up\n" + OutsideLink.Dark(options, OutsideLink.HasIpv6)), cancellationToken);
        await OutsideLink.AttachSelfAsync(options, OwnDevice, cancellationToken);
    }
}
