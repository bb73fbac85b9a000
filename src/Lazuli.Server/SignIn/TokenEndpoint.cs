using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lazuli.Kernel.Identity;
using Microsoft.AspNetCore.Http;

namespace Lazuli.Server.SignIn;

/// <summary>
/// The token endpoint (RFC 6749 section 3.2, RFC 7636, RFC 8628) in Entra's two shapes: v2.0 with <c>scope</c> and v1.0 with <c>resource</c>.
/// </summary>
internal sealed class TokenEndpoint(SignInServices services, PendingSignIns pending, Credentials credentials)
{
    public async Task HandleAsync(HttpContext context, string tenant, bool isV1)
    {
        var cancellation = context.RequestAborted;
        if (!services.IsTenant(tenant))
        {
            await context.AnswerAsync(OAuthError.UnknownTenant(tenant), services.Time);
            return;
        }

        if (await context.ReadSmallFormAsync() is not { } form)
        {
            await context.AnswerAsync(OAuthError.MissingParameter("grant_type"), services.Time);
            return;
        }

        var request = new TokenRequest(context, form, tenant, isV1 && tenant != "adfs");
        var reply = request["grant_type"] switch
        {
            null => OAuthError.MissingParameter("grant_type"),
            "client_credentials" => ClientCredentials(request),
            "password" => await PasswordAsync(request, cancellation),
            "refresh_token" => await RefreshAsync(request, cancellation),
            "authorization_code" => await CodeAsync(request, cancellation),
            "urn:ietf:params:oauth:grant-type:device_code" or "device_code" => await DeviceAsync(request, cancellation),
            var other => OAuthError.UnsupportedGrant(other),
        };
        await AnswerAsync(request, reply);
    }

    private Reply ClientCredentials(TokenRequest request)
    {
        var (clientId, secret) = request.Client();
        if (clientId is null)
        {
            return OAuthError.MissingParameter("client_id");
        }

        if (secret is null && request["client_assertion"] is null)
        {
            return OAuthError.MissingSecret();
        }

        var (application, error) = secret is not null
            ? credentials.CheckClient(clientId, secret, request.Address)
            : ClientAssertion.Check(services, clientId, request["client_assertion_type"], request["client_assertion"] ?? "");
        if (application is null)
        {
            return error ?? OAuthError.InvalidSecret(clientId);
        }

        var tenant = services.Directory.Tenant;
        if (!application.PrincipalEnabled)
        {
            return OAuthError.ApplicationDisabled(clientId);
        }

        if (services.Directory.PrincipalOf(application) is not { } principal)
        {
            return OAuthError.NoServicePrincipal(clientId, tenant.TenantId);
        }

        if (!Scope(request, null, out var scope, out error))
        {
            return error;
        }

        return scope.IsDefault ? new Grant(principal, scope) : OAuthError.ScopeWithoutDefault(scope.Text);
    }

    private async Task<Reply> PasswordAsync(TokenRequest request, CancellationToken cancellation)
    {
        if (CheckUserClient(request, out var clientId) is { } refusal)
        {
            return refusal;
        }

        if (request["username"] is not { } name || request["password"] is not { } password)
        {
            return OAuthError.MissingParameter(request["username"] is null ? "username" : "password");
        }

        var (user, error) = await credentials.CheckUserAsync(name, password, cancellation);
        if (user is null)
        {
            return error ?? OAuthError.BadPassword();
        }

        return Scope(request, null, out var scope, out error) ? await ForUserAsync(user, clientId, scope, null, cancellation) : error;
    }

    private async Task<Reply> RefreshAsync(TokenRequest request, CancellationToken cancellation)
    {
        if (CheckUserClient(request, out var clientId) is { } refusal)
        {
            return refusal;
        }

        if (request["refresh_token"] is not { } token)
        {
            return OAuthError.MissingParameter("refresh_token");
        }

        if (!Scope(request, null, out var scope, out var error))
        {
            return error;
        }

        if (await services.RefreshTokens.RedeemAsync(token, clientId, cancellation) is not { } redeemed)
        {
            return OAuthError.InvalidRefreshToken();
        }

        return services.Directory.Find(redeemed.Grant.UserId)?.Value is DirectoryUser { Enabled: true } user
            ? new Grant(services.Directory.PrincipalOf(user, clientId), scope) { RefreshToken = redeemed.Next }
            : OAuthError.UserGone();
    }

