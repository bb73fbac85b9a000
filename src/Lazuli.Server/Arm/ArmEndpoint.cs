using System.Buffers;
using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Lazuli.Server.Arm;

/// <summary>
/// Resource Manager over HTTP: who calls → the request as the dispatcher takes it → its answer with the headers that Azure sends.
/// </summary>
public sealed partial class ArmEndpoint(ArmDispatcher dispatcher, TokenValidator tokens, TenantChallenge challenge, ILogger<ArmEndpoint> log)
{
    /// <summary>The largest request body: 4 MB, as Azure's.</summary>
    public const long LargestBody = 4 * 1024 * 1024;

    /// <summary>What is read of a larger body before the connection is cut.</summary>
    public const long LargestRead = 4 * LargestBody;

    public async Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        var correlation = request.Headers["x-ms-correlation-request-id"].ToString() is { Length: > 0 } given && Guid.TryParse(given, out var parsed) ? parsed.ToString() : Guid.NewGuid().ToString();
        WriteCommonHeaders(context, correlation);

        if (!tokens.ValidateHeader(request.Headers.Authorization).Ok(out var principal, out var unauthorized))
        {
            context.Response.Headers.WWWAuthenticate = challenge.For(request, unauthorized);
            await WriteErrorAsync(context, unauthorized with { Status = 401 });
            return;
        }

        Result<ArmResponse> result;
        try
        {
            var body = request.ContentLength is 0 || (request.ContentLength is null && !request.Headers.ContainsKey("Transfer-Encoding") && request.Protocol != "HTTP/2")
                ? ReadOnlyMemory<byte>.Empty
                : await ReadBodyAsync(request, context.RequestAborted);
            result = await dispatcher.SendAsync(Translate(request, principal, body, correlation), context.RequestAborted);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            result = TooLarge();
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
#pragma warning disable CA1031 // A defect must not reach the caller; the log has it all.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.Failed(log, request.Method, correlation, e);
            result = ArmErrors.Internal();
        }

        if (result.Ok(out var response, out var error))
        {
            await WriteAsync(context, response);
        }
        else
        {
            await WriteErrorAsync(context, error);
        }
    }

    private static ArmRequest Translate(HttpRequest request, Principal principal, ReadOnlyMemory<byte> body, string correlation)
    {
        var query = new Dictionary<string, string>(request.Query.Count, StringComparer.Ordinal);
        foreach (var (name, values) in request.Query)
        {
            query[name.ToLowerInvariant()] = values.ToString();
        }

        return new ArmRequest
        {
            Method = new HttpMethod(request.Method),
            Path = "/" + request.Path.Value?.Trim('/'),
            Query = query,
            Body = body,
            Principal = principal,
            IfMatch = request.Headers.IfMatch is { Count: > 0 } match ? match.ToString() : null,
            IfNoneMatch = request.Headers.IfNoneMatch is { Count: > 0 } none ? none.ToString() : null,
            CorrelationId = correlation,
            BaseUrl = $"{request.Scheme}://{request.Host}",
            ClientAddress = request.HttpContext.Connection.RemoteIpAddress?.ToString(),
        };
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>((int)Math.Clamp(request.ContentLength ?? 4096, 256, LargestBody));
        while (true)
        {
            var read = await request.Body.ReadAsync(buffer.GetMemory(256), cancellationToken);
            if (read == 0)
            {
                return buffer.WrittenMemory;
            }

            buffer.Advance(read);
            if (buffer.WrittenCount > LargestBody)
            {
                // To its end, so that the client hears the answer; not beyond what the server reads at all.
                await request.Body.CopyToAsync(Stream.Null, cancellationToken);
                throw new BadHttpRequestException("too large", StatusCodes.Status413PayloadTooLarge);
            }
        }
    }

    private static void WriteCommonHeaders(HttpContext context, string correlation)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-cache";
        headers.Pragma = "no-cache";
        headers.Expires = "-1";
        headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        headers.XContentTypeOptions = "nosniff";
        headers["x-ms-request-id"] = correlation;
        headers["x-ms-correlation-request-id"] = correlation;
        headers["x-ms-routing-request-id"] = $"LAZULI:{correlation}";
        headers[context.Request.Method is "GET" or "HEAD" ? "x-ms-ratelimit-remaining-subscription-reads" : "x-ms-ratelimit-remaining-subscription-writes"] = "11999";
        if (context.Request.Headers["x-ms-client-request-id"] is { Count: > 0 } id && string.Equals(context.Request.Headers["x-ms-return-client-request-id"], "true", StringComparison.OrdinalIgnoreCase))
        {
            headers["x-ms-client-request-id"] = id;
        }
    }

    private static async Task WriteAsync(HttpContext context, ArmResponse response)
    {
        context.Response.StatusCode = response.Status;
        foreach (var (name, value) in response.Headers)
        {
            context.Response.Headers[name] = value;
        }

        if (response.Chunks is { } chunks)
        {
            context.Response.ContentType = response.ContentType ?? "application/json; charset=utf-8";
            foreach (var chunk in chunks)
            {
                context.Response.BodyWriter.Write(chunk.Span);
                if (context.Response.BodyWriter.UnflushedBytes > 64 * 1024)
                {
                    await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
                }
            }
        }
        else if (!response.Body.IsEmpty)
        {
            context.Response.ContentType = response.ContentType ?? "application/json; charset=utf-8";
            context.Response.ContentLength = response.Body.Length;
            if (context.Request.Method != "HEAD")
            {
                await context.Response.BodyWriter.WriteAsync(response.Body, context.RequestAborted);
            }
        }
        else
        {
            context.Response.ContentLength = response.Status is 204 or 304 ? null : 0;
        }
    }

    private static Task WriteErrorAsync(HttpContext context, ArmError error) => WriteAsync(context, new ArmResponse
    {
        Status = error.Status,
        Body = JsonSerializer.SerializeToUtf8Bytes(new ArmErrorBody(error), ArmErrorJson.Wire.ArmErrorBody),
        Headers = [new("x-ms-failure-cause", "gateway")],
    });

    private static ArmError TooLarge() => new()
    {
        Code = "RequestContentTooLarge",
        Message = $"The request content size exceeds the maximum size of {LargestBody / 1024 / 1024} MB.",
        Status = 413,
    };

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Error, "{Method} failed unexpectedly (correlation id {Correlation})")]
        public static partial void Failed(ILogger logger, string method, string correlation, Exception exception);
    }
}
