using Lazuli.Providers.Network;

namespace Lazuli.Server;

/// <summary>What a server needs to know to start. By flag, environment variable (<c>LAZULI_…</c>) or <c>lazuli.json</c> in the state directory.</summary>
public sealed class LazuliOptions
{
    public const int DefaultPort = 8443;

    /// <summary>The directory that holds all state.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>The HTTPS port; 0 lets the system choose.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>The Unix socket that answers HTTPS, too.</summary>
    public string SocketPath => Path.Combine(StateDirectory, "server.sock");

    /// <summary>The address to listen on.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>Further host names that the certificate is for.</summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    /// <summary>Address pools and names of Microsoft.Network.</summary>
    public NetworkOptions Network { get; init; } = new();

    /// <summary>How long a VM may take to report Ready; Azure's own is 20 to 40 minutes.</summary>
    public TimeSpan ProvisioningTimeout { get; init; } = TimeSpan.FromMinutes(20);
}
