namespace Lazuli.Node;

/// <summary>Where a node keeps things and how patient it is.</summary>
public sealed record NodeOptions
{
    /// <summary>Everything that lasts. Other users must be able to pass through it and its parents.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>How long a guest may take to shut down when asked.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The first retry of a failed item; each further one waits twice as long, up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often everything is looked at although nothing happened.</summary>
    public TimeSpan FullPass { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often an image that isn't in the cache yet is looked for.</summary>
    public TimeSpan ImagePoll { get; init; } = TimeSpan.FromMilliseconds(300);

    public string DocumentDirectory => Path.Combine(StateDirectory, "document");
    public string MachineDirectory => Path.Combine(StateDirectory, "machines");
    public string DiskDirectory => Path.Combine(StateDirectory, "disks");
    /// <summary>How often flow logs are written.</summary>
    public TimeSpan FlowLogInterval { get; init; } = TimeSpan.FromMinutes(1);

    public string FlowLogDirectory => Path.Combine(StateDirectory, "flowlogs");
    public string CaptureDirectory => Path.Combine(StateDirectory, "captures");
    public string VmDirectory => Path.Combine(StateDirectory, "vms");

    /// <summary>Written by the host's side: the node has no way out to fetch an image.</summary>
    public required string ImageDirectory { get; init; }
    public string SocketPath => Path.Combine(StateDirectory, "node.sock");
}
