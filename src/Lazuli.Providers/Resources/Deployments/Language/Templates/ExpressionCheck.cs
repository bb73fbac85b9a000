using System.Globalization;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Language.Templates;

/// <summary>Parses every expression of a template once, and finds the functions that do not exist, also where nothing would evaluate them.</summary>
internal sealed class ExpressionCheck
{
    private StringValue? _current;

    public static void Check(ObjectValue template)
    {
        var check = new ExpressionCheck();
        try
        {
            check.Walk(template);
        }
        catch (TemplateFault fault) when (check._current is { } text)
        {
            throw new TemplateFault(fault.Message) { Line = text.At.Line, Column = text.At.Column, InExpression = fault.InExpression, Path = "properties.template" + PathTo(template, text) };
        }
    }

    private void Walk(Value value)
    {
        if (value.IsConstant)
        {
            return;
        }

        switch (value)
        {
            case StringValue { IsExpression: true } text:
                _current = text;
                if (text.UnknownCall is { } call)
                {
                    throw call.UnknownFunction();
                }

                break;
            case ArrayValue array:
                foreach (var item in array.Span)
                {
                    Walk(item);
                }

                break;
            case ObjectValue o:
                foreach (ref readonly var property in o.Span)
                {
                    if (!IsComment(property.Key))
                    {
                        Walk(property.Value);
                    }
                }

                break;
        }
    }

    private static bool IsComment(string name)
        => name.Equals("metadata", StringComparison.OrdinalIgnoreCase) || name.Equals("comments", StringComparison.OrdinalIgnoreCase);

    // Looked for only when there is a fault to be placed.
    private static string? PathTo(Value from, Value wanted)
    {
        if (ReferenceEquals(from, wanted))
        {
            return "";
        }

        if (from is ArrayValue array)
        {
            for (var i = 0; i < array.Items.Count; i++)
            {
                if (PathTo(array.Items[i], wanted) is { } below)
                {
                    return string.Create(CultureInfo.InvariantCulture, $"[{i}]{below}");
                }
            }
        }

        foreach (var (name, value) in from is ObjectValue o ? o.Properties : [])
        {
            if (!IsComment(name) && PathTo(value, wanted) is { } below)
            {
                return $".{name}{below}";
            }
        }

        return null;
    }
}
