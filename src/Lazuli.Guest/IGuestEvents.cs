using Lazuli.Engines.Node;

namespace Lazuli.Guest;

/// <summary>
/// What guests say of themselves. Called on any thread and at the guest's own pace (it may repeat itself, or lie about itself): implementations
/// return at once. All text comes from a hostile guest: control characters are already removed and lengths bounded.
/// </summary>
public interface IGuestEvents
{
    void HealthReported(GuestHealth report);
    void AgentReported(GuestAgent report);
}

/// <summary>A WireServer health report. cloud-init and waagent send Ready exactly when provisioning is done.</summary>
public sealed record GuestHealth
{
    public required string VmKey { get; init; }

    /// <summary><see cref="GuestState.Ready"/> or <see cref="GuestState.NotReady"/>.</summary>
    public required GuestState State { get; init; }

    /// <summary><c>ProvisioningFailed</c>, <c>Provisioning</c>… with NotReady; at most 128 characters.</summary>
    public string? SubStatus { get; init; }

    /// <summary>At most 4,096 characters.</summary>
    public string? Detail { get; init; }
}

/// <summary>What waagent says in its status report, each at most 128 characters.</summary>
public sealed record GuestAgent
{
    public required string VmKey { get; init; }

    /// <summary>Version of the agent, e.g. <c>2.7.3.0</c>.</summary>
    public string? AgentVersion { get; init; }

    /// <summary><c>Ready</c> or <c>NotReady</c>.</summary>
    public string? AgentStatus { get; init; }
    public string? OsName { get; init; }
    public string? OsVersion { get; init; }
    public string? ComputerName { get; init; }
}
