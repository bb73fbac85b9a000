namespace Lazuli.Server;

/// <summary>Holds a state directory for one process. The kernel drops it when the process ends, however it ends.</summary>
internal sealed class StateLock : IDisposable
{
    private static readonly TimeSpan DeathLimit = TimeSpan.FromSeconds(5);
    private readonly FileStream _file;

    private StateLock(FileStream file) => _file = file;

    public static void MakeDirectory(string path)
    {
        if (OperatingSystem.IsLinux() && !Directory.Exists(path))
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
    }

    /// <summary>Waits some seconds for a server that is dying: it holds the directory until its last thread is gone.</summary>
    /// <exception cref="IOException">Another server holds it.</exception>
    public static async Task<StateLock> TakeAsync(string stateDirectory, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var begin = time.GetTimestamp(); ;)
        {
            try
            {
                return new(new FileStream(Path.Combine(stateDirectory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException e) when (time.GetElapsedTime(begin) > DeathLimit)
            {
                throw new IOException($"The state directory '{stateDirectory}' is in use by another Lazuli server.", e);
            }
            catch (IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken);
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
