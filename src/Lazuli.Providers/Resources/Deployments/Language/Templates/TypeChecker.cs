using Lazuli.Providers.Resources.Deployments.Language.Expressions;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Language.Templates;

/// <summary>
/// Holds values against parameter, output and type definitions: types, <c>$ref</c>, allowed values, ranges and lengths, properties, items, discriminators.
/// </summary>
internal sealed class TypeChecker(ObjectValue definitions, EvaluationContext context)
{
    private const int MaxReferences = 32;

    /// <summary>The definition with <c>$ref</c> followed; what the referring one says itself goes first.</summary>
    public ObjectValue Resolve(ObjectValue definition)
    {
        var result = definition;
        for (var i = 0; result["$ref"] is { } reference; i++)
        {
            if (i > MaxReferences || reference is not StringValue pointer || Target(pointer.Data) is not { } target)
            {
                throw TemplateFault.At($"The type reference '{Functions.StringFunctions.ToText(reference)}' is not valid: it must lead to one of the template's definitions", definition.At);
            }

            var merged = new ObjectBuilder();
            foreach (var (name, value) in target.Properties.Concat(result.Properties.Where(p => p.Key != "$ref")))
            {
                merged.Set(name, value);
            }

            result = merged.Build(definition.At);
        }

        return result;
    }

