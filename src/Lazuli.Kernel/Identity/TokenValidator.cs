using System.Buffers;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lazuli.Kernel.Errors;

namespace Lazuli.Kernel.Identity;

/// <summary>
/// Accepts exactly the access tokens that <see cref="TokenIssuer"/> made for this tenant: RS256 by our key, the tenant's issuer, within their
/// time (five minutes of skew), for the audience asked for. A token that was accepted once costs one look-up until it expires; the memory for
/// that is bounded. Safe for concurrent use.
/// </summary>
public sealed class TokenValidator
{
    private const int MaxCached = 4096;
    private const int MaxTokenLength = 16 * 1024;
    private const long SkewSeconds = 300;

    private readonly SigningKey _key;
    private readonly string _issuer;
    private readonly string _tenantId;
    private readonly Audiences _audiences;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, Accepted> _cache = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Accepted>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public TokenValidator(SigningKey key, string tenantId, Audiences audiences, TimeProvider time)
    {
        _key = key;
        _tenantId = tenantId;
        _issuer = TokenIssuer.Issuer(tenantId);
        _audiences = audiences;
        _time = time;
        _lookup = _cache.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The caller by the value of an <c>Authorization</c> header, for Resource Manager.</summary>
    public Result<Principal> ValidateHeader(string? authorization)
    {
        const string Scheme = "Bearer";
        if (string.IsNullOrWhiteSpace(authorization))
        {
            return TokenErrors.MissingHeader();
        }

        var header = authorization.AsSpan().Trim();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || (header.Length > Scheme.Length && header[Scheme.Length] != ' '))
        {
            return TokenErrors.InvalidHeader();
        }

        var token = header[Scheme.Length..].Trim();
        return token.IsEmpty ? TokenErrors.MissingToken() : Validate(token, audience: null);
    }

    /// <summary>The caller by a bearer token for Resource Manager.</summary>
    public Result<Principal> Validate(string bearer) => Validate(bearer, audience: null);

    /// <summary>The caller by a bearer token for the resource that <paramref name="audience"/> accepts; null is Resource Manager.</summary>
    public Result<Principal> Validate(ReadOnlySpan<char> bearer, Func<string, bool>? audience)
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        if (!_lookup.TryGetValue(bearer, out var accepted))
        {
            if (!Read(bearer).Ok(out accepted, out var error))
            {
                return error;
            }

            if (now < accepted.Expires + SkewSeconds)
            {
                Remember(bearer, accepted, now);
            }
        }

        if (now >= accepted.Expires + SkewSeconds)
        {
            _lookup.TryRemove(bearer, out _);
            return TokenErrors.Expired(DateTimeOffset.FromUnixTimeSeconds(accepted.Expires), DateTimeOffset.FromUnixTimeSeconds(now));
        }

        if (now < accepted.NotBefore - SkewSeconds)
        {
            return TokenErrors.NotYetValid(DateTimeOffset.FromUnixTimeSeconds(accepted.NotBefore), DateTimeOffset.FromUnixTimeSeconds(now));
        }

        var good = audience is null ? accepted.IsForManager : audience(accepted.Audience);
        return good ? accepted.Principal : TokenErrors.WrongAudience(accepted.Audience, _audiences.ResourceManager);
    }

    private void Remember(ReadOnlySpan<char> bearer, Accepted accepted, long now)
    {
        if (_cache.Count >= MaxCached)
        {
            foreach (var (token, entry) in _cache)
            {
                if (now >= entry.Expires + SkewSeconds)
                {
                    _cache.TryRemove(token, out _);
                }
            }

            if (_cache.Count >= MaxCached)
            {
                _cache.Clear();
            }
        }

        _lookup[bearer] = accepted;
    }

    /// <summary>All that does not change while the token lives: form, algorithm, signature, issuer, claims.</summary>
    private Result<Accepted> Read(ReadOnlySpan<char> bearer)
    {
        if (bearer.Length > MaxTokenLength)
        {
            return TokenErrors.Invalid();
        }

        var headerEnd = bearer.IndexOf('.');
        var payloadEnd = bearer.LastIndexOf('.');
        if (headerEnd <= 0
            || payloadEnd <= headerEnd + 1
            || !TryDecode(bearer[..headerEnd], out var header)
            || !TryDecode(bearer[(headerEnd + 1)..payloadEnd], out var payload)
            || !TryDecode(bearer[(payloadEnd + 1)..], out var signature))
        {
            return TokenErrors.Invalid();
        }

        try
        {
            using var head = JsonDocument.Parse(header);
            if (Text(head.RootElement, "alg") != "RS256")
            {
                return TokenErrors.Invalid();
            }

            if (Text(head.RootElement, "kid") != _key.KeyId || !Verify(bearer[..payloadEnd], signature))
            {
                return TokenErrors.InvalidSignature();
            }

            using var claims = JsonDocument.Parse(payload);
            return ReadClaims(claims.RootElement);
        }
        catch (JsonException)
        {
            return TokenErrors.Invalid();
        }
    }

    private Result<Accepted> ReadClaims(JsonElement claims)
    {
        var issuer = Text(claims, "iss");
        if (issuer != _issuer)
        {
            return TokenErrors.WrongIssuer(issuer ?? "", _issuer);
        }

        if (Text(claims, "aud") is not { } audience
            || Text(claims, "oid") is not { } objectId
            || Text(claims, "appid") is not { } applicationId
            || !claims.TryGetProperty("exp", out var expires)
            || !claims.TryGetProperty("nbf", out var notBefore))
        {
            return TokenErrors.Invalid();
        }

        var user = Text(claims, "idtyp") == "user";
        var principal = new Principal
        {
            ObjectId = objectId,
            Kind = user ? PrincipalKind.User : PrincipalKind.ServicePrincipal,
            ApplicationId = applicationId,
            TenantId = _tenantId,
            Name = Text(claims, "upn") ?? applicationId,
            Groups = claims.TryGetProperty("groups", out var groups) ? [.. groups.EnumerateArray().Select(g => g.GetString() ?? "")] : [],
        };
        return new Accepted(principal, audience, _audiences.IsResourceManager(audience), notBefore.GetInt64(), expires.GetInt64());
    }

    private bool Verify(ReadOnlySpan<char> content, byte[] signature)
    {
        try
        {
            return _key.Verify(Encoding.UTF8.GetBytes(content.ToString()), signature);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static bool TryDecode(ReadOnlySpan<char> part, out byte[] bytes)
    {
        bytes = new byte[Base64Url.GetMaxDecodedLength(part.Length)];
        if (Base64Url.DecodeFromChars(part, bytes, out _, out var written) != OperationStatus.Done)
        {
            return false;
        }

        bytes = bytes[..written];
        return true;
    }

    private static string? Text(JsonElement element, string name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private sealed record Accepted(Principal Principal, string Audience, bool IsForManager, long NotBefore, long Expires);
}
