using System.Globalization;
using System.Text.Json.Nodes;
using Lazuli.Kernel.Identity;

namespace Lazuli.Server.Graph;

/// <summary>Directory objects as Microsoft Graph shows them: what is known of them, and what else was said of them.</summary>
internal static class GraphView
{
    public static JsonObject Of(DirectoryObject found) => found.Value switch
    {
        DirectoryUser user => Of(user),
        DirectoryGroup group => Of(group),
        DirectoryApplication application => PrincipalOf(application),
        _ => throw new InvalidOperationException($"The directory has no objects of {found.Value.GetType()}."),
    };

    public static JsonObject Of(DirectoryUser user) => With(user.More, new()
    {
        ["@odata.type"] = "#microsoft.graph.user",
        ["id"] = user.ObjectId,
        ["accountEnabled"] = user.Enabled,
        ["displayName"] = user.DisplayName,
        ["userPrincipalName"] = user.UserPrincipalName,
        ["mailNickname"] = user.UserPrincipalName.Split('@')[0],
        ["userType"] = "Member",
        ["mail"] = null,
        ["givenName"] = null,
        ["surname"] = null,
        ["businessPhones"] = new JsonArray(),
    });

    public static JsonObject Of(DirectoryGroup group) => With(group.More, new()
    {
        ["@odata.type"] = "#microsoft.graph.group",
        ["id"] = group.ObjectId,
        ["displayName"] = group.DisplayName,
        ["description"] = null,
        ["mailEnabled"] = false,
        ["mailNickname"] = group.DisplayName,
        ["securityEnabled"] = true,
        ["groupTypes"] = new JsonArray(),
    });

    public static JsonObject PrincipalOf(DirectoryApplication application) => new()
    {
        ["@odata.type"] = "#microsoft.graph.servicePrincipal",
        ["id"] = application.PrincipalId ?? application.ObjectId,
        ["accountEnabled"] = application.PrincipalEnabled,
        ["appId"] = application.ApplicationId,
        ["appDisplayName"] = application.DisplayName,
        ["displayName"] = application.DisplayName,
        ["servicePrincipalType"] = application.Kind.ToString(),
        ["servicePrincipalNames"] = new JsonArray([.. IdentifierUris(application).Append(application.ApplicationId).Select(n => (JsonNode)n)]),
        ["appRoles"] = new JsonArray(),
        ["oauth2PermissionScopes"] = new JsonArray(),
        ["tags"] = new JsonArray(),
        ["passwordCredentials"] = new JsonArray(),
        ["keyCredentials"] = new JsonArray(),
    };

    public static JsonObject ApplicationOf(DirectoryApplication application) => With(application.More, new()
    {
        ["@odata.type"] = "#microsoft.graph.application",
        ["id"] = application.ObjectId,
        ["appId"] = application.ApplicationId,
        ["displayName"] = application.DisplayName,
        ["createdDateTime"] = Time(application.Created),
        ["signInAudience"] = "AzureADMyOrg",
        ["identifierUris"] = new JsonArray(),
        ["appRoles"] = new JsonArray(),
        ["requiredResourceAccess"] = new JsonArray(),
        ["passwordCredentials"] = new JsonArray([.. application.Secrets.Select(s => Of(s))]),
        ["keyCredentials"] = new JsonArray([.. application.Certificates.Select(Of)]),
    });

    /// <summary>A password credential; the secret itself is shown once, to whoever made it.</summary>
    public static JsonObject Of(ApplicationSecret secret, string? text = null) => new()
    {
        ["customKeyIdentifier"] = null,
        ["displayName"] = secret.DisplayName,
        ["endDateTime"] = Time(secret.End),
        ["hint"] = secret.Hint,
        ["keyId"] = secret.KeyId,
        ["secretText"] = text,
        ["startDateTime"] = Time(secret.Start),
    };

    public static IEnumerable<string> IdentifierUris(DirectoryApplication application)
        => application.More?["identifierUris"] is JsonArray uris ? uris.OfType<JsonValue>().Select(u => u.TryGetValue(out string? text) ? text : null).OfType<string>() : [];

    private static JsonObject Of(ApplicationCertificate certificate) => new()
    {
        ["customKeyIdentifier"] = certificate.Thumbprint,
        ["displayName"] = certificate.DisplayName,
        ["endDateTime"] = Time(certificate.End),
        ["key"] = null,
        ["keyId"] = certificate.KeyId,
        ["startDateTime"] = Time(certificate.Start),
        ["type"] = "AsymmetricX509Cert",
        ["usage"] = "Verify",
    };

    private static JsonObject With(JsonObject? more, JsonObject shown)
    {
        foreach (var (name, value) in more ?? [])
        {
            shown[name] = value?.DeepClone();
        }

        return shown;
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
