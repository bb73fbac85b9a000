using System.Text.Json.Nodes;

namespace Lazuli.Contract.Tests.Deployments.Predictions;

/// <summary>
/// Where two documents differ, and where what-if says so, as the same kind of paths: <c>properties.subnets[one].properties.addressPrefix</c>. An element of a list is
/// known by its name or id; a list of plain values is one value; an element that comes or goes is one path.
/// </summary>
internal static class Documents
{
    private static readonly string[] OfTheService = ["id", "name", "type", "etag", "apiVersion", "systemData", "provisioningState"];

    /// <summary>The paths by which <paramref name="a"/> and <paramref name="b"/> differ.</summary>
    /// <param name="isOther">Knows the ids of elements that are resources of their own.</param>
    public static SortedSet<string> Differences(JsonObject a, JsonObject b, Func<string, bool> isOther)
    {
        var paths = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        Compare("", a, b, paths, isOther, top: true);
        return paths;
    }

    /// <summary>Every path that a document has, for <see cref="Mentions"/>.</summary>
    public static HashSet<string> Paths(JsonNode document)
    {
        var paths = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        Collect("", document, paths);
        return paths;
    }

    /// <summary>Whether a document with these paths says anything at <paramref name="path"/>, whatever the elements of its lists are called.</summary>
    public static bool Mentions(HashSet<string> paths, string path) => paths.Contains(Anonymous(path));

    /// <summary>The paths that a delta of what-if names, but for those without effect.</summary>
    public static SortedSet<string> Predicted(JsonNode change)
    {
        var paths = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        Read("", change["delta"]?.AsArray() ?? [], change["before"], change["after"], paths);
        return paths;
    }

    /// <summary>The path, as these documents name it, of steps through properties and places in lists.</summary>
    public static string PathOf(JsonNode document, IReadOnlyList<object> steps)
    {
        var path = "";
        JsonNode? at = document;
        foreach (var step in steps)
        {
            if (step is int index)
            {
                var item = at is JsonArray list && index < list.Count ? list[index] : null;
                if (item is not (JsonObject or JsonArray))
                {
                    return path;
                }

                path += $"[{KeyOf(item, index)}]";
                at = item;
            }
            else
            {
                path = Join(path, (string)step);
                at = Get(at as JsonObject, (string)step);
            }
        }

        return path;
    }

    /// <summary>What stands in <paramref name="document"/> at a path made by <see cref="PathOf"/> of <paramref name="named"/>.</summary>
    public static JsonNode? At(JsonNode document, JsonNode named, IReadOnlyList<object> steps)
    {
        var (at, like) = ((JsonNode?)document, (JsonNode?)named);
        foreach (var step in steps)
        {
            if (step is int index)
            {
                var item = like is JsonArray list && index < list.Count ? list[index] : null;
                at = at is not JsonArray items ? null
                    : item is JsonObject ? items.Index().FirstOrDefault(i => KeyOf(i.Item, i.Index).Equals(KeyOf(item, index), StringComparison.OrdinalIgnoreCase)).Item
                    : index < items.Count ? items[index] : null;
                like = item;
            }
            else
            {
                (at, like) = (Get(at as JsonObject, (string)step), Get(like as JsonObject, (string)step));
            }
        }

        return at;
    }

