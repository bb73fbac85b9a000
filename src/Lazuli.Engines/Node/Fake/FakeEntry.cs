using System.Text;
using Lazuli.Engines.Dns;

namespace Lazuli.Engines.Node.Fake;

/// <summary>One item as a <see cref="FakeNode"/> has it.</summary>
internal sealed class FakeEntry(NodeItem item, string hash)
{
    public NodeItem Item { get; set; } = item;
    public string Hash { get; set; } = hash;

    /// <summary>It left the document and waits for its users to leave the machine.</summary>
    public bool Leaving { get; set; }
    public ItemPhase Phase { get; set; } = ItemPhase.Pending;
    public ItemError? Error { get; set; }
    public VmStatus? Vm { get; set; }

    /// <summary>What was said about endpoints of a profile; everybody else is well.</summary>
    public Dictionary<string, EndpointHealth> Traffic { get; } = new(StringComparer.Ordinal);

    /// <summary>What the machine that runs now was started as.</summary>
    public FakeStart? Started { get; set; }

    /// <summary>The guest shut itself down: it stays so until it is asked to start again.</summary>
    public bool ShutDownByGuest { get; set; }

    /// <summary>When the step under way ends; null when none is.</summary>
    public ITimer? Step { get; set; }
    public StringBuilder? Serial { get; set; }

    /// <summary>It counts against the machine's capacity.</summary>
    public bool Allocated { get; set; }

    /// <summary>The last report sent.</summary>
    public ItemReport? Reported { get; set; }

    /// <summary>What a machine remembers over the end of the process; null before it was looked at.</summary>
    public FakeMachine? Machine() => Vm is null ? null : new() { Key = Item.Key, Vm = Vm, Started = Started, ShutDownByGuest = ShutDownByGuest };

    /// <summary>When it was first looked at.</summary>
    public DateTimeOffset Since { get; init; }

    public ItemReport Report() => new() { Key = Item.Key, Hash = Hash, Phase = Phase, Error = Error, Vm = Vm, Traffic = TrafficNow(), Capture = Item is PacketCaptureItem capture ? Capture(capture) : null };

    private TrafficStatus? TrafficNow()
        => Item is TrafficItem profile
            ? new(profile.Endpoints.Where(e => e is { ProfileKey: null, AlwaysServe: false }).ToDictionary(e => e.Name, e => Traffic.GetValueOrDefault(e.Name, EndpointHealth.Online), StringComparer.Ordinal))
            : null;

    // There are no packets here, so no file ever grows too large.
    private PacketCaptureStatus Capture(PacketCaptureItem capture)
        => new() { State = capture.Stopped ? CaptureState.Stopped : CaptureState.Running, StartedAt = Since, StopReason = capture.Stopped ? "Manual" : null };
}
