using Lazuli.Engines.Image;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Compute.Disks;
using Lazuli.Providers.Compute.Locations;
using Lazuli.Providers.Compute.VirtualMachines;

namespace Lazuli.Providers.Compute;

/// <summary>Microsoft.Compute: machines, disks, and the catalogue of images and sizes.</summary>
public sealed class ComputeProvider(ImageCatalogue images, TimeProvider time) : Provider
{
    public override string Namespace => "Microsoft.Compute";

    public override IReadOnlyList<ResourceType> Types { get; } =
    [
        new VirtualMachineType(images, time),
        new DiskType(images, time),
    ];

    public override IReadOnlyList<ProviderOperation> Operations { get; } =
    [
        .. SizeOperations.All,
        .. UsageOperations.All,
        .. new ImageOperations(images).All,
    ];
}
