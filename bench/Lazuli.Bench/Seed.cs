using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Store.Sqlite;

namespace Lazuli.Bench;

/// <summary>Resources to measure with.</summary>
internal static partial class Seed
{
    public const string ComputeVersion = "2024-03-01";
    public const string NetworkVersion = "2023-11-01";
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBCbGhsJpbCCPsVgGBcaPfTKGrOKI7NBtVXbXiXAeeXX bench";

    public static string VmPath(LazuliProcess server, string name = "vm0") => $"{server.Group}/providers/Microsoft.Compute/virtualMachines/{name}?api-version={ComputeVersion}";

    /// <summary>A group and a network for machines.</summary>
    public static async Task NetworkAsync(LazuliProcess server)
    {
        await server.SendAsync("PUT", $"{server.Group}?api-version=2021-04-01", """{"location":"westeurope"}""");
        var network = $"{server.Group}/providers/Microsoft.Network/virtualNetworks/net?api-version={NetworkVersion}";
        await server.SendAsync("PUT", network, """
            {"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/8"]},"subnets":[{"name":"default","properties":{"addressPrefix":"10.0.0.0/9"}}]}}
            """);
        await SettledAsync(server, network, CancellationToken.None);
    }

    public static async Task NicAsync(LazuliProcess server, string name, CancellationToken cancellationToken)
    {
        var path = $"{server.Group}/providers/Microsoft.Network/networkInterfaces/{name}?api-version={NetworkVersion}";
        await server.SendAsync("PUT", path, $$$"""
            {"location":"westeurope","properties":{"ipConfigurations":[{"name":"primary","properties":{"subnet":{"id":"{{{server.Group}}}/providers/Microsoft.Network/virtualNetworks/net/subnets/default"} } }] } }
            """);
        await SettledAsync(server, path, cancellationToken);
    }

    public static Task<string> PutVmAsync(LazuliProcess server, string name, string nic, string image) => server.SendAsync("PUT", VmPath(server, name), $$$"""
        {"location":"westeurope","properties":{
          "hardwareProfile":{"vmSize":"Standard_B1s"},
          "storageProfile":{"imageReference":{{{image}}},"osDisk":{"createOption":"FromImage","deleteOption":"Delete"} },
          "osProfile":{"computerName":"{{{name}}}","adminUsername":"azureuser","linuxConfiguration":{"disablePasswordAuthentication":true,
            "ssh":{"publicKeys":[{"path":"/home/azureuser/.ssh/authorized_keys","keyData":"{{{Key}}}"}] } } },
          "networkProfile":{"networkInterfaces":[{"id":"{{{server.Group}}}/providers/Microsoft.Network/networkInterfaces/{{{nic}}}"}] } } }
        """);

    /// <summary>One machine with all that it needs, settled.</summary>
    public static async Task VmAsync(LazuliProcess server, CancellationToken cancellationToken)
    {
        await NetworkAsync(server);
        await NicAsync(server, "nic0", cancellationToken);
        await PutVmAsync(server, "vm0", "nic0", Machines.MicroReference);
        await SettledAsync(server, VmPath(server), cancellationToken);
    }

    /// <summary>Returns when the resource is Succeeded.</summary>
    public static async Task SettledAsync(LazuliProcess server, string path, CancellationToken cancellationToken, int milliseconds = 20)
    {
        while (true)
        {
            using var resource = JsonDocument.Parse(await server.SendAsync("GET", path));
            switch (resource.RootElement.GetProperty("properties").GetProperty("provisioningState").GetString())
            {
                case "Succeeded":
                    return;
                case "Failed" or "Canceled":
                    throw new BenchFailureException($"{path} failed: {resource.RootElement}");
                default:
                    await Task.Delay(milliseconds, cancellationToken);
                    break;
            }
        }
    }

    /// <summary>
    /// Multiplies the machine of a stopped server, with its interface and disk, by writing its records again under other names and addresses:
    /// until its group has <paramref name="here"/>, and <paramref name="elsewhere"/> more are in a group "rest".
    /// </summary>
    public static async Task CloneAsync(string state, int here, int elsewhere)
    {
        await using var store = new ResourceStore(new SqliteJournal(Path.Combine(state, "lazuli.db")));
        var group = store.ListByType("microsoft.resources/resourcegroups").First(r => r.Key.EndsWith("/bench", StringComparison.Ordinal));
        StoreRecord[] originals = [.. store.List(group.Key).Where(r => r.Type is "microsoft.compute/virtualmachines" or "microsoft.compute/disks" or "microsoft.network/networkinterfaces")];
        await WriteAsync(store, [Copy(group, t => t.Replace("resourceGroups/bench", "resourceGroups/rest", StringComparison.OrdinalIgnoreCase).Replace("\"bench\"", "\"rest\"", StringComparison.Ordinal))]);
        for (var i = 1; i < here + elsewhere; i += 50)
        {
            var numbers = Enumerable.Range(i, Math.Min(50, here + elsewhere - i));
            await WriteAsync(store, [.. numbers.SelectMany(n => originals.Select(o => Copy(o, t => Renamed(t, n, n < here ? "bench" : "rest"))))]);
        }
    }

    private static async Task WriteAsync(ResourceStore store, StoreRecord[] records)
    {
        if (await store.CommitAsync(new StoreTransaction { Writes = [.. records.Select(r => new StoreWrite(r.Key, r) { ExpectedVersion = 0 })] }, CancellationToken.None) is { } taken)
        {
            throw new BenchFailureException($"'{taken}' is there already.");
        }
    }

    private static StoreRecord Copy(StoreRecord record, Func<string, string> change) => new()
    {
        Key = change(record.Key).ToLowerInvariant(),
        Type = record.Type,
        Body = Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(record.Body.Span))),
        References = [.. record.References.Select(r => change(r).ToLowerInvariant())],
    };

    private static string Renamed(string text, int number, string group)
    {
        var n = number.ToString(CultureInfo.InvariantCulture);
        text = Names().Replace(text, m => m.Value[..^1] + n);
        text = MovedGroup().Replace(text, m => $"/resourceGroups/{group}/{m.Groups[1].Value}");
        text = Ids().Replace(text, m => $"{m.Groups[1].Value}{number:x8}{m.Groups[2].Value[8..]}");
        text = text.Replace("10.0.0.4", FormattableString.Invariant($"10.{1 + (number >> 16)}.{(number >> 8) & 255}.{number & 255}"), StringComparison.Ordinal);
        return Macs().Replace(text, FormattableString.Invariant($"00-0D-3A-{(number >> 16) & 255:X2}-{(number >> 8) & 255:X2}-{number & 255:X2}"));
    }

    [GeneratedRegex("\\b(vm|nic)0(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Names();

    [GeneratedRegex("/resourceGroups/bench/(providers/Microsoft\\.(?:Compute|Network/networkInterfaces))", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex MovedGroup();

    [GeneratedRegex("(\"(?:vmId|uniqueId|resourceGuid)\":\")([0-9a-f-]{36})", RegexOptions.CultureInvariant)]
    private static partial Regex Ids();

    [GeneratedRegex("00-0D-3A(-[0-9A-F]{2}){3}", RegexOptions.CultureInvariant)]
    private static partial Regex Macs();
}
