namespace Lazuli.Engines.Node.Fake;

/// <summary>How a <see cref="FakeNode"/> behaves. All delays are measured by its clock.</summary>
public sealed record FakeNodeOptions
{
    /// <summary>Where the document is kept, so that a restarted server finds its machines; null keeps it in memory.</summary>
    public string? Directory { get; init; }

    /// <summary>From Starting to Running.</summary>
    public TimeSpan BootTime { get; init; }

    /// <summary>From Running to the guest's Ready.</summary>
    public TimeSpan GuestTime { get; init; }

    /// <summary>From Stopping to Stopped, and from Deallocating to Deallocated.</summary>
    public TimeSpan StopTime { get; init; }

    /// <summary>How many VMs can be allocated at once; more fail with <c>AllocationFailed</c> until others leave.</summary>
    public int MaxVms { get; init; } = int.MaxValue;

    /// <summary>Guests boot but never report.</summary>
    public bool SilentGuests { get; init; }
}
