using Lazuli.Engines.Node;

namespace Lazuli.Guest;

/// <summary>
/// A VNet with everything in it that its guests may be told about. A VM's NICs are all in one VNet, as on Azure; <see cref="Nics"/> without a VM and
/// <see cref="Vms"/> that don't run are welcome (their names resolve, nobody calls from them).
/// </summary>
public sealed record GuestVnet
{
    public required VnetItem Vnet { get; init; }
    public required IReadOnlyList<NicItem> Nics { get; init; }
    public required IReadOnlyList<VmItem> Vms { get; init; }

    /// <summary>The disks of <see cref="Vms"/>, for IMDS's storageProfile; a missing one is shown without its size.</summary>
    public IReadOnlyList<DiskItem> Disks { get; init; } = [];
}
