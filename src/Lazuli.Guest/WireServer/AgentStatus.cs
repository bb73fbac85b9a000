using System.Text.Json;

namespace Lazuli.Guest.WireServer;

/// <summary>What the agent's status blob says of the agent and its system (waagent's <c>vm_status_to_v1</c>).</summary>
internal static class AgentStatus
{
    /// <summary>
    /// Reads the body of a host plugin <c>PUT /status</c>: <c>{"requestUri", "headers", "content"}</c> with the blob's content in base64. Null when there is no content
    /// (the agent first creates an empty page blob) or when it isn't a status.
    /// </summary>
    public static GuestAgent? Parse(string vmKey, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var request = JsonDocument.Parse(body);
            if (request.RootElement.ValueKind != JsonValueKind.Object || !request.RootElement.TryGetProperty("content", out var content)
                || content.ValueKind != JsonValueKind.String || !content.TryGetBytesFromBase64(out var blob))
            {
                return null;
            }

            using var status = JsonDocument.Parse(blob.AsMemory(0, TrimmedLength(blob)));
            var agent = Find(status.RootElement, "aggregateStatus", "guestAgentStatus");
            var os = Find(status.RootElement, "guestOSInfo");
            return agent is null && os is null ? null : new GuestAgent
            {
                VmKey = vmKey,
                AgentVersion = Text(agent, "version"),
                AgentStatus = Text(agent, "status"),
                OsName = Text(os, "osName"),
                OsVersion = Text(os, "osVersion"),
                ComputerName = Text(os, "computerName"),
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Without the blanks and zeros that fill a page blob's last page.</summary>
    private static int TrimmedLength(byte[] blob) => blob.AsSpan().TrimEnd((byte)0).TrimEnd((byte)' ').Length;

    private static JsonElement? Find(JsonElement from, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (from.ValueKind != JsonValueKind.Object || !from.TryGetProperty(name, out from))
            {
                return null;
            }
        }

        return from.ValueKind == JsonValueKind.Object ? from : null;
    }

    private static string? Text(JsonElement? of, string name) =>
        of is { } element && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? GuestText.Clean(value.GetString(), 128) : null;
}
