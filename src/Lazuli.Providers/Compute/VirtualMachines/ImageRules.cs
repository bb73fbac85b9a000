using Lazuli.Engines.Image;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Compute.Sizes;

namespace Lazuli.Providers.Compute.VirtualMachines;

/// <summary>What a machine may be, seen from its image: the image is there, fits size, disk and plan, and its system can be provisioned.</summary>
internal static class ImageRules
{
    /// <param name="reference">What is asked for, or what the machine was made of.</param>
    /// <param name="image">What <paramref name="reference"/> means; null when the marketplace has no such image.</param>
    /// <param name="windows">Whether the node can provision Windows.</param>
    public static IEnumerable<ArmError> Check(
        Resource<VirtualMachineProperties> vm, Resource<VirtualMachineProperties>? current, ImageReference? reference, ResolvedImage? image, bool windows)
    {
        var p = vm.Properties;
        if ((p.StorageProfile?.OsDisk?.CreateOption ?? current?.Properties.StorageProfile?.OsDisk?.CreateOption ?? "FromImage") != "FromImage")
        {
            return vm.Plan is null ? [] : [VirtualMachineErrors.PlanNotExpected(vm.Id)];
        }

        if (image is null)
        {
            // What is incomplete or no platform image is told elsewhere.
            return current is null && reference is { Publisher.Length: > 0, Offer.Length: > 0, Sku.Length: > 0, Version.Length: > 0, Id: null }
                ? [ComputeErrors.PlatformImageNotFound(reference.Publisher, reference.Offer, reference.Sku, reference.Version)]
                : [];
        }

        return CheckSize(p.HardwareProfile?.VmSize, current?.Properties.HardwareProfile?.VmSize, image)
            .Concat(current is null ? CheckNew(vm, image, windows) : vm.Plan is { } plan && !Same(plan, current.Plan) ? [ComputeErrors.PropertyChange("plan")] : []);
    }

    private static IEnumerable<ArmError> CheckSize(string? wanted, string? was, ResolvedImage image)
    {
        if (VmSizes.Find(wanted) is { } size && size.Name != was && !size.Generations.Contains(image.Image.Generation, StringComparison.Ordinal))
        {
            yield return VirtualMachineErrors.WrongGeneration(size.Name, image.Image.Generation);
        }
    }

    private static IEnumerable<ArmError> CheckNew(Resource<VirtualMachineProperties> vm, ResolvedImage image, bool windows)
    {
        var disk = vm.Properties.StorageProfile?.OsDisk;
        if (disk?.DiskSizeGB < image.Image.DiskSizeGB)
        {
            yield return ArmErrors.InvalidParameter(
                "osDisk.diskSizeGB",
                $"The specified disk size {disk.DiskSizeGB} GB is smaller than the size of the corresponding disk in the VM image: {image.Image.DiskSizeGB} GB. This is not allowed. "
                + "Please choose equal or greater size or do not specify an explicit size.");
        }

        if (disk?.OsType is { } given && given != image.Image.OsType)
        {
            yield return ComputeErrors.Invalid("osDisk.osType", given);
        }

        if (image.Image.OsType == "Windows" && !windows)
        {
            yield return VirtualMachineErrors.WindowsNotHere(image.Urn);
        }

        switch (image.Image.Plan, vm.Plan)
        {
            case (not null, null):
                yield return VirtualMachineErrors.PlanMissing(vm.Id);
                break;
            case (null, not null):
                yield return VirtualMachineErrors.PlanNotExpected(vm.Id);
                break;
            case ({ } expected, { } plan) when !Same(plan, new() { Publisher = expected.Publisher, Name = expected.Name, Product = expected.Product }):
                yield return VirtualMachineErrors.PlanDiffers(vm.Id, image.Urn, expected);
                break;
        }
    }

    private static bool Same(Plan a, Plan? b) => Same(a.Publisher, b?.Publisher) && Same(a.Name, b?.Name) && Same(a.Product, b?.Product);

    private static bool Same(string? a, string? b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
