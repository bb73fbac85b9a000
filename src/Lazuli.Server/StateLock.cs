namespace Lazuli.Server;

/// <summary>Holds a state directory for one process. The kernel drops it when the process ends, however it ends.</summary>
internal sealed class StateLock : IDisposable
{
    private readonly FileStream _file;

    private StateLock(FileStream file) => _file = file;

    public static void MakeDirectory(string path)
    {
        if (OperatingSystem.IsLinux() && !Directory.Exists(path))
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
    }

    /// <exception cref="IOException">Another server holds it.</exception>
    public static StateLock Take(string stateDirectory)
    {
        try
        {
            return new(new FileStream(Path.Combine(stateDirectory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e)
        {
            throw new IOException($"The state directory '{stateDirectory}' is in use by another Lazuli server.", e);
        }
    }

    public void Dispose() => _file.Dispose();
}
