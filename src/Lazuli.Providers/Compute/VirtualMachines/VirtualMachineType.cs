using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Lazuli.Engines.Image;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NetworkInterfaces;

namespace Lazuli.Providers.Compute.VirtualMachines;

/// <summary>Microsoft.Compute/virtualMachines: real machines, whose creation ends when the guest itself says that it is ready.</summary>
/// <param name="windows">Whether the node can provision Windows.</param>
public sealed class VirtualMachineType(ImageCatalogue images, TimeProvider time, bool windows) : ResourceType<VirtualMachineProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Compute/virtualMachines");
    private readonly VirtualMachineDefaults _defaults = new(images, time);

    public override ResourceTypeName Name => TypeName;

    public override IReadOnlyList<string> ApiVersions => ComputeVersions.VirtualMachines;

    public override JsonSerializerContext Json => VirtualMachineJson.Default;

    public override Type Reconciler => typeof(VirtualMachineReconciler);

    public override string NamePattern => "^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?$";

    public override IReadOnlyList<ResourceAction> Actions => VirtualMachineActions.All;

    public override IEnumerable<ResourceReference> References(Resource<VirtualMachineProperties> resource)
    {
        var p = resource.Properties;
        foreach (var (nic, i) in (p.NetworkProfile?.NetworkInterfaces ?? []).Select((n, i) => (n, i)))
        {
            if (nic.Id is { } id)
            {
                yield return new(id, $"properties.networkProfile.networkInterfaces[{i}].id") { Type = NetworkInterfaceType.TypeName, LinkedAction = "Microsoft.Network/networkInterfaces/join/action" };
            }
        }

        // A disk that the machine itself makes comes later.
        if (p.StorageProfile?.OsDisk is { ManagedDisk.Id: { } os } disk)
        {
            yield return new(os, "properties.storageProfile.osDisk.managedDisk.id") { Type = Disks.DiskType.TypeName, LinkedAction = "Microsoft.Compute/disks/write", Optional = disk.CreateOption != "Attach" };
        }

        foreach (var (data, i) in (p.StorageProfile?.DataDisks ?? []).Select((d, i) => (d, i)))
        {
            if (data.ManagedDisk?.Id is { } id)
            {
                yield return new(id, $"properties.storageProfile.dataDisks[{i}].managedDisk.id")
                {
                    Type = Disks.DiskType.TypeName,
                    LinkedAction = "Microsoft.Compute/disks/write",
                    Optional = data.CreateOption != "Attach",
                };
            }
        }

        // A machine that goes is told when what it takes along has gone.
        foreach (var remains in p.State?.Remains ?? [])
        {
            yield return new(remains, "properties") { Optional = true };
        }
    }

    public override IEnumerable<ArmError> Validate(Resource<VirtualMachineProperties> desired, Resource<VirtualMachineProperties>? current)
    {
        var reference = desired.Properties.StorageProfile?.ImageReference ?? current?.Properties.StorageProfile?.ImageReference;
        var image = _defaults.Resolve(reference);
        return VirtualMachineRules.Check(desired, current, image?.Image.OsType).Concat(ImageRules.Check(desired, current, reference, image, windows));
    }

    public override Resource<VirtualMachineProperties> Default(Resource<VirtualMachineProperties> desired, Resource<VirtualMachineProperties>? current, IResourceView view)
        => _defaults.Apply(desired, current, view);

    public override IEnumerable<ArmError> Admit(Resource<VirtualMachineProperties> desired, Resource<VirtualMachineProperties>? current, IResourceView view)
        => VirtualMachineAdmission.Check(desired, current, view);

    public override JsonObject? Extended(Resource<VirtualMachineProperties> presented, IResourceView view) => InstanceViews.Extended(presented, view);

    public override Result<Resource<VirtualMachineProperties>> Expand(Resource<VirtualMachineProperties> presented, string expand, IResourceView view)
    {
        var p = presented.Properties with { };
        foreach (var part in expand.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Equals("instanceView", StringComparison.OrdinalIgnoreCase))
            {
                p.InstanceView = InstanceViews.Of(presented, view);
            }
            else if (part.Equals("userData", StringComparison.OrdinalIgnoreCase))
            {
                p.UserData = p.State?.UserData;
            }
            else
            {
                return base.Expand(presented, expand, view);
            }
        }

        return presented with { Properties = p };
    }
}
