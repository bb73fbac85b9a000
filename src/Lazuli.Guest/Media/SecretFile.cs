namespace Lazuli.Guest.Media;

/// <summary>Files that hold a password.</summary>
internal static class SecretFile
{
    /// <summary>Replaces the file atomically; readable by its owner alone.</summary>
    public static void Write(string path, Action<FileStream> write)
    {
        var temporary = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(temporary, options))
        {
            write(file);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
