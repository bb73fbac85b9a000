namespace Lazuli.Server.SignIn;

/// <summary>What a client asks a token for: one resource, and whether it wants a refresh token and an id token.</summary>
internal sealed record RequestedScope(string Resource, bool IsDefault, bool Offline, bool OpenId, string Text)
{
    private const string Default = "/.default";
    private const string Graph = "https://graph.microsoft.com";

    /// <summary>
    /// Reads a v2.0 <c>scope</c>. <c>RESOURCE/.default</c> names a resource that keeps its own slash at the end (<c>…com//.default</c>); other scopes are
    /// permissions of a resource, or of Microsoft Graph when they name none. Null when two resources are asked for at once.
    /// </summary>
    public static RequestedScope? Parse(string scope)
    {
        string? resource = null;
        var isDefault = false;
        var names = scope.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var name in names.Where(n => n is not ("openid" or "profile" or "email" or "offline_access")))
        {
            var own = name.EndsWith(Default, StringComparison.Ordinal) ? name[..^Default.Length]
                : name.LastIndexOf('/') is > 0 and var slash ? name[..slash]
                : Graph;
            if (resource is not null && resource != own)
            {
                return null;
            }

            resource = own;
            isDefault |= name.EndsWith(Default, StringComparison.Ordinal);
        }

        return new(resource ?? Graph, isDefault, names.Contains("offline_access"), names.Contains("openid"), string.Join(' ', names));
    }

    /// <summary>The v1.0 <c>resource</c>: refresh and id tokens come unasked.</summary>
    public static RequestedScope OfResource(string resource) => new(resource, IsDefault: true, Offline: true, OpenId: true, resource.TrimEnd('/') + Default);
}
