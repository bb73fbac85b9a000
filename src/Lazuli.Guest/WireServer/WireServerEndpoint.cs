using System.Text;
using System.Xml.Linq;
using Lazuli.Guest.Http;
using Microsoft.AspNetCore.Http;

namespace Lazuli.Guest.WireServer;

/// <summary>
/// http://168.63.129.16: tells a guest its goal state and takes its health report. Paths and answers as waagent's <c>protocol/wire.py</c> and cloud-init's
/// <c>helpers/azure.py</c> use them; what they don't use isn't here.
/// </summary>
internal sealed class WireServerEndpoint(IGuestEvents events) : IGuestEndpoint
{
    private const string Xml = "text/xml; charset=utf-8";
    private const int TelemetryBytes = 256 * 1024;

    private static readonly XElement Versions = new("Versions",
        new XElement("Preferred", new XElement("Version", "2015-04-05")),
        new XElement("Supported",
            new XElement("Version", "2015-04-05"),
            new XElement("Version", "2012-11-30"),
            new XElement("Version", "2012-09-15"),
            new XElement("Version", "2012-05-15"),
            new XElement("Version", "2011-12-31"),
            new XElement("Version", "2011-10-15"),
            new XElement("Version", "2011-08-31"),
            new XElement("Version", "2011-04-07"),
            new XElement("Version", "2010-12-15")));

    public (double PerSecond, double Burst) Rate => (20, 100);

    public Task HandleAsync(GuestCall call)
    {
        var request = call.Http.Request;
        var path = request.Path.Value?.TrimEnd('/') ?? "";
        var component = request.Query["comp"].ToString();
        var get = HttpMethods.IsGet(request.Method);
        var post = HttpMethods.IsPost(request.Method);
        if (path.Equals("/machine", StringComparison.OrdinalIgnoreCase))
        {
            return (component.ToLowerInvariant(), get, post) switch
            {
                ("goalstate", true, _) => AnswerAsync(call, new GoalState(call.Vm).Document()),
                ("health", _, true) => TakeHealthAsync(call),
                ("roleproperties", _, true) => DrainAsync(call, StatusCodes.Status202Accepted),
                ("telemetrydata", _, true) => DrainAsync(call, StatusCodes.Status200OK),
                _ => call.AnswerAsync(get || post ? StatusCodes.Status400BadRequest : StatusCodes.Status405MethodNotAllowed),
            };
        }

        if (path.Length == 0 && get && component.Equals("versions", StringComparison.OrdinalIgnoreCase))
        {
            return AnswerAsync(call, Versions);
        }

        if (path.Equals("/HealthService", StringComparison.OrdinalIgnoreCase) && post)
        {
            return DrainAsync(call, StatusCodes.Status200OK);
        }

        return path.StartsWith("/machine/", StringComparison.OrdinalIgnoreCase) && get ? ConfigAsync(call, path, component) : call.AnswerAsync(StatusCodes.Status404NotFound);
    }

    /// <summary>A configuration document by its goal state URL; 410 when the URL is of another container, so that the guest fetches the goal state anew.</summary>
    private static Task ConfigAsync(GuestCall call, string path, string component)
    {
        var state = new GoalState(call.Vm);
        if (!path.Equals($"/machine/{state.ContainerId}/{state.InstanceId}", StringComparison.OrdinalIgnoreCase))
        {
            return call.AnswerAsync(StatusCodes.Status410Gone);
        }

        var document = (component.ToLowerInvariant(), call.Http.Request.Query["type"].ToString().ToLowerInvariant()) switch
        {
            ("config", "hostingenvironmentconfig") => state.HostingEnvironment(),
            ("config", "sharedconfig") => state.SharedConfig(call.Nic.PrimaryV4),
            ("config", "extensionsconfig") => state.Extensions(),
            ("config", "fullconfig") => new XElement("FullConfig", state.HostingEnvironment(), state.SharedConfig(call.Nic.PrimaryV4), state.Extensions()),
            _ => null,
        };
        return document is null ? call.AnswerAsync(StatusCodes.Status404NotFound) : AnswerAsync(call, document);
    }

    private async Task TakeHealthAsync(GuestCall call)
    {
        var body = await call.ReadBodyAsync(HealthReport.MaxBytes);
        if (body is null || HealthReport.Parse(body.Value) is not { } report)
        {
            await call.AnswerAsync(body is null ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest);
            return;
        }

        if (report.ContainerId is { } container && !container.Equals(new GoalState(call.Vm).ContainerId, StringComparison.OrdinalIgnoreCase))
        {
            await call.AnswerAsync(StatusCodes.Status410Gone);
            return;
        }

        events.HealthReported(new GuestHealth { VmKey = call.Vm.Key, State = report.State, SubStatus = report.SubStatus, Detail = report.Description });
        await call.AnswerAsync(StatusCodes.Status200OK);
    }

    private static async Task DrainAsync(GuestCall call, int status)
    {
        var body = await call.ReadBodyAsync(TelemetryBytes);
        await call.AnswerAsync(body is null ? StatusCodes.Status413PayloadTooLarge : status);
    }

    private static Task AnswerAsync(GuestCall call, XElement document)
    {
        var body = Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + document);
        return call.AnswerAsync(StatusCodes.Status200OK, Xml, body);
    }
}
