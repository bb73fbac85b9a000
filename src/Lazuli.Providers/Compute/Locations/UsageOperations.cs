using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Compute.Disks;
using Lazuli.Providers.Compute.Sizes;
using Lazuli.Providers.Compute.VirtualMachines;

namespace Lazuli.Providers.Compute.Locations;

/// <summary>What a subscription uses in a region. Nothing is limited but by the machine, so the limits are large.</summary>
internal static class UsageOperations
{
    private const int NoLimit = 1_000_000;

    public static IEnumerable<ProviderOperation> All { get; } =
    [
        new(HttpMethod.Get, "/subscriptions/{subscriptionId}/providers/Microsoft.Compute/locations/{location}/usages", "Microsoft.Compute/locations/usages/read", List)
        {
            MetadataType = "locations/usages",
        },
        new(HttpMethod.Get, "/subscriptions/{subscriptionId}/providers/Microsoft.Compute/locations/{location}/virtualMachines", "Microsoft.Compute/virtualMachines/read", ListMachines)
        {
            MetadataType = "locations/virtualMachines",
        },
    ];

    private static Task<Result<ArmResponse>> List(ProviderRequest request, CancellationToken cancellationToken)
    {
        if (LocationRules.Normalize(request) is not { } location)
        {
            return Task.FromResult<Result<ArmResponse>>(LocationRules.NoSuch(request));
        }

        var subscription = ResourceId.Subscription(request["subscriptionId"]);
        var machines = request.View.List<VirtualMachineProperties>(VirtualMachineType.TypeName, subscription).Where(v => v.Location == location).ToArray();
        var sizes = machines.Select(m => VmSizes.Find(m.Properties.HardwareProfile?.VmSize)).OfType<VmSize>().ToArray();
        var disks = request.View.List<DiskProperties>(DiskType.TypeName, subscription).Where(d => d.Location == location).ToArray();
        var usages = new List<(string Name, string Shown, int Value)>
        {
            ("availabilitySets", "Availability Sets", 0),
            ("cores", "Total Regional vCPUs", sizes.Sum(s => s.VCpus)),
            ("virtualMachines", "Virtual Machines", machines.Length),
            ("virtualMachineScaleSets", "Virtual Machine Scale Sets", 0),
            ("PremiumDiskCount", "Premium Storage Managed Disks", disks.Count(d => DiskTier.IsPremium(d.Sku?.Name))),
            ("StandardDiskCount", "Standard Storage Managed Disks", disks.Count(d => !DiskTier.IsPremium(d.Sku?.Name))),
        };
        usages.AddRange(from family in VmSizes.All.GroupBy(s => s.Family)
                        select (family.Key, family.Key.Replace("standard", "Standard ", StringComparison.Ordinal).Replace("Family", " Family vCPUs", StringComparison.Ordinal),
                            sizes.Where(s => s.Family == family.Key).Sum(s => s.VCpus)));
        return Task.FromResult<Result<ArmResponse>>(ArmResponse.Json(JsonWriting.List(usages, Write)));
    }

    private static Task<Result<ArmResponse>> ListMachines(ProviderRequest request, CancellationToken cancellationToken)
    {
        if (LocationRules.Normalize(request) is not { } location || request.Kernel.Registry.Type(VirtualMachineType.TypeName) is not { } type)
        {
            return Task.FromResult<Result<ArmResponse>>(LocationRules.NoSuch(request));
        }

        var handler = request.Kernel.Registry.Handler(type);
        var subscription = ResourceId.Subscription(request["subscriptionId"]);
        return Task.FromResult<Result<ArmResponse>>(ArmResponse.Json(JsonWriting.List(
            request.View.List<VirtualMachineProperties>(VirtualMachineType.TypeName, subscription).Where(v => v.Location == location).Select(v => request.View.Store.Get(v.Id.Key)).OfType<Kernel.Store.StoreRecord>(),
            (json, record) => json.WriteRawValue(handler.Render(record).Span, skipInputValidation: true))));
    }

    private static void Write(Utf8JsonWriter json, (string Name, string Shown, int Value) usage)
    {
        json.WriteStartObject();
        json.WriteNumber("limit", NoLimit);
        json.WriteString("unit", "Count");
        json.WriteNumber("currentValue", usage.Value);
        json.WriteStartObject("name");
        json.WriteString("value", usage.Name);
        json.WriteString("localizedValue", usage.Shown);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
