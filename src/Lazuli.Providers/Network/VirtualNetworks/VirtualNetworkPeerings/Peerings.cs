using Lazuli.Engines.Node;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.VirtualNetworks.VirtualNetworkPeerings;

/// <summary>
/// Both sides of peerings. Each side is stored with its own network and remembers which other side it has met; what a peering's state is follows from
/// the two: nothing is written into a network by somebody else's request.
/// </summary>
internal static class Peerings
{
    public const string Initiated = "Initiated";
    public const string Connected = "Connected";
    public const string Disconnected = "Disconnected";
    public const string Behind = "LocalNotInSync";

    public static IEnumerable<PeeringProperties> Of(VirtualNetworkProperties network) => (network.VirtualNetworkPeerings ?? []).Select(p => p.Properties).OfType<PeeringProperties>();

    /// <summary>The peering of <paramref name="other"/> that leads to the network.</summary>
    public static PeeringProperties? Counterpart(ResourceId network, VirtualNetworkProperties? other)
        => other is null ? null : Of(other).FirstOrDefault(p => network.Key.Equals(p.RemoteVirtualNetwork?.Id, StringComparison.OrdinalIgnoreCase));

    public static string StateOf(PeeringProperties own, PeeringProperties? other)
        => own.Met is not null && own.Met != other?.ResourceGuid ? Disconnected
            : other is not null && (other.Met is null || other.Met == own.ResourceGuid) ? Connected
            : Initiated;

    /// <summary>What the machine gets of a network's peerings: those that are connected.</summary>
    public static IEnumerable<PeerSpec> Specs(Resource<VirtualNetworkProperties> network, IResourceView view)
        => from peering in Of(network.Properties)
           let remote = Living(view, peering.RemoteVirtualNetwork?.Id)
           where remote is not null && StateOf(peering, Counterpart(network.Id, remote.Properties)) == Connected
           orderby remote.Id.Key
           select new PeerSpec
           {
               VnetKey = remote.Id.Key,
               AddressPrefixes = peering.Synced ?? [],
               Access = peering.AllowVirtualNetworkAccess != false,
               Forwarded = peering.AllowForwardedTraffic == true,
               Global = remote.Location != network.Location,
           };

    /// <summary>The network with every meeting written down that it has had; null when nothing is new.</summary>
    public static Resource<VirtualNetworkProperties>? Meet(Resource<VirtualNetworkProperties> network, IResourceView view)
    {
        var (changed, peerings) = (false, new List<Embedded<PeeringProperties>>());
        foreach (var peering in network.Properties.VirtualNetworkPeerings ?? [])
        {
            var other = Counterpart(network.Id, Living(view, peering.Properties?.RemoteVirtualNetwork?.Id)?.Properties);
            var meets = peering.Properties is { Met: null } own && other is not null && StateOf(own, other) == Connected;
            peerings.Add(meets ? peering with { Properties = (peering.Properties ?? new()) with { Met = other?.ResourceGuid } } : peering);
            changed |= meets;
        }

        return changed ? network with { Properties = network.Properties with { VirtualNetworkPeerings = peerings } } : null;
    }

