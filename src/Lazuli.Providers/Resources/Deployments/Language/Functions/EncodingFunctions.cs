using System.Text;
using Lazuli.Providers.Resources.Deployments.Language.Values;
using static Lazuli.Providers.Resources.Deployments.Language.Functions.Define;

namespace Lazuli.Providers.Resources.Deployments.Language.Functions;

/// <summary>base64, data URIs, URIs and JSON text.</summary>
internal static class EncodingFunctions
{
    public static IEnumerable<TemplateFunction> All =>
    [
        Function("base64", 1, c => c.Text(Convert.ToBase64String(Encoding.UTF8.GetBytes(c.String(0))))),
        Function("base64ToString", 1, c => c.Text(FromBase64(c, c.String(0)))),
        Function("base64ToJson", 1, c => Json(c, FromBase64(c, c.String(0)))),
        Function("dataUri", 1, c => c.Text("data:text/plain;charset=utf8;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(c.String(0))))),
        Function("dataUriToString", 1, FromDataUri),
        Function("json", 1, c => Json(c, c.String(0))),
        Function("uri", 2, MakeUri),
        Function("buildUri", 1, BuildUri),
        Function("parseUri", 1, ParseUri),
        Function("uriComponent", 1, c => c.Text(Uri.EscapeDataString(c.String(0)))),
        Function("uriComponentToString", 1, c => c.Text(Uri.UnescapeDataString(c.String(0)))),
    ];

    private static Value Json(Call call, string text)
    {
        call.Context.Budget.Spend(text.Length / 16);
        try
        {
            return ValueReader.Read(text);
        }
        catch (TemplateFault fault)
        {
            throw call.Fault($"the text is not valid JSON: {fault.Message.TrimEnd('.')}");
        }
    }

    private static string FromBase64(Call call, string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count)
            ? Encoding.UTF8.GetString(bytes, 0, count)
            : throw call.Fault("the parameter is not a valid base64 string");
    }

    private static StringValue FromDataUri(Call call)
    {
        var text = call.String(0);
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        if (!text.StartsWith("data:", StringComparison.OrdinalIgnoreCase) || comma < 0)
        {
            throw call.Fault("the parameter is not a valid data URI");
        }

        var data = text[(comma + 1)..];
        return call.Text(text[..comma].EndsWith(";base64", StringComparison.OrdinalIgnoreCase) ? FromBase64(call, data) : Uri.UnescapeDataString(data));
    }

    private static StringValue MakeUri(Call call)
        => Uri.TryCreate(call.String(0), UriKind.Absolute, out var root) && Uri.TryCreate(root, call.String(1), out var result)
            ? call.Text(result.AbsoluteUri)
            : throw call.Fault($"'{call.String(0)}' is not a valid absolute URI");

    private static StringValue BuildUri(Call call)
    {
        var parts = call.Object(0);
        string? Part(string name) => parts[name] switch
        {
            null or NullValue => null,
            StringValue s => s.Data,
            var other => throw call.Fault($"the type of '{name}' is '{other.TypeName}', expected is a string"),
        };
        var scheme = Part("scheme") ?? throw call.Fault("the components must have a 'scheme'");
        var host = Part("host") ?? throw call.Fault("the components must have a 'host'");
        var port = parts["port"] switch
        {
            null or NullValue => -1,
            IntegerValue { Data: >= 0 and <= 65535 } n => (int)n.Data,
            _ => throw call.Fault("the 'port' must be an integer between 0 and 65535"),
        };
        try
        {
            return call.Text(new UriBuilder(scheme, host, port, Part("path") ?? "", Part("query") ?? "").Uri.AbsoluteUri);
        }
        catch (Exception e) when (e is ArgumentException or UriFormatException)
        {
            throw call.Fault("the components do not make a valid absolute URI");
        }
    }

    private static ObjectValue ParseUri(Call call)
        => Uri.TryCreate(call.String(0), UriKind.Absolute, out var uri) && uri.Host.Length > 0
            ? new ObjectBuilder(5)
                .Set("scheme", uri.Scheme)
                .Set("host", uri.Host)
                .Set("port", uri.IsDefaultPort ? NullValue.Instance : Value.Of(uri.Port))
                .Set("path", uri.AbsolutePath)
                .Set("query", uri.Query)
                .Build()
            : throw call.Fault($"'{call.String(0)}' is not a valid absolute URI");
}
