using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Lazuli.Kernel.Identity;

/// <summary>The RSA key (2048 bits) that signs every token; made at first start, kept in <c>keys/signing.pem</c>. Safe for concurrent use.</summary>
public sealed class SigningKey : IDisposable
{
    private readonly RSA _rsa;
    private readonly Lock _gate = new();

    public SigningKey(RSA rsa)
    {
        _rsa = rsa;
        var key = rsa.ExportParameters(includePrivateParameters: false);
        Modulus = Base64Url.EncodeToString(key.Modulus);
        Exponent = Base64Url.EncodeToString(key.Exponent);
        // RFC 7638: the thumbprint is the digest of the required members in lexical order.
        KeyId = Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($$"""{"e":"{{Exponent}}","kty":"RSA","n":"{{Modulus}}"}""")));
    }

    /// <summary>The <c>kid</c>: the key's RFC 7638 thumbprint.</summary>
    public string KeyId { get; }

    /// <summary>The public modulus (<c>n</c>), base64url.</summary>
    public string Modulus { get; }

    /// <summary>The public exponent (<c>e</c>), base64url.</summary>
    public string Exponent { get; }

    /// <summary>Opens the key of a state directory; makes it at first.</summary>
    public static SigningKey Open(string stateDirectory)
    {
        var pem = PrivateFile.ReadOrCreate(Path.Combine(stateDirectory, "keys", "signing.pem"), () =>
        {
            using var made = RSA.Create(2048);
            return Encoding.ASCII.GetBytes(made.ExportPkcs8PrivateKeyPem());
        });
        var rsa = RSA.Create();
        rsa.ImportFromPem(Encoding.ASCII.GetString(pem));
        return new(rsa);
    }

    /// <summary>RS256 over <paramref name="data"/>.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            return _rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
    }

    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        lock (_gate)
        {
            return _rsa.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
    }

    public void Dispose() => _rsa.Dispose();
}
