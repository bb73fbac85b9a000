using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lazuli.Kernel.Ids;

namespace Lazuli.Contract.Tests.Deployments.Predictions;

/// <summary>One value of a resource's body in a template: where the resource is, and where the value is in it.</summary>
internal sealed record Leaf(IReadOnlyList<object> Resource, IReadOnlyList<object> Path);

/// <summary>Finds the values of a template that can be changed, and what to change them to.</summary>
internal static class Edits
{
    private static readonly string[] Steering =
        ["apiVersion", "type", "name", "comments", "condition", "copy", "dependsOn", "existing", "resources", "resourceGroup", "subscriptionId", "metadata", "scope", "asserts"];

    private static readonly string[][] Alternatives =
    [
        ["Static", "Dynamic"], ["Allow", "Deny"], ["Tcp", "Udp"], ["Inbound", "Outbound"], ["Basic", "Standard"], ["Standard_LRS", "Premium_LRS", "StandardSSD_LRS"], ["ReadOnly", "ReadWrite", "None"],
        ["Delete", "Detach"], ["Internet", "VirtualAppliance", "VnetLocal"], ["Weighted", "Performance", "Priority"], ["Enabled", "Disabled"], ["Http", "Https", "Tcp"], ["Default", "SourceIP"],
        ["CanNotDelete", "ReadOnly"], ["IPv4", "IPv6"], ["eastus", "westus"], ["Standard_B1s", "Standard_B2s"], ["*", "443", "10.77.0.0/16"],
        ["VirtualNetwork", "AzureLoadBalancer", "Internet"],
    ];

    /// <summary>Where the resources of a template are, children and nested templates included.</summary>
    public static IEnumerable<IReadOnlyList<object>> Resources(JsonObject template, IReadOnlyList<object>? at = null)
    {
        at ??= [];
        foreach (var (step, node) in Children(Documents.Get(template, "resources")))
        {
            if (node is not JsonObject resource || Documents.Get(resource, "existing") is JsonValue)
            {
                continue;
            }

            object[] here = [.. at, "resources", step];
            var isDeployment = ((string?)Documents.Get(resource, "type"))?.Equals("Microsoft.Resources/deployments", StringComparison.OrdinalIgnoreCase) == true;
            if (!isDeployment)
            {
                yield return here;
            }

            foreach (var below in Resources(resource, here))
            {
                yield return below;
            }

            if (isDeployment && Documents.Get(resource["properties"] as JsonObject, "template") is JsonObject nested)
            {
                foreach (var below in Resources(nested, [.. here, "properties", "template"]))
                {
                    yield return below;
                }
            }
        }
    }

    /// <summary>The plain values of a resource's body.</summary>
    public static IEnumerable<Leaf> Leaves(JsonObject template, IReadOnlyList<object> resource)
        => ((JsonObject)Node(template, resource)!).Where(p => !Steering.Contains(p.Key, StringComparer.OrdinalIgnoreCase)).SelectMany(p => Below(p.Value, [p.Key])).Select(path => new Leaf(resource, path));

    public static JsonNode? Node(JsonNode root, IReadOnlyList<object> path) => path.Aggregate((JsonNode?)root, (at, step) => step is int i ? at?[i] : Documents.Get(at as JsonObject, (string)step));

    /// <summary>The template with another value there.</summary>
    public static JsonObject With(JsonObject template, IReadOnlyList<object> path, JsonNode value)
    {
        var changed = (JsonObject)template.DeepClone();
        var holder = Node(changed, [.. path.SkipLast(1)]);
        value = value.GetValueKind() == JsonValueKind.String && ((string)value!).StartsWith('[') ? JsonValue.Create("[" + (string)value!) : value;
        if (path[^1] is int index)
        {
            holder![index] = value;
        }
        else
        {
            var o = (JsonObject)holder!;
            o[o.Select(p => p.Key).FirstOrDefault(k => k.Equals((string)path[^1], StringComparison.OrdinalIgnoreCase)) ?? (string)path[^1]] = value;
        }

        return changed;
    }

    /// <summary>Other values of the same kind, the likeliest first.</summary>
    /// <param name="ids">Resources that an id may be changed to.</param>
    public static IEnumerable<JsonNode> Others(JsonNode value, IReadOnlyCollection<string> ids) => value.GetValueKind() switch
    {
        JsonValueKind.True => [JsonValue.Create(false)],
        JsonValueKind.False => [JsonValue.Create(true)],
        JsonValueKind.Number => [JsonValue.Create((long)value.GetValue<double>() + 1), JsonValue.Create((long)value.GetValue<double>() - 1)],
        JsonValueKind.String => OtherTexts((string)value!, ids).Select(t => JsonValue.Create(t)),
        _ => [],
    };

    private static IEnumerable<string> OtherTexts(string text, IReadOnlyCollection<string> ids)
    {
        if (text.StartsWith("/subscriptions/", StringComparison.OrdinalIgnoreCase))
        {
            return ids.Where(i => !i.Equals(text, StringComparison.OrdinalIgnoreCase) && TypeOf(i).Equals(TypeOf(text), StringComparison.OrdinalIgnoreCase)).Take(2);
        }

        var known = Alternatives.Where(a => a.Contains(text, StringComparer.OrdinalIgnoreCase)).SelectMany(a => a.Where(x => !x.Equals(text, StringComparison.OrdinalIgnoreCase))).ToList();
        if (known.Count > 0)
        {
            return known;
        }

        if (text.StartsWith("Standard_D", StringComparison.OrdinalIgnoreCase))
        {
            return ["Standard_B2s"];
        }

        if (IPNetwork.TryParse(text, out var range))
        {
            return [$"{range.BaseAddress}/{range.PrefixLength + 1}", $"{range.BaseAddress}/{range.PrefixLength - 1}"];
        }

        if (IPAddress.TryParse(text, out var address) && text.Contains('.', StringComparison.Ordinal))
        {
            var bytes = address.GetAddressBytes();
            bytes[^1]++;
            return [new IPAddress(bytes).ToString()];
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? [(number + 1).ToString(CultureInfo.InvariantCulture)]
            : text.Length == 0 ? ["x"] : [text + "2", text[..^1]];
    }

    private static string TypeOf(string id) => ResourceId.TryParse(id, out var parsed) ? parsed.Type.ToString() : id;

    private static IEnumerable<(object Step, JsonNode? Node)> Children(JsonNode? holder) => holder switch
    {
        JsonArray list => list.Index().Select(i => ((object)i.Index, i.Item)),
        JsonObject named => named.Select(p => ((object)p.Key, p.Value)),
        _ => [],
    };

    private static IEnumerable<IReadOnlyList<object>> Below(JsonNode? node, IReadOnlyList<object> path)
        => node is JsonValue ? [path] : Children(node).Where(c => c.Step is not "copy").SelectMany(c => Below(c.Node, [.. path, c.Step]));
}
