using System.Globalization;
using System.Security.Cryptography;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Compute.VirtualMachines;

/// <summary>What a link leads to.</summary>
public sealed record BootDiagnosticsFile(string ContentType, byte[] Bytes);

/// <summary>
/// Links to a machine's serial log and screen that need no token: <c>{base}/bootdiagnostics/{token}</c>, where the token is machine, kind and
/// end of validity, sealed. The server maps <see cref="Route"/> to <see cref="ReadAsync"/>, without authentication.
/// </summary>
public sealed class BootDiagnosticsLinks(ISecretBox secrets, TimeProvider time, INode node, NodeNames? names = null)
{
    public const string Route = "/bootdiagnostics/{token}";
    internal const string SerialLog = "serialconsole.log";
    internal const string Screenshot = "screenshot.png";

    internal static string Make(string baseUrl, ResourceId vm, string kind, DateTimeOffset expires, ISecretBox secrets)
    {
        var seal = secrets.Protect(string.Create(CultureInfo.InvariantCulture, $"bootdiagnostics\n{vm.Key}\n{kind}\n{expires.ToUnixTimeSeconds()}"));
        return $"{baseUrl}/bootdiagnostics/{seal.Replace('+', '-').Replace('/', '_').Replace("=", "~", StringComparison.Ordinal)}";
    }

    /// <summary>The bytes as they are now (an empty log for a machine that never started); null for a link that is not ours, has expired, or whose picture isn't to be had.</summary>
    public async Task<BootDiagnosticsFile?> ReadAsync(string token, CancellationToken cancellationToken)
    {
        if (Open(token) is not { } link)
        {
            return null;
        }

        var key = names?.ToNode(link.Vm) ?? link.Vm;
        if (link.Kind == SerialLog)
        {
            return new("text/plain; charset=utf-8", await node.ReadSerialLogAsync(key, cancellationToken) ?? []);
        }

        return await node.ScreenshotAsync(key, cancellationToken) is { } picture ? new("image/png", picture) : null;
    }

    private (string Vm, string Kind)? Open(string token)
    {
        try
        {
            return secrets.Unprotect(token.Replace('-', '+').Replace('_', '/').Replace("~", "=", StringComparison.Ordinal)).Split('\n') is ["bootdiagnostics", var vm, var kind, var expires]
                && long.Parse(expires, CultureInfo.InvariantCulture) > time.GetUtcNow().ToUnixTimeSeconds()
                ? (vm, kind)
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
