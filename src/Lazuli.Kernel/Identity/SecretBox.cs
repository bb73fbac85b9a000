using System.Security.Cryptography;
using System.Text;

namespace Lazuli.Kernel.Identity;

/// <summary>
/// Secrets at rest: AES-256-GCM under a key that exists only in <c>keys/secrets.key</c> of the state directory. What was protected here is
/// readable only with that file, and any change to it is noticed. Safe for concurrent use.
/// </summary>
public sealed class SecretBox : ISecretBox
{
    private const string Prefix = "lz1.";
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int KeySize = 32;
    private readonly byte[] _key;

    public SecretBox(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeySize)
        {
            throw new CryptographicException($"The key of secrets must have {KeySize} bytes, not {key.Length}.");
        }

        _key = key.ToArray();
    }

    /// <summary>Opens the box of a state directory; makes its key at first.</summary>
    public static SecretBox Open(string stateDirectory)
        => new(PrivateFile.ReadOrCreate(Path.Combine(stateDirectory, "keys", "secrets.key"), () => RandomNumberGenerator.GetBytes(KeySize)));

    /// <summary>True for text that <see cref="Protect"/> made.</summary>
    public static bool IsProtected(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    public string Protect(string plain)
    {
        var bytes = Encoding.UTF8.GetBytes(plain);
        var box = new byte[NonceSize + bytes.Length + TagSize];
        var nonce = box.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagSize);
        aes.Encrypt(nonce, bytes, box.AsSpan(NonceSize, bytes.Length), box.AsSpan(NonceSize + bytes.Length));
        return Prefix + Convert.ToBase64String(box);
    }

    /// <exception cref="CryptographicException">The text was not protected with this key, or was changed.</exception>
    public string Unprotect(string sealedText)
    {
        var box = new byte[sealedText.Length];
        if (!IsProtected(sealedText) || !Convert.TryFromBase64String(sealedText[Prefix.Length..], box, out var length) || length < NonceSize + TagSize)
        {
            throw new CryptographicException("This is not a protected secret.");
        }

        var plain = new byte[length - NonceSize - TagSize];
        using var aes = new AesGcm(_key, TagSize);
        aes.Decrypt(box.AsSpan(0, NonceSize), box.AsSpan(NonceSize, plain.Length), box.AsSpan(NonceSize + plain.Length, TagSize), plain);
        return Encoding.UTF8.GetString(plain);
    }
}
