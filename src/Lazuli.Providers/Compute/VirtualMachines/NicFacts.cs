using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network;
using Lazuli.Providers.Network.NetworkInterfaces;

namespace Lazuli.Providers.Compute.VirtualMachines;

/// <summary>What a machine needs to know of its network interfaces.</summary>
internal static class NicFacts
{
    public static string? Location(ResourceId nic, IResourceView view) => view.Get<NetworkInterfaceProperties>(nic)?.Location;

    /// <summary>Why no machine can have it: it belongs to a private endpoint or a private link service.</summary>
    public static ArmError? InUse(ResourceId nic, IResourceView view)
        => view.Get<NetworkInterfaceProperties>(nic) is { } found && PlatformNics.OwnerOf(found.Properties) is { } owner ? NetworkErrors.NicInUseByPlatform(nic.ToString(), owner) : null;

    /// <summary>Public addresses that shall go when the interface goes with its machine.</summary>
    public static IEnumerable<string> AddressesToDelete(ResourceId nic, IResourceView view)
        => from configuration in view.Get<NetworkInterfaceProperties>(nic)?.Properties.IpConfigurations ?? []
           let address = configuration.Properties?.PublicIPAddress
           where address is { Id: not null, Properties.DeleteOption: "Delete" }
           select address.Id;
}