    public static JsonNode? Get(JsonObject? o, string name) => o?.FirstOrDefault(p => p.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    private static void Compare(string path, JsonNode? a, JsonNode? b, SortedSet<string> paths, Func<string, bool> isOther, bool top = false)
    {
        if (Nothing(a) && Nothing(b))
        {
            return;
        }

        if (a is JsonObject x && b is JsonObject y)
        {
            foreach (var name in x.Select(p => p.Key).Union(y.Select(p => p.Key), StringComparer.OrdinalIgnoreCase))
            {
                if (!(top ? OfTheService.Contains(name) : name is "etag" or "provisioningState" || (name is "id" or "type" && path.EndsWith(']'))))
                {
                    Compare(Join(path, name), Get(x, name), Get(y, name), paths, isOther);
                }
            }
        }
        else if (a is JsonArray or null && b is JsonArray or null && (a as JsonArray ?? []).Concat(b as JsonArray ?? []).Any(i => i is JsonObject))
        {
            var (old, now) = (Keyed(a as JsonArray), Keyed(b as JsonArray));
            foreach (var key in old.Keys.Union(now.Keys, StringComparer.OrdinalIgnoreCase))
            {
                if ((string?)Get(old.GetValueOrDefault(key, now.GetValueOrDefault(key)) as JsonObject, "id") is { } id && isOther(id))
                {
                    continue;
                }

                if (old.TryGetValue(key, out var before) && now.TryGetValue(key, out var after))
                {
                    Compare($"{path}[{key}]", before, after, paths, isOther);
                }
                else
                {
                    paths.Add($"{path}[{key}]");
                }
            }
        }
        else if (Text(a) != Text(b))
        {
            paths.Add(path);
        }
    }

    private static void Read(string path, JsonArray delta, JsonNode? before, JsonNode? after, SortedSet<string> paths)
    {
        foreach (var entry in delta)
        {
            var (kind, at) = ((string)entry!["propertyChangeType"]!, (string)entry["path"]!);
            var children = entry["children"]?.AsArray() ?? [];
            if (kind == "NoEffect")
            {
                continue;
            }

            if (int.TryParse(at, out var index))
            {
                var item = (kind == "Delete" ? before as JsonArray : after as JsonArray)?[index];
                if (item is not JsonObject)
                {
                    paths.Add(path);
                }
                else if (children.Count == 0)
                {
                    paths.Add($"{path}[{KeyOf(item, index)}]");
                }
                else
                {
                    Read($"{path}[{KeyOf(item, index)}]", children, entry["before"], entry["after"], paths);
                }
            }
            else if (kind == "Array")
            {
                Read(Join(path, at), children, Below(before, at), Below(after, at), paths);
            }
            else
            {
                Leaf(Join(path, at), kind == "Create" ? entry["after"] : kind == "Delete" ? entry["before"] : null, paths);
            }
        }
    }

    // A whole list that comes or goes is told as one change: its elements are compared one by one.
    private static void Leaf(string path, JsonNode? value, SortedSet<string> paths)
    {
        if (value is JsonArray list && list.Any(i => i is JsonObject))
        {
            paths.UnionWith(list.Index().Select(i => $"{path}[{KeyOf(i.Item, i.Index)}]"));
        }
        else
        {
            paths.Add(path);
        }
    }

    private static void Collect(string path, JsonNode? node, HashSet<string> paths)
    {
        paths.Add(Anonymous(path));
        foreach (var (name, value) in node as JsonObject ?? [])
        {
            Collect(Join(path, name), value, paths);
        }

        foreach (var item in (node as JsonArray ?? []).Where(i => i is JsonObject))
        {
            Collect(path + "[]", item, paths);
        }
    }

    private static string Anonymous(string path) => System.Text.RegularExpressions.Regex.Replace(path, @"\[[^\]]*\]", "[]");

    private static Dictionary<string, JsonNode?> Keyed(JsonArray? list)
        => (list ?? []).Index().GroupBy(i => KeyOf(i.Item, i.Index), StringComparer.OrdinalIgnoreCase).ToDictionary(g => g.Key, g => g.First().Item, StringComparer.OrdinalIgnoreCase);

    private static string KeyOf(JsonNode? item, int index)
        => (string?)(Get(item as JsonObject, "name") ?? Get(item as JsonObject, "id")) ?? index.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static JsonNode? Below(JsonNode? node, string path) => path.Split('.').Aggregate(node, (at, name) => Get(at as JsonObject, name));

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static bool Nothing(JsonNode? node) => node is null or JsonObject { Count: 0 } or JsonArray { Count: 0 };

    private static string? Text(JsonNode? node)
        => node?.ToJsonString() is not { } text ? null : text.StartsWith("\"/", StringComparison.Ordinal) || text.StartsWith("[\"/", StringComparison.Ordinal) ? text.ToLowerInvariant() : text;
}
