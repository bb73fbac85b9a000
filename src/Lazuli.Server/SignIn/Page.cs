using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Lazuli.Kernel.Identity;
using Microsoft.AspNetCore.Http;

namespace Lazuli.Server.SignIn;

/// <summary>
/// The authority's few pages: plain HTML without scripts, not framable, not cached. Forms are protected against requests from other sites by a
/// cookie whose value the form repeats.
/// </summary>
internal static class Page
{
    private const string CsrfCookie = "__Host-lazuli-signin";
    private const string CsrfField = "csrf";

    private const string Style = """
        *{box-sizing:border-box}
        body{font:16px/1.5 system-ui,"Segoe UI",sans-serif;margin:0;min-height:100vh;display:grid;place-items:center;background:#eef2f7;color:#1b2733}
        main{background:#fff;width:min(26rem,92vw);padding:2.25rem;border-radius:12px;box-shadow:0 8px 32px #1b273322}
        h1{font-size:1.4rem;margin:0 0 .25rem}
        p{margin:.25rem 0 1rem;color:#4a5866}
        label{display:block;font-size:.875rem;margin:1rem 0 .25rem}
        input{width:100%;font:inherit;padding:.55rem .7rem;border:1px solid #aab6c2;border-radius:6px;background:#fff;color:inherit}
        input:focus{outline:2px solid #2a5bd7;outline-offset:1px;border-color:#2a5bd7}
        button{width:100%;margin-top:1.5rem;font:inherit;font-weight:600;padding:.65rem;border:0;border-radius:6px;background:#2a5bd7;color:#fff;cursor:pointer}
        button.quiet{background:none;color:#2a5bd7;margin-top:.5rem}
        .error{background:#fdecea;color:#8c1d18;border-radius:6px;padding:.6rem .8rem;margin:1rem 0 0}
        .brand{font-weight:700;color:#2a5bd7;letter-spacing:.02em;margin-bottom:1.25rem}
        small{color:#6b7885}
        @media(prefers-color-scheme:dark){body{background:#10161d;color:#e6edf3}main{background:#19222c;box-shadow:none}p,small{color:#9fb0c0}
        input{background:#10161d;border-color:#3d4b59}.error{background:#3b1513;color:#ffb4ab}.brand,button.quiet{color:#8fb0ff}}
        """;

    private static readonly string StyleHash = "'sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style))) + "'";

    public static string Escape(string? text) => HtmlEncoder.Default.Encode(text ?? "");

    public static string Error(string? message) => message is null ? "" : $"""<div class="error" role="alert">{Escape(message)}</div>""";

    public static string UserFields(string? name) => $"""
        <label for="user">User name</label>
        <input id="user" name="user" autocomplete="username" spellcheck="false" autocapitalize="none" required value="{Escape(name)}"{(name is null ? " autofocus" : "")}>
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required{(name is null ? "" : " autofocus")}>
        """;

    /// <summary>Sends a page. <paramref name="formTarget"/> is an origin that the page's form may lead to besides our own.</summary>
    public static Task SendAsync(HttpContext context, string title, string content, int status = 200, string? formTarget = null)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = $"default-src 'none'; style-src {StyleHash}; frame-ancestors 'none'; base-uri 'none'; form-action 'self' {formTarget}".TrimEnd();
        headers.XFrameOptions = "DENY";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(
            $"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{Escape(title)}</title><style>{Style}</style></head>
            <body><main><div class="brand">Lazuli</div><h1>{Escape(title)}</h1>
            {content}
            </main></body></html>
            """,
            context.RequestAborted);
    }

    /// <summary>The hidden field of a form; sets the cookie that goes with it.</summary>
    public static string CsrfInput(HttpContext context)
    {
        var token = context.Request.Cookies[CsrfCookie];
        if (token is not { Length: 40 })
        {
            token = PasswordHash.Generate(40);
            context.Response.Cookies.Append(CsrfCookie, token, new() { HttpOnly = true, Secure = true, SameSite = SameSiteMode.Strict, Path = "/" });
        }

        return $"""<input type="hidden" name="{CsrfField}" value="{Escape(token)}">""";
    }

    /// <summary>Whether a form was sent from our own page.</summary>
    public static bool IsFromOwnPage(HttpContext context, IFormCollection form)
        => context.Request.Cookies[CsrfCookie] is { Length: > 0 } cookie
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(cookie), Encoding.UTF8.GetBytes(form.Text(CsrfField) ?? ""));
}
