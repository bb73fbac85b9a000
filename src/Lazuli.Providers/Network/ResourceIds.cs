using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network;

/// <summary>Ids as people wrote them.</summary>
internal static class ResourceIds
{
    /// <summary>The id of a key with its owner's casing.</summary>
    public static string Shown(IResourceView view, string key)
    {
        if (view.Store.Get(key) is not { } record)
        {
            return key;
        }

        using var json = System.Text.Json.JsonDocument.Parse(record.Body);
        return json.RootElement.TryGetProperty("id", out var id) && id.GetString() is { } text ? text : ResourceId.Parse(key).ToString();
    }
}