    /// <summary>A JSON pointer below <c>#/definitions/</c> (RFC 6901): <c>#/definitions/tuple/prefixItems/1</c>.</summary>
    private ObjectValue? Target(string pointer)
    {
        const string Prefix = "#/definitions/";
        if (!pointer.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        Value? at = definitions;
        foreach (var part in pointer[Prefix.Length..].Split('/'))
        {
            var name = Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            while (at is ObjectValue { } holder && holder["$ref"] is not null && holder[name] is null)
            {
                context.Step();
                at = Resolve(holder);
            }

            at = at switch
            {
                ObjectValue o => o[name],
                ArrayValue a => int.TryParse(name, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var index) && index < a.Items.Count ? a.Items[index] : null,
                _ => null,
            };
        }

        return at as ObjectValue;
    }

    /// <exception cref="TemplateFault">The value does not fit.</exception>
    public void Check(ObjectValue raw, Value value, string name)
    {
        context.Step();
        var definition = Resolve(raw);
        if (value.IsNull && definition["nullable"] is BooleanValue { Data: true })
        {
            return;
        }

        var type = (definition["type"] as StringValue)?.Data ?? "";
        var expected = type.ToLowerInvariant() switch
        {
            "string" or "securestring" => value is StringValue ? null : "String, Uri",
            "int" => value is IntegerValue ? null : "Integer",
            "bool" => value is BooleanValue ? null : "Boolean",
            "object" or "secureobject" => value is ObjectValue ? null : "Object",
            "array" => value is ArrayValue ? null : "Array",
            "any" => null,
            _ => throw TemplateFault.At($"The type '{type}' of '{name}' is not valid. Please see https://aka.ms/arm-parameter for usage details", raw.At),
        };
        if (expected is not null)
        {
            throw TemplateFault.At($"Template parameter JToken type is not valid. Expected '{expected}'. Actual '{value.TypeName}'. Please see https://aka.ms/arm-create-parameter-file for usage details", raw.At);
        }

        CheckAllowed(definition, value, name);
        CheckRange(definition, value, name);
        if (value is ArrayValue array)
        {
            CheckItems(definition, array, name);
        }
        else if (value is ObjectValue o)
        {
            CheckProperties(definition, o, name);
        }
    }

    private static void CheckAllowed(ObjectValue definition, Value value, string name)
    {
        if (definition["allowedValues"] is not ArrayValue allowed || allowed.Items.Any(a => Same(a, value)))
        {
            return;
        }

        // For an array the allowed values may be those of its elements.
        if (value is ArrayValue array && !allowed.Items.Any(a => a is ArrayValue) && array.Items.All(item => allowed.Items.Any(a => Same(a, item))))
        {
            return;
        }

        throw Fault(definition, value, name, $"The parameter value is not part of the allowed value(s): '{string.Join(",", allowed.Items.Select(Functions.StringFunctions.ToText))}'");
    }

    private static bool Same(Value a, Value b) => a is StringValue x && b is StringValue y ? x.Data.Equals(y.Data, StringComparison.OrdinalIgnoreCase) : Value.Equal(a, b);

    private static void CheckRange(ObjectValue definition, Value value, string name)
    {
        if (value is IntegerValue n)
        {
            if (definition["minValue"] is IntegerValue min && n.Data < min.Data)
            {
                throw Fault(definition, value, name, $"The parameter value must be greater than or equal to '{min.Data}'");
            }

            if (definition["maxValue"] is IntegerValue max && n.Data > max.Data)
            {
                throw Fault(definition, value, name, $"The parameter value must be less than or equal to '{max.Data}'");
            }
        }

        var length = value switch { StringValue s => s.Data.Length, ArrayValue a => a.Items.Count, _ => -1 };
        if (length >= 0)
        {
            if (definition["minLength"] is IntegerValue min && length < min.Data)
            {
                throw Fault(definition, value, name, $"Length of the value should be greater than or equal to '{min.Data}'");
            }

            if (definition["maxLength"] is IntegerValue max && length > max.Data)
            {
                throw Fault(definition, value, name, $"Length of the value should be less than or equal to '{max.Data}'");
            }
        }
    }

    private void CheckItems(ObjectValue definition, ArrayValue array, string name)
    {
        var leading = (definition["prefixItems"] as ArrayValue)?.Items ?? [];
        if (array.Items.Count < leading.Count)
        {
            throw Fault(definition, array, name, $"The array has '{array.Items.Count}' elements, and its type has '{leading.Count}'");
        }

        for (var i = 0; i < array.Items.Count; i++)
        {
            var item = i < leading.Count ? leading[i] : definition["items"];
            if (item is ObjectValue type)
            {
                Check(type, array.Items[i], $"{name}[{i}]");
            }
            else if (item is BooleanValue { Data: false })
            {
                throw Fault(definition, array, name, $"The array has more than the '{leading.Count}' elements that its type allows");
            }
        }
    }

    private void CheckProperties(ObjectValue definition, ObjectValue value, string name)
    {
        var type = definition;
        if (definition["discriminator"] is ObjectValue discriminator && discriminator["propertyName"] is StringValue by && discriminator["mapping"] is ObjectValue mapping)
        {
            type = value[by.Data] is StringValue key && mapping[key.Data] is ObjectValue variant
                ? Resolve(variant)
                : throw Fault(definition, value, name, $"The property '{by.Data}' must be one of '{string.Join(",", mapping.Properties.Select(p => p.Key))}'");
        }

        if (type["properties"] is ObjectValue properties)
        {
            foreach (var (property, raw) in properties.Properties)
            {
                if (raw is not ObjectValue propertyType)
                {
                    continue;
                }

                if (value.TryGet(property, out var given))
                {
                    Check(propertyType, given, $"{name}.{property}");
                }
                else if (Resolve(propertyType)["nullable"] is not BooleanValue { Data: true })
                {
                    throw Fault(definition, value, name, $"The required property '{property}' is missing");
                }
            }
        }

        foreach (var (property, given) in value.Properties)
        {
            if ((type["properties"] as ObjectValue)?.TryGet(property, out _) == true)
            {
                continue;
            }

            if (type["additionalProperties"] is ObjectValue others)
            {
                Check(others, given, $"{name}.{property}");
            }
            else if (type["additionalProperties"] is BooleanValue { Data: false })
            {
                throw Fault(definition, value, name, $"The property '{property}' is not part of its type, which has no others than '{string.Join(",", (type["properties"] as ObjectValue)?.Properties.Select(p => p.Key) ?? [])}'");
            }
        }
    }

    private static TemplateFault Fault(ObjectValue definition, Value value, string name, string what)
    {
        var secure = (definition["type"] as StringValue)?.Data.StartsWith("secure", StringComparison.OrdinalIgnoreCase) == true;
        var shown = secure || value is not (StringValue or IntegerValue or BooleanValue) ? "" : $" '{Functions.StringFunctions.ToText(value)}'";
        return TemplateFault.At($"The provided value{shown} for the template parameter '{name}' at line '{{line}}' and column '{{column}}' is not valid. {what}", definition.At);
    }
}
