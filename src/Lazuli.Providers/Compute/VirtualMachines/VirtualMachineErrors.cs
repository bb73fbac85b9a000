using Lazuli.Engines.Image;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Providers.Compute.Sizes;

namespace Lazuli.Providers.Compute.VirtualMachines;

/// <summary>Errors of virtual machines, in Azure's codes and words.</summary>
internal static class VirtualMachineErrors
{
    public static ArmError UnknownSize(string? size) => ArmErrors.InvalidParameter(
        "vmSize",
        $"The value {size} provided for the VM size is not valid. The valid sizes in the current region are: {string.Join(",", VmSizes.All.Select(s => s.Name))}.");

    public static ArmError ZoneNotSupported(string zones, ResourceId id, string? location) => ArmErrors.BadRequest(
        "InvalidAvailabilityZone",
        $"The zone(s) '{zones}' for resource '{id.Type}/{id.Name}' is not supported. The supported zones for location '{location}' are '1,2,3'",
        "zones");

    public static ArmError TooManyDisks(int most) => ComputeErrors.NotAllowed(
        $"The maximum number of data disks allowed to be attached to a VM of this size is {most}.", "dataDisks");

    public static ArmError TooManyNics(ResourceId vm, string size) => ArmErrors.BadRequest(
        "NetworkInterfaceCountExceeded",
        $"The number of network interfaces for virtual machine {vm.Name} exceeds the maximum allowed for the virtual machine size {size}.",
        "networkProfile.networkInterfaces");

    public static ArmError NoPremium(string size, string account, string? disk, string target) => ArmErrors.InvalidParameter(
        target,
        $"Requested operation cannot be performed because the VM size {size} does not support the storage account type {account} of disk '{disk}'. "
            + "Consider updating the VM to a size that supports Premium storage.");

    public static ArmError WrongGeneration(string size, string generation) => ArmErrors.BadRequest(
        "BadRequest",
        $"The selected VM size '{size}' cannot boot Hypervisor Generation '{generation[1..]}'. If this was a Create operation please check that the Hypervisor Generation of the Image "
            + "matches the Hypervisor Generation of the selected VM Size. If this was an Update operation please select a Hypervisor Generation "
            + $"'{generation[1..]}' VM Size. For more information, see https://aka.ms/azuregen2vm");

    public static ArmError PlanMissing(ResourceId vm) => ArmErrors.BadRequest(
        "VMMarketplaceInvalidInput",
        $"Creating a virtual machine from Marketplace image or a custom image sourced from a Marketplace image requires Plan information in the request. VM: '{vm}'.",
        "plan");

    public static ArmError PlanNotExpected(ResourceId vm) => ArmErrors.BadRequest(
        "VMMarketplaceInvalidInput", $"Plan information is given, but the image of the virtual machine has no plan. VM: '{vm}'.", "plan");

    public static ArmError PlanDiffers(ResourceId vm, string urn, ImagePlan plan) => ArmErrors.BadRequest(
        "VMMarketplaceInvalidInput",
        $"The plan information of the virtual machine does not match the image '{urn}', whose plan is '{plan.Publisher}:{plan.Product}:{plan.Name}'. VM: '{vm}'.",
        "plan");

    public static ArmError WindowsNotHere(string urn) => new()
    {
        Code = "FeatureNotSupported",
        Message = $"The image '{urn}' is Windows, and the engine of this machine provisions Linux only. Started with '--engine fake', Lazuli accepts it, without a guest that boots.",
        Target = "imageReference",
    };

    public static ArmError DuplicateLun(int lun) => ArmErrors.InvalidParameter("dataDisk.lun", $"A disk at LUN {lun} already exists.");

    public static ArmError DuplicateDisk(string name) => ArmErrors.InvalidParameter("dataDisk.name", $"A disk named '{name}' already exists.");

    public static ArmError NoPrimaryNic(ResourceId vm) => ArmErrors.BadRequest(
        "VirtualMachineMustHaveOneNetworkInterfaceAsPrimary",
        $"Virtual machine {vm.Name} must have one network interface set as the primary.",
        "networkProfile.networkInterfaces");

    public static ArmError NicsOnlyWhenDeallocated(ResourceId vm) => ComputeErrors.NotAllowed(
        $"Network interfaces of virtual machine {vm.Name} can only be added or removed while the virtual machine is deallocated.", "networkProfile.networkInterfaces");

    public static ArmError OsDiskSwapOnlyWhenDeallocated(ResourceId vm) => ComputeErrors.NotAllowed(
        $"The OS disk of virtual machine {vm.Name} can only be changed while the virtual machine is deallocated.", "osDisk");

    public static ArmError TrustedLaunchImage() => ArmErrors.BadRequest(
        "BadRequest",
        "Use of TrustedLaunch setting is not supported for the provided image. Please select Trusted Launch Supported Gen2 OS Image. For more information, see https://aka.ms/TrustedLaunch-FAQ.");

    public static ArmError Generalized(string operation, ResourceId vm) => ComputeErrors.NotAllowed(
        $"Operation '{operation}' is not allowed on VM '{vm.Name}' since the VM is generalized.");

    public static ArmError Deallocated(string operation, ResourceId vm) => ComputeErrors.NotAllowed(
        $"Operation '{operation}' is not allowed on VM '{vm.Name}' since the VM is deallocated. Start the VM and retry the operation.");

    public static ArmError NotStopped(ResourceId vm) => ComputeErrors.NotAllowed(
        $"Operation 'generalize' is not allowed on VM '{vm.Name}' since the VM is running. Stop or deallocate the VM and retry the operation.");

    public static ArmError TimedOut(ResourceId vm) => new()
    {
        Code = "OSProvisioningTimedOut",
        Message = $"OS Provisioning for VM '{vm.Name}' did not finish in the allotted time. The VM may still finish provisioning successfully. Please check provisioning state later. "
            + "For details on how to check current provisioning state of Windows VMs, refer to https://aka.ms/WindowsVMLifecycle and Linux VMs, refer to https://aka.ms/LinuxVMLifecycle.",
        Status = 409,
    };

    public static ArmError ClientError(ResourceId vm, string? detail) => new()
    {
        Code = "OSProvisioningClientError",
        Message = $"OS Provisioning for VM '{vm.Name}' failed. Error details: {detail ?? "the guest reported that it is not ready."}",
        Status = 409,
    };
}
