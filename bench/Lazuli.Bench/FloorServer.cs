using System.Net;
using Lazuli.Server.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lazuli.Bench;

/// <summary>
/// A bare Kestrel over TLS with the same kind of certificate: <c>/NAME</c> answers the bytes of the file NAME, with the headers in NAME.headers
/// when there are any. A body beyond 64 KB is streamed in pieces of that size. Prints its address when it listens.
/// </summary>
internal static class FloorServer
{
    private const int Piece = 64 * 1024;

    public static async Task<int> RunAsync(string directory, int port)
    {
        using var certificates = LocalCertificates.Open(directory, [], TimeProvider.System);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, port, l => l.UseHttps(certificates.Server)));
        await using var app = builder.Build();
        foreach (var file in Directory.EnumerateFiles(directory).Where(f => !f.EndsWith(".headers", StringComparison.Ordinal)))
        {
            var body = await File.ReadAllBytesAsync(file);
            var headers = File.Exists(file + ".headers") ? (await File.ReadAllLinesAsync(file + ".headers")).Select(l => l.Split(": ", 2)).ToArray() : [];
            app.Map("/" + Path.GetFileName(file), (RequestDelegate)(context => AnswerAsync(context, headers, body)));
        }

        await app.StartAsync();
        Console.WriteLine(app.Urls.First());
        await ((IHost)app).WaitForShutdownAsync();
        return 0;
    }

    private static async Task AnswerAsync(HttpContext context, string[][] headers, byte[] body)
    {
        foreach (var header in headers)
        {
            context.Response.Headers[header[0]] = header[1];
        }

        if (body.Length <= Piece)
        {
            context.Response.ContentLength = body.Length;
            await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
            return;
        }

        for (var at = 0; at < body.Length; at += Piece)
        {
            await context.Response.BodyWriter.WriteAsync(body.AsMemory(at, Math.Min(Piece, body.Length - at)), context.RequestAborted);
        }
    }
}
