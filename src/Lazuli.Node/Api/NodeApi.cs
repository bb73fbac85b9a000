using System.Text.Json;
using Lazuli.Engines.Node;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Lazuli.Node.Api;

/// <summary>
/// A node over HTTP and JSON on a Unix socket that only its owner can open:
/// <c>POST /document</c>, <c>GET /reports</c> (one JSON object a line, until disconnected), <c>GET /serial?vm=KEY</c>, <c>GET /screenshot?vm=KEY</c>, <c>GET /capture?key=KEY</c>, <c>POST /probe</c>, <c>GET /resolve?vnet=KEY&amp;name=NAME</c> (an address, or nothing), <c>POST /end</c>.
/// </summary>
public static class NodeApi
{
    private const int NotThere = StatusCodes.Status404NotFound;

    /// <param name="routes">Where to.</param>
    /// <param name="node">Who answers.</param>
    /// <param name="packets">Who answers about packets.</param>
    /// <param name="end">Ends all machines and then the process.</param>
    public static void Map(IEndpointRouteBuilder routes, INode node, INodePackets packets, Func<CancellationToken, Task> end)
    {
        routes.MapPost("/document", (RequestDelegate)(async context =>
        {
            var document = await JsonSerializer.DeserializeAsync(context.Request.Body, NodeJson.Default.NodeDocument, context.RequestAborted);
            if (document is null)
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                return;
            }

            var result = await node.ApplyAsync(document, context.RequestAborted);
            await JsonSerializer.SerializeAsync(context.Response.Body, result, NodeJson.Default.ApplyResult, context.RequestAborted);
        }));
        routes.MapGet("/reports", (RequestDelegate)(async context =>
        {
            await foreach (var report in node.WatchAsync(context.RequestAborted))
            {
                await JsonSerializer.SerializeAsync(context.Response.Body, report, NodeJson.Default.NodeReport, context.RequestAborted);
                await context.Response.Body.WriteAsync("\n"u8.ToArray(), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }));
        routes.MapGet("/serial", (RequestDelegate)(context => AnswerAsync(context, node.ReadSerialLogAsync)));
        routes.MapGet("/screenshot", (RequestDelegate)(context => AnswerAsync(context, node.ScreenshotAsync)));
        routes.MapGet("/capture", (RequestDelegate)(context => AnswerAsync(context, packets)));
        routes.MapPost("/probe", (RequestDelegate)(context => ProbeAsync(context, packets)));
        routes.MapGet("/resolve", (RequestDelegate)(async context => await context.Response.WriteAsync(
            await packets.ResolveAsync(context.Request.Query["vnet"].ToString(), context.Request.Query["name"].ToString(), context.RequestAborted) ?? "", context.RequestAborted)));
        routes.MapPost("/end", (RequestDelegate)(context => end(context.RequestAborted)));
    }

    private static async Task AnswerAsync(HttpContext context, Func<string, CancellationToken, Task<byte[]?>> read)
    {
        if (await read(context.Request.Query["vm"].ToString(), context.RequestAborted) is { } bytes)
        {
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        }
        else
        {
            context.Response.StatusCode = NotThere;
        }
    }

    private static async Task AnswerAsync(HttpContext context, INodePackets packets)
    {
        await using var capture = await packets.OpenCaptureAsync(context.Request.Query["key"].ToString(), context.RequestAborted);
        if (capture is null)
        {
            context.Response.StatusCode = NotThere;
            return;
        }

        await capture.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static async Task ProbeAsync(HttpContext context, INodePackets packets)
    {
        var request = await JsonSerializer.DeserializeAsync(context.Request.Body, NodeJson.Default.ProbeRequest, context.RequestAborted);
        if (request is null || await packets.ProbeAsync(request, context.RequestAborted) is not { } probe)
        {
            context.Response.StatusCode = NotThere;
            return;
        }

        await JsonSerializer.SerializeAsync(context.Response.Body, probe, NodeJson.Default.PathProbe, context.RequestAborted);
    }
}
