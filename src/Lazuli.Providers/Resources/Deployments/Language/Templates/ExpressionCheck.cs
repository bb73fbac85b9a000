using Lazuli.Providers.Resources.Deployments.Language.Expressions;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Language.Templates;

/// <summary>Parses every expression of a template once, and finds the functions that do not exist, also where nothing would evaluate them.</summary>
internal static class ExpressionCheck
{
    public static void Check(ObjectValue template) => Within("properties.template", template);

    private static void Walk(Value value)
    {
        switch (value)
        {
            case StringValue { IsExpression: true } s:
                Check(s);
                break;
            case ArrayValue a:
                for (var i = 0; i < a.Items.Count; i++)
                {
                    Within($"[{i}]", a.Items[i]);
                }

                break;
            case ObjectValue o:
                foreach (var (name, item) in o.Properties)
                {
                    if (!name.Equals("metadata", StringComparison.OrdinalIgnoreCase) && !name.Equals("comments", StringComparison.OrdinalIgnoreCase))
                    {
                        Within("." + name, item);
                    }
                }

                break;
        }
    }

    private static void Within(string step, Value value)
    {
        if (value.IsConstant)
        {
            return;
        }

        try
        {
            Walk(value);
        }
        catch (TemplateFault fault)
        {
            throw new TemplateFault(fault.Message) { Line = fault.Line, Column = fault.Column, Path = step.TrimStart('.') is var first && fault.Path is { Length: > 0 } rest ? first + (rest[0] == '[' ? "" : ".") + rest : first };
        }
    }

    private static void Check(StringValue text)
    {
        foreach (var part in text.Expression.All())
        {
            if (part is CallExpression { Namespace: null, Function: null } call)
            {
                throw TemplateFault.At(call.UnknownFunction().Message, text.At);
            }
        }
    }
}
