using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Language.Expressions;

/// <summary>Evaluates a template's values: every expression within, and property copies. What holds no expression is given back as it is, uncopied.</summary>
public static class ValueEvaluator
{
    /// <summary>Azure's limit for the turns of one copy loop.</summary>
    public const int MaxCopies = 800;

    public static Value Evaluate(Value value, EvaluationContext context)
    {
        if (value.IsConstant)
        {
            return value;
        }

        return value switch
        {
            StringValue s => EvaluateString(s, context),
            ArrayValue a => EvaluateArray(a, context),
            ObjectValue o => EvaluateObject(o, context),
            _ => value,
        };
    }

    private static Value EvaluateString(StringValue text, EvaluationContext context)
    {
        if (!text.IsExpression)
        {
            return text.Data.StartsWith("[[", StringComparison.Ordinal) ? new StringValue(text.Data[1..]) { At = text.At } : text;
        }

        try
        {
            return text.Expression.Evaluate(context) is var value and not LambdaValue ? value : throw LambdaValue.Misplaced();
        }
        catch (TemplateFault fault) when (fault.Line == 0)
        {
            throw fault.Within(text.At, "");
        }
    }

    private static ArrayValue EvaluateArray(ArrayValue array, EvaluationContext context)
    {
        context.Step();
        var source = array.Span;
        var items = new Value[source.Length];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = Evaluate(source[i], context);
        }

        return new(items) { At = array.At };
    }

    private static ObjectValue EvaluateObject(ObjectValue source, EvaluationContext context)
    {
        context.Step();
        var properties = source.Span;
        if (source.HasPlainNames)
        {
            var values = new KeyValuePair<string, Value>[properties.Length];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = new(properties[i].Key, Evaluate(properties[i].Value, context));
            }

            return new(values) { At = source.At };
        }

        var result = new ObjectBuilder(properties.Length);
        foreach (ref readonly var property in properties)
        {
            var (name, value) = property;
            if (name.Equals("copy", StringComparison.OrdinalIgnoreCase) && IsPropertyCopy(value))
            {
                foreach (var loop in ((ArrayValue)value).Items)
                {
                    var (target, items) = ExpandCopy((ObjectValue)loop, context);
                    result.Set(target, items);
                }
            }
            else
            {
                result.Set(EvaluateName(name, value, context), Evaluate(value, context));
            }
        }

        return result.Build(source.At);
    }

    /// <summary><c>[{ name, count, input }]</c>.</summary>
    public static bool IsPropertyCopy(Value value) => value is ArrayValue { Items.Count: > 0 } loops
        && loops.Items.All(l => l is ObjectValue o && o["name"] is StringValue && o["count"] is not null && o["input"] is not null);

    /// <summary>One loop of a <c>copy</c> array, for properties and variables.</summary>
    public static (string Name, ArrayValue Items) ExpandCopy(ObjectValue loop, EvaluationContext context)
    {
        var name = loop["name"] is { } n && Evaluate(n, context) is StringValue s
            ? s.Data
            : throw TemplateFault.At("The copy loop needs a name. Please see https://aka.ms/arm-copy for usage details", loop.At);
        var count = Count(loop, context);
        var input = loop["input"] ?? throw TemplateFault.At($"The copy loop '{name}' needs an input. Please see https://aka.ms/arm-copy for usage details", loop.At);
        var items = new Value[count];
        for (var i = 0; i < count; i++)
        {
            items[i] = Evaluate(input, context.With(new CopyFrame(name, i, context.Copy, true)));
        }

        return (name, new ArrayValue(items));
    }

    /// <summary>The evaluated <c>count</c> of a copy loop, within 0 to 800.</summary>
    public static int Count(ObjectValue loop, EvaluationContext context)
    {
        var count = loop["count"] is { } c ? Evaluate(c, context) : NullValue.Instance;
        return count is IntegerValue { Data: >= 0 and <= MaxCopies } n
            ? (int)n.Data
            : throw TemplateFault.At(
                $"The copy count must be an integer between 0 and {MaxCopies}; it is '{count}'. Please see https://aka.ms/arm-copy for usage details", loop.At);
    }

    private static string EvaluateName(string name, Value value, EvaluationContext context)
    {
        if (name.Length == 0 || name[0] != '[')
        {
            return name;
        }

        var evaluated = Evaluate(new StringValue(name) { At = value.At }, context);
        return evaluated is StringValue s ? s.Data : throw TemplateFault.At($"The property name expression '{name}' must evaluate to a string", value.At);
    }
}
