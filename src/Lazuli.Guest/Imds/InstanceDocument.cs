using System.Globalization;
using System.Text.Json.Nodes;
using Lazuli.Engines.Node;

namespace Lazuli.Guest.Imds;

/// <summary><c>/metadata/instance</c>: compute, network and, for 2021-08-01 and later when asked for, what provisioning agents are told in <c>extended</c>.</summary>
internal static class InstanceDocument
{
    public static JsonObject Build(VnetView view, VmItem vm, string version, bool extended)
    {
        var document = new JsonObject { ["compute"] = new ComputeDocument(view, vm, version).Build() };
        if (extended && version.AtLeast("2021-08-01"))
        {
            document["extended"] = new JsonObject
            {
                ["compute"] = new JsonObject { ["hasCustomData"] = vm.Provisioning?.CustomData is not null, ["ppsType"] = "None" },
            };
        }

        document["network"] = new JsonObject { ["interface"] = new JsonArray([.. vm.NicKeys.Select(view.NicOf).OfType<NicView>().Select(Interface)]) };
        return document;
    }

    private static JsonObject Interface(NicView nic) => new()
    {
        ["ipv4"] = new JsonObject
        {
            ["ipAddress"] = new JsonArray([.. nic.Addresses.Where(a => a.IsV4).Select(a => new JsonObject
            {
                ["privateIpAddress"] = a.Address.ToString(),
                ["publicIpAddress"] = a.PublicAddress ?? "",
            })]),
            ["subnet"] = new JsonArray([.. nic.Addresses.Where(a => a.IsV4).Select(a => a.Subnet).Distinct().Select(s => new JsonObject
            {
                ["address"] = s.BaseAddress.ToString(),
                ["prefix"] = s.PrefixLength.ToString(CultureInfo.InvariantCulture),
            })]),
        },
        ["ipv6"] = new JsonObject
        {
            ["ipAddress"] = new JsonArray([.. nic.Addresses.Where(a => !a.IsV4).Select(a => new JsonObject { ["privateIpAddress"] = a.Address.ToString() })]),
        },
        ["macAddress"] = nic.Nic.MacAddress.Replace("-", "", StringComparison.Ordinal).Replace(":", "", StringComparison.Ordinal).ToUpperInvariant(),
    };
}
