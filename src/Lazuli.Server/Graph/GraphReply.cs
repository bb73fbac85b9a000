using System.Text.Json.Nodes;

namespace Lazuli.Server.Graph;

/// <summary>An answer of Microsoft Graph.</summary>
internal sealed record GraphReply(int Status, JsonNode? Body = null)
{
    public static GraphReply NoContent { get; } = new(204);

    public static GraphReply Ok(JsonNode body) => new(200, body);

    public static GraphReply Created(JsonNode body) => new(201, body);

    public static GraphReply List(IEnumerable<JsonNode> items) => new(200, new JsonObject { ["value"] = new JsonArray([.. items]) });

    public static GraphReply Error(int status, string code, string message)
        => new(status, new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } });

    public static GraphReply Bad(string message) => Error(400, "Request_BadRequest", message);

    public static GraphReply NotFound(string id)
        => Error(404, "Request_ResourceNotFound", $"Resource '{id}' does not exist or one of its queried reference-property objects are not present.");

    /// <summary>An application asks who it is.</summary>
    public static GraphReply NobodySignedIn() => Error(400, "BadRequest", "/me request is only valid with delegated authentication flow.");

    public static GraphReply Denied() => Error(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");

    public static GraphReply Exists(string property)
        => Error(400, "Request_BadRequest", $"Another object with the same value for property {property} already exists.");
}
