using System.Globalization;
using Lazuli.Kernel.Ids;
using Lazuli.Providers.Resources.Deployments.Language.Expressions;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Language.Templates;

/// <summary>The resources of a template, loops unrolled and children beside their parents, and what each is called.</summary>
internal sealed class Expansion
{
    public List<PlannedResource> Resources { get; } = [];

    public ResourceNames Names { get; } = new();

    /// <summary>Types by the texts that name them: templates name few, often.</summary>
    public Dictionary<string, ResourceTypeName> Types { get; } = [];

    /// <summary>Loops that run in batches: the indexes of each turn, and the size of a batch.</summary>
    public List<(IReadOnlyList<int> Turns, int BatchSize)> Serial { get; } = [];
}

/// <summary>Unrolls loops, flattens children, evaluates conditions, names and scopes.</summary>
internal static class ResourceExpander
{
    /// <summary>Azure's limit for the resources of one template, loops unrolled.</summary>
    public const int MaxResources = 800;

    public static Expansion Expand(Template template, EvaluationContext context, FaultList faults)
    {
        var expansion = new Expansion();
        context.Scope.Named = symbol => expansion.Names.Find(symbol) is [var first, ..] ? expansion.Resources[first] : null;
        foreach (var (symbol, body, path) in template.Resources)
        {
            faults.Guard(() => Add(expansion, new(symbol, body, path, null), context));
        }

        var made = new HashSet<string>(expansion.Resources.Count);
        var told = new HashSet<string>();
        foreach (var resource in expansion.Resources)
        {
            if (resource is { Deployed: true, Existing: false } && !made.Add(resource.Id.Key) && told.Add(resource.Id.Key))
            {
                faults.Add(TemplateFault.At(
                    $"The resource '{resource.Id.Type}/{resource.Id.NamePath}' at line '{{line}}' and column '{{column}}' is defined multiple times in a template. Please see https://aka.ms/arm-syntax-resources for usage details",
                    resource.Source.At, resource.Path));
            }
        }

        return expansion;
    }

    private static void Add(Expansion expansion, Declaration declaration, EvaluationContext context)
    {
        try
        {
            if (declaration.Body["copy"] is not ObjectValue loop)
            {
                AddOne(expansion, declaration, context, null, null);
                return;
            }

            var name = loop["name"] is { } n && ValueEvaluator.Evaluate(n, context) is StringValue s ? s.Data
                : throw TemplateFault.At("The copy loop of a resource needs a name. Please see https://aka.ms/arm-copy for usage details", loop.At);
            var count = ValueEvaluator.Count(loop, context);
            expansion.Names.AddEmpty(name);
            if (declaration.Symbol is { } symbol)
            {
                expansion.Names.AddEmpty(symbol);
                context.Scope.SetCopyCount(symbol, count);
            }

            var turns = new List<int>(count);
            for (var i = 0; i < count; i++)
            {
                turns.Add(expansion.Resources.Count);
                AddOne(expansion, declaration, context.With(new CopyFrame(name, i, context.Copy, false)), name, i);
            }

            if (IsSerial(loop, context))
            {
                expansion.Serial.Add((turns, BatchSize(loop, context)));
            }
        }
        catch (TemplateFault fault)
        {
            var name = declaration.Body["name"] is { } n ? Functions.StringFunctions.ToText(n) : "";
            throw fault.Of($"resource '{name}' at line '{{line}}' and column '{{column}}'", declaration.Body.At, declaration.Path);
        }
    }

    private static bool IsSerial(ObjectValue loop, EvaluationContext context) => (loop["mode"] is { } mode ? ValueEvaluator.Evaluate(mode, context) : NullValue.Instance) switch
    {
        NullValue => false,
        StringValue s when s.Data.Equals("serial", StringComparison.OrdinalIgnoreCase) => true,
        StringValue s when s.Data.Equals("parallel", StringComparison.OrdinalIgnoreCase) => false,
        var other => throw TemplateFault.At($"the mode of the copy loop must be 'parallel' or 'serial', not '{Functions.StringFunctions.ToText(other)}'", loop.At),
    };

    private static int BatchSize(ObjectValue loop, EvaluationContext context) => (loop["batchSize"] is { } size ? ValueEvaluator.Evaluate(size, context) : NullValue.Instance) switch
    {
        NullValue => 1,
        IntegerValue { Data: > 0 and <= int.MaxValue } n => (int)n.Data,
        var other => throw TemplateFault.At($"the batchSize of the copy loop must be a positive integer, not '{Functions.StringFunctions.ToText(other)}'", loop.At),
    };

