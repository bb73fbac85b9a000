using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Lazuli.Server.SignIn;

/// <summary>How the authority answers: JSON that nobody may keep.</summary>
internal static class Answers
{
    public static Task AnswerAsync<T>(this HttpContext context, T value, JsonTypeInfo<T> json, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store, no-cache";
        context.Response.Headers.Pragma = "no-cache";
        context.Response.ContentType = "application/json; charset=utf-8";
        var body = JsonSerializer.SerializeToUtf8Bytes(value, json);
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    public static Task AnswerAsync(this HttpContext context, OAuthError error, TimeProvider time)
        => context.AnswerAsync(error.ToBody(TraceOf(context), CorrelationOf(context), time.GetUtcNow()), SignInJson.Default.OAuthErrorBody, error.Status);

    private static string TraceOf(HttpContext context)
    {
        var id = Guid.NewGuid().ToString();
        context.Response.Headers["x-ms-request-id"] = id;
        return id;
    }

    private static string CorrelationOf(HttpContext context)
        => Guid.TryParse(context.Request.Headers["client-request-id"].ToString(), out var id) ? id.ToString() : Guid.NewGuid().ToString();
}
