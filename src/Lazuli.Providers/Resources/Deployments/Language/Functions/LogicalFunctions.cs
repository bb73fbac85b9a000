using Lazuli.Providers.Resources.Deployments.Language.Expressions;
using Lazuli.Providers.Resources.Deployments.Language.Values;
using static Lazuli.Providers.Resources.Deployments.Language.Functions.Define;

namespace Lazuli.Providers.Resources.Deployments.Language.Functions;

/// <summary>and, or, if (which evaluate only what they need), comparisons, coalesce.</summary>
internal static class LogicalFunctions
{
    public static IEnumerable<TemplateFunction> All =>
    [
        Lazy("and", 2, TemplateFunction.Any, (c, x) => Until(c, x, false)),
        Lazy("or", 2, TemplateFunction.Any, (c, x) => Until(c, x, true)),
        Lazy("if", 3, 3, If),
        Lazy("coalesce", 1, TemplateFunction.Any, Coalesce),
        Function("not", 1, c => Value.Of(!c.Boolean(0))),
        Function("true", 0, _ => BooleanValue.True),
        Function("false", 0, _ => BooleanValue.False),
        Function("bool", 1, Bool),
        Function("equals", 2, c => Value.Of(c.Equal(c[0], c[1]))),
        Function("less", 2, c => Value.Of(Compare(c) < 0)),
        Function("lessOrEquals", 2, c => Value.Of(Compare(c) <= 0)),
        Function("greater", 2, c => Value.Of(Compare(c) > 0)),
        Function("greaterOrEquals", 2, c => Value.Of(Compare(c) >= 0)),
        Function("fail", 1, c => throw new TemplateFault(c.String(0))),
    ];

    /// <summary>The first operand that decides; an unknown one leaves the whole unknown, and the others are evaluated for what they refer to.</summary>
    private static Value Until(CallExpression call, EvaluationContext context, bool decides)
    {
        var unknown = false;
        for (var i = 0; i < call.Arguments.Count; i++)
        {
            var value = call.Arguments[i].Evaluate(context);
            if (value is UnknownValue)
            {
                unknown = true;
            }
            else if (Truth(call, i, value) == decides)
            {
                return Value.Of(decides);
            }
        }

        return unknown ? new UnknownValue(call) : Value.Of(!decides);
    }

    private static Value Coalesce(CallExpression call, EvaluationContext context)
    {
        for (var i = 0; i < call.Arguments.Count; i++)
        {
            switch (call.Arguments[i].Evaluate(context))
            {
                case NullValue:
                    break;
                case UnknownValue:
                    // It may turn out to be null: the others are evaluated for what they refer to.
                    for (i++; i < call.Arguments.Count; i++)
                    {
                        _ = call.Arguments[i].Evaluate(context);
                    }

                    return new UnknownValue(call);
                case var value:
                    return value;
            }
        }

        return NullValue.Instance;
    }

    private static Value If(CallExpression call, EvaluationContext context)
    {
        var condition = call.Arguments[0].Evaluate(context);
        if (condition is UnknownValue)
        {
            _ = call.Arguments[1].Evaluate(context);
            _ = call.Arguments[2].Evaluate(context);
            return new UnknownValue(call);
        }

        return call.Arguments[Truth(call, 0, condition) ? 1 : 2].Evaluate(context);
    }

    private static bool Truth(CallExpression call, int i, Value value) => value is BooleanValue b
        ? b.Data
        : throw new TemplateFault($"Unable to evaluate template language function '{call.Name}': the type of parameter {i + 1} is '{value.TypeName}', expected is a boolean. Please see https://aka.ms/arm-functions#{call.Name.ToLowerInvariant()} for usage details");

    private static BooleanValue Bool(Call call) => call[0] switch
    {
        BooleanValue b => b,
        IntegerValue n => Value.Of(n.Data != 0),
        StringValue s when bool.TryParse(s.Data, out var b) => Value.Of(b),
        StringValue { Data: "1" } => BooleanValue.True,
        StringValue { Data: "0" } => BooleanValue.False,
        _ => throw call.Fault($"the value '{StringFunctions.ToText(call[0])}' can't be converted to a boolean"),
    };

    private static int Compare(Call call) => (call[0], call[1]) switch
    {
        (IntegerValue a, IntegerValue b) => a.Data.CompareTo(b.Data),
        (FloatValue a, FloatValue b) => a.Data.CompareTo(b.Data),
        (IntegerValue a, FloatValue b) => ((double)a.Data).CompareTo(b.Data),
        (FloatValue a, IntegerValue b) => a.Data.CompareTo(b.Data),
        (StringValue a, StringValue b) => CompareText(a.Data, b.Data),
        _ => throw call.Fault($"both parameters must be integers, or both strings; they are '{call[0].TypeName}' and '{call[1].TypeName}'"),
    };

    /// <summary>As dictionaries order: letters first, and of words that differ in case only, the lower-cased first.</summary>
    private static int CompareText(string a, string b)
    {
        var byLetter = string.Compare(a, b, StringComparison.OrdinalIgnoreCase);
        return byLetter != 0 ? byLetter : -string.CompareOrdinal(a, b);
    }
}