    private async Task<Reply> CodeAsync(TokenRequest request, CancellationToken cancellation)
    {
        if (CheckUserClient(request, out var clientId) is { } refusal)
        {
            return refusal;
        }

        if (request["code"] is not { } code || request["code_verifier"] is not { } verifier)
        {
            return OAuthError.MissingParameter(request["code"] is null ? "code" : "code_verifier");
        }

        if (pending.Redeem(code) is not { } authorized || !authorized.ClientId.Equals(clientId, StringComparison.OrdinalIgnoreCase))
        {
            return OAuthError.InvalidCode();
        }

        if (request["redirect_uri"] is { } redirect && redirect != authorized.RedirectUri)
        {
            return OAuthError.RedirectMismatch(redirect);
        }

        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(verifier)));
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(challenge), Encoding.UTF8.GetBytes(authorized.Challenge)))
        {
            return OAuthError.PkceMismatch();
        }

        if (!Scope(request, null, out var scope, out var error))
        {
            return error;
        }

        return services.Directory.Find(authorized.UserId)?.Value is DirectoryUser { Enabled: true } user
            ? await ForUserAsync(user, clientId, scope, authorized.Nonce, cancellation)
            : OAuthError.UserGone();
    }

    private async Task<Reply> DeviceAsync(TokenRequest request, CancellationToken cancellation)
    {
        if (CheckUserClient(request, out var clientId) is { } refusal)
        {
            return refusal;
        }

        if ((request["device_code"] ?? request["code"]) is not { } code)
        {
            return OAuthError.MissingParameter("device_code");
        }

        if (pending.FindDevice(code) is not { } device || !device.ClientId.Equals(clientId, StringComparison.OrdinalIgnoreCase))
        {
            return OAuthError.DeviceCodeExpired();
        }

        if (device.Declined)
        {
            pending.FinishDevice(code);
            return OAuthError.Declined();
        }

        if (device.UserId is not { } userId)
        {
            return OAuthError.Pending();
        }

        if (!Scope(request, device.Scope, out var scope, out var error))
        {
            return error;
        }

        if (!pending.FinishDevice(code))
        {
            return OAuthError.DeviceCodeExpired();
        }

        return services.Directory.Find(userId)?.Value is DirectoryUser { Enabled: true } user
            ? await ForUserAsync(user, clientId, scope, null, cancellation)
            : OAuthError.UserGone();
    }

    private async Task<Reply> ForUserAsync(DirectoryUser user, string clientId, RequestedScope scope, string? nonce, CancellationToken cancellation)
        => new Grant(services.Directory.PrincipalOf(user, clientId), scope)
        {
            Nonce = nonce,
            RefreshToken = scope.Offline ? await services.RefreshTokens.IssueAsync(user.ObjectId, clientId, cancellation) : null,
        };

    /// <summary>Who may sign people in: the well-known public clients, and applications that prove themselves.</summary>
    private OAuthError? CheckUserClient(TokenRequest request, out string clientId)
    {
        var (id, secret) = request.Client();
        clientId = id ?? "";
        if (id is null)
        {
            return OAuthError.MissingParameter("client_id");
        }

        if (PublicClients.NameOf(id) is not null)
        {
            return null;
        }

        if (services.Directory.FindApplication(id) is null)
        {
            return OAuthError.UnknownApplication(id, services.Directory.Tenant.DisplayName);
        }

        return secret is null ? OAuthError.MissingSecret() : credentials.CheckClient(id, secret, request.Address).Error;
    }

    private bool Scope(
        TokenRequest request,
        string? agreed,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out RequestedScope? scope,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out OAuthError? error)
    {
        var text = request["scope"] ?? agreed;
        var resource = request["resource"];
        scope = request.IsV1 && resource is not null ? RequestedScope.OfResource(resource)
            : text is not null ? RequestedScope.Parse(text)
            : resource is not null ? RequestedScope.OfResource(resource)
            : null;
        error = scope is not null
            ? services.Audiences.IsKnown(scope.Resource) ? null : OAuthError.UnknownResource(scope.Resource, services.Directory.Tenant.DisplayName)
            : text is null ? OAuthError.MissingParameter(request.IsV1 ? "resource" : "scope")
            : OAuthError.InvalidScope(text);
        return error is null && scope is not null;
    }

    private Task AnswerAsync(TokenRequest request, Reply reply)
    {
        if (reply.Grant is not { } grant)
        {
            return request.Context.AnswerAsync(reply.Error ?? OAuthError.InvalidCode(), services.Time);
        }

        var token = services.Issuer.Issue(grant.Principal, grant.Scope.Resource);
        var seconds = (long)TokenIssuer.Lifetime.TotalSeconds;
        var user = grant.Principal.Kind == PrincipalKind.User;
        var login = PublicEndpoints.Of(request.Context.Request).Login;
        var answer = new TokenAnswer
        {
            Scope = user ? grant.Scope.Text : null,
            ExpiresIn = seconds,
            ExtExpiresIn = seconds,
            AccessToken = token.Value,
            RefreshToken = grant.RefreshToken,
            IdToken = user && grant.Scope.OpenId
                ? services.Issuer.IssueIdToken(grant.Principal, grant.Principal.ApplicationId, services.IdTokenIssuer(login, request.Tenant), grant.Nonce)
                : null,
            ClientInfo = user && request["client_info"] == "1"
                ? Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new ClientInfo(grant.Principal.ObjectId, grant.Principal.TenantId), SignInJson.Default.ClientInfo))
                : null,
        };
        return !request.IsV1
            ? request.Context.AnswerAsync(answer, SignInJson.Default.TokenAnswer)
            : request.Context.AnswerAsync(
                new TokenAnswerV1
                {
                    Scope = answer.Scope,
                    ExpiresIn = seconds.ToString(CultureInfo.InvariantCulture),
                    ExtExpiresIn = seconds.ToString(CultureInfo.InvariantCulture),
                    ExpiresOn = token.Expires.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
                    NotBefore = (token.Expires.ToUnixTimeSeconds() - seconds).ToString(CultureInfo.InvariantCulture),
                    Resource = grant.Scope.Resource,
                    AccessToken = answer.AccessToken,
                    RefreshToken = answer.RefreshToken,
                    IdToken = answer.IdToken,
                    ClientInfo = answer.ClientInfo,
                },
                SignInJson.Default.TokenAnswerV1);
    }

    private sealed record Grant(Principal Principal, RequestedScope Scope)
    {
        public string? RefreshToken { get; init; }
        public string? Nonce { get; init; }
    }

    /// <summary>A grant, or the error instead.</summary>
    private readonly record struct Reply(Grant? Grant, OAuthError? Error)
    {
        public static implicit operator Reply(Grant grant) => new(grant, null);

        public static implicit operator Reply(OAuthError error) => new(null, error);
    }
}
