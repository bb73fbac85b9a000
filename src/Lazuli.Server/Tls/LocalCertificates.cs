using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Lazuli.Kernel.Identity;

namespace Lazuli.Server.Tls;

/// <summary>
/// The installation's own certificate authority and the server's certificate: made at first start, never leaving the state directory except for the public
/// <c>tls/ca.pem</c>. Both follow RFC 5280 to the letter, which newer Python and Go insist on. The server's certificate is made anew when fewer than
/// thirty days are left, when a name is missing, or when it is not of this authority; the authority lives ten years.
/// </summary>
public sealed class LocalCertificates : IDisposable
{
    private const string Organization = "Lazuli";
    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "::1"];
    private static readonly TimeSpan AuthorityLifetime = TimeSpan.FromDays(3650);

    // 825 days is the most that Apple's clients take.
    private static readonly TimeSpan LeafLifetime = TimeSpan.FromDays(820);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);
    private static readonly TimeSpan Backdate = TimeSpan.FromHours(24);

    private LocalCertificates(X509Certificate2 server, X509Certificate2 authority, string authorityFile)
    {
        Server = server;
        Authority = authority;
        AuthorityFile = authorityFile;
    }

    /// <summary>What the server shows, with its private key.</summary>
    public X509Certificate2 Server { get; }

    /// <summary>The authority's certificate, without its key.</summary>
    public X509Certificate2 Authority { get; }

    /// <summary>The file that clients are told to trust.</summary>
    public string AuthorityFile { get; }

    /// <param name="stateDirectory">Where <c>tls/</c> is.</param>
    /// <param name="names">DNS names and addresses that the server is reached by, besides localhost and the loopback addresses.</param>
    /// <param name="time">The clock.</param>
    public static LocalCertificates Open(string stateDirectory, IEnumerable<string> names, TimeProvider time)
    {
        var folder = Path.Combine(stateDirectory, "tls");
        var (authorityFile, keyFile) = (Path.Combine(folder, "ca.pem"), Path.Combine(folder, "ca.key"));
        if (!File.Exists(authorityFile) || !File.Exists(keyFile))
        {
            MakeAuthority(authorityFile, keyFile, time.GetUtcNow());
        }

        var authority = X509CertificateLoader.LoadCertificateFromFile(authorityFile);
        string[] all = [.. Loopback.Concat(names).Distinct(StringComparer.OrdinalIgnoreCase)];
        // Certificate and key in one file: replaced together or not at all.
        var leafFile = Path.Combine(folder, "server.pem");
        if (!File.Exists(leafFile) || !IsGood(leafFile, authority, all, time.GetUtcNow()))
        {
            MakeLeaf(leafFile, authorityFile, keyFile, all, time.GetUtcNow());
        }

        return new(X509Certificate2.CreateFromPemFile(leafFile), authority, authorityFile);
    }

    public void Dispose()
    {
        Server.Dispose();
        Authority.Dispose();
    }

    private static void MakeAuthority(string file, string keyFile, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // The serial in the name keeps authorities of different installations apart in a trust store.
        var serial = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var request = new CertificateRequest($"CN=Lazuli local authority {serial}, O={Organization}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        var subject = new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false);
        request.CertificateExtensions.Add(subject);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(subject));
        using var certificate = request.CreateSelfSigned(now - Backdate, now + AuthorityLifetime);
        PrivateFile.Write(keyFile, Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        PrivateFile.Write(file, Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n"));
    }

    private static void MakeLeaf(string file, string authorityFile, string authorityKey, string[] names, DateTimeOffset now)
    {
        using var authority = X509Certificate2.CreateFromPemFile(authorityFile, authorityKey);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=localhost, O={Organization}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1", "serverAuth")], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var alternative = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                alternative.AddIpAddress(address);
            }
            else
            {
                alternative.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(alternative.Build());
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7f) | 0x40);
        DateTimeOffset first = authority.NotBefore, last = authority.NotAfter;
        using var certificate = request.Create(
            authority, now - Backdate < first ? first : now - Backdate, now + LeafLifetime < last ? now + LeafLifetime : last, serial);
        PrivateFile.Write(file, Encoding.ASCII.GetBytes($"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n"));
    }

    private static bool IsGood(string file, X509Certificate2 authority, string[] names, DateTimeOffset now)
    {
        using var leaf = X509CertificateLoader.LoadCertificateFromFile(file);
        var alternative = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        var known = alternative is null ? [] : alternative.EnumerateDnsNames().Concat(alternative.EnumerateIPAddresses().Select(a => a.ToString())).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var issuer = authority.Extensions.OfType<X509SubjectKeyIdentifierExtension>().First().SubjectKeyIdentifierBytes;
        var signer = leaf.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier;
        return names.All(known.Contains)
            && leaf.NotBefore.ToUniversalTime() <= now.UtcDateTime
            && leaf.NotAfter.ToUniversalTime() - RenewBefore > now.UtcDateTime
            && signer is { } id && id.Span.SequenceEqual(issuer.Span);
    }
}
