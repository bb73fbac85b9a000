using Lazuli.Engines.Node;
using Microsoft.AspNetCore.Http;

namespace Lazuli.Guest.Http;

/// <summary>One request of a known guest. Who it is follows from the namespace and the address that it came from, never from what it says.</summary>
internal sealed record GuestCall(HttpContext Http, VnetView View, NicView Nic, VmItem Vm)
{
    /// <summary>The body, or null when it is longer than <paramref name="limit"/> bytes.</summary>
    public async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(int limit)
    {
        using var body = new MemoryStream();
        var buffer = new byte[Math.Min(limit, 16 * 1024)];
        int read;
        while ((read = await Http.Request.Body.ReadAsync(buffer, Http.RequestAborted)) > 0)
        {
            if (body.Length + read > limit)
            {
                return null;
            }

            body.Write(buffer.AsSpan(0, read));
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    public Task AnswerAsync(int status, string contentType, byte[] body)
    {
        Http.Response.StatusCode = status;
        Http.Response.ContentType = contentType;
        Http.Response.ContentLength = body.Length;
        return Http.Response.Body.WriteAsync(body, Http.RequestAborted).AsTask();
    }

    public Task AnswerAsync(int status)
    {
        Http.Response.StatusCode = status;
        Http.Response.ContentLength = 0;
        return Task.CompletedTask;
    }
}

/// <summary>Something that answers guests on one address and port.</summary>
internal interface IGuestEndpoint
{
    /// <summary>Requests a second and burst for each guest; more are answered with 429.</summary>
    (double PerSecond, double Burst) Rate { get; }

    Task HandleAsync(GuestCall call);
}
