using Lazuli.Providers.Resources.Deployments.Language.Functions;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Language.Templates;

/// <summary>A template's sections, as written; nothing is evaluated.</summary>
public sealed record Template
{
    public const int MaxParameters = 256;
    public const int MaxVariables = 512;
    public const int MaxOutputs = 64;
    public const int MaxBytes = 4 * 1024 * 1024;
    private static readonly string[] Members =
        ["$schema", "contentVersion", "languageVersion", "apiProfile", "metadata", "definitions", "parameters", "variables", "functions", "resources", "outputs", "imports", "extensions", "asserts"];

    public required ObjectValue Source { get; init; }
    public required ObjectValue Definitions { get; init; }
    public required ObjectValue Parameters { get; init; }
    public required ObjectValue Variables { get; init; }
    public required ObjectValue Outputs { get; init; }
    public required IReadOnlyDictionary<string, UserFunction> Functions { get; init; }

    /// <summary>Resources in order; with symbolic names (language version 2.0) each has its name.</summary>
    public required IReadOnlyList<(string? Symbol, ObjectValue Body, string Path)> Resources { get; init; }

    /// <summary>From which resources without an <c>apiVersion</c> have theirs.</summary>
    public string? ApiProfile { get; init; }

    /// <summary>Language version 2: types of the template's own, symbolic names, functions that call functions.</summary>
    public bool IsVersion2 { get; init; }

    /// <exception cref="TemplateFault">A section has the wrong shape, or is one that is not supported.</exception>
    public static Template Parse(ObjectValue source)
    {
        foreach (var (name, value) in source.Properties)
        {
            if (!Members.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                throw TemplateFault.At($"Could not find member '{name}' on object of type 'Template'. Path '{name}'", value.At, name);
            }
        }

        if (source["$schema"] is not StringValue schema || !schema.Data.Contains("eploymentTemplate.json", StringComparison.OrdinalIgnoreCase))
        {
            throw TemplateFault.At("The template schema is not supported: '$schema' must name a deployment template schema. Please see https://aka.ms/arm-syntax for usage details", source["$schema"]?.At ?? source.At, "$schema");
        }

        if (source["contentVersion"] is not StringValue)
        {
            throw TemplateFault.At("Required property 'contentVersion' not found in JSON. Path 'properties.template'", source.At, "contentVersion");
        }

        foreach (var unsupported in (string[])["imports", "extensions", "asserts"])
        {
            if (source[unsupported] is { IsNull: false } section and not ObjectValue { Count: 0 })
            {
                throw TemplateFault.At($"The template section '{unsupported}' is not supported by Lazuli", section.At, unsupported);
            }
        }

        var version = Text(source, "languageVersion") ?? "1.0";
        if (version is not ("1.0" or "1.9-experimental" or "1.10-experimental" or "2.0" or "2.1-experimental" or "2.2-experimental"))
        {
            throw TemplateFault.At($"The template language version '{version}' is not recognized. Please see https://aka.ms/arm-syntax for usage details", source["languageVersion"]?.At ?? source.At, "languageVersion");
        }

        CheckSize(source);

        var template = new Template
        {
            Source = source,
            Definitions = Section(source, "definitions"),
            Parameters = Section(source, "parameters"),
            Variables = Section(source, "variables"),
            Outputs = Section(source, "outputs"),
            Functions = UserFunction.ReadAll(source["functions"]),
            Resources = ReadResources(source),
            ApiProfile = Text(source, "apiProfile") is { Length: > 0 } profile ? profile : null,
            IsVersion2 = version[0] == '2',
        };
        Limit("parameters", template.Parameters, MaxParameters);
        Limit("variables", template.Variables, MaxVariables);
        Limit("outputs", template.Outputs, MaxOutputs);
        return template;
    }

    /// <summary>Azure's hash of the template: the same for the same content, however it is laid out.</summary>
    public static string Hash(ObjectValue source)
        => NameHashes.Murmur64(System.Text.Encoding.UTF8.GetBytes(ValueWriter.ToJson(source).ToUpperInvariant())).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string? Text(ObjectValue source, string name) => source[name] switch
    {
        null or NullValue => null,
        StringValue s => s.Data,
        var other => throw TemplateFault.At($"The template's '{name}' must be a string, not '{other.TypeName}'. Please see https://aka.ms/arm-syntax for usage details", other.At, name),
    };

    // Measured exactly only when it may be too much.
    private static void CheckSize(ObjectValue source)
    {
        if (source.Weight > MaxBytes / 64 && ValueWriter.ToUtf8(source).Length is > MaxBytes and var bytes)
        {
            throw TemplateFault.At($"The template size limit exceeded. Limit: '{MaxBytes}' bytes and actual: '{bytes}'. Please see https://aka.ms/arm-template for usage details", source.At, "properties.template");
        }
    }

    private static ObjectValue Section(ObjectValue source, string name) => source[name] switch
    {
        null or NullValue => ObjectValue.Empty,
        ObjectValue o => o,
        var other => throw TemplateFault.At($"The template section '{name}' must be an object, not '{other.TypeName}'. Please see https://aka.ms/arm-syntax for usage details", other.At, name),
    };

    private static void Limit(string name, ObjectValue section, int most)
    {
        if (section.Count > most)
        {
            throw TemplateFault.At($"The number of template {name} limit exceeded. Limit: '{most}' and actual: '{section.Count}'. Please see https://aka.ms/arm-template/#{name} for usage details", section.At, name);
        }
    }

    private static List<(string?, ObjectValue, string)> ReadResources(ObjectValue source)
    {
        var result = new List<(string?, ObjectValue, string)>();
        switch (source["resources"])
        {
            case ArrayValue list:
                for (var i = 0; i < list.Items.Count; i++)
                {
                    result.Add((null, AsResource(list.Items[i], $"properties.template.resources[{i}]"), $"properties.template.resources[{i}]"));
                }

                return result;
            case ObjectValue symbolic:
                foreach (var (name, body) in symbolic.Properties)
                {
                    result.Add((name, AsResource(body, $"properties.template.resources.{name}"), $"properties.template.resources.{name}"));
                }

                return result;
            case null or NullValue:
                throw TemplateFault.At("Required property 'resources' not found in JSON. Path 'properties.template'", source.At, "properties.template");
            case var other:
                throw TemplateFault.At("The template resources must be an array, or an object of symbolic names. Please see https://aka.ms/arm-syntax-resources for usage details", other.At, "properties.template.resources");
        }
    }

    private static ObjectValue AsResource(Value value, string path) => value as ObjectValue
        ?? throw TemplateFault.At("A template resource must be an object. Please see https://aka.ms/arm-syntax-resources for usage details", value.At, path);
}
