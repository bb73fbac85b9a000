using System.Text.Json;

namespace Lazuli.Kernel.Identity;

/// <summary>
/// What the first start made for its operator, kept readable in <c>credentials.json</c> (mode 0600) so that the command can show how to sign in.
/// The directory itself holds hashes only; deleting the file takes nothing away but the reminder.
/// </summary>
public sealed record FirstCredentials
{
    public required string TenantId { get; init; }
    public required string SubscriptionId { get; init; }
    public required string ClientId { get; init; }
    public required string ClientSecret { get; init; }
    public required string UserName { get; init; }
    public required string UserPassword { get; init; }

    public static string PathIn(string stateDirectory) => Path.Combine(stateDirectory, "credentials.json");

    /// <summary>The credentials of a state directory, or null when there are none.</summary>
    public static FirstCredentials? Read(string stateDirectory)
        => File.Exists(PathIn(stateDirectory)) ? JsonSerializer.Deserialize(File.ReadAllBytes(PathIn(stateDirectory)), DirectoryJson.Default.FirstCredentials) : null;

    public void Write(string stateDirectory)
        => PrivateFile.Write(PathIn(stateDirectory), JsonSerializer.SerializeToUtf8Bytes(this, DirectoryJson.Default.FirstCredentials));
}
