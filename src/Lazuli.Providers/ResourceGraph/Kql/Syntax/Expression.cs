using System.Globalization;
using System.Text;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Kql.Syntax;

/// <summary>A node of a query's tree. <see cref="object.ToString"/> prints it so that it parses to the same tree; trees are equal when they print the same.</summary>
public abstract record Expression
{
    /// <summary>Where it stands in the text.</summary>
    public int At { get; init; } = -1;

    public sealed override string ToString()
    {
        var text = new StringBuilder();
        Print(text);
        return text.ToString();
    }

    internal abstract void Print(StringBuilder text);

    internal static void PrintList<T>(StringBuilder text, IEnumerable<T> items)
    {
        var first = true;
        foreach (var item in items)
        {
            text.Append(first ? "" : ", ").Append(item);
            first = false;
        }
    }
}

/// <summary>Names as they are printed: in brackets unless they are plain words.</summary>
internal static class NameText
{
    public static string Of(string name) => IsPlain(name) ? name : $"[{Quote(name)}]";

    public static bool IsPlain(string name)
        => name.Length > 0 && Lexer.IsNameStart(name[0]) && name.Skip(1).All(Lexer.IsNamePart) && !Keywords.Reserved.Contains(name);

    public static string Quote(string value)
    {
        var text = new StringBuilder("'");
        foreach (var c in value)
        {
            _ = c switch
            {
                '\'' or '\\' => text.Append('\\').Append(c),
                _ when char.IsControl(c) || char.IsSurrogate(c) => text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => text.Append(c),
            };
        }

        return text.Append('\'').ToString();
    }
}

public sealed record LiteralExpression(Value Value) : Expression
{
    internal override void Print(StringBuilder text) => text.Append(Value.Kind switch
    {
        ValueKind.String => NameText.Quote(Value.AsText),
        ValueKind.Bool => Value.AsBool ? "true" : "false",
        ValueKind.Long => Value.AsLong < 0 ? $"long({Value.AsLong})" : Value.AsLong.ToString(CultureInfo.InvariantCulture),
        ValueKind.Int => $"int({Value.AsLong})",
        ValueKind.Real => $"real({Value.ToText()})",
        ValueKind.DateTime => $"datetime({Value.ToText()})",
        ValueKind.TimeSpan => $"timespan({Value.ToText()})",
        ValueKind.Guid => $"guid({Value.ToText()})",
        ValueKind.Dynamic => $"dynamic({Value.ToText()})",
        _ => "dynamic(null)",
    });
}

public sealed record NameExpression(string Name) : Expression
{
    internal override void Print(StringBuilder text) => text.Append(NameText.Of(Name));
}

/// <summary><c>*</c> as an argument.</summary>
public sealed record StarExpression : Expression
{
    internal override void Print(StringBuilder text) => text.Append('*');
}

/// <summary><c>target.member</c></summary>
public sealed record MemberExpression(Expression Target, string Member) : Expression
{
    internal override void Print(StringBuilder text)
    {
        Target.Print(text);
        _ = NameText.IsPlain(Member) ? text.Append('.').Append(Member) : text.Append('[').Append(NameText.Quote(Member)).Append(']');
    }
}

/// <summary><c>target[index]</c>; a constant string is a <see cref="MemberExpression"/>.</summary>
public sealed record IndexExpression(Expression Target, Expression Index) : Expression
{
    internal override void Print(StringBuilder text)
    {
        Target.Print(text);
        text.Append('[');
        Index.Print(text);
        text.Append(']');
    }
}

public sealed record CallExpression(string Function, IReadOnlyList<Expression> Arguments) : Expression
{
    internal override void Print(StringBuilder text)
    {
        text.Append(Function).Append('(');
        PrintList(text, Arguments);
        text.Append(')');
    }
}

/// <summary><c>-operand</c></summary>
public sealed record NegateExpression(Expression Operand) : Expression
{
    internal override void Print(StringBuilder text)
    {
        text.Append("(- ");
        Operand.Print(text);
        text.Append(')');
    }
}

public sealed record BinaryExpression(string Operator, Expression Left, Expression Right) : Expression
{
    internal override void Print(StringBuilder text)
    {
        text.Append('(');
        Left.Print(text);
        text.Append(' ').Append(Operator).Append(' ');
        Right.Print(text);
        text.Append(')');
    }
}

/// <summary><c>operand in (…)</c> and its like: <c>!in</c>, <c>in~</c>, <c>has_any</c>, <c>has_all</c>, <c>between</c> (whose two items are the ends).</summary>
public sealed record ListExpression(string Operator, Expression Operand, IReadOnlyList<Expression> Items) : Expression
{
    internal override void Print(StringBuilder text)
    {
        text.Append('(');
        Operand.Print(text);
        text.Append(' ').Append(Operator).Append(" (");
        if (Operator.EndsWith("between", StringComparison.Ordinal))
        {
            text.Append(Items[0]).Append(" .. ").Append(Items[1]);
        }
        else
        {
            PrintList(text, Items);
        }

        text.Append("))");
    }
}

/// <summary>A source and what is done with it; without a source, Resource Graph's own table <c>Resources</c>.</summary>
public sealed record QueryExpression(Expression? Source, IReadOnlyList<Operator> Operators) : Expression
{
    internal override void Print(StringBuilder text)
    {
        text.Append('(');
        PrintBare(text);
        text.Append(')');
    }

    internal void PrintBare(StringBuilder text)
    {
        Source?.Print(text);
        for (var i = 0; i < Operators.Count; i++)
        {
            text.Append(i == 0 && Source is null ? "" : " | ");
            Operators[i].Print(text);
        }
    }
}

/// <summary><c>(a: long, b: string = 'x') { body }</c></summary>
public sealed record LambdaExpression(IReadOnlyList<LambdaParameter> Parameters, Expression Body) : Expression
{
    internal override void Print(StringBuilder text)
    {
        text.Append('(');
        PrintList(text, Parameters);
        text.Append(") { ");
        Body.Print(text);
        text.Append(" }");
    }
}

public sealed record LambdaParameter(string Name, ValueKind Type, Expression? Default)
{
    public override string ToString() => $"{NameText.Of(Name)}: {Type.ToKeyword()}{(Default is null ? "" : $" = {Default}")}";
}

/// <summary><c>let name = value;</c></summary>
public sealed record LetStatement(string Name, Expression Value)
{
    public override string ToString() => $"let {NameText.Of(Name)} = {Value};";
}
