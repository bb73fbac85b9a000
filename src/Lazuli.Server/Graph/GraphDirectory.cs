using System.Text.Json;
using System.Text.Json.Nodes;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Server.SignIn;
using Microsoft.AspNetCore.Http;

namespace Lazuli.Server.Graph;

/// <summary>One request to Microsoft Graph.</summary>
internal sealed record GraphCall(HttpContext Context, Principal Caller)
{
    public string this[string name] => Context.Route(name);
}

/// <summary>
/// The directory as Microsoft Graph changes it: one change at a time, each durable when answered. It is changed by those who may give roles at the tenant's root, and an application
/// or group by its owners, too; everybody else only reads.
/// </summary>
internal sealed class GraphDirectory(SignInServices services)
{
    private const int LargestBody = 256 * 1024;
    private readonly KeyedLocks _one = new();

    public TenantDirectory Directory => services.Directory;

    public DateTimeOffset Now => services.Time.GetUtcNow();

    public RefreshTokens RefreshTokens => services.RefreshTokens;

    /// <summary>Reads the body and makes one change of the directory, alone.</summary>
    public async Task<GraphReply> ChangeAsync(GraphCall call, Func<JsonObject, Task<GraphReply>> change)
    {
        JsonObject? body;
        try
        {
            body = await ReadAsync(call.Context);
        }
        catch (JsonException)
        {
            return GraphReply.Error(400, "BadRequest", "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.");
        }

        if (body is null)
        {
            return GraphReply.Error(413, "RequestEntityTooLarge", "The request is too large.");
        }

        using var alone = await _one.AcquireAsync(["directory"], call.Context.RequestAborted);
        return await change(body);
    }

    public Task SaveAsync(params IReadOnlyList<StoreWrite> writes) => Directory.SaveAsync(CancellationToken.None, writes);

    /// <summary>Whether the caller may change the directory, or one object of it that has these owners.</summary>
    public bool MayChange(Principal caller, params IReadOnlyList<string> owners)
        => owners.Contains(caller.ObjectId, StringComparer.OrdinalIgnoreCase) || services.Authorizer.IsAllowed(caller, "Microsoft.Authorization/roleAssignments/write", ResourceId.Tenant);

    public static string? Text(JsonObject body, string name)
        => body.FirstOrDefault(p => p.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value is JsonValue value && value.TryGetValue(out string? text) && text.Trim().Length > 0 ? text : null;

    public static bool? Flag(JsonObject body, string name)
        => body.FirstOrDefault(p => p.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value is JsonValue value && value.TryGetValue(out bool flag) ? flag : null;

    /// <summary>What was said before, and what is said now beyond the properties that mean something here.</summary>
    public static JsonObject More(JsonObject? before, JsonObject body, params ReadOnlySpan<string> known)
    {
        var more = before is null ? [] : (JsonObject)before.DeepClone();
        foreach (var (name, value) in body)
        {
            if (!known.Contains(name, StringComparer.OrdinalIgnoreCase) && !name.StartsWith('@'))
            {
                more[name] = value?.DeepClone();
            }
        }

        return more;
    }

    /// <summary>The object id at the end of <c>{ "@odata.id": "…/directoryObjects/{id}" }</c>.</summary>
    public static string? Reference(JsonObject body) => Text(body, "@odata.id") is { } url ? url.TrimEnd('/').Split('/')[^1] : null;

    private static async Task<JsonObject?> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength is 0 || HttpMethods.IsDelete(context.Request.Method))
        {
            return [];
        }

        using var buffer = new MemoryStream();
        var piece = new byte[16 * 1024];
        for (var read = 1; read > 0;)
        {
            read = await context.Request.Body.ReadAsync(piece, context.RequestAborted);
            buffer.Write(piece, 0, read);
            if (buffer.Length > LargestBody)
            {
                return null;
            }
        }

        return buffer.Length == 0 ? [] : JsonNode.Parse(buffer.ToArray()) as JsonObject ?? throw new JsonException("The body is no object.");
    }
}
