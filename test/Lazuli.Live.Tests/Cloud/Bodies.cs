using System.Text.Json.Nodes;

namespace Lazuli.Live.Tests.Cloud;

/// <summary>What clients send, as Azure's reference has it.</summary>
internal static class Bodies
{
    public const string NetworkVersion = "2023-11-01";
    public const string ComputeVersion = "2024-03-01";
    public const string DiskVersion = "2023-10-02";

    public static JsonObject Network(string prefix, string subnet, string nsg) => Resource(new()
    {
        ["addressSpace"] = new JsonObject { ["addressPrefixes"] = new JsonArray(prefix) },
        ["subnets"] = new JsonArray(new JsonObject
        {
            ["name"] = "a",
            ["properties"] = new JsonObject { ["addressPrefix"] = subnet, ["networkSecurityGroup"] = Reference(nsg) },
        }),
    });

    /// <summary>A network and one subnet with prefixes of both families.</summary>
    public static JsonObject DualStackNetwork(string nsg) => Resource(new()
    {
        ["addressSpace"] = new JsonObject { ["addressPrefixes"] = new JsonArray("10.6.0.0/16", "fd00:6::/48") },
        ["subnets"] = new JsonArray(new JsonObject
        {
            ["name"] = "a",
            ["properties"] = new JsonObject { ["addressPrefixes"] = new JsonArray("10.6.0.0/24", "fd00:6::/64"), ["networkSecurityGroup"] = Reference(nsg) },
        }),
    });

    /// <summary>A NIC with an address of each family; the IPv6 one may have a public address.</summary>
    public static JsonObject DualStackNic(string network, string? publicAddress, string? publicAddress6)
    {
        var nic = Nic(network, publicAddress);
        var config = new JsonObject { ["subnet"] = Reference(network + "/subnets/a"), ["privateIPAddressVersion"] = "IPv6" };
        if (publicAddress6 is not null)
        {
            config["publicIPAddress"] = Reference(publicAddress6);
        }

        if (nic["properties"]?["ipConfigurations"] is JsonArray configs)
        {
            (configs[0]?["properties"] ?? throw new InvalidOperationException())["primary"] = true;
            configs.Add(new JsonObject { ["name"] = "six", ["properties"] = config });
        }

        return nic;
    }

    /// <summary>A security group of inbound TCP rules.</summary>
    public static JsonObject Rules(params IEnumerable<(string Name, int Priority, string Access, string Port)> rules) => Resource(new()
    {
        ["securityRules"] = new JsonArray([.. rules.Select(r => new JsonObject
        {
            ["name"] = r.Name,
            ["properties"] = new JsonObject
            {
                ["priority"] = r.Priority,
                ["direction"] = "Inbound",
                ["access"] = r.Access,
                ["protocol"] = "Tcp",
                ["sourceAddressPrefix"] = "*",
                ["sourcePortRange"] = "*",
                ["destinationAddressPrefix"] = "*",
                ["destinationPortRange"] = r.Port,
            },
        })]),
    });

    public static JsonObject PublicAddress() => new()
    {
        ["location"] = "westeurope",
        ["sku"] = new JsonObject { ["name"] = "Standard" },
        ["properties"] = new JsonObject { ["publicIPAllocationMethod"] = "Static" },
    };

    public static JsonObject Nic(string network, string? publicAddress)
    {
        var config = new JsonObject { ["subnet"] = Reference(network + "/subnets/a") };
        if (publicAddress is not null)
        {
            config["publicIPAddress"] = Reference(publicAddress);
        }

        return Resource(new() { ["ipConfigurations"] = new JsonArray(new JsonObject { ["name"] = "c", ["properties"] = config }) });
    }

    public static JsonObject EmptyDisk() => Resource(new() { ["creationData"] = new JsonObject { ["createOption"] = "Empty" }, ["diskSizeGB"] = 1 });

    public static JsonObject Machine(string name, string nic, string publicKey, params IEnumerable<string> dataDisks) => Resource(new()
    {
        ["hardwareProfile"] = new JsonObject { ["vmSize"] = "Standard_B1ls" },
        ["storageProfile"] = new JsonObject
        {
            ["imageReference"] = new JsonObject { ["publisher"] = "lazuli", ["offer"] = "micro", ["sku"] = "1", ["version"] = "latest" },
            ["osDisk"] = new JsonObject { ["name"] = name + "-os", ["createOption"] = "FromImage", ["deleteOption"] = "Delete" },
            ["dataDisks"] = new JsonArray([.. dataDisks.Select((d, i) => new JsonObject { ["lun"] = i, ["createOption"] = "Attach", ["managedDisk"] = Reference(d) })]),
        },
        ["osProfile"] = new JsonObject
        {
            ["computerName"] = name,
            ["adminUsername"] = "azureuser",
            ["linuxConfiguration"] = new JsonObject
            {
                ["disablePasswordAuthentication"] = true,
                ["ssh"] = new JsonObject { ["publicKeys"] = new JsonArray(new JsonObject { ["path"] = "/home/azureuser/.ssh/authorized_keys", ["keyData"] = publicKey }) },
            },
        },
        ["networkProfile"] = new JsonObject { ["networkInterfaces"] = new JsonArray(Reference(nic)) },
    });

    public static JsonObject Reference(string id) => new() { ["id"] = id };

    private static JsonObject Resource(JsonObject properties) => new() { ["location"] = "westeurope", ["properties"] = properties };
}
