using Lazuli.Engines.Image;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Compute.Disks;
using Lazuli.Providers.Compute.Locations;
using Lazuli.Providers.Compute.VirtualMachines;

namespace Lazuli.Providers.Compute;

/// <summary>Microsoft.Compute: machines, disks, and the catalogue of images and sizes.</summary>
/// <param name="windows">Whether the node can provision Windows.</param>
public sealed class ComputeProvider(ImageCatalogue images, TimeProvider time, bool windows) : Provider
{
    public override string Namespace => "Microsoft.Compute";

    public override IReadOnlyList<ResourceType> Types { get; } =
    [
        new VirtualMachineType(images, time, windows),
        new DiskType(images, time),
    ];

    public override IReadOnlyList<ProviderOperation> Operations { get; } =
    [
        .. SizeOperations.All,
        .. UsageOperations.All,
        .. new ImageOperations(images).All,
    ];
}
