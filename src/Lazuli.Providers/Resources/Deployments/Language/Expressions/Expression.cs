using System.Text;
using Lazuli.Providers.Resources.Deployments.Language.Functions;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Language.Expressions;

/// <summary>A parsed expression: immutable, compared by structure. <see cref="object.ToString"/> gives text that parses to an equal tree.</summary>
public abstract record Expression
{
    /// <exception cref="TemplateFault">It cannot be evaluated.</exception>
    public abstract Value Evaluate(EvaluationContext context);

    /// <summary>Its direct parts, for walks.</summary>
    public virtual IEnumerable<Expression> Parts => [];

    /// <summary>Itself and everything below it.</summary>
    public IEnumerable<Expression> All()
    {
        yield return this;
        foreach (var part in Parts)
        {
            foreach (var below in part.All())
            {
                yield return below;
            }
        }
    }

    public sealed override string ToString()
    {
        var text = new StringBuilder();
        Print(text);
        return text.ToString();
    }

    internal abstract void Print(StringBuilder text);
}

/// <summary>A string or an integer.</summary>
public sealed record LiteralExpression(Value Value) : Expression
{
    public override Value Evaluate(EvaluationContext context) => Value;

    public bool Equals(LiteralExpression? other) => other is not null && Value.Equal(Value, other.Value);

    public override int GetHashCode() => Value is StringValue s ? s.Data.GetHashCode(StringComparison.Ordinal) : 0;

    internal override void Print(StringBuilder text)
    {
        if (Value is StringValue s)
        {
            text.Append('\'').Append(s.Data.Replace("'", "''", StringComparison.Ordinal)).Append('\'');
        }
        else
        {
            text.Append(Value);
        }
    }
}

/// <summary><c>name(…)</c> or, for a function of the template's own, <c>namespace.name(…)</c>.</summary>
public sealed record CallExpression(string? Namespace, string Name, IReadOnlyList<Expression> Arguments) : Expression
{
    private readonly TemplateFunction? _function = Namespace is null ? FunctionTable.Find(Name) : null;
    private readonly Expression[] _arguments = Arguments as Expression[] ?? [.. Arguments];

    /// <summary>The built-in function; null when there is none of this name.</summary>
    internal TemplateFunction? Function => _function;

    public override IEnumerable<Expression> Parts => Arguments;

    /// <summary>The same, for loops that must be fast.</summary>
    internal ReadOnlySpan<Expression> Operands => _arguments;

    /// <summary>True for what can only be known while resources exist: <c>reference</c>, <c>list…</c>.</summary>
    public bool IsRuntime => _function is { IsRuntime: true };

    public override Value Evaluate(EvaluationContext context)
    {
        context.Step();
        if (Namespace is not null)
        {
            return context.CallUserFunction(this);
        }

        var function = _function ?? throw UnknownFunction();
        function.CheckCount(_arguments.Length);
        if (function.Lazy is { } lazy)
        {
            return lazy(this, context);
        }

        var call = new Call(this, function, context);
        return call.HasUnknown && !function.TakesUnknown ? new UnknownValue(this) : function.Eager(call);
    }

    public TemplateFault UnknownFunction()
        => new($"The template function '{(Namespace is null ? Name : $"{Namespace}.{Name}")}' is not valid. Please see https://aka.ms/arm-functions for usage details.");

    public bool Equals(CallExpression? other)
        => other is not null && Namespace == other.Namespace && Name == other.Name && Arguments.SequenceEqual(other.Arguments);

    public override int GetHashCode() => HashCode.Combine(Namespace, Name, Arguments.Count);

    internal override void Print(StringBuilder text)
    {
        if (Namespace is not null)
        {
            text.Append(Namespace).Append('.');
        }

        text.Append(Name).Append('(');
        for (var i = 0; i < Arguments.Count; i++)
        {
            if (i > 0)
            {
                text.Append(", ");
            }

            Arguments[i].Print(text);
        }

        text.Append(')');
    }
}

/// <summary><c>target.name</c>.</summary>
public sealed record PropertyExpression(Expression Target, string Name) : Expression
{
    public override IEnumerable<Expression> Parts => [Target];

    public override Value Evaluate(EvaluationContext context)
        => Target.Evaluate(context) is var target && target is UnknownValue ? new UnknownValue(this) : Access.Property(target, Name);

    internal override void Print(StringBuilder text)
    {
        Target.Print(text);
        text.Append('.').Append(Name);
    }
}

/// <summary><c>target[index]</c>.</summary>
public sealed record IndexExpression(Expression Target, Expression Index) : Expression
{
    public override IEnumerable<Expression> Parts => [Target, Index];

    public override Value Evaluate(EvaluationContext context)
    {
        var target = Target.Evaluate(context);
        var index = Index.Evaluate(context);
        return target is UnknownValue || index is UnknownValue ? new UnknownValue(this) : Access.Index(target, index);
    }

    internal override void Print(StringBuilder text)
    {
        Target.Print(text);
        text.Append('[');
        Index.Print(text);
        text.Append(']');
    }
}