    /// <summary>Fills what a write leaves open, and forgets a side that is gone: a PUT of a disconnected peering begins anew.</summary>
    public static void Default(Resource<VirtualNetworkProperties> desired, Resource<VirtualNetworkProperties>? current, IResourceView view, PeeringType type)
    {
        type.Adopt(desired, (peering, before) =>
        {
            var own = peering.Properties ??= new();
            var old = before?.Properties;
            var remote = Living(view, own.RemoteVirtualNetwork?.Id);
            own.ResourceGuid = old?.ResourceGuid ?? Guid.NewGuid().ToString();
            own.AllowVirtualNetworkAccess ??= true;
            own.AllowForwardedTraffic ??= false;
            own.AllowGatewayTransit ??= false;
            own.UseRemoteGateways ??= false;
            own.DoNotVerifyRemoteGateways ??= false;
            own.PeerCompleteVnets ??= true;
            var other = Counterpart(desired.Id, remote?.Properties);

            // Only a side that was there is carried over to its own PUT; a network's PUT brings none.
            var rewritten = old is null || own is { Synced: not null, PeeringState: not null };
            var anew = rewritten && old?.Met is { } lost && lost != other?.ResourceGuid;
            own.Met = old?.Met is { } met && !anew ? met
                : other is not null && StateOf(own with { Met = null }, other) == Connected ? other.ResourceGuid
                : null;
            var sync = old is null || anew || (rewritten && own.PeeringSyncLevel == Behind);
            own.Synced = (sync ? remote?.Properties.AddressSpace?.AddressPrefixes : null) ?? old?.Synced ?? [];
            (own.PeeringState, own.PeeringSyncLevel, own.LocalAddressSpace, own.LocalVirtualNetworkAddressSpace, own.RemoteAddressSpace, own.RemoteVirtualNetworkAddressSpace)
                = (null, null, null, null, null, null);
        }, current);
    }

    public static Embedded<PeeringProperties> Present(Embedded<PeeringProperties> peering, Resource<VirtualNetworkProperties> network, IResourceView view)
    {
        var own = peering.Properties ?? new();
        var remote = Living(view, own.RemoteVirtualNetwork?.Id);
        var other = Counterpart(network.Id, remote?.Properties);
        var (local, now) = (network.Properties.AddressSpace?.AddressPrefixes ?? [], remote?.Properties.AddressSpace?.AddressPrefixes ?? own.Synced ?? []);
        var known = other?.Synced ?? local;
        var (behind, ahead) = (!SameSet(own.Synced ?? [], now), !SameSet(known, local));
        return peering with
        {
            Etag = network.Etag,
            Properties = own with
            {
                PeeringState = StateOf(own, other),
                PeeringSyncLevel = behind && ahead ? "LocalAndRemoteNotInSync" : behind ? Behind : ahead || (other is null && own.Met is null) ? "RemoteNotInSync" : "FullyInSync",
                LocalAddressSpace = new() { AddressPrefixes = known },
                LocalVirtualNetworkAddressSpace = new() { AddressPrefixes = local },
                RemoteAddressSpace = new() { AddressPrefixes = own.Synced },
                RemoteVirtualNetworkAddressSpace = new() { AddressPrefixes = now },
                ProvisioningState = network.Properties.ProvisioningState,
            },
        };
    }

