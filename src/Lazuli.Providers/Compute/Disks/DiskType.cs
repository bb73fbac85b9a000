using System.Text.Json.Serialization;
using Lazuli.Engines.Image;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Compute.VirtualMachines;

namespace Lazuli.Providers.Compute.Disks;

/// <summary>Microsoft.Compute/disks: bytes that outlive machines.</summary>
public sealed class DiskType(ImageCatalogue images, TimeProvider time) : ResourceType<DiskProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Compute/disks");

    /// <summary>The pattern of disk names, also of those that a machine makes.</summary>
    public const string Names = "^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$";

    public override ResourceTypeName Name => TypeName;

    public override string NamePattern => Names;

    public override IReadOnlyList<string> ApiVersions => ComputeVersions.Disks;

    public override JsonSerializerContext Json => DiskJson.Default;

    public override int CreatedStatus => 202;

    public override Type Reconciler => typeof(DiskReconciler);

    public override IEnumerable<ResourceReference> References(Resource<DiskProperties> resource)
        => resource.Properties is { CreationData: { CreateOption: "Copy", SourceResourceId: { } source }, Made: false }
            ? [new(source, "properties.creationData.sourceResourceId") { Type = Name, LinkedAction = "Microsoft.Compute/disks/beginGetAccess/action" }]
            : [];

    public override Resource<DiskProperties> Default(Resource<DiskProperties> desired, Resource<DiskProperties>? current, IResourceView view)
    {
        var p = desired.Properties;
        p.CreationData ??= current?.Properties.CreationData;
        var image = DiskSources.Resolve(images, p.CreationData?.ImageReference?.Id);
        var origin = view.Get<DiskProperties>(p.CreationData?.SourceResourceId);
        if (current is null)
        {
            p.TimeCreated = time.GetUtcNow();
            p.UniqueId = Guid.NewGuid().ToString();
            p.OsType ??= image?.Image.OsType ?? origin?.Properties.OsType;
            p.HyperVGeneration ??= image?.Image.Generation ?? origin?.Properties.HyperVGeneration;
            if (p.CreationData is { } data)
            {
                data.SourceUniqueId = origin?.Properties.UniqueId;
            }
        }

        var sku = new Sku { Name = DiskRules.Sku(desired.Sku?.Name ?? current?.Sku?.Name) ?? "Standard_LRS" };
        sku.Tier = DiskTier.IsPremium(sku.Name) ? "Premium" : "Standard";
        p.DiskSizeGB ??= current?.Properties.DiskSizeGB ?? image?.Image.DiskSizeGB ?? origin?.Properties.DiskSizeGB;
        p.OsType ??= current?.Properties.OsType;
        p.HyperVGeneration ??= current?.Properties.HyperVGeneration;
        p.NetworkAccessPolicy ??= current?.Properties.NetworkAccessPolicy ?? "AllowAll";
        p.PublicNetworkAccess ??= current?.Properties.PublicNetworkAccess ?? "Enabled";
        p.DiskSizeBytes = (long)(p.DiskSizeGB ?? 0) << 30;
        var tier = DiskTier.Of(sku.Name, p.DiskSizeGB ?? 0, p.Tier);
        p.Tier = DiskTier.IsPremium(sku.Name) ? tier.Name : null;
        p.DiskIOPSReadWrite = tier.Iops;
        p.DiskMBpsReadWrite = tier.MBps;
        return desired with { Sku = sku, ManagedBy = null, Zones = desired.Zones ?? current?.Zones };
    }

    public override IEnumerable<ArmError> Validate(Resource<DiskProperties> desired, Resource<DiskProperties>? current) => DiskRules.Check(desired, current, images);

    public override IEnumerable<ArmError> Admit(Resource<DiskProperties> desired, Resource<DiskProperties>? current, IResourceView view)
        => DiskRules.Admit(desired, current, view);

    public override IEnumerable<ArmError> AdmitDelete(Resource<DiskProperties> current, IResourceView view)
        => Holder(current.Id, view) is { } vm ? [ComputeErrors.DiskAttached(current.Id.Name, vm.Id)] : [];

    public override bool Presents => true;

    public override Resource<DiskProperties> Present(Resource<DiskProperties> stored, IResourceView view)
    {
        var vm = Holder(stored.Id, view);
        var state = vm is null ? "Unattached" : vm.Properties.State is { Power: Engines.Node.VmPower.Deallocated } ? "Reserved" : "Attached";
        return stored with { ManagedBy = vm?.Id.ToString(), Properties = stored.Properties with { DiskState = state } };
    }

    /// <summary>The machine that has the disk. A machine that is being deleted lets go of its disks at once: the node keeps the order.</summary>
    internal static Resource<VirtualMachineProperties>? Holder(ResourceId disk, IResourceView view)
        => view.Referrers<VirtualMachineProperties>(disk).FirstOrDefault(vm => vm.Properties.ProvisioningState != "Deleting");
}
