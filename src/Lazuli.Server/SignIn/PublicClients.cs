namespace Lazuli.Server.SignIn;

/// <summary>
/// Microsoft's own public clients, known in every tenant: they have no secret, and may send people back to the machine they sit at only.
/// </summary>
internal static class PublicClients
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["04b07795-8ddb-461a-bbee-02f9e1bf7b46"] = "Microsoft Azure CLI",
        ["1950a258-227b-4e31-a9cf-717495945fc2"] = "Microsoft Azure PowerShell",
        ["aebc6443-996d-45c2-90f0-388ff96faa56"] = "Visual Studio Code",
        ["872cd9fa-d31f-45e0-9eab-6e460a02d1f1"] = "Visual Studio",
        ["ac5aa65b-c1bd-4b12-b9da-9a0a9f8f6b3f"] = "Azure Storage Explorer",
        ["14d82eec-204b-4c2f-b7e8-296a70dab67e"] = "Microsoft Graph PowerShell",
    };

    public static string? NameOf(string? clientId) => clientId is null ? null : Names.GetValueOrDefault(clientId);

    /// <summary>RFC 8252: any port and path of the loopback interface.</summary>
    public static bool MayReturnTo(string redirectUri)
        => Uri.TryCreate(redirectUri, UriKind.Absolute, out var uri) && uri.Scheme == "http" && uri.IsLoopback && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0;
}
