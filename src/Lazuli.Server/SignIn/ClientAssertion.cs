using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Lazuli.Kernel.Identity;

namespace Lazuli.Server.SignIn;

/// <summary>
/// A client that proves itself by a signed token instead of a secret (RFC 7523 section 2.2): RS256 or PS256 by the key of a certificate registered for the application and named in
/// the header by its thumbprint (<c>x5t</c> or <c>x5t#S256</c>, RFC 7515), issued by and about the client, for this authority, within its time.
/// </summary>
internal static class ClientAssertion
{
    private const string Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private const int MaxLength = 16 * 1024;
    private const long SkewSeconds = 300;

    public static (DirectoryApplication? Application, OAuthError? Error) Check(SignInServices services, string clientId, string? type, string assertion)
    {
        if (type != Type)
        {
            return (null, OAuthError.MissingParameter("client_assertion_type"));
        }

        if (services.Directory.FindApplication(clientId) is not { } application)
        {
            return (null, OAuthError.UnknownApplication(clientId, services.Directory.Tenant.DisplayName));
        }

        try
        {
            return Verify(services, application, assertion) is { } error ? (null, error) : (application, null);
        }
        catch (Exception e) when (e is FormatException or JsonException or CryptographicException or InvalidOperationException)
        {
            return (null, OAuthError.InvalidAssertion("it is malformed."));
        }
    }

    private static OAuthError? Verify(SignInServices services, DirectoryApplication application, string assertion)
    {
        if (assertion.Length > MaxLength || assertion.Split('.') is not [var head, var payload, var signature])
        {
            return OAuthError.InvalidAssertion("it is malformed.");
        }

        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(head));
        var algorithm = Text(header, "alg");
        if (algorithm is not ("RS256" or "PS256"))
        {
            return OAuthError.InvalidAssertion($"the algorithm '{algorithm}' is not one of RS256, PS256.");
        }

        if (application.Certificates.FirstOrDefault(c => IsNamed(c, header)) is not { } registered)
        {
            return OAuthError.InvalidAssertion("the key was not found: no certificate of that thumbprint is registered for the application.");
        }

        var now = services.Time.GetUtcNow();
        if (now < registered.Start || now >= registered.End)
        {
            return OAuthError.InvalidAssertion("the certificate is not within its time.");
        }

        using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(registered.Certificate));
        using var key = certificate.GetRSAPublicKey();
        var padding = algorithm == "RS256" ? RSASignaturePadding.Pkcs1 : RSASignaturePadding.Pss;
        if (key?.VerifyData(Encoding.ASCII.GetBytes($"{head}.{payload}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256, padding) != true)
        {
            return OAuthError.InvalidAssertion("the signature is wrong.");
        }

        using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(payload));
        return !Same(Text(claims, "iss"), application.ApplicationId) || !Same(Text(claims, "sub"), application.ApplicationId)
            ? OAuthError.InvalidAssertion("issuer and subject must be the client's id.")
            : !IsForUs(services, claims) ? OAuthError.InvalidAssertion("its audience is not this authority.")
            : !IsInTime(claims, now.ToUnixTimeSeconds()) ? OAuthError.ExpiredAssertion()
            : null;
    }

    private static bool IsNamed(ApplicationCertificate certificate, JsonDocument header)
        => Text(header, "x5t") is { } sha1 ? Convert.ToHexString(Base64Url.DecodeFromChars(sha1)) == certificate.Thumbprint
            : Text(header, "x5t#S256") is { } sha256 && Base64Url.DecodeFromChars(sha256).AsSpan().SequenceEqual(SHA256.HashData(Convert.FromBase64String(certificate.Certificate)));

    // Any of the authority's addresses will do: it is known by several names.
    private static bool IsForUs(SignInServices services, JsonDocument claims)
    {
        if (!claims.RootElement.TryGetProperty("aud", out var value))
        {
            return false;
        }

        var audiences = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(a => a.GetString()) : [value.GetString()];
        return audiences.Any(a => Uri.TryCreate(a, UriKind.Absolute, out var uri) && uri.Scheme == "https" && uri.AbsolutePath.Split('/') is [_, var tenant, ..] && services.IsTenant(tenant));
    }

    // A NumericDate may have a fraction (RFC 7519 section 2), and some clients' do.
    private static bool IsInTime(JsonDocument claims, long now)
        => claims.RootElement.TryGetProperty("exp", out var end) && now < end.GetDouble() + SkewSeconds
            && (!claims.RootElement.TryGetProperty("nbf", out var start) || now >= start.GetDouble() - SkewSeconds);

    private static string? Text(JsonDocument document, string name)
        => document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool Same(string? a, string b) => b.Equals(a, StringComparison.OrdinalIgnoreCase);
}
