using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Lazuli.Kernel.Identity;

/// <summary>A signed token and when it ends.</summary>
public sealed record IssuedToken(string Value, DateTimeOffset Expires);

/// <summary>
/// Makes the tokens: JSON Web Tokens (RFC 7519) signed RS256, with the claims that Azure's access tokens of version 1.0 carry. The issuer names
/// the tenant alone, so tokens outlive a restart on another port.
/// </summary>
public sealed class TokenIssuer(SigningKey key, TimeProvider time)
{
    /// <summary>How long access and id tokens are good for.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public static string Issuer(string tenantId) => $"https://sts.windows.net/{tenantId}/";

    /// <summary>An access token for <paramref name="audience"/>. <paramref name="claims"/> are added as they are (<c>xms_mirid</c> of a managed identity).</summary>
    public IssuedToken Issue(Principal principal, string audience, TimeSpan? lifetime = null, params IEnumerable<KeyValuePair<string, string>> claims)
    {
        var user = principal.Kind == PrincipalKind.User;
        var now = time.GetUtcNow();
        var expires = now + (lifetime ?? Lifetime);
        var token = Sign(json =>
        {
            json.WriteString("aud", audience);
            json.WriteString("iss", Issuer(principal.TenantId));
            WriteTimes(json, now, expires);
            json.WriteString("appid", principal.ApplicationId);
            json.WriteString("appidacr", user ? "0" : "1");
            json.WriteString("idp", Issuer(principal.TenantId));
            json.WriteString("idtyp", user ? "user" : "app");
            json.WriteString("oid", principal.ObjectId);
            json.WriteString("sub", principal.ObjectId);
            json.WriteString("tid", principal.TenantId);
            if (user)
            {
                json.WriteString("name", principal.Name);
                json.WriteString("unique_name", principal.Name);
                json.WriteString("upn", principal.Name);
                json.WriteString("scp", "user_impersonation");
            }

            if (principal.Groups.Count > 0)
            {
                json.WriteStartArray("groups");
                foreach (var group in principal.Groups)
                {
                    json.WriteStringValue(group);
                }

                json.WriteEndArray();
            }

            foreach (var (name, value) in claims)
            {
                json.WriteString(name, value);
            }

            json.WriteString("ver", "1.0");
        });
        return new(token, expires);
    }

    /// <summary>An OpenID Connect id token for the application <paramref name="clientId"/>; <paramref name="issuer"/> is the one of the discovery document used.</summary>
    public string IssueIdToken(Principal user, string clientId, string issuer, string? nonce)
    {
        var now = time.GetUtcNow();
        return Sign(json =>
        {
            json.WriteString("aud", clientId);
            json.WriteString("iss", issuer);
            WriteTimes(json, now, now + Lifetime);
            json.WriteString("name", user.Name);
            if (nonce is not null)
            {
                json.WriteString("nonce", nonce);
            }

            json.WriteString("oid", user.ObjectId);
            json.WriteString("preferred_username", user.Name);
            json.WriteString("upn", user.Name);
            json.WriteString("sub", user.ObjectId);
            json.WriteString("tid", user.TenantId);
            json.WriteString("ver", "2.0");
        });
    }

    private static void WriteTimes(Utf8JsonWriter json, DateTimeOffset now, DateTimeOffset expires)
    {
        json.WriteNumber("iat", now.ToUnixTimeSeconds());
        json.WriteNumber("nbf", now.ToUnixTimeSeconds());
        json.WriteNumber("exp", expires.ToUnixTimeSeconds());
    }

    private string Sign(Action<Utf8JsonWriter> writeClaims)
    {
        var payload = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(payload))
        {
            json.WriteStartObject();
            writeClaims(json);
            json.WriteString("uti", Guid.NewGuid().ToString("N")[..22]);
            json.WriteEndObject();
        }

        var header = $$"""{"typ":"JWT","alg":"RS256","kid":"{{key.KeyId}}"}""";
        var content = Base64Url.EncodeToString(Encoding.ASCII.GetBytes(header)) + "." + Base64Url.EncodeToString(payload.WrittenSpan);
        return content + "." + Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(content)));
    }
}
