using System.Globalization;

namespace Lazuli.Kernel.Types;

/// <summary>Entity tags: the version of a record in the shape that Azure's have.</summary>
public static class ETag
{
    public static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"W/\"00000000-0000-0000-{(version >> 48) & 0xffff:x4}-{version & 0xffffffffffff:x12}\"");

    /// <summary>Whether a header (<c>*</c>, one tag or a comma-separated list, weak or strong) names this version.</summary>
    public static bool Matches(string header, long version)
    {
        var own = Of(version)[2..];
        return header.Split(',', StringSplitOptions.TrimEntries)
            .Any(tag => tag == "*" || (tag.StartsWith("W/", StringComparison.OrdinalIgnoreCase) ? tag[2..] : tag).Trim('"').Equals(own.Trim('"'), StringComparison.OrdinalIgnoreCase));
    }
}
