using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lazuli.Guest.Http;
using Microsoft.AspNetCore.Http;

namespace Lazuli.Guest.Imds;

/// <summary>
/// The Instance Metadata Service, http://169.254.169.254/metadata. Rules, versions and errors as documented at
/// learn.microsoft.com/azure/virtual-machines/instance-metadata-service.
/// </summary>
internal sealed class ImdsEndpoint : IGuestEndpoint
{
    private const string Json = "application/json; charset=utf-8";
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Azure documents 5 a second for a VM; the burst lets a booting system through.</summary>
    public (double PerSecond, double Burst) Rate => (5, 30);

    public Task HandleAsync(GuestCall call)
    {
        var request = call.Http.Request;
        if (!request.Headers.TryGetValue("Metadata", out var metadata) || !metadata.ToString().Equals("true", StringComparison.OrdinalIgnoreCase))
        {
            return RefuseAsync(call, StatusCodes.Status400BadRequest, "Bad request. Required metadata header not specified");
        }

        if (request.Headers.ContainsKey("X-Forwarded-For"))
        {
            return RefuseAsync(call, StatusCodes.Status400BadRequest, "Bad request. Request contains X-Forwarded-For header");
        }

        if (request.Query.Any(q => q.Value.Count > 1))
        {
            return RefuseAsync(call, StatusCodes.Status400BadRequest, "Bad request. Duplicate query parameters are not allowed");
        }

        var path = (request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (path.Length < 2 || !path[0].Equals("metadata", StringComparison.OrdinalIgnoreCase))
        {
            return NotFoundAsync(call);
        }

        var category = path[1].ToLowerInvariant();
        if (!HttpMethods.IsGet(request.Method) && !(category == "scheduledevents" && HttpMethods.IsPost(request.Method)))
        {
            return RefuseAsync(call, StatusCodes.Status405MethodNotAllowed, "Method not allowed");
        }

        if (category == "versions" && path.Length == 2)
        {
            return AnswerAsync(call, new JsonObject { ["apiVersions"] = new JsonArray([.. ImdsVersions.All.Select(v => JsonValue.Create(v))]) });
        }

        var version = request.Query["api-version"].ToString();
        if (!(category == "scheduledevents" ? ImdsVersions.ScheduledEvents : ImdsVersions.All).Contains(version))
        {
            return RefuseVersionAsync(call);
        }

        return category switch
        {
            "instance" => InstanceAsync(call, path.AsSpan(2), version),
            "scheduledevents" when path.Length == 2 => ScheduledEventsAsync(call),
            "identity" => IdentityAsync(call, path.AsSpan(2)),
            "loadbalancer" when version.AtLeast("2020-10-01") => RefuseAsync(call, StatusCodes.Status404NotFound,
                "No load balancer metadata is found. Please check if your VM is using any non-basic SKU load balancer and retry later."),
            _ => NotFoundAsync(call),
        };
    }

    private static Task InstanceAsync(GuestCall call, ReadOnlySpan<string> path, string version)
    {
        var query = call.Http.Request.Query;
        var text = query["format"].ToString() switch
        {
            "" => (bool?)false,
            var f when f.Equals("json", StringComparison.OrdinalIgnoreCase) => false,
            var f when f.Equals("text", StringComparison.OrdinalIgnoreCase) => true,
            _ => null,
        };
        if (text is null)
        {
            return RefuseAsync(call, StatusCodes.Status400BadRequest, "Bad request. Invalid format specified. Supported formats are json and text");
        }

        var extended = query["extended"].ToString().Equals("true", StringComparison.OrdinalIgnoreCase);
        JsonNode? node = InstanceDocument.Build(call.View, call.Vm, version, extended);
        foreach (var step in path)
        {
            node = Step(node, step);
        }

        return (node, text) switch
        {
            (null, _) => NotFoundAsync(call),
            (JsonValue, false) => RefuseAsync(call, StatusCodes.Status400BadRequest, "Bad request. Missing required parameter format=text when querying a leaf node"),
            (_, false) => AnswerAsync(call, node),
            _ => call.AnswerAsync(StatusCodes.Status200OK, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(Text(node))),
        };
    }

    private static JsonNode? Step(JsonNode? node, string name) => node switch
    {
        JsonObject json => json.FirstOrDefault(p => p.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value,
        JsonArray array when int.TryParse(name, System.Globalization.NumberStyles.None, null, out var at) && at < array.Count => array[at],
        _ => null,
    };

    /// <summary>A leaf's value, or the names below a node with a slash after those that have more below them.</summary>
    private static string Text(JsonNode node) => node switch
    {
        JsonObject json => string.Join('\n', json.Select(p => p.Value is JsonValue ? p.Key : p.Key + "/")),
        JsonArray array => string.Join('\n', Enumerable.Range(0, array.Count).Select(i => i + "/")),
        _ => node.ToString(),
    };

    /// <summary>Nothing is ever scheduled for these machines, and that is what the document says.</summary>
    private static Task ScheduledEventsAsync(GuestCall call) => HttpMethods.IsPost(call.Http.Request.Method)
        ? RefuseAsync(call, StatusCodes.Status400BadRequest, "Bad request. No scheduled event has the given EventId")
        : AnswerAsync(call, new JsonObject { ["DocumentIncarnation"] = 1, ["Events"] = new JsonArray() });

    /// <summary>Refuses as Azure does for a VM without a managed identity.</summary>
    private static Task IdentityAsync(GuestCall call, ReadOnlySpan<string> path)
    {
        if (path is not ["oauth2", "token"] and not ["info"])
        {
            return NotFoundAsync(call);
        }

        var description = path[0] == "oauth2" && call.Http.Request.Query["resource"].ToString().Length == 0 ? "Required audience parameter not specified" : "Identity not found";
        return AnswerAsync(call, new JsonObject { ["error"] = "invalid_request", ["error_description"] = description }, StatusCodes.Status400BadRequest);
    }

    private static Task RefuseVersionAsync(GuestCall call) => AnswerAsync(call, new JsonObject
    {
        ["error"] = "Bad request. api-version is invalid or was not specified in the request. For more information refer to aka.ms/azureimds",
        ["newest-versions"] = new JsonArray([.. ImdsVersions.All.TakeLast(3).Reverse().Select(v => JsonValue.Create(v))]),
    }, StatusCodes.Status400BadRequest);

    private static Task NotFoundAsync(GuestCall call) => RefuseAsync(call, StatusCodes.Status404NotFound, "Not found");

    private static Task RefuseAsync(GuestCall call, int status, string error) => AnswerAsync(call, new JsonObject { ["error"] = error }, status);

    private static Task AnswerAsync(GuestCall call, JsonNode body, int status = StatusCodes.Status200OK) =>
        call.AnswerAsync(status, Json, Encoding.UTF8.GetBytes(body.ToJsonString(Compact)));
}
