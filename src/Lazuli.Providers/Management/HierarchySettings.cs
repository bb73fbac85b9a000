using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Management;

/// <summary>
/// The root group's settings (https://learn.microsoft.com/azure/governance/management-groups/how-to/protect-resource-hierarchy): which group new ones go under by default.
/// Making a group always needs the right to, whatever <c>requireAuthorizationForGroupCreation</c> says.
/// </summary>
internal sealed record HierarchySettings
{
    private const string Path = "/providers/Microsoft.Management/managementGroups/{groupId}/settings";
    private const string Action = "Microsoft.Management/managementGroups/settings/";

    public bool? RequireAuthorizationForGroupCreation { get; set; }
    public string? DefaultManagementGroup { get; set; }

    public static IEnumerable<ProviderOperation> Operations { get; } =
    [
        new(HttpMethod.Get, Path, Action + "read", ListAsync) { ApiVersions = ManagementProvider.ApiVersions, MetadataType = "managementGroups/settings" },
        new(HttpMethod.Get, Path + "/default", Action + "read", GetAsync) { ApiVersions = ManagementProvider.ApiVersions },
        new(HttpMethod.Put, Path + "/default", Action + "write", WriteAsync) { ApiVersions = ManagementProvider.ApiVersions },
        new(HttpMethod.Patch, Path + "/default", Action + "write", WriteAsync) { ApiVersions = ManagementProvider.ApiVersions },
        new(HttpMethod.Delete, Path + "/default", Action + "delete", DeleteAsync) { ApiVersions = ManagementProvider.ApiVersions },
    ];

    /// <summary>The group that new groups and subscriptions go under when nothing else is said.</summary>
    public static ResourceId? DefaultGroup(IResourceStore store)
        => ManagementTree.RootOf(store) is not { } root ? null
            : store.Get(KeyOf(root)) is { } record && ResourceId.TryParse(Read(record).DefaultManagementGroup, out var id) && store.Get(id.Key) is not null ? id
            : root;

    private static Task<Result<ArmResponse>> ListAsync(ProviderRequest request, CancellationToken cancellationToken)
    {
        var group = ResourceId.ManagementGroup(request["groupId"]);
        return Task.FromResult<Result<ArmResponse>>(ArmResponse.Json(
            JsonWriting.List(request.Kernel.Store.Get(KeyOf(group)) is { } record ? [Read(record)] : (HierarchySettings[])[], (json, settings) => settings.Write(json, group))));
    }

    private static Task<Result<ArmResponse>> GetAsync(ProviderRequest request, CancellationToken cancellationToken)
    {
        var group = ResourceId.ManagementGroup(request["groupId"]);
        return Task.FromResult<Result<ArmResponse>>(request.Kernel.Store.Get(KeyOf(group)) is { } record
            ? ArmResponse.Json(JsonWriting.ToBytes(json => Read(record).Write(json, group)))
            : ArmErrors.ResourceNotFound(group.Child("settings", "default")));
    }

    private static async Task<Result<ArmResponse>> WriteAsync(ProviderRequest request, CancellationToken cancellationToken)
    {
        var store = request.Kernel.Store;
        var group = ResourceId.ManagementGroup(request["groupId"]);
        if (!group.Equals(ManagementTree.RootOf(store)))
        {
            return ManagementErrors.SettingsOfRootOnly();
        }

        SettingsBody? body;
        try
        {
            body = JsonSerializer.Deserialize(request.Request.Body.Span, HierarchySettingsJson.Default.SettingsBody);
        }
        catch (JsonException e)
        {
            return ArmErrors.InvalidRequestContent(e.Message);
        }

        var settings = body?.Properties ?? new();
        if (request.Request.Method == HttpMethod.Patch && store.Get(KeyOf(group)) is { } before)
        {
            settings.RequireAuthorizationForGroupCreation ??= Read(before).RequireAuthorizationForGroupCreation;
            settings.DefaultManagementGroup ??= Read(before).DefaultManagementGroup;
        }

        if (settings.DefaultManagementGroup is { Length: > 0 } given)
        {
            // A name alone will do, too.
            var id = ResourceId.TryParse(given, out var parsed) ? parsed : ResourceId.ManagementGroup(given);
            if (!id.IsManagementGroup || store.Get(id.Key) is null)
            {
                return ArmErrors.ManagementGroupNotFound(id.Name);
            }

            settings.DefaultManagementGroup = id.ToString();
        }

        var record = new StoreRecord
        {
            Key = KeyOf(group),
            Type = "lazuli/hierarchysettings",
            Body = JsonSerializer.SerializeToUtf8Bytes(settings, HierarchySettingsJson.Default.HierarchySettings),
        };
        await store.CommitAsync(new StoreTransaction { Writes = [new(record.Key, record)] }, cancellationToken);
        return ArmResponse.Json(JsonWriting.ToBytes(json => settings.Write(json, group)));
    }

    private static async Task<Result<ArmResponse>> DeleteAsync(ProviderRequest request, CancellationToken cancellationToken)
    {
        await request.Kernel.Store.CommitAsync(new StoreTransaction { Writes = [new(KeyOf(ResourceId.ManagementGroup(request["groupId"])), null)] }, cancellationToken);
        return ArmResponse.Empty(200);
    }

    private static string KeyOf(ResourceId group) => $"{group.Key}/settings/default";

    private static HierarchySettings Read(StoreRecord record) => JsonSerializer.Deserialize(record.Body.Span, HierarchySettingsJson.Default.HierarchySettings) ?? new();

    private void Write(Utf8JsonWriter json, ResourceId group)
    {
        json.WriteStartObject();
        json.WriteString("id", $"{group}/settings/default");
        json.WriteString("type", "Microsoft.Management/managementGroups/settings");
        json.WriteString("name", "default");
        json.WriteStartObject("properties");
        json.WriteString("tenantId", group.Name);
        if (RequireAuthorizationForGroupCreation is { } require)
        {
            json.WriteBoolean("requireAuthorizationForGroupCreation", require);
        }

        if (DefaultManagementGroup is { } above)
        {
            json.WriteString("defaultManagementGroup", above);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}

internal sealed record SettingsBody(HierarchySettings? Properties);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SettingsBody))]
[JsonSerializable(typeof(HierarchySettings))]
internal sealed partial class HierarchySettingsJson : JsonSerializerContext;
