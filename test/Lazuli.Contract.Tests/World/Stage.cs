using System.Text.Json.Nodes;
using Lazuli.Kernel.Types;

namespace Lazuli.Contract.Tests.World;

/// <summary>A group with all that one type's sample needs, and the sample's own path and body in it.</summary>
public sealed class Stage
{
    private readonly Lab _lab;
    private readonly string _guid = Guid.NewGuid().ToString();
    private readonly string _other = Guid.NewGuid().ToString();

    private Stage(Lab lab, ResourceType type, string group)
    {
        (_lab, Type, Group, Sample) = (lab, type, group, Samples.ByType[type.Name.ToString()]);
        Path = Fill((Sample.AtTenant ? "" : group) + Sample.Path);
        Body = Sample.Body is { } body ? Fill(body) : null;
    }

    public ResourceType Type { get; }

    public Sample Sample { get; }

    public string Group { get; }

    public string Path { get; private set; }

    public string? Body { get; }

    /// <summary>The collection that the resource is in, at the scope that holds it.</summary>
    public string Collection => Path[..Path.LastIndexOf('/')];

    public static async Task<Stage> SetAsync(Lab lab, string type)
    {
        var stage = new Stage(lab, ArmClient.Registry.Type(type.ToLowerInvariant()) ?? throw new InvalidOperationException(type), await lab.GroupAsync());
        if (stage.Sample.Path.Contains("{other}", StringComparison.Ordinal))
        {
            await lab.SubscribeAsync(stage._other);
        }

        foreach (var need in stage.Sample.Needs)
        {
            await lab.SucceedAsync("PUT", stage.Fill((Samples.Of(need).AtTenant ? "" : stage.Group) + Samples.Of(need).Path), stage.Fill(Samples.Of(need).Body ?? throw new InvalidOperationException(need)));
        }

        if (stage.Sample.IsGiven)
        {
            stage.Path = stage.Path.Replace("{first}", (string?)(await lab.SendAsync("GET", stage.Collection)).Expect(200).Json["value"]?[0]?["name"], StringComparison.Ordinal);
        }

        return stage;
    }

    /// <summary>With the resource itself, too.</summary>
    public static async Task<Stage> PlayAsync(Lab lab, string type)
    {
        var stage = await SetAsync(lab, type);
        if (stage.Body is { } body)
        {
            await lab.SucceedAsync("PUT", stage.Path, body);
        }

        return stage;
    }

    public async Task<JsonNode> ShownAsync() => Still((await _lab.SendAsync("GET", Path)).Expect(200).Json);

    /// <summary>A document without what every write changes: entity tags, and what the sample says.</summary>
    public JsonNode Still(JsonNode document, params ReadOnlySpan<string> without)
    {
        var copy = document.DeepClone();
        Strip(copy, ["etag", .. Sample.Volatile, .. without]);
        return copy;
    }

    private string Fill(string text) => text
        .Replace("{group}", Group, StringComparison.Ordinal)
        .Replace("{subscription}", _lab.Subscription, StringComparison.Ordinal)
        .Replace("{principal}", _lab.Assignee, StringComparison.Ordinal)
        .Replace("{guid}", _guid, StringComparison.Ordinal)
        .Replace("{other}", _other, StringComparison.Ordinal);

    private static void Strip(JsonNode? node, HashSet<string> names)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array)
            {
                Strip(item, names);
            }
        }
        else if (node is JsonObject document)
        {
            foreach (var (name, value) in document.ToList())
            {
                if (names.Contains(name))
                {
                    document.Remove(name);
                }
                else
                {
                    Strip(value, names);
                }
            }
        }
    }
}
