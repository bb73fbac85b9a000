using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Lazuli.Kernel.Identity;

namespace Lazuli.Server.Graph;

/// <summary>https://learn.microsoft.com/graph/api/resources/application: applications, their secrets and certificates, and their service principals.</summary>
internal static class GraphApplications
{
    private static readonly string[] Known = ["displayName", "id", "appId", "passwordCredentials", "keyCredentials", "createdDateTime"];
    private static readonly TimeSpan SecretLifetime = TimeSpan.FromDays(2 * 365);

    /// <summary>An application by its own object id or its client id.</summary>
    public static DirectoryApplication? Find(TenantDirectory directory, string id)
        => directory.Applications.FirstOrDefault(a => a.Kind == ApplicationKind.Application && (Same(a.ObjectId, id) || IsAppId(id, a)));

    /// <summary>An application by the object id of its service principal or its client id.</summary>
    public static DirectoryApplication? FindPrincipal(TenantDirectory directory, string id)
        => directory.Applications.FirstOrDefault(a => a.PrincipalId is not null && (Same(a.PrincipalId, id) || IsAppId(id, a)));

    public static Task<GraphReply> CreateAsync(GraphDirectory graph, GraphCall call) => graph.ChangeAsync(call, async body =>
    {
        if (!graph.MayChange(call.Caller))
        {
            return GraphReply.Denied();
        }

        if (GraphDirectory.Text(body, "displayName") is not { } displayName)
        {
            return GraphReply.Bad("Property displayName on the application cannot be empty or missing.");
        }

        if (body["passwordCredentials"] is JsonArray { Count: > 0 })
        {
            return GraphReply.Bad("Secrets are made by addPassword.");
        }

        if (!Certificates(body, [], out var certificates, out var wrong))
        {
            return wrong;
        }

        var application = new DirectoryApplication
        {
            ApplicationId = Guid.NewGuid().ToString(),
            ObjectId = Guid.NewGuid().ToString(),
            DisplayName = displayName,
            Created = graph.Now,
            Certificates = certificates,
            Owners = [call.Caller.ObjectId],
            More = GraphDirectory.More(null, body, Known),
        };
        if (TakenUri(graph, application))
        {
            return GraphReply.Exists("identifierUris");
        }

        await graph.SaveAsync(TenantDirectory.Write(application));
        return GraphReply.Created(GraphView.ApplicationOf(application));
    });

    public static Task<GraphReply> UpdateAsync(GraphDirectory graph, GraphCall call) => ChangeAsync(graph, call, principal: false, (application, body) =>
    {
        if (!Certificates(body, application.Certificates, out var certificates, out var wrong))
        {
            return (application, wrong);
        }

        var changed = application with
        {
            DisplayName = GraphDirectory.Text(body, "displayName") ?? application.DisplayName,
            Certificates = certificates,
            More = GraphDirectory.More(application.More, body, Known),
        };
        return TakenUri(graph, changed) ? (application, GraphReply.Exists("identifierUris")) : (changed, GraphReply.NoContent);
    });

    public static Task<GraphReply> DeleteAsync(GraphDirectory graph, GraphCall call) => graph.ChangeAsync(call, async _ =>
    {
        if (Find(graph.Directory, call["id"]) is not { } application)
        {
            return GraphReply.NotFound(call["id"]);
        }

        if (!graph.MayChange(call.Caller, application.Owners))
        {
            return GraphReply.Denied();
        }

        await graph.SaveAsync([TenantDirectory.Delete(application), .. GraphGroups.Without(graph.Directory, application.PrincipalId ?? application.ObjectId)]);
        return GraphReply.NoContent;
    });

