using Lazuli.Engines.Node;

namespace Lazuli.Providers.Compute.VirtualMachines;

/// <summary>What Lazuli knows of a machine beside its resource: what it shall do, and what it was last seen doing.</summary>
public sealed record VirtualMachineState
{
    public VmPower Power { get; set; }

    /// <summary>How often a restart was asked for.</summary>
    public int RestartCount { get; set; }

    /// <summary>How often a new process was asked for.</summary>
    public int RedeployCount { get; set; }

    public bool Generalized { get; set; }

    /// <summary>Base64; not shown unless asked for.</summary>
    public string? UserData { get; set; }

    /// <summary>When the machine was last asked to be provisioned: at creation, and by reapply.</summary>
    public DateTimeOffset? AskedAt { get; set; }

    /// <summary>When the provisioning state last came to rest, and why it failed if it did.</summary>
    public DateTimeOffset? SettledAt { get; set; }
    public MachineFault? Fault { get; set; }

    /// <summary>Of a machine being deleted: ids of what goes with it and hasn't gone yet. Null before the machine itself has gone.</summary>
    public IReadOnlyList<string>? Remains { get; set; }

    /// <summary>The last report from the node; null before the first.</summary>
    public ObservedMachine? Observed { get; set; }
}

public sealed record MachineFault(string Code, string Message);

/// <summary>A stored <see cref="VmStatus"/>.</summary>
public sealed record ObservedMachine
{
    public VmPowerState Power { get; set; }
    public DateTimeOffset? StartedAt { get; set; }
    public GuestState Guest { get; set; }
    public DateTimeOffset? GuestReportedAt { get; set; }
    public string? GuestDetail { get; set; }
    public string? AgentVersion { get; set; }
    public string? OsName { get; set; }
    public string? OsVersion { get; set; }
    public bool Provisioned { get; set; }
    public int Boots { get; set; }

    public static ObservedMachine Of(VmStatus status) => new()
    {
        Power = status.Power,
        StartedAt = status.StartedAt,
        Guest = status.Guest,
        GuestReportedAt = status.GuestReportedAt,
        GuestDetail = status.GuestDetail,
        AgentVersion = status.AgentVersion,
        OsName = status.OsName,
        OsVersion = status.OsVersion,
        Provisioned = status.Provisioned,
        Boots = status.Boots,
    };
}
