using Lazuli.Guest.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Lazuli.Guest.WireServer;

/// <summary>http://168.63.129.16:32526: the host's side of the agent (waagent's <c>protocol/hostplugin.py</c>).</summary>
internal sealed class HostPluginEndpoint(IGuestEvents events) : IGuestEndpoint
{
    public const int Port = 32526;
    private const int StatusBytes = 1024 * 1024;

    /// <summary>The agent uploads at most 150 MB of compressed logs.</summary>
    private const long LogBytes = 150L * 1024 * 1024;

    public (double PerSecond, double Burst) Rate => (20, 100);

    public Task HandleAsync(GuestCall call)
    {
        var request = call.Http.Request;
        if (request.Headers.TryGetValue("x-ms-containerid", out var container)
            && !container.ToString().Equals(new GoalState(call.Vm).ContainerId, StringComparison.OrdinalIgnoreCase))
        {
            return call.AnswerAsync(StatusCodes.Status410Gone);
        }

        return (request.Method, request.Path.Value) switch
        {
            ("GET", "/versions") => call.AnswerAsync(StatusCodes.Status200OK, "application/json", "[\"2015-09-01\"]"u8.ToArray()),
            ("GET", "/health") => call.AnswerAsync(StatusCodes.Status200OK),
            ("PUT", "/status") => TakeStatusAsync(call),
            ("PUT", "/vmAgentLog") => DiscardLogAsync(call),

            // Not supported: the agent then reads extensions from WireServer; and there is nothing that a guest may have downloaded for it.
            ("GET", "/vmSettings" or "/extensionArtifact") => call.AnswerAsync(StatusCodes.Status404NotFound),
            (_, "/versions" or "/health" or "/status" or "/vmAgentLog" or "/vmSettings" or "/extensionArtifact") => call.AnswerAsync(StatusCodes.Status405MethodNotAllowed),
            _ => call.AnswerAsync(StatusCodes.Status404NotFound),
        };
    }

    private async Task TakeStatusAsync(GuestCall call)
    {
        if (await call.ReadBodyAsync(StatusBytes) is not { } body)
        {
            await call.AnswerAsync(StatusCodes.Status413PayloadTooLarge);
            return;
        }

        if (AgentStatus.Parse(call.Vm.Key, body) is { } agent)
        {
            events.AgentReported(agent);
        }

        await call.AnswerAsync(StatusCodes.Status200OK);
    }

    private static async Task DiscardLogAsync(GuestCall call)
    {
        if (call.Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = LogBytes;
        }

        await call.Http.Request.Body.CopyToAsync(Stream.Null, call.Http.RequestAborted);
        await call.AnswerAsync(StatusCodes.Status200OK);
    }
}
