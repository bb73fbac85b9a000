namespace Lazuli.Engines.Node;

/// <summary>A capture of the packets of a machine's NICs, into a file of the node. Removing the item removes the file.</summary>
public sealed record PacketCaptureItem : NodeItem
{
    /// <summary>It need not be there: a capture neither holds a machine nor ends with it.</summary>
    public required string VmKey { get; init; }

    /// <summary>Frames that any of them takes; none at all takes everything.</summary>
    public IReadOnlyList<CaptureFilterSpec> Filters { get; init; } = [];

    /// <summary>Of each frame; 0 is all.</summary>
    public long BytesPerPacket { get; init; }

    /// <summary>The file's largest size.</summary>
    public required long TotalBytes { get; init; }

    /// <summary>Seconds from its first start on, whether the node lived or not.</summary>
    public required int TimeLimit { get; init; }

    /// <summary>It has been told to stop, for good.</summary>
    public bool Stopped { get; init; }
}

/// <summary>See <see cref="Net.CaptureFilter"/>.</summary>
public sealed record CaptureFilterSpec
{
    /// <summary><c>TCP</c>, <c>UDP</c> or <c>Any</c>.</summary>
    public string Protocol { get; init; } = "Any";
    public string LocalAddresses { get; init; } = "";
    public string RemoteAddresses { get; init; } = "";
    public string LocalPorts { get; init; } = "";
    public string RemotePorts { get; init; } = "";
}

/// <summary>By Azure's words.</summary>
public enum CaptureState
{
    NotStarted,
    Running,
    Stopped,

    /// <summary>The machine's NICs aren't there, or the file can't be written; it is tried again.</summary>
    Error,
}

public sealed record PacketCaptureStatus
{
    public required CaptureState State { get; init; }
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary><c>Manual</c>, <c>TimeExceeded</c> or <c>SizeExceeded</c>.</summary>
    public string? StopReason { get; init; }
    public string? Error { get; init; }
}
