using System.Text.Json;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Compute.VirtualMachines;

/// <summary>What a machine needs to know of its network interfaces, read from their documents.</summary>
internal static class NicFacts
{
    public static string? Location(ResourceId nic, IResourceView view)
    {
        if (view.Store.Get(nic.Key) is not { } record)
        {
            return null;
        }

        using var document = JsonDocument.Parse(record.Body);
        return document.RootElement.TryGetProperty("location", out var location) ? location.GetString() : null;
    }

    /// <summary>Public addresses that shall go when the interface goes with its machine.</summary>
    public static IReadOnlyList<string> AddressesToDelete(ResourceId nic, IResourceView view)
    {
        if (view.Store.Get(nic.Key) is not { } record)
        {
            return [];
        }

        using var document = JsonDocument.Parse(record.Body);
        return !document.RootElement.GetProperty("properties").TryGetProperty("ipConfigurations", out var configurations)
            ? []
            : [.. from configuration in configurations.EnumerateArray()
                  let address = Child(Child(configuration, "properties"), "publicIPAddress")
                  where Child(Child(address, "properties"), "deleteOption") is { ValueKind: JsonValueKind.String } option && option.GetString() == "Delete"
                  let id = Child(address, "id")
                  where id is { ValueKind: JsonValueKind.String }
                  select id.GetString() ?? ""];
    }

    private static JsonElement Child(JsonElement element, string name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var child) ? child : default;
}
