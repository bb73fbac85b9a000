using Lazuli.Engines.Node;

namespace Lazuli.Engines.Tests.Node;

/// <summary>Small items for tests.</summary>
internal static class Items
{
    public static VnetItem Vnet(string key = "net") => new()
    {
        Key = key,
        AddressPrefixes = ["10.0.0.0/16"],
        Subnets = [new() { Key = key + "/a", AddressPrefixes = ["10.0.0.0/24"] }],
        DnsSuffix = "x.internal.cloudapp.net",
    };

    public static NicItem Nic(string key = "nic", string vnet = "net") => new()
    {
        Key = key,
        VnetKey = vnet,
        MacAddress = "00-0D-3A-00-00-04",
        IpConfigs = [new() { Name = "a", SubnetKey = vnet + "/a", PrivateAddress = "10.0.0.4", Primary = true }],
    };

    public static DiskItem Disk(string key = "disk", long size = 1L << 30) => new() { Key = key, SizeBytes = size, Source = new() };

    public static VmItem Vm(string key = "vm", string nic = "nic", string disk = "disk", VmPower power = VmPower.Running) => new()
    {
        Key = key,
        VmId = new Guid("7b9a1d2c-1c1f-4c55-9a3e-1f2b3c4d5e6f"),
        Name = key,
        Cpus = 1,
        MemoryMiB = 128,
        Power = power,
        OsDisk = new() { DiskKey = disk },
        NicKeys = [nic],
        Metadata = new() { ResourceId = key, Location = "westeurope", SubscriptionId = "s", ResourceGroupName = "g", VmSize = "Standard_B1s" },
    };

    public static NodeDocument Document(long generation, params IReadOnlyList<NodeItem> items) => new() { Generation = generation, Items = items };

    public static NodeDocument Change(long generation, IReadOnlyList<NodeItem> items, params IReadOnlyList<string> removed)
        => new() { Generation = generation, BaseGeneration = generation - 1, Items = items, Removed = removed };
}
