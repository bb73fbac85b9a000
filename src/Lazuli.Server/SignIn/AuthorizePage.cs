using System.Text;
using Microsoft.AspNetCore.Http;

namespace Lazuli.Server.SignIn;

/// <summary>The authorization endpoint (RFC 6749 section 4.1, RFC 7636): asks for name and password, and sends the browser back with a code.</summary>
internal sealed class AuthorizePage(SignInServices services, PendingSignIns pending, Credentials credentials)
{
    private const string Title = "Sign in";

    public async Task HandleAsync(HttpContext context, string tenant)
    {
        if (!Read(context.Request, tenant, out var request, out var error))
        {
            await Page.SendAsync(context, Title, Page.Error($"AADSTS{error.Number}: {error.Message}"), 400);
            return;
        }

        if (context.Request.Query.Text("prompt") == "none")
        {
            await ReturnAsync(context, request, ("error", OAuthError.InteractionRequired().Error), ("error_description", OAuthError.InteractionRequired().Message));
            return;
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            await AskAsync(context, request, context.Request.Query.Text("login_hint"), null);
            return;
        }

        var form = await context.ReadSmallFormAsync();
        if (form is null || !Page.IsFromOwnPage(context, form))
        {
            await AskAsync(context, request, null, "The page was open for too long, or cookies are off. Please try again.", 400);
            return;
        }

        var (user, refusal) = await credentials.CheckUserAsync(form.Text("user") ?? "", form.Text("password") ?? "", context.RequestAborted);
        if (user is null)
        {
            await AskAsync(context, request, form.Text("user"), refusal?.Message, 400);
            return;
        }

        if (pending.Authorize(user.ObjectId, request.ClientId, request.RedirectUri, request.Challenge, request.Nonce) is not { } code)
        {
            await AskAsync(context, request, form.Text("user"), OAuthError.TooManyRequests().Message, 429);
            return;
        }

        await ReturnAsync(context, request, ("code", code));
    }

    private bool Read(
        HttpRequest http,
        string tenant,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out AuthorizeRequest? request,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out OAuthError? error)
    {
        var query = http.Query;
        var mode = query.Text("response_mode") ?? "query";
        request = null;
        error = !services.IsTenant(tenant) ? OAuthError.UnknownTenant(tenant)
            : PublicClients.NameOf(query.Text("client_id")) is null ? OAuthError.UnknownApplication(query.Text("client_id") ?? "", services.Directory.Tenant.DisplayName)
            : query.Text("redirect_uri") is not { } redirect || !PublicClients.MayReturnTo(redirect) ? OAuthError.RedirectMismatch(query.Text("redirect_uri") ?? "")
            : query.Text("response_type") != "code" ? OAuthError.UnsupportedResponse(query.Text("response_type") ?? "")
            : mode is not ("query" or "fragment" or "form_post") ? OAuthError.UnsupportedResponse(mode)
            : query.Text("code_challenge") is null || query.Text("code_challenge_method") != "S256" ? OAuthError.PkceRequired()
            : null;
        if (error is null)
        {
            request = new(
                query.Text("client_id") ?? "", query.Text("redirect_uri") ?? "", mode, query.Text("code_challenge") ?? "", query.Text("state"), query.Text("nonce"));
        }

        return request is not null;
    }

    private static Task AskAsync(HttpContext context, AuthorizeRequest request, string? name, string? error, int status = 200)
        => Page.SendAsync(
            context,
            Title,
            $"""
            <p>to continue to {Page.Escape(PublicClients.NameOf(request.ClientId))}</p>
            {Page.Error(error)}
            <form method="post">{Page.CsrfInput(context)}{Page.UserFields(name)}<button>Sign in</button></form>
            """,
            status,
            new Uri(request.RedirectUri).GetLeftPart(UriPartial.Authority));

    /// <summary>Sends the browser back to the client, which sits on this person's own machine.</summary>
    private static Task ReturnAsync(HttpContext context, AuthorizeRequest request, params (string Name, string Value)[] values)
    {
        var all = request.State is { } state ? [.. values, ("state", state)] : values;
        if (request.Mode == "form_post")
        {
            var fields = string.Concat(all.Select(v => $"""<input type="hidden" name="{Page.Escape(v.Name)}" value="{Page.Escape(v.Value)}">"""));
            return Page.SendAsync(
                context,
                "Signed in",
                $"""<p>Go back to {Page.Escape(PublicClients.NameOf(request.ClientId))}.</p><form method="post" action="{Page.Escape(request.RedirectUri)}">{fields}<button autofocus>Continue</button></form>""",
                formTarget: new Uri(request.RedirectUri).GetLeftPart(UriPartial.Authority));
        }

        var target = new StringBuilder(request.RedirectUri).Append(request.Mode == "fragment" ? '#' : request.RedirectUri.Contains('?', StringComparison.Ordinal) ? '&' : '?');
        target.AppendJoin('&', all.Select(v => $"{v.Name}={Uri.EscapeDataString(v.Value)}"));
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Redirect(target.ToString());
        return Task.CompletedTask;
    }

    private sealed record AuthorizeRequest(string ClientId, string RedirectUri, string Mode, string Challenge, string? State, string? Nonce);
}
