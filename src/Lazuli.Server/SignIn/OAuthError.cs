using System.Globalization;

namespace Lazuli.Server.SignIn;

/// <summary>An error of the authority (RFC 6749) with the number that Microsoft Entra gives it: clients look at both.</summary>
internal sealed record OAuthError(string Error, int Number, string Message, int Status = 400)
{
    public static OAuthError MissingParameter(string name) => new("invalid_request", 900144, $"The request body must contain the following parameter: '{name}'.");

    public static OAuthError UnknownTenant(string tenant) => new(
        "invalid_request", 90002, $"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.");

    public static OAuthError UnknownApplication(string clientId, string tenant) => new(
        "unauthorized_client", 700016, $"Application with identifier '{clientId}' was not found in the directory '{tenant}'.");

    public static OAuthError NoServicePrincipal(string clientId, string tenant) => new(
        "invalid_client", 7000229, $"The client application '{clientId}' is missing service principal in the tenant '{tenant}'.", 401);

    public static OAuthError InvalidSecret(string clientId) => new(
        "invalid_client",
        7000215,
        $"Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{clientId}'.",
        401);

    public static OAuthError ExpiredSecret(string clientId) => new("invalid_client", 7000222, $"The provided client secret keys for app '{clientId}' are expired.", 401);

    public static OAuthError MissingSecret() => new(
        "invalid_client", 7000218, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.", 401);

    public static OAuthError InvalidAssertion(string why) => new("invalid_client", 700027, $"Client assertion failed signature validation or is not valid: {why}", 401);

    public static OAuthError ExpiredAssertion() => new("invalid_client", 700024, "Client assertion is not within its valid time range.", 401);

    public static OAuthError ApplicationDisabled(string clientId) => new("unauthorized_client", 7000112, $"Application '{clientId}' is disabled.");

    public static OAuthError UnsupportedGrant(string grant) => new("unsupported_grant_type", 70003, $"The app requested an unsupported grant type '{grant}'.");

    public static OAuthError UnknownResource(string resource, string tenant) => new(
        "invalid_resource", 500011, $"The resource principal named {resource} was not found in the tenant named {tenant}.");

    public static OAuthError InvalidScope(string scope) => new("invalid_scope", 70011, $"The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid.");

    public static OAuthError ScopeWithoutDefault(string scope) => new(
        "invalid_scope", 1002012, $"The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).");

    public static OAuthError BadPassword() => new("invalid_grant", 50126, "Error validating credentials due to invalid username or password.");

    public static OAuthError Locked() => new(
        "invalid_grant", 50053, "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.");

    public static OAuthError TooManyRequests() => new("temporarily_unavailable", 90055, "Too many failed attempts. Try again later.", 429);

    public static OAuthError InvalidRefreshToken() => new("invalid_grant", 70000, "The provided refresh token is invalid, expired or revoked. A new sign-in is needed.");

    public static OAuthError UserGone() => new("invalid_grant", 50057, "The user account is disabled or deleted.");

    public static OAuthError InvalidCode() => new("invalid_grant", 70008, "The provided authorization code is unknown, has expired or was already redeemed.");

    public static OAuthError PkceMismatch() => new("invalid_grant", 501481, "The Code_Verifier does not match the code_challenge supplied in the authorization request.");

    public static OAuthError RedirectMismatch(string given) => new("invalid_request", 50011, $"The redirect URI '{given}' specified in the request does not match the redirect URIs configured for the application.");

    public static OAuthError PkceRequired() => new("invalid_request", 9002325, "Proof Key for Code Exchange (code_challenge_method S256) is required for authorization code redemption.");

    public static OAuthError UnsupportedResponse(string value) => new("unsupported_response_type", 700054, $"The response_type or response_mode '{value}' is not supported.");

    public static OAuthError Pending() => new("authorization_pending", 70016, "OAuth 2.0 device flow error. Authorization is pending. Continue polling.");

    public static OAuthError SlowDown() => new("slow_down", 70016, "OAuth 2.0 device flow error. Polling too often.");

    public static OAuthError Declined() => new("authorization_declined", 70017, "Authorization was declined by the end user.");

    public static OAuthError DeviceCodeExpired() => new("expired_token", 70019, "The device code is unknown or has expired.");

    public static OAuthError InteractionRequired() => new("login_required", 50058, "A silent sign-in request was sent but no user is signed in.");

    /// <summary>The sentence for people and logs, as Entra writes it.</summary>
    public string Describe(string traceId, string correlationId, DateTimeOffset now)
        => $"AADSTS{Number}: {Message} Trace ID: {traceId} Correlation ID: {correlationId} Timestamp: {Time(now)}";

    public OAuthErrorBody ToBody(string traceId, string correlationId, DateTimeOffset now) => new()
    {
        Error = Error,
        ErrorDescription = Describe(traceId, correlationId, now),
        ErrorCodes = [Number],
        Timestamp = Time(now),
        TraceId = traceId,
        CorrelationId = correlationId,
    };

    private static string Time(DateTimeOffset now) => now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
