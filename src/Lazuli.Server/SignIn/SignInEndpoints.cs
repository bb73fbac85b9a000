using Lazuli.Kernel.Identity;
using Lazuli.Server.Graph;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lazuli.Server.SignIn;

/// <summary>The authority: everything that a client does before it has a token, and the directory's own face, Microsoft Graph.</summary>
public static class SignInEndpoints
{
    public static IEndpointRouteBuilder MapSignIn(this IEndpointRouteBuilder routes, SignInServices services)
    {
        var pending = new PendingSignIns(services.Time);
        var credentials = new Credentials(services.Directory, services.Time);
        var discovery = new DiscoveryEndpoints(services);
        var endpoint = new TokenEndpoint(services, pending, credentials);
        var authorize = new AuthorizePage(services, pending, credentials);
        var device = new DevicePage(services, pending, credentials, new Throttle(services.Time));
        var metadata = new CloudMetadata(services);

        routes.MapGet("/metadata/endpoints", metadata.EndpointsAsync);
        routes.MapGet(CloudMetadata.ImageAliasPath, metadata.ImageAliasesAsync);
        routes.MapGet(CloudMetadata.PublicImageAliasPath, metadata.ImageAliasesAsync);

        routes.MapGet("/common/discovery/instance", discovery.InstanceAsync);
        routes.MapGet("/common/userrealm/{user}", context => DiscoveryEndpoints.UserRealmAsync(context, context.Route("user")));
        routes.MapGet("/{tenant}/.well-known/openid-configuration", context => discovery.ConfigurationAsync(context, context.Route("tenant"), isV1: true));
        routes.MapGet("/{tenant}/v2.0/.well-known/openid-configuration", context => discovery.ConfigurationAsync(context, context.Route("tenant"), isV1: false));
        routes.MapGet("/{tenant}/discovery/keys", discovery.KeysAsync);
        routes.MapGet("/{tenant}/discovery/v2.0/keys", discovery.KeysAsync);

        routes.MapPost("/{tenant}/oauth2/token", context => endpoint.HandleAsync(context, context.Route("tenant"), isV1: true));
        routes.MapPost("/{tenant}/oauth2/v2.0/token", context => endpoint.HandleAsync(context, context.Route("tenant"), isV1: false));
        routes.MapPost("/{tenant}/oauth2/devicecode", context => device.StartAsync(context, context.Route("tenant")));
        routes.MapPost("/{tenant}/oauth2/v2.0/devicecode", context => device.StartAsync(context, context.Route("tenant")));

        string[] pageMethods = [HttpMethods.Get, HttpMethods.Post];
        routes.MapMethods("/{tenant}/oauth2/authorize", pageMethods, context => authorize.HandleAsync(context, context.Route("tenant")));
        routes.MapMethods("/{tenant}/oauth2/v2.0/authorize", pageMethods, context => authorize.HandleAsync(context, context.Route("tenant")));
        routes.MapMethods(DevicePage.Path, pageMethods, device.HandleAsync);
        routes.MapGet("/{tenant}/oauth2/logout", SignedOutAsync);
        routes.MapGet("/{tenant}/oauth2/v2.0/logout", SignedOutAsync);
        var tokens = new TokenValidator(services.Key, services.Directory.Tenant.TenantId, services.Audiences, services.Time);
        return routes.MapGraph(new GraphDirectory(services), tokens, services.Audiences);
    }

    /// <summary>
    /// Takes a path that begins with <c>//</c> as if it began with <c>/</c>: clients glue a base address with a slash at its end to their paths. Goes before routing.
    /// </summary>
    public static IApplicationBuilder UseSingleSlash(this IApplicationBuilder app)
        => app.Use((context, next) =>
        {
            if (context.Request.Path.Value is ['/', '/', ..] path)
            {
                context.Request.Path = "/" + path.TrimStart('/');
            }

            return next(context);
        });

    internal static string Route(this HttpContext context, string name) => context.Request.RouteValues[name] as string ?? "";

    /// <summary>There is nothing to end here: the authority keeps no session in the browser.</summary>
    private static Task SignedOutAsync(HttpContext context) => Page.SendAsync(context, "Signed out", "<p>You can close this page.</p>");
}
