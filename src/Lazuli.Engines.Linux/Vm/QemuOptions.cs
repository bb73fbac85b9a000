namespace Lazuli.Engines.Linux.Vm;

/// <summary>Where and as whom machines run.</summary>
public sealed record QemuOptions
{
    /// <summary>Directory of the machines' run files and logs. Other users must be able to pass through it and its parents.</summary>
    public required string Directory { get; init; }

    /// <summary>The name or path of QEMU.</summary>
    public string Program { get; init; } = "qemu-system-x86_64";

    /// <summary>
    /// The first of <see cref="UserCount"/> numeric users that nobody else has: each machine's process runs as one of its own and
    /// can open its own disks only. Null runs them as the node's user (one that has no other), without its capabilities.
    /// </summary>
    public int? FirstUser { get; init; }
    public int UserCount { get; init; } = 50_000;

    /// <summary>Bytes of a serial log after which its older half is dropped.</summary>
    public long SerialLogLimit { get; init; } = 2 << 20;
}
