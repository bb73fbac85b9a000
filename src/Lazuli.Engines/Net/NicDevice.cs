using Lazuli.Engines.Node;

namespace Lazuli.Engines.Net;

/// <summary>
/// Where a NIC's packets come and go: a persistent TAP device in its network's namespace. Names follow from the keys alone.
/// A VM's process is started inside <see cref="Namespace"/> (all NICs of a VM are in one network) and opens the TAP by name:
/// <c>-netdev tap,id=…,ifname=Interface,script=no,downscript=no -device virtio-net-pci,netdev=…,mac=MacAddress</c>.
/// </summary>
public sealed record NicDevice
{
    /// <summary>Name of the network namespace, as in <c>/run/netns</c>.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of the TAP device in it.</summary>
    public required string Interface { get; init; }

    /// <summary>The guest's address: <c>00:0d:3a:01:02:03</c>. Frames from any other are dropped.</summary>
    public required string MacAddress { get; init; }

    /// <summary>Bytes of the largest IP packet, in the VNet as on Azure.</summary>
    public const int Mtu = 1500;

    /// <summary>The namespace of a network.</summary>
    public static string NamespaceOf(string vnetKey) => MachineName.Of("lzv", vnetKey);

    /// <summary>The device of a NIC.</summary>
    public static NicDevice Of(NicItem nic) => new()
    {
        Namespace = NamespaceOf(nic.VnetKey),
        Interface = InterfaceOf(nic.Key),
        MacAddress = nic.MacAddress.Replace('-', ':').ToLowerInvariant(),
    };

    /// <summary>The name of a NIC's device.</summary>
    public static string InterfaceOf(string nicKey) => MachineName.Of("lzt", nicKey);
}
