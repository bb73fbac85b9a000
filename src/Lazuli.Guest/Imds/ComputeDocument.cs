using System.Globalization;
using System.Text.Json.Nodes;
using Lazuli.Engines.Node;

namespace Lazuli.Guest.Imds;

/// <summary>
/// The <c>compute</c> part of an instance's metadata: each property from the version on that Azure documents for it, in Azure's (alphabetical) order. All primitives are strings; what a
/// machine doesn't have is the empty string.
/// </summary>
internal sealed class ComputeDocument(VnetView view, VmItem vm, string version)
{
    private readonly VmMetadata _data = vm.Metadata;
    private readonly JsonObject _json = [];

    public JsonObject Build()
    {
        Add("2021-11-01", "additionalCapabilities", () => Object(("hibernationEnabled", "false")));
        Add("2018-10-01", "azEnvironment", "AzurePublicCloud");
        Add("2019-02-01", "customData", "");
        Add("2020-12-01", "evictionPolicy", "");
        Add("2021-03-01", "extendedLocation", () => Object(("name", ""), ("type", "")));
        Add("2021-11-15", "host", () => Object(("id", "")));
        Add("2021-11-15", "hostGroup", () => Object(("id", "")));
        Add("2020-06-01", "isHostCompatibilityLayerVm", "false");
        Add("2020-09-01", "licenseType", _data.LicenseType);
        Add("2017-03-01", "location", _data.Location);
        Add("2017-03-01", "name", vm.Name);
        Add("2017-03-01", "offer", _data.Offer);
        Add("2020-07-15", "osProfile", OsProfile);
        Add("2017-03-01", "osType", _data.OsType);
        Add("2023-11-15", "physicalZone", "");
        Add("2017-08-01", "placementGroupId", "");
        Add("2018-04-02", "plan", () => Object(("name", ""), ("product", ""), ("publisher", "")));
        Add("2017-03-01", "platformFaultDomain", "0");
        Add("2021-10-01", "platformSubFaultDomain", "");
        Add("2017-03-01", "platformUpdateDomain", "0");
        Add("2020-12-01", "priority", _data.Priority);
        Add("2018-10-01", "provider", "Microsoft.Compute");
        Add("2018-04-02", "publicKeys", PublicKeys);
        Add("2017-03-01", "publisher", _data.Publisher);
        Add("2017-08-01", "resourceGroupName", _data.ResourceGroupName);
        Add("2019-03-11", "resourceId", _data.ResourceId);
        Add("2020-06-01", "securityProfile", SecurityProfile);
        Add("2017-03-01", "sku", _data.Sku);
        Add("2019-06-01", "storageProfile", StorageProfile);
        Add("2017-08-01", "subscriptionId", _data.SubscriptionId);
        var tags = _data.Tags.OrderBy(t => t.Key, StringComparer.Ordinal).ToArray();
        Add("2017-08-01", "tags", string.Join(';', tags.Select(t => $"{t.Key}:{t.Value}")));
        Add("2019-06-04", "tagsList", () => Array(tags.Select(t => Object(("name", t.Key), ("value", t.Value)))));
        Add("2021-01-01", "userData", _data.UserData);
        Add("2017-03-01", "version", _data.Version);
        Add("2021-03-01", "virtualMachineScaleSet", () => Object(("id", "")));
        Add("2017-03-01", "vmId", vm.VmId.ToString());
        Add("2017-12-01", "vmScaleSetName", "");
        Add("2017-03-01", "vmSize", _data.VmSize);
        Add("2017-12-01", "zone", _data.Zone);
        return _json;
    }

    private JsonObject OsProfile()
    {
        var profile = Object(("adminUsername", vm.Provisioning?.AdminUsername ?? ""), ("computerName", vm.Provisioning?.ComputerName ?? ""));
        if (version.AtLeast("2020-10-01"))
        {
            profile["disablePasswordAuthentication"] = vm.Provisioning is { DisablePasswordAuthentication: true } ? "true" : "false";
        }

        return profile;
    }

    private JsonArray PublicKeys() => Array((vm.Provisioning?.SshKeys ?? []).Select(k => Object(("keyData", k.KeyData), ("path", k.Path))));

    private JsonObject SecurityProfile()
    {
        var profile = new JsonObject();
        if (version.AtLeast("2021-11-01"))
        {
            profile["encryptionAtHost"] = "false";
        }

        profile["secureBootEnabled"] = "false";
        if (version.AtLeast("2021-12-13"))
        {
            profile["securityType"] = "";
        }

        profile["virtualTpmEnabled"] = "false";
        return profile;
    }

    private JsonObject StorageProfile()
    {
        var image = Object(("id", ""), ("offer", _data.Offer), ("publisher", _data.Publisher), ("sku", _data.Sku), ("version", _data.Version));
        if (version.AtLeast("2023-07-01"))
        {
            image["communityGalleryImageId"] = "";
            image["sharedGalleryImageId"] = "";
            image["exactVersion"] = "";
        }

        var storage = new JsonObject
        {
            ["dataDisks"] = Array(vm.DataDisks.Select(DataDisk)),
            ["imageReference"] = image,
            ["osDisk"] = OsDisk(),
        };
        if (version.AtLeast("2021-02-01"))
        {
            storage["resourceDisk"] = Object(("size", "0"));
        }

        return storage;
    }

    private JsonObject OsDisk()
    {
        var disk = Disk(vm.OsDisk);
        disk["createOption"] = vm.Provisioning is null ? "Attach" : "FromImage";
        disk["diffDiskSettings"] = Object(("option", ""));
        disk["encryptionSettings"] = Object(("enabled", "false"));
        disk["osType"] = _data.OsType;
        return disk;
    }

    private JsonObject DataDisk(VmDisk item)
    {
        var disk = Disk(item);
        disk["createOption"] = view.Disks.GetValueOrDefault(item.DiskKey)?.Source is { ImageUrn: null, CopyOfDiskKey: null } ? "Empty" : "Attach";
        disk["lun"] = (item.Lun ?? 0).ToString(CultureInfo.InvariantCulture);
        if (version.AtLeast("2021-05-01"))
        {
            disk["bytesPerSecondThrottle"] = "";
            disk["diskCapacityBytes"] = "";
            disk["isSharedDisk"] = "false";
            disk["isUltraDisk"] = "false";
            disk["opsPerSecondThrottle"] = "";
        }

        return disk;
    }

    private JsonObject Disk(VmDisk item) => new()
    {
        ["caching"] = item.Caching,
        ["diskSizeGB"] = view.Disks.GetValueOrDefault(item.DiskKey) is { } disk ? (disk.SizeBytes >> 30).ToString(CultureInfo.InvariantCulture) : "",
        ["image"] = Object(("uri", "")),
        ["managedDisk"] = Object(("id", item.DiskKey), ("storageAccountType", "")),
        ["name"] = item.DiskKey[(item.DiskKey.LastIndexOf('/') + 1)..],
        ["vhd"] = Object(("uri", "")),
        ["writeAcceleratorEnabled"] = "false",
    };

    private void Add(string introduced, string name, string? value) => Add(introduced, name, () => JsonValue.Create(value ?? ""));

    private void Add(string introduced, string name, Func<JsonNode> value)
    {
        if (version.AtLeast(introduced))
        {
            _json[name] = value();
        }
    }

    private static JsonObject Object(params ReadOnlySpan<(string Name, string? Value)> properties)
    {
        var json = new JsonObject();
        foreach (var (name, value) in properties)
        {
            json[name] = value ?? "";
        }

        return json;
    }

    private static JsonArray Array(IEnumerable<JsonObject> items) => [.. items];
}
