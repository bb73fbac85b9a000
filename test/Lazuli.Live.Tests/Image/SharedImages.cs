namespace Lazuli.Live.Tests.Image;

/// <summary>The image cache that <c>tools/images.sh</c> fills while there still is a way to the package registries; the tests themselves have none.</summary>
internal static class SharedImages
{
    public static string Directory { get; } = Environment.GetEnvironmentVariable("LAZULI_CACHE") is { Length: > 0 } set
        ? set
        : Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg ? xdg : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "lazuli");
}
