using Microsoft.AspNetCore.Http;

namespace Lazuli.Server.SignIn;

/// <summary>What clients read before they sign in: OpenID configuration, keys, instance discovery, user realm.</summary>
internal sealed class DiscoveryEndpoints(SignInServices services)
{
    /// <summary><c>/{tenant}[/v2.0]/.well-known/openid-configuration</c>: the endpoints stay under the tenant segment that was asked for.</summary>
    public Task ConfigurationAsync(HttpContext context, string tenant, bool isV1)
    {
        if (!services.IsTenant(tenant))
        {
            return context.AnswerAsync(OAuthError.UnknownTenant(tenant), services.Time);
        }

        var endpoints = PublicEndpoints.Of(context.Request);
        var authority = $"{endpoints.Login}/{tenant}";
        var version = isV1 ? "/oauth2" : "/oauth2/v2.0";
        var answer = new OpenIdConfiguration
        {
            Issuer = services.IdTokenIssuer(endpoints.Login, tenant),
            AuthorizationEndpoint = $"{authority}{version}/authorize",
            TokenEndpoint = $"{authority}{version}/token",
            DeviceAuthorizationEndpoint = $"{authority}{version}/devicecode",
            EndSessionEndpoint = $"{authority}{version}/logout",
            JwksUri = $"{authority}/discovery/v2.0/keys",
            TenantRegionScope = "WW",
            CloudInstanceName = new Uri(endpoints.Login).Authority,
            CloudGraphHostName = new Uri(endpoints.Graph).Authority,
            MsgraphHost = new Uri(endpoints.Graph).Authority,
        };
        return context.AnswerAsync(answer, SignInJson.Default.OpenIdConfiguration);
    }

    public Task KeysAsync(HttpContext context)
    {
        var key = services.Key;
        return context.AnswerAsync(new JsonWebKeys([new() { Kid = key.KeyId, N = key.Modulus, E = key.Exponent }]), SignInJson.Default.JsonWebKeys);
    }

    /// <summary><c>/common/discovery/instance</c>: says that the authority asked about is a known one, whose metadata is here.</summary>
    public Task InstanceAsync(HttpContext context)
    {
        var endpoints = PublicEndpoints.Of(context.Request);
        var tenant = services.Directory.Tenant.TenantId;
        if (Uri.TryCreate(context.Request.Query.Text("authorization_endpoint"), UriKind.Absolute, out var asked)
            && asked.Segments.Length > 1
            && asked.Segments[1].TrimEnd('/') is var segment
            && services.IsTenant(segment))
        {
            tenant = segment;
        }

        var host = new Uri(endpoints.Login).Authority;
        string[] aliases = endpoints.IsPublicCloud ? ["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"] : [host];
        var answer = new InstanceDiscovery
        {
            TenantDiscoveryEndpoint = $"{endpoints.Login}/{tenant}/v2.0/.well-known/openid-configuration",
            Metadata = [new(host, endpoints.IsPublicCloud ? "login.windows.net" : host, aliases)],
        };
        return context.AnswerAsync(answer, SignInJson.Default.InstanceDiscovery);
    }

    /// <summary><c>/common/userrealm/{user}</c>: every user is managed here, none federated.</summary>
    public static Task UserRealmAsync(HttpContext context, string user)
        => context.AnswerAsync(
            new UserRealm { DomainName = user[(user.IndexOf('@', StringComparison.Ordinal) + 1)..], CloudInstanceName = new Uri(PublicEndpoints.Of(context.Request).Login).Authority },
            SignInJson.Default.UserRealm);
}
