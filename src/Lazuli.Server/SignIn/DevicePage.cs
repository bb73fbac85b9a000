using Microsoft.AspNetCore.Http;

namespace Lazuli.Server.SignIn;

/// <summary>The device authorization grant (RFC 8628): gives a device its code, and asks the person who types it in for name and password.</summary>
internal sealed class DevicePage(SignInServices services, PendingSignIns pending, Credentials credentials, Throttle codes)
{
    /// <summary>Where people type their code.</summary>
    public const string Path = "/devicelogin";

    private const string Title = "Enter the code";
    private const long PollSeconds = 2;

    public async Task StartAsync(HttpContext context, string tenant)
    {
        var form = await context.ReadSmallFormAsync();
        var clientId = form?.Text("client_id");
        var resource = form?.Text("resource");
        var scope = form?.Text("scope") ?? (resource is null ? null : RequestedScope.OfResource(resource).Text + " openid offline_access");
        var error = !services.IsTenant(tenant) ? OAuthError.UnknownTenant(tenant)
            : clientId is null ? OAuthError.MissingParameter("client_id")
            : PublicClients.NameOf(clientId) is null ? OAuthError.UnknownApplication(clientId, services.Directory.Tenant.DisplayName)
            : scope is null ? OAuthError.MissingParameter("scope")
            : null;
        if (error is not null || clientId is null || scope is null)
        {
            await context.AnswerAsync(error ?? OAuthError.MissingParameter("client_id"), services.Time);
            return;
        }

        if (pending.StartDevice(clientId, scope) is not { } started)
        {
            await context.AnswerAsync(OAuthError.TooManyRequests(), services.Time);
            return;
        }

        var uri = PublicEndpoints.Of(context.Request).Login + Path;
        await context.AnswerAsync(
            new DeviceCodeAnswer
            {
                UserCode = started.SignIn.UserCode,
                DeviceCode = started.DeviceCode,
                VerificationUri = uri,
                VerificationUrl = uri,
                ExpiresIn = (long)PendingSignIns.DeviceLifetime.TotalSeconds,
                Interval = PollSeconds,
                Message = $"To sign in, use a web browser to open the page {uri} and enter the code {started.SignIn.UserCode} to authenticate.",
            },
            SignInJson.Default.DeviceCodeAnswer);
    }

    public async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            await AskAsync(context, null, null, null);
            return;
        }

        var form = await context.ReadSmallFormAsync();
        if (form is null || !Page.IsFromOwnPage(context, form))
        {
            await AskAsync(context, null, null, "The page was open for too long, or cookies are off. Please try again.", 400);
            return;
        }

        var address = context.Connection.RemoteIpAddress?.ToString() ?? "";
        if (codes.IsLocked(address))
        {
            await AskAsync(context, null, null, OAuthError.TooManyRequests().Message, 429);
            return;
        }

        var (code, name) = (form.Text("code") ?? "", form.Text("user"));
        if (pending.FindByUserCode(code) is not { } device)
        {
            codes.Failed(address);
            await AskAsync(context, null, name, "That code didn't work. Check the code and try again.", 400);
            return;
        }

        codes.Succeeded(address);
        if (form.Text("decline") is not null)
        {
            device.Declined = true;
            await Page.SendAsync(context, "Declined", "<p>The other device was not signed in.</p>");
            return;
        }

        var (user, refusal) = await credentials.CheckUserAsync(name ?? "", form.Text("password") ?? "", context.RequestAborted);
        if (user is null)
        {
            await AskAsync(context, code, name, refusal?.Message, 400);
            return;
        }

        device.UserId = user.ObjectId;
        await Page.SendAsync(
            context, "Signed in", $"<p>You have signed in to {Page.Escape(PublicClients.NameOf(device.ClientId))} on the other device. You can close this page.</p>");
    }

    private static Task AskAsync(HttpContext context, string? code, string? name, string? error, int status = 200)
        => Page.SendAsync(
            context,
            Title,
            $"""
            <p>that the device or program shows.</p>
            {Page.Error(error)}
            <form method="post">{Page.CsrfInput(context)}
            <label for="code">Code</label>
            <input id="code" name="code" autocomplete="off" spellcheck="false" required value="{Page.Escape(code)}">
            {Page.UserFields(name)}
            <button>Sign in</button><button class="quiet" name="decline" value="1" formnovalidate>Decline</button></form>
            <small>Enter codes only that you asked for yourself: whoever showed the code will act in your name.</small>
            """,
            status);
}
