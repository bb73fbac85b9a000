using System.Text.Json.Nodes;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;
using Lazuli.Live.Tests.Cloud;
using Lazuli.Live.Tests.Matrix;
using Lazuli.Live.Tests.Net;

namespace Lazuli.Live.Tests.Crash;

/// <summary>Namespaces in place of the guests of NICs that a real node has: behind the node's own TAPs, where machines would be.</summary>
internal sealed class StandIns(LiveCloud cloud, RestCloud rest) : IAsyncDisposable
{
    private readonly List<TapCable> _cables = [];
    private readonly List<string> _guests = [];

    /// <summary>The network namespace of the node itself, which is the outside of all networks.</summary>
    public string Outside => $"/proc/{Holder}/ns/net";

    private string Holder => File.ReadAllText(Path.Combine(cloud.Node.Directory, "holder")).Split(' ')[0];

    public async Task PlugAsync(Matrix.Cloud drawn, CancellationToken cancellationToken)
    {
        foreach (var card in drawn.Cards)
        {
            var path = rest.NicPath(card.Name);
            var mac = (string?)(await cloud.GetAsync(path, Bodies.NetworkVersion, cancellationToken)).Body["properties"]?["macAddress"] ?? "";
            var guest = LiveNetWorld.GuestOf(card.Name);
            await NetNamespace.EnsureAsync(guest, cancellationToken);
            _guests.Add(guest);
            var place = $"/proc/{Holder}/root{NetNamespace.PathOf(NicDevice.NamespaceOf(rest.NetPath(card.Net).ToLowerInvariant()))}";
            _cables.Add(TapCable.Open(place, NicDevice.InterfaceOf(path.ToLowerInvariant()), guest));
            var stem = card.Addresses[0].Private;
            await LiveNetWorld.IpAsync(guest, $"link set lo up\nlink set eth0 address {mac.Replace('-', ':')} up\n"
                + string.Concat(card.Addresses.Select(a => $"addr add {a.Private}/{(a.IsSix ? "128 dev eth0 nodad\nroute replace ::/0 via fe80::1234:5678:9abc dev eth0" : "24 dev eth0")}\n")) + $"route add default via {stem[..stem.LastIndexOf('.')]}.1\n"
                + string.Concat(card.Loopback.Select(a => $"addr add {a}/{(Six.Is(a) ? "128 dev lo nodad" : "32 dev lo")}\n")));
            NetNamespace.Run(guest, () =>
            {
                foreach (var name in card.Forwards ? new[] { "all/rp_filter", "eth0/rp_filter", "all/send_redirects", "eth0/send_redirects" } : [])
                {
                    File.WriteAllText("/proc/sys/net/ipv4/conf/" + name, "0");
                }

                File.WriteAllText("/proc/sys/net/ipv4/ip_forward", card.Forwards ? "1" : "0");
                if (card.Forwards && card.Addresses.Exists(a => a.IsSix))
                {
                    File.WriteAllText("/proc/sys/net/ipv6/conf/all/forwarding", "1");
                }

                return true;
            });
        }
    }

    public async ValueTask DisposeAsync()
    {
        _cables.ForEach(c => c.Dispose());
        foreach (var guest in _guests)
        {
            await NetNamespace.RemoveAsync(guest, default);
        }
    }
}
