using System.Security.Cryptography;
using System.Text;

namespace Lazuli.Engines;

/// <summary>
/// Names of things on the machine, made from what they stand for: a second pass finds what the first one made,
/// and a sweep can tell an orphan. Linux allows 15 characters for an interface.
/// </summary>
public static class MachineName
{
    /// <summary><paramref name="prefix"/> (at most 3 characters) and 12 hexadecimal digits of the key's SHA-256: 15 characters at most.</summary>
    public static string Of(string prefix, string key)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefix.Length, 3);
        return prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 6));
    }
}
