using System.Text.Json.Nodes;
using Lazuli.Kernel.Identity;

namespace Lazuli.Server.Graph;

/// <summary>https://learn.microsoft.com/graph/api/resources/user: making, changing and removing people. A new password ends every sign-in of theirs.</summary>
internal static class GraphUsers
{
    private static readonly string[] Known = ["displayName", "userPrincipalName", "accountEnabled", "passwordProfile", "id", "password"];
    private const int ShortestPassword = 8;

    public static DirectoryUser? Find(TenantDirectory directory, string idOrName)
        => directory.Find(idOrName)?.Value as DirectoryUser ?? directory.FindUser(idOrName.Trim('(', ')', '\''));

    public static Task<GraphReply> CreateAsync(GraphDirectory graph, GraphCall call) => graph.ChangeAsync(call, async body =>
    {
        if (!graph.MayChange(call.Caller))
        {
            return GraphReply.Denied();
        }

        if (GraphDirectory.Text(body, "displayName") is not { } displayName || GraphDirectory.Text(body, "userPrincipalName") is not { } name || Password(body) is not { } password)
        {
            return GraphReply.Bad("One or more properties contains invalid values: a user needs displayName, userPrincipalName and passwordProfile.password.");
        }

        if (Refusal(graph, name, password) is { } refusal)
        {
            return refusal;
        }

        var user = new DirectoryUser
        {
            ObjectId = Guid.NewGuid().ToString(),
            UserPrincipalName = name,
            DisplayName = displayName,
            PasswordHash = PasswordHash.OfPassword(password),
            Enabled = GraphDirectory.Flag(body, "accountEnabled") ?? true,
            More = GraphDirectory.More(null, body, Known),
        };
        await graph.SaveAsync(TenantDirectory.Write(user));
        return GraphReply.Created(GraphView.Of(user));
    });

    public static Task<GraphReply> UpdateAsync(GraphDirectory graph, GraphCall call) => graph.ChangeAsync(call, async body =>
    {
        if (!graph.MayChange(call.Caller))
        {
            return GraphReply.Denied();
        }

        if (Find(graph.Directory, call["id"]) is not { } user)
        {
            return GraphReply.NotFound(call["id"]);
        }

        var name = GraphDirectory.Text(body, "userPrincipalName") is { } given && !given.Equals(user.UserPrincipalName, StringComparison.OrdinalIgnoreCase) ? given : null;
        var password = Password(body);
        if (Refusal(graph, name, password) is { } refusal)
        {
            return refusal;
        }

        var changed = user with
        {
            UserPrincipalName = name ?? user.UserPrincipalName,
            DisplayName = GraphDirectory.Text(body, "displayName") ?? user.DisplayName,
            Enabled = GraphDirectory.Flag(body, "accountEnabled") ?? user.Enabled,
            PasswordHash = password is null ? user.PasswordHash : PasswordHash.OfPassword(password),
            More = GraphDirectory.More(user.More, body, Known),
        };
        await graph.SaveAsync(TenantDirectory.Write(changed));
        if (password is not null || !changed.Enabled)
        {
            await graph.RefreshTokens.RevokeAllAsync(user.ObjectId, CancellationToken.None);
        }

        return GraphReply.NoContent;
    });

    public static Task<GraphReply> DeleteAsync(GraphDirectory graph, GraphCall call) => graph.ChangeAsync(call, async _ =>
    {
        if (!graph.MayChange(call.Caller))
        {
            return GraphReply.Denied();
        }

        if (Find(graph.Directory, call["id"]) is not { } user)
        {
            return GraphReply.NotFound(call["id"]);
        }

        await graph.SaveAsync([TenantDirectory.Delete(user), .. GraphGroups.Without(graph.Directory, user.ObjectId)]);
        await graph.RefreshTokens.RevokeAllAsync(user.ObjectId, CancellationToken.None);
        return GraphReply.NoContent;
    });

    private static GraphReply? Refusal(GraphDirectory graph, string? name, string? password)
        => name is not null && (name.Split('@') is not [{ Length: > 0 }, var domain] || !domain.Equals(graph.Directory.Tenant.Domain, StringComparison.OrdinalIgnoreCase))
            ? GraphReply.Bad($"The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization: {graph.Directory.Tenant.Domain}.")
            : name is not null && graph.Directory.FindUser(name) is not null ? GraphReply.Exists("userPrincipalName")
            : password is { Length: < ShortestPassword } ? GraphReply.Bad("The specified password does not comply with password complexity requirements. Please provide a different password.")
            : null;

    private static string? Password(JsonObject body)
        => body.FirstOrDefault(p => p.Key.Equals("passwordProfile", StringComparison.OrdinalIgnoreCase)).Value is JsonObject profile ? GraphDirectory.Text(profile, "password") : null;
}
