using System.Text.Json;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Node;

/// <summary>The virtual machine that a NIC or disk is attached to, as far as other resources need to know it.</summary>
/// <param name="Id">The machine's id.</param>
/// <param name="ComputerName">The guest's host name: the resource's name where none is given.</param>
/// <param name="IsPrimary">Whether a NIC is the machine's primary one: marked so, or the only one, or else the first.</param>
public sealed record AttachedVm(ResourceId Id, string ComputerName, bool IsPrimary)
{
    public const string TypeKey = "microsoft.compute/virtualmachines";

    /// <summary>
    /// The machine whose network profile names the NIC, or null. A machine that is being deleted lets go of its NICs at once, so that they can go with it:
    /// the node keeps the order.
    /// </summary>
    public static AttachedVm? OfNic(IResourceView view, ResourceId nic)
        => view.Store.Referrers(nic.Key).FirstOrDefault(r => r.Type == TypeKey && !view.IsDeleting(ResourceId.Parse(r.Key))) is { } record ? Read(record, nic) : null;

    private static AttachedVm Read(StoreRecord record, ResourceId nic)
    {
        using var document = JsonDocument.Parse(record.Body);
        var root = document.RootElement;
        var id = ResourceId.Parse(root.GetProperty("id").GetString() ?? record.Key);
        var properties = root.GetProperty("properties");
        var name = properties.TryGetProperty("osProfile", out var profile) && profile.TryGetProperty("computerName", out var computer) ? computer.GetString() : null;
        return new(id, name ?? id.Name, IsPrimaryIn(properties, nic));
    }

    private static bool IsPrimaryIn(JsonElement vm, ResourceId nic)
    {
        if (!vm.TryGetProperty("networkProfile", out var network) || !network.TryGetProperty("networkInterfaces", out var nics))
        {
            return true;
        }

        var marked = nics.EnumerateArray().Where(n => n.TryGetProperty("properties", out var p) && p.TryGetProperty("primary", out var v) && v.ValueKind == JsonValueKind.True);
        return marked.Append(nics.EnumerateArray().FirstOrDefault()).FirstOrDefault() is { ValueKind: JsonValueKind.Object } primary
            && primary.TryGetProperty("id", out var id) && nic.Key.Equals(id.GetString(), StringComparison.OrdinalIgnoreCase);
    }
}