    public static Task<GraphReply> AddPasswordAsync(GraphDirectory graph, GraphCall call, bool principal) => ChangeAsync(graph, call, principal, (application, body) =>
    {
        var given = body["passwordCredential"] as JsonObject ?? [];
        var text = PasswordHash.Generate(40);
        var start = Time(given, "startDateTime") ?? graph.Now;
        var secret = new ApplicationSecret
        {
            KeyId = Guid.NewGuid().ToString(),
            DisplayName = GraphDirectory.Text(given, "displayName"),
            Hint = text[..3],
            Hash = PasswordHash.OfGenerated(text),
            Start = start,
            End = Time(given, "endDateTime") ?? start + SecretLifetime,
        };
        return secret.End <= secret.Start
            ? (application, GraphReply.Bad("The end of a password credential must be after its start."))
            : (application with { Secrets = [.. application.Secrets, secret] }, GraphReply.Ok(GraphView.Of(secret, text)));
    });

    public static Task<GraphReply> RemovePasswordAsync(GraphDirectory graph, GraphCall call, bool principal) => ChangeAsync(graph, call, principal, (application, body) =>
        GraphDirectory.Text(body, "keyId") is { } id && application.Secrets.Any(s => Same(s.KeyId, id))
            ? (application with { Secrets = [.. application.Secrets.Where(s => !Same(s.KeyId, id))] }, GraphReply.NoContent)
            : (application, GraphReply.Bad($"No password credential found with keyId '{GraphDirectory.Text(body, "keyId")}'.")));

    public static Task<GraphReply> CreatePrincipalAsync(GraphDirectory graph, GraphCall call) => graph.ChangeAsync(call, async body =>
    {
        if (GraphDirectory.Text(body, "appId") is not { } appId || graph.Directory.FindApplication(appId) is not { } application)
        {
            return GraphReply.Bad($"The appId '{GraphDirectory.Text(body, "appId")}' of the service principal does not reference a valid application object.");
        }

        if (!graph.MayChange(call.Caller, application.Owners))
        {
            return GraphReply.Denied();
        }

        if (application.PrincipalId is not null)
        {
            return GraphReply.Error(409, "Request_MultipleObjectsWithSameKeyValue", $"The service principal cannot be created, updated, or restored because the service principal name {appId} is already in use.");
        }

        var made = application with { PrincipalId = Guid.NewGuid().ToString(), PrincipalEnabled = GraphDirectory.Flag(body, "accountEnabled") ?? true };
        await graph.SaveAsync(TenantDirectory.Write(made));
        return GraphReply.Created(GraphView.PrincipalOf(made));
    });

    public static Task<GraphReply> UpdatePrincipalAsync(GraphDirectory graph, GraphCall call) => ChangeAsync(graph, call, principal: true, (application, body) =>
        (application with { PrincipalEnabled = GraphDirectory.Flag(body, "accountEnabled") ?? application.PrincipalEnabled }, GraphReply.NoContent));

    public static Task<GraphReply> DeletePrincipalAsync(GraphDirectory graph, GraphCall call) => graph.ChangeAsync(call, async _ =>
    {
        if (FindPrincipal(graph.Directory, call["id"]) is not { PrincipalId: { } id } application)
        {
            return GraphReply.NotFound(call["id"]);
        }

        if (application.Kind != ApplicationKind.Application || !graph.MayChange(call.Caller, application.Owners))
        {
            return GraphReply.Denied();
        }

        await graph.SaveAsync([TenantDirectory.Write(application with { PrincipalId = null }), .. GraphGroups.Without(graph.Directory, id)]);
        return GraphReply.NoContent;
    });

    public static Task<GraphReply> AddOwnerAsync(GraphDirectory graph, GraphCall call) => ChangeAsync(graph, call, principal: false, (application, body) =>
        GraphDirectory.Reference(body) is not { } id || graph.Directory.Find(id) is not { } owner ? (application, GraphReply.NotFound(GraphDirectory.Reference(body) ?? ""))
            : application.Owners.Contains(owner.ObjectId, StringComparer.OrdinalIgnoreCase) ? (application, GraphReply.Bad("One or more added object references already exist for the following modified properties: 'owners'."))
            : (application with { Owners = [.. application.Owners, owner.ObjectId] }, GraphReply.NoContent));

