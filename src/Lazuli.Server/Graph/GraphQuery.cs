using System.Globalization;
using System.Text.Json.Nodes;
using Lazuli.Server.SignIn;
using Microsoft.AspNetCore.Http;

namespace Lazuli.Server.Graph;

/// <summary>What the query options make of a list or an object: <c>$filter</c>, <c>$select</c>, <c>$top</c> with <c>@odata.nextLink</c>, <c>$count</c>.</summary>
internal static class GraphQuery
{
    private const int LargestPage = 999;

    public static GraphReply List(HttpContext context, IEnumerable<JsonObject> all)
    {
        var query = context.Request.Query;
        if (query.Text("$filter") is { } filter)
        {
            if (GraphFilter.Parse(filter) is not { } keep)
            {
                return GraphReply.Error(400, "Request_UnsupportedQuery", $"The filter '{filter}' is not supported by Lazuli.");
            }

            all = all.Where(keep);
        }

        var top = 100;
        if (query.Text("$top") is { } asked && (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out top) || top is < 1 or > LargestPage))
        {
            return GraphReply.Bad($"Invalid page size specified: '{asked}'. Must be between 1 and {LargestPage} inclusive.");
        }

        if (query.Text("$search") is not null || query.Text("$expand") is not null)
        {
            return GraphReply.Error(400, "Request_UnsupportedQuery", "$search and $expand are not supported by Lazuli.");
        }

        var after = query.Text("$skiptoken");
        var items = all.OrderBy(o => (string?)o["id"], StringComparer.Ordinal).ToList();
        var page = items.SkipWhile(o => after is not null && string.CompareOrdinal((string?)o["id"], after) <= 0).Take(top).ToList();
        var body = new JsonObject { ["@odata.context"] = $"{Base(context)}/$metadata#{context.Request.Path.Value?.Split('/')[^1]}" };
        if (query.Text("$count") == "true")
        {
            body["@odata.count"] = items.Count;
        }

        if (page.Count > 0 && (string?)page[^1]["id"] is { } last && last != (string?)items[^1]["id"])
        {
            var rest = query.Where(q => q.Key != "$skiptoken").Select(q => $"{q.Key}={Uri.EscapeDataString(q.Value.ToString())}");
            body["@odata.nextLink"] = $"{context.Request.Scheme}://{context.Request.Host}{context.Request.Path}?{string.Join('&', rest.Append("$skiptoken=" + last))}";
        }

        body["value"] = new JsonArray([.. page.Select(o => (JsonNode)Select(context, o))]);
        return GraphReply.Ok(body);
    }

    public static GraphReply One(HttpContext context, JsonObject? found) => found is null ? GraphReply.NotFound(context.Route("id")) : GraphReply.Ok(Select(context, found));

    private static JsonObject Select(HttpContext context, JsonObject o)
    {
        if (context.Request.Query.Text("$select") is not { } text)
        {
            return o;
        }

        var wanted = text.Split(',', StringSplitOptions.TrimEntries);
        var selected = new JsonObject();
        foreach (var (name, value) in o)
        {
            if (name == "@odata.type" || wanted.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                selected[name] = value?.DeepClone();
            }
        }

        return selected;
    }

    private static string Base(HttpContext context) => $"{context.Request.Scheme}://{context.Request.Host}/{context.Request.Path.Value?.Split('/')[1]}";
}
