using Lazuli.Providers.Resources.Deployments.Language.Expressions;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Language.Functions;

/// <summary>A built-in function: how many arguments it takes and what it does with them.</summary>
internal sealed class TemplateFunction
{
    public const int Any = 10_000;

    public required string Name { get; init; }

    public required int Min { get; init; }

    public required int Max { get; init; }

    /// <summary>Called with evaluated arguments.</summary>
    public required Func<Call, Value> Eager { get; init; }

    /// <summary>When set, called instead, with the arguments unevaluated.</summary>
    public Func<CallExpression, EvaluationContext, Value>? Lazy { get; init; }

    /// <summary>True for functions that only put their arguments together, and so may be given unknown ones.</summary>
    public bool TakesUnknown { get; init; }

    /// <summary>True for functions that take lambdas.</summary>
    public bool TakesLambda { get; init; }

    /// <summary>Answers only while resources exist.</summary>
    public bool IsRuntime { get; init; }

    public void CheckCount(int count)
    {
        if (count < Min || count > Max)
        {
            var expected = Min == Max ? Count(Min) : Max == Any ? $"at least {Count(Min)}" : $"between {Min} and {Max} parameters";
            throw new TemplateFault(
                $"Unable to evaluate template language function '{Name}': function requires {expected} while '{count}' were provided. Please see https://aka.ms/arm-functions#{Name.ToLowerInvariant()} for usage details");
        }
    }

    private static string Count(int count) => count == 1 ? "1 parameter" : $"{count} parameters";
}

/// <summary>The evaluated arguments of one call, read by type.</summary>
internal readonly struct Call
{
    /// <summary>The characters that a string may have: those of the largest template.</summary>
    private const int MaxText = 4 * 1024 * 1024;
    private readonly CallExpression _expression;

    public Call(CallExpression expression, TemplateFunction function, EvaluationContext context)
    {
        _expression = expression;
        Context = context;
        var operands = expression.Operands;
        Arguments = operands.Length == 0 ? [] : new Value[operands.Length];
        for (var i = 0; i < operands.Length; i++)
        {
            var argument = Arguments[i] = operands[i].Evaluate(context);
            HasUnknown |= argument.HasUnknown;
            if (argument is LambdaValue && !function.TakesLambda)
            {
                throw LambdaValue.Misplaced();
            }
        }
    }

    public Value[] Arguments { get; }

    public EvaluationContext Context { get; }

    /// <summary>Some argument, or a part of it, is known only while the deployment runs.</summary>
    public bool HasUnknown { get; }

    public int Count => Arguments.Length;

    public string Name => _expression.Name;

    public Value this[int i] => Arguments[i];

    public bool Has(int i) => i < Arguments.Length && Arguments[i] is not NullValue;

    public string String(int i) => Arguments[i] is StringValue s ? s.Data : throw Wrong(i, "a string");

    public string? OptionalString(int i) => Has(i) ? String(i) : null;

    public long Integer(int i) => Arguments[i] is IntegerValue n ? n.Data : throw Wrong(i, "an integer");

    /// <summary>An integer that counts or indexes.</summary>
    public int Index(int i) => Integer(i) is >= int.MinValue and <= int.MaxValue and var n ? (int)n : throw Wrong(i, "a 32-bit integer");

    public bool Boolean(int i) => Arguments[i] is BooleanValue b ? b.Data : throw Wrong(i, "a boolean");

    public ArrayValue List(int i) => Arguments[i] as ArrayValue ?? throw Wrong(i, "an array");

    public ObjectValue Object(int i) => Arguments[i] as ObjectValue ?? throw Wrong(i, "an object");

    public LambdaValue Lambda(int i, int min, int max) => Arguments[i] is LambdaValue l
        ? l.Arity >= min && l.Arity <= max ? l : throw Fault($"the lambda of parameter {i + 1} must take {(min == max ? $"{min}" : $"{min} or {max}")} variables, not {l.Arity}")
        : throw Wrong(i, "a lambda");

    public TemplateFault Wrong(int i, string expected)
        => Fault($"the type of parameter {i + 1} is '{Arguments[i].TypeName}', expected is {expected}");

    public TemplateFault Fault(string what)
        => new($"Unable to evaluate template language function '{Name}': {what}. Please see https://aka.ms/arm-functions#{Name.ToLowerInvariant()} for usage details");

    /// <summary>A string result, counted against the budget by its length.</summary>
    public StringValue Text(string text)
    {
        Context.Budget.Spend(text.Length / 16);
        return text.Length <= MaxText ? new(text) : throw Fault($"the result has {text.Length} characters, and {MaxText} are allowed");
    }

    /// <summary>An array result, counted against the budget by its length.</summary>
    public ArrayValue Made(Value[] items)
    {
        Context.Budget.Spend(items.Length);
        return new(items);
    }

    /// <summary><see cref="Value.Equal"/>, counted against the budget by what has to be looked at.</summary>
    public bool Equal(Value a, Value b)
    {
        Context.Budget.Spend(1 + (Math.Min(a.Weight, b.Weight) / 4));
        return Value.Equal(a, b);
    }

    /// <summary>How a value reads within a string, counted against the budget by its size.</summary>
    public string TextOf(Value value)
    {
        Context.Budget.Spend(value.Weight);
        return StringFunctions.ToText(value);
    }
}
