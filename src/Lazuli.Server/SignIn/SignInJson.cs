using System.Text.Json.Serialization;

namespace Lazuli.Server.SignIn;

internal sealed record OAuthErrorBody
{
    public required string Error { get; init; }
    public required string ErrorDescription { get; init; }
    public required int[] ErrorCodes { get; init; }
    public required string Timestamp { get; init; }
    public required string TraceId { get; init; }
    public required string CorrelationId { get; init; }
}

/// <summary>An answer of the v2.0 token endpoint: times are numbers of seconds.</summary>
internal sealed record TokenAnswer
{
    public string TokenType { get; init; } = "Bearer";
    public string? Scope { get; init; }
    public required long ExpiresIn { get; init; }
    public required long ExtExpiresIn { get; init; }
    public required string AccessToken { get; init; }
    public string? RefreshToken { get; init; }
    public string? IdToken { get; init; }
    public string? ClientInfo { get; init; }
}

/// <summary>An answer of the v1.0 token endpoint: times are strings, and the resource comes back.</summary>
internal sealed record TokenAnswerV1
{
    public string TokenType { get; init; } = "Bearer";
    public string? Scope { get; init; }
    public required string ExpiresIn { get; init; }
    public required string ExtExpiresIn { get; init; }
    public required string ExpiresOn { get; init; }
    public required string NotBefore { get; init; }
    public required string Resource { get; init; }
    public required string AccessToken { get; init; }
    public string? RefreshToken { get; init; }
    public string? IdToken { get; init; }
    public string? ClientInfo { get; init; }
}

internal sealed record DeviceCodeAnswer
{
    public required string UserCode { get; init; }
    public required string DeviceCode { get; init; }
    public required string VerificationUri { get; init; }

    /// <summary>The name that the v1.0 endpoint gives <see cref="VerificationUri"/>.</summary>
    public required string VerificationUrl { get; init; }
    public required long ExpiresIn { get; init; }
    public required long Interval { get; init; }
    public required string Message { get; init; }
}

internal sealed record ClientInfo(string Uid, string Utid);

internal sealed record OpenIdConfiguration
{
    public required string Issuer { get; init; }
    public required string AuthorizationEndpoint { get; init; }
    public required string TokenEndpoint { get; init; }
    public required string DeviceAuthorizationEndpoint { get; init; }
    public required string JwksUri { get; init; }
    public required string EndSessionEndpoint { get; init; }
    public required string TenantRegionScope { get; init; }
    public required string CloudInstanceName { get; init; }
    public required string CloudGraphHostName { get; init; }
    public required string MsgraphHost { get; init; }
    public string[] TokenEndpointAuthMethodsSupported { get; init; } = ["client_secret_post", "client_secret_basic"];
    public string[] ResponseModesSupported { get; init; } = ["query", "fragment", "form_post"];
    public string[] ResponseTypesSupported { get; init; } = ["code"];
    public string[] ScopesSupported { get; init; } = ["openid", "profile", "email", "offline_access"];
    public string[] SubjectTypesSupported { get; init; } = ["public"];
    public string[] IdTokenSigningAlgValuesSupported { get; init; } = ["RS256"];
    public string[] CodeChallengeMethodsSupported { get; init; } = ["S256"];
    public string[] ClaimsSupported { get; init; } = ["sub", "iss", "aud", "exp", "iat", "nbf", "oid", "tid", "name", "preferred_username", "nonce", "ver"];
}

internal sealed record JsonWebKey
{
    public string Kty { get; init; } = "RSA";
    public string Use { get; init; } = "sig";
    public string Alg { get; init; } = "RS256";
    public required string Kid { get; init; }
    public required string N { get; init; }
    public required string E { get; init; }
}

internal sealed record JsonWebKeys(JsonWebKey[] Keys);

internal sealed record InstanceAlias(string PreferredNetwork, string PreferredCache, string[] Aliases);

internal sealed record InstanceDiscovery
{
    public required string TenantDiscoveryEndpoint { get; init; }

    [JsonPropertyName("api-version")]
    public string ApiVersion { get; init; } = "1.1";
    public required InstanceAlias[] Metadata { get; init; }
}

internal sealed record UserRealm
{
    public string Ver { get; init; } = "1.0";
    public string AccountType { get; init; } = "Managed";
    public required string DomainName { get; init; }
    public required string CloudInstanceName { get; init; }
    public string CloudAudienceUrn { get; init; } = "urn:federation:MicrosoftOnline";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OAuthErrorBody))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(TokenAnswerV1))]
[JsonSerializable(typeof(DeviceCodeAnswer))]
[JsonSerializable(typeof(ClientInfo))]
[JsonSerializable(typeof(OpenIdConfiguration))]
[JsonSerializable(typeof(JsonWebKeys))]
[JsonSerializable(typeof(InstanceDiscovery))]
[JsonSerializable(typeof(UserRealm))]
internal sealed partial class SignInJson : JsonSerializerContext;
