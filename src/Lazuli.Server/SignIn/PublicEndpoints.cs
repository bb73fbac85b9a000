using Microsoft.AspNetCore.Http;

namespace Lazuli.Server.SignIn;

/// <summary>
/// The base addresses that a caller can use, without a slash at the end. A caller that reached us under one of Azure's public names is given
/// Azure's public names; everybody else is given the address they used.
/// </summary>
public sealed record PublicEndpoints(string Manager, string Login, string Graph, string Portal, bool IsPublicCloud)
{
    /// <summary>Azure's host names that lead to Lazuli inside <c>lazuli exec</c>; the certificate holds them all.</summary>
    public static readonly string[] AzureHosts =
    [
        "management.azure.com", "management.core.windows.net", "login.microsoftonline.com", "login.microsoft.com", "login.windows.net", "sts.windows.net",
        "graph.microsoft.com", "graph.windows.net", "portal.azure.com", "raw.githubusercontent.com",
    ];

    private static readonly PublicEndpoints Azure = new(
        "https://management.azure.com", "https://login.microsoftonline.com", "https://graph.microsoft.com", "https://portal.azure.com", IsPublicCloud: true);

    public static PublicEndpoints Of(HttpRequest request)
    {
        if (AzureHosts.Contains(request.Host.Host, StringComparer.OrdinalIgnoreCase))
        {
            return Azure;
        }

        var own = $"{request.Scheme}://{request.Host.ToUriComponent()}";
        return new(own, own, own, own, IsPublicCloud: false);
    }
}
