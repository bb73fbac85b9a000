using Lazuli.Engines.Node;

namespace Lazuli.Engines.Vm;

/// <summary>A machine that has a process.</summary>
public sealed record VmRun
{
    /// <summary>What it was started from.</summary>
    public required VmSpec Spec { get; init; }
    public required int ProcessId { get; init; }
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The guest has shut itself down: the process waits to be stopped or started anew.</summary>
    public bool ShutDown { get; init; }

    /// <summary>LUNs of the data disks that it has now, ascending.</summary>
    public IReadOnlyList<int> Luns { get; init; } = [];
    public bool HasMedia { get; init; }

    /// <summary>What a machine is called on its host: its directory and its process.</summary>
    public static string NameOf(string key) => MachineName.Of("lzm", key);
}

public enum VmEventKind
{
    /// <summary>The guest shut itself down.</summary>
    GuestShutDown,

    /// <summary>The guest rebooted itself, in the same process.</summary>
    GuestReset,

    /// <summary>The process ended without being asked.</summary>
    Died,
}

public sealed record VmEvent(string Key, VmEventKind Kind);

/// <summary>A machine can't do what was asked.</summary>
public sealed class VmException(ItemError error, Exception? inner = null) : Exception($"{error.Code}: {error.Message}", inner)
{
    public ItemError Error { get; } = error;
}
