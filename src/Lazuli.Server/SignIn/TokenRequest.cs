using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Lazuli.Server.SignIn;

/// <summary>A request to the token endpoint: parameters of the form; absent and empty are the same.</summary>
internal sealed record TokenRequest(HttpContext Context, IFormCollection Form, string Tenant, bool IsV1)
{
    public string? this[string name] => Form.Text(name);

    public string Address => Context.Connection.RemoteIpAddress?.ToString() ?? "";

    /// <summary>The client's id and secret: in the form, or by HTTP Basic (RFC 6749 section 2.3.1).</summary>
    public (string? Id, string? Secret) Client()
    {
        const string Basic = "Basic ";
        var header = Context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            return (this["client_id"], this["client_secret"]);
        }

        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[Basic.Length..].Trim(), bytes, out var length))
        {
            return (null, null);
        }

        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (null, null) : (Uri.UnescapeDataString(pair[..colon]), Uri.UnescapeDataString(pair[(colon + 1)..]));
    }
}

internal static class SmallForm
{
    private static readonly FormOptions Limits = new() { ValueCountLimit = 64, KeyLengthLimit = 256, ValueLengthLimit = 32 * 1024, BufferBodyLengthLimit = 256 * 1024 };

    /// <summary>A URL-encoded form of modest size, or null when the body is none.</summary>
    public static async Task<IFormCollection?> ReadSmallFormAsync(this HttpContext context)
    {
        if (!context.Request.HasFormContentType)
        {
            return null;
        }

        try
        {
            return await new FormFeature(context.Request, Limits).ReadFormAsync(context.RequestAborted);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>The value of a parameter; null when it is absent or empty.</summary>
    public static string? Text(this IFormCollection form, string name) => form[name].ToString() is { Length: > 0 } value ? value : null;

    /// <summary>The value of a parameter; null when it is absent or empty.</summary>
    public static string? Text(this IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } value ? value : null;
}
