using Lazuli.Kernel.Ids;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Export;

/// <param name="Names">Whether the names of resources become parameters.</param>
/// <param name="Others">Whether ids of resources that are not exported become parameters.</param>
/// <param name="Defaults">Whether parameters have the present values as defaults.</param>
internal sealed record ExportOptions(bool Names, bool Others, bool Defaults);

/// <summary>Writes resources as a template: their names as parameters, ids of each other as <c>resourceId(…)</c> with the dependency, other ids as parameters.</summary>
internal sealed class ExportedTemplate(IReadOnlyList<(ResourceId Id, ObjectValue Body)> resources, Func<ResourceId, string> versionOf, ExportOptions options)
{
    private static readonly string[] Envelope = ["id", "name", "type", "etag", "apiVersion"];
    private readonly ObjectBuilder _parameters = new();
    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _names = [];
    private readonly Dictionary<string, HashSet<string>> _needs = [];

    public ObjectValue Write()
    {
        foreach (var (id, _) in resources.Where(r => !r.Id.IsChild))
        {
            _names[id.Key] = options.Names ? $"parameters('{Parameter(id, "name", id.Name)}')" : Quoted(id.Name);
        }

        var written = new List<Value>();
        foreach (var (id, body) in resources)
        {
            var needs = _needs[id.Key] = [];
            if (id.IsChild && id.Parent is { } parent && resources.Any(r => r.Id.Equals(parent)))
            {
                needs.Add(parent.Key);
            }

            var resource = new ObjectBuilder().Set("type", id.Type.ToString()).Set("apiVersion", versionOf(id)).Set("name", Name(id));
            foreach (var (name, value) in body.Properties.Where(p => !Envelope.Contains(p.Key, StringComparer.OrdinalIgnoreCase)))
            {
                resource.Set(name, Rewrite(value, id, needs));
            }

            if (needs.Count > 0)
            {
                resource.Set("dependsOn", new ArrayValue([.. resources.Where(r => needs.Contains(r.Id.Key)).Select(r => (Value)Value.Of($"[{IdExpression(r.Id)}]"))]));
            }

            written.Add(resource.Build());
        }

        return new ObjectBuilder()
            .Set("$schema", "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#")
            .Set("contentVersion", "1.0.0.0")
            .Set("parameters", _parameters.Build())
            .Set("variables", ObjectValue.Empty)
            .Set("resources", new ArrayValue(written))
            .Build();
    }

    private Value Rewrite(Value value, ResourceId owner, HashSet<string> needs) => value switch
    {
        ObjectValue o => Rebuilt(o, owner, needs),
        ArrayValue a => new ArrayValue([.. a.Items.Select(i => Rewrite(i, owner, needs))]),
        StringValue { Data: var text } when text.StartsWith("/subscriptions/", StringComparison.OrdinalIgnoreCase) && ResourceId.TryParse(text, out var id) && id.IsResource => Reference(id, owner, needs),
        StringValue { Data: ['[', ..] and [.., ']'] } s => Value.Of("[" + s.Data),
        _ => value,
    };

    private ObjectValue Rebuilt(ObjectValue o, ResourceId owner, HashSet<string> needs)
    {
        var result = new ObjectBuilder();
        foreach (var (name, value) in o.Properties)
        {
            result.Set(name, Rewrite(value, owner, needs));
        }

        return result.Build();
    }

    private StringValue Reference(ResourceId id, ResourceId owner, HashSet<string> needs)
    {
        // Of a resource of the template, or of something in it.
        var holder = resources.Select(r => r.Id).Where(r => id.IsWithin(r)).MaxBy(r => r.Key.Length);
        if (holder is not null && _names.ContainsKey(id.Root.Key))
        {
            if (!holder.Equals(owner) && !Needs(holder.Key, owner.Key))
            {
                needs.Add(holder.Key);
            }

            return Value.Of($"[{IdExpression(id)}]");
        }

        return Value.Of(options.Others ? $"[parameters('{Parameter(id, "externalid", id.ToString())}')]" : id.ToString());
    }

    // Resources may know of each other; only one of them can be first.
    private bool Needs(string who, string whom)
        => who == whom || (_needs.TryGetValue(who, out var needs) && needs.Any(n => Needs(n, whom)));

    private Value Name(ResourceId id)
    {
        var root = _names.TryGetValue(id.Root.Key, out var known) ? known : Quoted(id.Root.Name);
        return !id.IsChild ? Value.Of(options.Names ? $"[{root}]" : id.Name)
            : Value.Of($"[concat({root}, {Quoted(id.NamePath[id.Root.Name.Length..])})]");
    }

    private string IdExpression(ResourceId id)
    {
        var names = new Stack<string>();
        var at = id;
        for (; at.IsChild && at.Parent is { } parent; at = parent)
        {
            names.Push(Quoted(at.Name));
        }

        names.Push(_names.TryGetValue(at.Key, out var root) ? root : Quoted(at.Name));
        return $"resourceId('{id.Type}', {string.Join(", ", names)})";
    }

    private string Parameter(ResourceId id, string kind, string value)
    {
        var name = $"{id.Type.TypePath.Split('/')[^1]}_{new string([.. id.NamePath.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')])}_{kind}";
        while (_values.TryGetValue(name, out var other) && other != value)
        {
            name += "_";
        }

        if (_values.TryAdd(name, value))
        {
            var parameter = new ObjectBuilder().Set("type", "String");
            _parameters.Set(name, (options.Defaults ? parameter.Set("defaultValue", value) : parameter).Build());
        }

        return name;
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
