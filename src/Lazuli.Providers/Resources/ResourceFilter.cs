using System.Text.Json;
using System.Text.RegularExpressions;
using Lazuli.Kernel.Errors;

namespace Lazuli.Providers.Resources;

/// <summary>
/// The <c>$filter</c> of resource lists (https://learn.microsoft.com/rest/api/resources/resources/list): <c>eq</c> and <c>ne</c> on resourceType, name, location, resourceGroup,
/// tagName and tagValue, <c>substringof('x', name)</c>, joined by <c>and</c> or <c>or</c>.
/// </summary>
public static partial class ResourceFilter
{
    public static Result<Func<ReadOnlyMemory<byte>, bool>> Parse(string filter)
    {
        var alternatives = new List<List<Func<JsonElement, bool>>>();
        foreach (var alternative in Or().Split(filter.Trim()))
        {
            var all = new List<Func<JsonElement, bool>>();
            string? tag = null;
            foreach (var part in And().Split(alternative))
            {
                var text = part.Trim().TrimStart('(');
                if (Compare().Match(part.Trim().Trim('(', ')')) is { Success: true } compare)
                {
                    var (name, wanted, equal) = (compare.Groups[1].Value.ToLowerInvariant(), compare.Groups[3].Value.Replace("''", "'", StringComparison.Ordinal), compare.Groups[2].Value == "eq");
                    if (name == "tagname")
                    {
                        tag = wanted;
                        all.Add(e => Tag(e, wanted) is not null == equal);
                    }
                    else if (name == "tagvalue" && tag is { } tagName)
                    {
                        all.Add(e => (Tag(e, tagName) == wanted) == equal);
                    }
                    else if (Selector(name) is { } select)
                    {
                        all.Add(e => wanted.Equals(select(e), StringComparison.OrdinalIgnoreCase) == equal);
                    }
                    else
                    {
                        return Invalid(filter);
                    }
                }
                else if (Substring().Match(text) is { Success: true } substring && Selector(substring.Groups[2].Value.ToLowerInvariant()) is { } of)
                {
                    var wanted = substring.Groups[1].Value;
                    all.Add(e => of(e)?.Contains(wanted, StringComparison.OrdinalIgnoreCase) == true);
                }
                else
                {
                    return Invalid(filter);
                }
            }

            alternatives.Add(all);
        }

        bool Keep(ReadOnlyMemory<byte> json)
        {
            using var document = JsonDocument.Parse(json);
            return alternatives.Exists(all => all.TrueForAll(test => test(document.RootElement)));
        }

        return (Func<ReadOnlyMemory<byte>, bool>)Keep;
    }

    private static ArmError Invalid(string filter)
        => ArmErrors.BadRequest("InvalidFilterInQueryString", $"Invalid $filter '{filter}' specified in the query string.");

    private static Func<JsonElement, string?>? Selector(string name) => name switch
    {
        "resourcetype" => e => Text(e, "type"),
        "name" => e => Text(e, "name"),
        "location" => e => Text(e, "location"),
        "resourcegroup" => e => Kernel.Ids.ResourceId.TryParse(Text(e, "id"), out var id) ? id.ResourceGroup : null,
        _ => null,
    };

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? Tag(JsonElement element, string name)
        => element.TryGetProperty("tags", out var tags) && tags.ValueKind == JsonValueKind.Object
            ? tags.EnumerateObject().Where(t => t.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(t => t.Value.GetString()).FirstOrDefault()
            : null;

    [GeneratedRegex(@"\s+or\s+", RegexOptions.IgnoreCase)]
    private static partial Regex Or();

    [GeneratedRegex(@"\s+and\s+", RegexOptions.IgnoreCase)]
    private static partial Regex And();

    [GeneratedRegex(@"^(\w+)\s+(eq|ne)\s+'((?:[^']|'')*)'$", RegexOptions.IgnoreCase)]
    private static partial Regex Compare();

    [GeneratedRegex(@"^substringof\('([^']*)'\s*,\s*(\w+)\)\)*$", RegexOptions.IgnoreCase)]
    private static partial Regex Substring();
}
