namespace Lazuli.Engines.Vm;

/// <summary>
/// Runs virtual machines: one process each, which outlives the engine and is found again by its key. Calls about one machine
/// must not overlap; calls about different machines may. Every call may be cut at any instruction and called again.
/// Failures are <see cref="VmException"/>. A machine's name is <see cref="VmRun.NameOf"/> its key. Consoles are <see cref="IVmConsole"/>, where an engine has them.
/// </summary>
public interface IVmEngine
{
    /// <summary>All machines with a process, also those started by an earlier life of the engine, and of any key: what nobody wants can be swept.</summary>
    Task<IReadOnlyList<VmRun>> ListAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Starts the machine and returns when its CPUs run. A machine that runs under this key is adopted as it is, whatever its
    /// <see cref="VmRun.Spec"/>; one whose guest has shut itself down is started anew.
    /// </summary>
    Task<VmRun> StartAsync(VmSpec spec, CancellationToken cancellationToken);

    /// <summary>
    /// Asks the guest to shut down, cuts it off after <paramref name="grace"/> (at once when zero), and ends the process. Nothing happens when there is none.
    /// Its disks are complete and its TAPs free when this returns.
    /// </summary>
    Task StopAsync(string key, TimeSpan grace, CancellationToken cancellationToken);

    /// <summary>Boots the guest again in the same process: asked first, reset after <paramref name="grace"/> (at once when zero).</summary>
    Task RestartAsync(string key, TimeSpan grace, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the data disks of a running machine exactly these: plugs in, unplugs, grows. Answers the LUNs that it has then; a
    /// guest that doesn't let go of a disk keeps it, and a later call tries again.
    /// </summary>
    Task<IReadOnlyList<int>> SetDataDisksAsync(string key, IReadOnlyList<VmSpecDisk> disks, CancellationToken cancellationToken);

    /// <summary>Takes the provisioning media out of the drive; its file may be removed then. Nothing happens when there is none.</summary>
    Task EjectMediaAsync(string key, CancellationToken cancellationToken);

    /// <summary>Removes what a stopped machine leaves behind: logs and run files. Not its disks.</summary>
    Task RemoveAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// Ends the process, and removes what it leaves behind, of every machine whose key is not in <paramref name="keep"/>, which is asked after looking at what is
    /// there; answers the names of those removed.
    /// </summary>
    Task<IReadOnlyList<string>> SweepAsync(Func<IReadOnlySet<string>> keep, CancellationToken cancellationToken);

    /// <summary>What happens to machines without being asked for, from now on until cancelled.</summary>
    IAsyncEnumerable<VmEvent> WatchAsync(CancellationToken cancellationToken);
}

/// <summary>The consoles of machines.</summary>
public interface IVmConsole
{
    /// <summary>The last megabyte of the serial console, over all boots, or null when the machine never started.</summary>
    Task<byte[]?> ReadSerialLogAsync(string key, CancellationToken cancellationToken);

    /// <summary>A PNG of the screen, or null when it isn't running.</summary>
    Task<byte[]?> ScreenshotAsync(string key, CancellationToken cancellationToken);
}