    private static void AddOne(Expansion expansion, Declaration declaration, EvaluationContext context, string? loop, int? turn)
    {
        var body = declaration.Body;
        var type = Text(declaration, context, "type");
        var name = Text(declaration, context, "name");
        if (declaration.Parent is { } parent)
        {
            type = $"{parent.Id.Type}/{type}";
            name = $"{parent.Id.NamePath}/{name}";
        }

        if (body["@options"] is { IsNull: false })
        {
            throw new TemplateFault("its '@options' are not supported by Lazuli");
        }

        var apiVersion = body["apiVersion"] is null && context.Scope.Template.ApiProfile is { } profile && OfProfile(type, profile, context) is { } found ? found : Text(declaration, context, "apiVersion");
        var symbol = declaration.Symbol is null || turn is null ? declaration.Symbol : string.Create(CultureInfo.InvariantCulture, $"{declaration.Symbol}[{turn}]");
        var resource = new PlannedResource
        {
            Index = expansion.Resources.Count,
            Id = ResourceScopes.IdOf(declaration, type, name, context, expansion),
            ApiVersion = apiVersion,
            Symbol = symbol,
            Existing = body["existing"] is BooleanValue { Data: true },
            Deployed = body["condition"] is not { } condition || Condition(condition, context),
            Source = body,
            Context = context,
            Path = declaration.Path,
        };
        if (expansion.Resources.Count >= MaxResources)
        {
            throw TemplateFault.At($"The number of resources in the template exceeds the limit. Limit: '{MaxResources}'. Please see https://aka.ms/arm-template for usage details", body.At, "properties.template.resources");
        }

        expansion.Resources.Add(resource);
        expansion.Names.Add(resource, loop);
        switch (body["resources"])
        {
            case ArrayValue children:
                for (var i = 0; i < children.Items.Count; i++)
                {
                    var path = $"{declaration.Path}.resources[{i}]";
                    Add(expansion, new(null, children.Items[i] as ObjectValue ?? throw TemplateFault.At("A template resource must be an object", children.Items[i].At, path), path, resource), context);
                }

                break;
            case ObjectValue symbolic:
                foreach (var (key, child) in symbolic.Properties)
                {
                    var path = $"{declaration.Path}.resources.{key}";
                    Add(expansion, new(key, child as ObjectValue ?? throw TemplateFault.At("A template resource must be an object", child.At, path), path, resource), context);
                }

                break;
        }
    }

    /// <summary>The newest version of the type that is not newer than the profile (<c>2018-03-01-hybrid</c>); for <c>latest</c> the newest.</summary>
    private static string? OfProfile(string type, string profile, EvaluationContext context)
    {
        var slash = type.IndexOf('/', StringComparison.Ordinal);
        var versions = slash > 0 && (context.Facts.Providers(type[..slash], type[(slash + 1)..]) as ObjectValue)?["apiVersions"] is ArrayValue list ? list.Items.OfType<StringValue>().Select(v => v.Data) : [];
        return versions.Where(v => v.Length == 10 && (profile.Length < 10 || !char.IsAsciiDigit(profile[0]) || string.CompareOrdinal(v, profile[..10]) <= 0)).Order(StringComparer.Ordinal).LastOrDefault();
    }

    private static string Text(Declaration declaration, EvaluationContext context, string member)
    {
        var source = declaration.Body[member];
        return source is not null && ValueEvaluator.Evaluate(source, context) is StringValue { Data.Length: > 0 } s
            ? s.Data
            : throw TemplateFault.At(
                $"The template resource at line '{{line}}' and column '{{column}}' is not valid. The {member} property is required, and must be a string. Please see https://aka.ms/arm-syntax-resources for usage details",
                declaration.Body.At, $"{declaration.Path}.{member}");
    }

    private static bool Condition(Value condition, EvaluationContext context) => ValueEvaluator.Evaluate(condition, context) switch
    {
        BooleanValue b => b.Data,
        StringValue s when bool.TryParse(s.Data, out var b) => b,
        var other => throw TemplateFault.At($"The condition of a template resource must be a boolean, not '{other.TypeName}'. Please see https://aka.ms/arm-syntax-resources for usage details", condition.At),
    };
}

/// <summary>A resource as declared; <paramref name="Parent"/> for one nested in another's <c>resources</c>.</summary>
internal sealed record Declaration(string? Symbol, ObjectValue Body, string Path, PlannedResource? Parent);
