using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Compute.Disks;
using Lazuli.Providers.Compute.Sizes;

namespace Lazuli.Providers.Compute.Locations;

/// <summary>VM sizes by location, and the SKUs of machines and disks with what they are capable of.</summary>
internal static partial class SizeOperations
{
    private static readonly (string Name, string Tier)[] DiskSkus =
    [
        ("Standard_LRS", "Standard"), ("StandardSSD_LRS", "Standard"), ("Premium_LRS", "Premium"), ("StandardSSD_ZRS", "Standard"), ("Premium_ZRS", "Premium"),
    ];

    public static IEnumerable<ProviderOperation> All { get; } =
    [
        new(HttpMethod.Get, "/subscriptions/{subscriptionId}/providers/Microsoft.Compute/locations/{location}/vmSizes", "Microsoft.Compute/locations/vmSizes/read", Sizes)
        {
            MetadataType = "locations/vmSizes",
        },
        new(HttpMethod.Get, "/subscriptions/{subscriptionId}/providers/Microsoft.Compute/skus", "Microsoft.Compute/skus/read", Skus) { MetadataType = "skus" },
    ];

    private static Task<Result<ArmResponse>> Sizes(ProviderRequest request, CancellationToken cancellationToken)
        => Task.FromResult<Result<ArmResponse>>(LocationRules.Normalize(request) is null ? LocationRules.NoSuch(request) : ArmResponse.Json(SizeLists.Render(VmSizes.All)));

    private static Task<Result<ArmResponse>> Skus(ProviderRequest request, CancellationToken cancellationToken)
    {
        var locations = request.Kernel.Locations.All;
        if (request.Request.Query.GetValueOrDefault("$filter") is { Length: > 0 } filter)
        {
            if (LocationFilter().Match(filter) is not { Success: true } match)
            {
                return Task.FromResult<Result<ArmResponse>>(ArmErrors.InvalidParameter("$filter", $"The filter '{filter}' is not supported: only \"location eq '…'\" is."));
            }

            var wanted = request.Kernel.Locations.Normalize(match.Groups[1].Value);
            locations = [.. locations.Where(l => l.Name == wanted)];
        }

        return Task.FromResult<Result<ArmResponse>>(new ArmResponse { Status = 200, Chunks = Chunks(locations) });
    }

    // One chunk per location: all regions together are some tens of megabytes, which are never held at once.
    private static IEnumerable<ReadOnlyMemory<byte>> Chunks(IReadOnlyList<Location> locations)
    {
        var first = true;
        foreach (var location in locations)
        {
            var list = JsonWriting.ToBytes(json =>
            {
                json.WriteStartArray();
                foreach (var size in VmSizes.All)
                {
                    Write(json, size, location);
                }

                foreach (var (name, tier) in DiskSkus)
                {
                    Write(json, name, tier, location);
                }

                json.WriteEndArray();
            });
            yield return first ? "{\"value\":["u8.ToArray() : ","u8.ToArray();
            yield return list[1..^1];
            first = false;
        }

        yield return first ? "{\"value\":[]}"u8.ToArray() : "]}"u8.ToArray();
    }

    private static void Write(Utf8JsonWriter json, VmSize size, Location location)
    {
        json.WriteStartObject();
        json.WriteString("resourceType", "virtualMachines");
        json.WriteString("name", size.Name);
        var dash = size.Name.IndexOf('_', StringComparison.Ordinal);
        json.WriteString("tier", size.Name[..dash]);
        json.WriteString("size", size.Name[(dash + 1)..]);
        json.WriteString("family", size.Family);
        WriteLocation(json, location);
        json.WriteStartArray("capabilities");
        Capability("MaxResourceVolumeMB", size.TempGB * 1024);
        Capability("OSVhdSizeMB", VmSizes.OsDiskMiB);
        Capability("vCPUs", size.VCpus);
        Capability("MemoryPreservingMaintenanceSupported", "False");
        Capability("HyperVGenerations", size.Generations);
        Capability("MemoryGB", size.MemoryGB);
        Capability("MaxDataDiskCount", size.MaxDataDisks);
        Capability("CpuArchitectureType", "x64");
        Capability("LowPriorityCapable", "True");
        Capability("PremiumIO", size.Premium ? "True" : "False");
        Capability("VMDeploymentTypes", "IaaS");
        Capability("vCPUsAvailable", size.VCpus);
        Capability("vCPUsPerCore", 1);
        Capability("EphemeralOSDiskSupported", "False");
        Capability("EncryptionAtHostSupported", "False");
        Capability("CapacityReservationSupported", "False");
        Capability("TrustedLaunchDisabled", "True");
        Capability("AcceleratedNetworkingEnabled", size.Accelerated ? "True" : "False");
        Capability("RdmaEnabled", "False");
        Capability("MaxNetworkInterfaces", size.MaxNics);
        json.WriteEndArray();
        json.WriteStartArray("restrictions");
        json.WriteEndArray();
        json.WriteEndObject();

        void Capability<T>(string name, T value)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("value", string.Create(CultureInfo.InvariantCulture, $"{value}"));
            json.WriteEndObject();
        }
    }

    private static void Write(Utf8JsonWriter json, string name, string tier, Location location)
    {
        json.WriteStartObject();
        json.WriteString("resourceType", "disks");
        json.WriteString("name", name);
        json.WriteString("tier", tier);
        json.WriteString("size", DiskTier.Of(name, DiskTier.LargestGiB, null).Name);
        WriteLocation(json, location);
        json.WriteStartArray("capabilities");
        json.WriteStartObject();
        json.WriteString("name", "MaxSizeGiB");
        json.WriteString("value", DiskTier.LargestGiB.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartArray("restrictions");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLocation(Utf8JsonWriter json, Location location)
    {
        json.WriteStartArray("locations");
        json.WriteStringValue(location.Name);
        json.WriteEndArray();
        json.WriteStartArray("locationInfo");
        json.WriteStartObject();
        json.WriteString("location", location.Name);
        json.WriteStartArray("zones");
        if (location.HasZones)
        {
            json.WriteStringValue("1");
            json.WriteStringValue("2");
            json.WriteStringValue("3");
        }

        json.WriteEndArray();
        json.WriteStartArray("zoneDetails");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    [GeneratedRegex(@"^\s*location\s+eq\s+'([^']*)'\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LocationFilter();
}
