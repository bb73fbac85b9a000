using System.Security.Cryptography;

namespace Lazuli.Kernel.Identity;

/// <summary>
/// Passwords at rest: PBKDF2 with SHA-256, as <c>pbkdf2-sha256$iterations$salt$hash</c>. People's passwords are stretched; generated secrets have
/// more than 200 bits of their own and need none of it.
/// </summary>
public static class PasswordHash
{
    private const string Scheme = "pbkdf2-sha256";
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const int PasswordIterations = 600_000;
    private const int SecretIterations = 1_000;
    private const int HashSize = 32;

    /// <summary>A new random secret of <paramref name="length"/> letters and digits (5.95 bits each).</summary>
    public static string Generate(int length) => RandomNumberGenerator.GetString(Alphabet, length);

    public static string OfPassword(string password) => Hash(password, PasswordIterations);

    /// <summary>For secrets that <see cref="Generate"/> made with 40 characters or more.</summary>
    public static string OfGenerated(string secret) => Hash(secret, SecretIterations);

    /// <summary>Whether <paramref name="password"/> is the one hashed; compared in constant time.</summary>
    public static bool Verify(string password, string hash)
    {
        var parts = hash.Split('$');
        if (parts.Length != 4 || parts[0] != Scheme || !int.TryParse(parts[1], out var iterations))
        {
            throw new FormatException("A stored password hash is malformed.");
        }

        var expected = Convert.FromBase64String(parts[3]);
        var actual = Rfc2898DeriveBytes.Pbkdf2(password, Convert.FromBase64String(parts[2]), iterations, HashAlgorithmName.SHA256, expected.Length);
        return CryptographicOperations.FixedTimeEquals(actual, expected);
    }

    /// <summary>Takes as long as verifying a person's password, and is false: for names that don't exist.</summary>
    public static bool VerifyNobody(string password)
    {
        Rfc2898DeriveBytes.Pbkdf2(password, new byte[16], PasswordIterations, HashAlgorithmName.SHA256, HashSize);
        return false;
    }

    private static string Hash(string password, int iterations)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var hash = Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, HashSize);
        return $"{Scheme}${iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}";
    }
}