    public static Task<GraphReply> RemoveOwnerAsync(GraphDirectory graph, GraphCall call) => ChangeAsync(graph, call, principal: false, (application, _) =>
        application.Owners.Contains(call["member"], StringComparer.OrdinalIgnoreCase)
            ? (application with { Owners = GraphGroups.Except(application.Owners, call["member"]) }, GraphReply.NoContent)
            : (application, GraphReply.NotFound(call["member"])));

    private static Task<GraphReply> ChangeAsync(GraphDirectory graph, GraphCall call, bool principal, Func<DirectoryApplication, JsonObject, (DirectoryApplication After, GraphReply Reply)> change)
        => graph.ChangeAsync(call, async body =>
        {
            if ((principal ? FindPrincipal(graph.Directory, call["id"]) : Find(graph.Directory, call["id"])) is not { } application)
            {
                return GraphReply.NotFound(call["id"]);
            }

            if (!graph.MayChange(call.Caller, application.Owners))
            {
                return GraphReply.Denied();
            }

            var (after, reply) = change(application, body);
            if (reply.Status < 300)
            {
                await graph.SaveAsync(TenantDirectory.Write(after));
            }

            return reply;
        });

    // Those that were there are named by keyId without their key; new ones bring it.
    private static bool Certificates(
        JsonObject body,
        IReadOnlyList<ApplicationCertificate> before,
        out IReadOnlyList<ApplicationCertificate> certificates,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out GraphReply? wrong)
    {
        (certificates, wrong) = (before, null);
        if (body["keyCredentials"] is not JsonArray given)
        {
            return true;
        }

        var all = new List<ApplicationCertificate>();
        foreach (var credential in given.OfType<JsonObject>())
        {
            if (before.FirstOrDefault(c => Same(c.KeyId, GraphDirectory.Text(credential, "keyId") ?? "")) is { } known)
            {
                all.Add(known);
            }
            else if (Read(credential) is { } made)
            {
                all.Add(made);
            }
            else
            {
                wrong = GraphReply.Bad("Key credential is invalid: it must be of type AsymmetricX509Cert, for usage Verify, with an RSA certificate as key.");
                return false;
            }
        }

        certificates = all;
        return true;
    }

    private static ApplicationCertificate? Read(JsonObject credential)
    {
        try
        {
            var bytes = Convert.FromBase64String(GraphDirectory.Text(credential, "key") ?? "");
            using var certificate = X509CertificateLoader.LoadCertificate(bytes);
            using var key = certificate.GetRSAPublicKey();
            return key is null || GraphDirectory.Text(credential, "type") is { } type && type != "AsymmetricX509Cert" ? null : new()
            {
                KeyId = Guid.NewGuid().ToString(),
                DisplayName = GraphDirectory.Text(credential, "displayName") ?? certificate.Subject,
                Thumbprint = certificate.Thumbprint,
                Certificate = Convert.ToBase64String(certificate.RawData),
                Start = Time(credential, "startDateTime") ?? certificate.NotBefore.ToUniversalTime(),
                End = Time(credential, "endDateTime") ?? certificate.NotAfter.ToUniversalTime(),
            };
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return null;
        }
    }

    private static DateTimeOffset? Time(JsonObject body, string name)
        => DateTimeOffset.TryParse(GraphDirectory.Text(body, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    private static bool TakenUri(GraphDirectory graph, DirectoryApplication application)
        => graph.Directory.Applications.Where(a => a.ObjectId != application.ObjectId).SelectMany(GraphView.IdentifierUris).Intersect(GraphView.IdentifierUris(application), StringComparer.OrdinalIgnoreCase).Any();

    // Also in the form applications(appId='…').
    private static bool IsAppId(string id, DirectoryApplication application) => Same(application.ApplicationId, id);

    private static bool Same(string? a, string b) => b.Equals(a, StringComparison.OrdinalIgnoreCase);
}