    public static IEnumerable<ArmError> Check(ResourceId network, IReadOnlyList<Embedded<PeeringProperties>> peerings)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var remotes = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var peering in peerings)
        {
            var (id, own) = (network.Child("virtualNetworkPeerings", peering.Name ?? "").ToString(), peering.Properties ?? new());
            if (peering.Name is not { Length: > 0 })
            {
                yield return NetworkErrors.InvalidRequestFormat("A peering has no name.", "properties.virtualNetworkPeerings");
            }
            else if (!names.Add(peering.Name))
            {
                yield return NetworkErrors.DuplicateName(network.ToString(), peering.Name);
            }

            if (own.RemoteVirtualNetwork?.Id is not { } remote)
            {
                yield return NetworkErrors.InvalidRequestFormat($"The peering {id} has no remoteVirtualNetwork.", "properties.remoteVirtualNetwork");
            }
            else if (network.Key.Equals(remote, StringComparison.OrdinalIgnoreCase))
            {
                yield return NetworkErrors.PeeringToItself(id, remote);
            }
            else if (!remotes.Add(remote))
            {
                yield return NetworkErrors.AnotherPeering(id, remote);
            }

            if (own is { AllowGatewayTransit: true, UseRemoteGateways: true })
            {
                yield return NetworkErrors.GatewayFlags(id);
            }

            foreach (var error in new Refusals()
                .When(own.PeerCompleteVnets == false, $"{id}.peerCompleteVnets")
                .When(own.EnableOnlyIPv6Peering == true, $"{id}.enableOnlyIPv6Peering")
                .IfAny(own.LocalSubnetNames, $"{id}.localSubnetNames")
                .IfAny(own.RemoteSubnetNames, $"{id}.remoteSubnetNames").Errors)
            {
                yield return error;
            }
        }
    }

    public static IEnumerable<ArmError> Admit(Resource<VirtualNetworkProperties> desired, Resource<VirtualNetworkProperties>? current, IResourceView view)
    {
        foreach (var peering in desired.Properties.VirtualNetworkPeerings ?? [])
        {
            var own = peering.Properties ?? new();
            var before = current?.Properties.VirtualNetworkPeerings?.FirstOrDefault(p => p.Id == peering.Id)?.Properties;
            if (before is not null && !string.Equals(before.RemoteVirtualNetwork?.Id, own.RemoteVirtualNetwork?.Id, StringComparison.OrdinalIgnoreCase))
            {
                yield return NetworkErrors.PeeringRemoteCannotChange(peering.Id ?? "");
                continue;
            }

            if (Living(view, own.RemoteVirtualNetwork?.Id) is not { } remote)
            {
                if (before is null)
                {
                    yield return ArmErrors.InvalidReference(own.RemoteVirtualNetwork?.Id ?? "", desired.Id);
                }

                continue;
            }

            if (own.UseRemoteGateways == true && before?.UseRemoteGateways != true)
            {
                yield return NetworkErrors.NoRemoteGateway(peering.Id ?? "", remote.Id.ToString());
            }

            if (own.Met is null && Counterpart(desired.Id, remote.Properties) is { Met: not null })
            {
                yield return NetworkErrors.RemotePeeringIsDisconnected(peering.Id ?? "", remote.Id.ToString());
            }

            foreach (var error in Overlaps(peering.Id ?? "", desired, remote, view))
            {
                yield return error;
            }
        }
    }

    private static IEnumerable<ArmError> Overlaps(string peering, Resource<VirtualNetworkProperties> network, Resource<VirtualNetworkProperties> remote, IResourceView view)
    {
        if (Shared(network, remote) is { Length: > 0 } both)
        {
            yield return NetworkErrors.PeersOverlap(peering, network.Id.ToString(), remote.Id.ToString(), both);
            yield break;
        }

        foreach (var (first, second, third) in
            Of(network.Properties).Select(p => (remote, network, Living(view, p.RemoteVirtualNetwork?.Id)))
                .Concat(Of(remote.Properties).Select(p => (network, remote, Living(view, p.RemoteVirtualNetwork?.Id)))))
        {
            if (third is not null && !third.Id.Equals(first.Id) && !third.Id.Equals(second.Id)
                && Shared(first, third) is { Length: > 0 } shared)
            {
                yield return NetworkErrors.PeersOverlapWithPeer(peering, first.Id.ToString(), second.Id.ToString(), third.Id.ToString(), shared);
            }
        }
    }

    // What of one network's space another one has, too.
    private static string[] Shared(Resource<VirtualNetworkProperties> network, Resource<VirtualNetworkProperties> other)
    {
        var (own, theirs) = (network.Properties.AddressSpace?.AddressPrefixes ?? [], other.Properties.AddressSpace?.AddressPrefixes ?? []);
        return
        [
            .. Cidr.Among(own).Where(o => Cidr.Among(theirs).Any(o.Overlaps)).Select(o => o.ToString()),
            .. Cidr6.Among(own).Where(o => Cidr6.Among(theirs).Any(o.Overlaps)).Select(o => o.ToString()),
        ];
    }

    private static Resource<VirtualNetworkProperties>? Living(IResourceView view, string? id)
        => view.Get<VirtualNetworkProperties>(id) is { } network && network.Properties.ProvisioningState != "Deleting" ? network : null;

    private static bool SameSet(IEnumerable<string> one, IEnumerable<string> other) => one.ToHashSet(StringComparer.Ordinal).SetEquals(other);
}
