using Lazuli.Engines.Dns;

namespace Lazuli.Engines.Node;

/// <summary>How far the node is with one item.</summary>
public enum ItemPhase
{
    /// <summary>Accepted, not yet (or no longer) true on the machine.</summary>
    Pending,

    /// <summary>The machine is as the item of <see cref="ItemReport.Hash"/> says.</summary>
    Applied,

    /// <summary>It can't be made true; <see cref="ItemReport.Error"/> says why. The node goes on trying with growing pauses.</summary>
    Failed,

    /// <summary>The item left the document and nothing of it is left on the machine. Sent once; a snapshot simply lacks the item.</summary>
    Removed,
}

/// <summary>The state of one item, about the content whose hash it names.</summary>
public sealed record ItemReport
{
    public required string Key { get; init; }

    /// <summary><see cref="NodeDocument.HashOf"/> of the item that this report is about.</summary>
    public required string Hash { get; init; }
    public required ItemPhase Phase { get; init; }
    public ItemError? Error { get; init; }

    /// <summary>What is being done, for people: <c>building image debian-12</c>.</summary>
    public string? Progress { get; init; }

    /// <summary>Only for a <see cref="VmItem"/>.</summary>
    public VmStatus? Vm { get; init; }

    /// <summary>Only for a <see cref="LoadBalancerItem"/>.</summary>
    public LoadBalancerStatus? LoadBalancer { get; init; }

    /// <summary>Only for a <see cref="TrafficItem"/>.</summary>
    public TrafficStatus? Traffic { get; init; }

    /// <summary>Only for a <see cref="PacketCaptureItem"/>.</summary>
    public PacketCaptureStatus? Capture { get; init; }

    /// <summary>Only for a <see cref="ConnectionMonitorItem"/>.</summary>
    public ConnectionMonitorStatus? Monitor { get; init; }
}

/// <summary>An Azure error code (<c>AllocationFailed</c>, <c>ImageNotFound</c>…) and a message fit for the caller.</summary>
public sealed record ItemError(string Code, string Message);

/// <summary>What the machine's process is doing, seen from outside.</summary>
public enum VmPowerState
{
    Starting,
    Running,
    Stopping,
    Stopped,
    Deallocating,
    Deallocated,
}

/// <summary>What the guest says of itself through WireServer's health report.</summary>
public enum GuestState
{
    NotReported,
    Ready,
    NotReady,
}

public sealed record VmStatus
{
    public required VmPowerState Power { get; init; }

    /// <summary>Incremented at each start of the process, so that a reader sees that a restart happened.</summary>
    public int Boots { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public GuestState Guest { get; init; }

    /// <summary>When the current <see cref="Guest"/> state was first reported in this boot.</summary>
    public DateTimeOffset? GuestReportedAt { get; init; }
    public string? GuestDetail { get; init; }
    public string? AgentVersion { get; init; }
    public string? OsName { get; init; }
    public string? OsVersion { get; init; }

    /// <summary>True once the guest has reported Ready for the first time since its disk was made.</summary>
    public bool Provisioned { get; init; }

    /// <summary>LUNs of the data disks that the machine has now.</summary>
    public IReadOnlyList<int> AttachedLuns { get; init; } = [];
}

/// <summary>
/// A batch of reports. The first one after connecting is a snapshot of everything that the machine has, also of what is
/// being removed; what a snapshot lacks is not on the machine.
/// </summary>
public sealed record NodeReport
{
    /// <summary>The generation of the document that the node holds.</summary>
    public required long Generation { get; init; }
    public bool Snapshot { get; init; }
    public required IReadOnlyList<ItemReport> Items { get; init; }
}
