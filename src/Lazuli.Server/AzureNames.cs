namespace Lazuli.Server;

/// <summary>Azure's public host names that lead to Lazuli inside the view of <c>lazuli exec</c>. The certificate is for them, too.</summary>
public static class AzureNames
{
    public static IReadOnlyList<string> All { get; } =
    [
        "management.azure.com", "management.core.windows.net", "login.microsoftonline.com", "login.microsoft.com", "login.windows.net", "sts.windows.net",
        "graph.microsoft.com", "graph.windows.net",
    ];
}
