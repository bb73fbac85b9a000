using Lazuli.Engines.Dns;
using Lazuli.Engines.Node;

namespace Lazuli.Node.Work;

/// <summary>An item as it is on this machine; immutable, replaced by <see cref="Board.Update"/>.</summary>
internal sealed record ItemState
{
    public required NodeItem Item { get; init; }
    public required string Hash { get; init; }

    /// <summary>It left the document and is being removed.</summary>
    public bool Leaving { get; init; }
    public ItemPhase Phase { get; init; }
    public ItemError? Error { get; init; }
    public string? Progress { get; init; }
    public VmStatus? Vm { get; init; }
    public LoadBalancerStatus? LoadBalancer { get; init; }
    public TrafficStatus? Traffic { get; init; }
    public PacketCaptureStatus? Capture { get; init; }
    public ConnectionMonitorStatus? Monitor { get; init; }

    public string Key => Item.Key;

    public ItemReport Report() => new() { Key = Key, Hash = Hash, Phase = Phase, Error = Error, Progress = Progress, Vm = Vm, LoadBalancer = LoadBalancer, Traffic = Traffic, Capture = Capture, Monitor = Monitor };
}
