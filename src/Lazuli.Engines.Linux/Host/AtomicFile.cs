namespace Lazuli.Engines.Linux.Host;

/// <summary>Files that are either as before or wholly new, whatever happens in between.</summary>
public static class AtomicFile
{
    /// <summary>Replaces a file's content. A reader sees the old bytes or the new ones, after a crash of the machine, too.</summary>
    /// <param name="path">The file; its directory must exist.</param>
    /// <param name="content">The new bytes.</param>
    /// <param name="mode">Permissions; for the owner alone unless told otherwise.</param>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        var draft = path + ".new";
        File.Delete(draft);
        using (var file = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: true);
    }
}
