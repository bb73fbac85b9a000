using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.VirtualNetworks;
using Lazuli.Providers.Network.VirtualNetworks.Subnets;

namespace Lazuli.Providers.Network;

/// <summary>Subnets that refer to a resource, for its back-references and in-use checks.</summary>
internal static class SubnetLinks
{
    public static IEnumerable<Embedded<SubnetProperties>> Users(IResourceView view, ResourceId id, Func<SubnetProperties, ResourceLink?> link)
        => from network in view.Referrers<VirtualNetworkProperties>(id)
           from subnet in network.Properties.Subnets ?? []
           where subnet.Properties is { } own && id.Key.Equals(link(own)?.Id, StringComparison.OrdinalIgnoreCase)
           select subnet;

    public static ResourceLink[]? Of(IResourceView view, ResourceId id, Func<SubnetProperties, ResourceLink?> link)
        => Users(view, id, link).Select(s => new ResourceLink { Id = s.Id }).ToArray() is { Length: > 0 } links ? links : null;
}
