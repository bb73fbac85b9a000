using System.Text;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Kql.Syntax;

/// <summary>What a query does with its rows, one step. Prints so that it parses to the same.</summary>
public abstract record Operator
{
    public int At { get; init; } = -1;

    public sealed override string ToString()
    {
        var text = new StringBuilder();
        Print(text);
        return text.ToString();
    }

    internal abstract void Print(StringBuilder text);
}

/// <summary><c>names = value</c>: no name lets the engine name it; several take an aggregate's several results.</summary>
public sealed record ColumnSyntax(IReadOnlyList<string> Names, Expression Value)
{
    public override string ToString() => Names.Count switch
    {
        0 => $"{Value}",
        1 => $"{NameText.Of(Names[0])} = {Value}",
        _ => $"({string.Join(", ", Names.Select(NameText.Of))}) = {Value}",
    };
}

public sealed record WhereOperator(Expression Predicate) : Operator
{
    internal override void Print(StringBuilder text) => text.Append("where ").Append(Predicate);
}

public sealed record ProjectOperator(IReadOnlyList<ColumnSyntax> Columns) : Operator
{
    internal override void Print(StringBuilder text) => text.Append("project ").AppendJoin(", ", Columns);
}

public sealed record ExtendOperator(IReadOnlyList<ColumnSyntax> Columns) : Operator
{
    internal override void Print(StringBuilder text) => text.Append("extend ").AppendJoin(", ", Columns);
}

/// <summary><c>project-away</c>, <c>project-keep</c> and <c>project-reorder</c>; names may have <c>*</c> in them.</summary>
public sealed record PickOperator(string Word, IReadOnlyList<PickSyntax> Columns) : Operator
{
    internal override void Print(StringBuilder text) => text.Append(Word).Append(' ').AppendJoin(", ", Columns);
}

/// <param name="Order"><c>asc</c>, <c>desc</c> or empty; for reordering only.</param>
public sealed record PickSyntax(string Pattern, string Order)
{
    public override string ToString()
        => (Pattern.Contains('*', StringComparison.Ordinal) ? Pattern : NameText.Of(Pattern)) + (Order.Length > 0 ? $" {Order}" : "");
}

public sealed record RenameOperator(IReadOnlyList<RenameSyntax> Columns) : Operator
{
    internal override void Print(StringBuilder text) => text.Append("project-rename ").AppendJoin(", ", Columns);
}

public sealed record RenameSyntax(string To, string From)
{
    public override string ToString() => $"{NameText.Of(To)} = {NameText.Of(From)}";
}

public sealed record SummarizeOperator(IReadOnlyList<ColumnSyntax> Aggregates, IReadOnlyList<ColumnSyntax> By) : Operator
{
    internal override void Print(StringBuilder text)
    {
        text.Append("summarize");
        if (Aggregates.Count > 0)
        {
            text.Append(' ').AppendJoin(", ", Aggregates);
        }

        if (By.Count > 0)
        {
            text.Append(" by ").AppendJoin(", ", By);
        }
    }
}

public sealed record JoinOperator(string Kind, Expression Right, IReadOnlyList<Expression> On) : Operator
{
    internal override void Print(StringBuilder text) => text.Append("join kind=").Append(Kind).Append(' ').Append(Right).Append(" on ").AppendJoin(", ", On);
}

public sealed record UnionOperator(bool Inner, string? SourceColumn, IReadOnlyList<Expression> Others) : Operator
{
    internal override void Print(StringBuilder text)
        => text.Append("union kind=").Append(Inner ? "inner" : "outer").Append(SourceColumn is null ? "" : $" withsource={NameText.Of(SourceColumn)}").Append(' ').AppendJoin(", ", Others);
}

public sealed record ExpandOperator(bool BagsAsArrays, string? IndexColumn, IReadOnlyList<ExpandSyntax> Columns, long? Limit) : Operator
{
    internal override void Print(StringBuilder text)
        => text.Append("mv-expand").Append(BagsAsArrays ? " kind=array" : "").Append(IndexColumn is null ? "" : $" with_itemindex={NameText.Of(IndexColumn)}").Append(' ').AppendJoin(", ", Columns)
            .Append(Limit is null ? "" : $" limit {Limit}");
}

public sealed record ExpandSyntax(string? Name, Expression Value, ValueKind? Type)
{
    public override string ToString() => $"{(Name is null ? "" : $"{NameText.Of(Name)} = ")}{Value}{(Type is { } type ? $" to typeof({type.ToKeyword()})" : "")}";
}

public sealed record ParseOperator(string Kind, Expression Value, IReadOnlyList<ParsePart> Parts) : Operator
{
    internal override void Print(StringBuilder text) => text.Append("parse kind=").Append(Kind).Append(' ').Append(Value).Append(" with ").AppendJoin(' ', Parts);
}

/// <summary>One of: <c>*</c>, a text, a column with its type.</summary>
public sealed record ParsePart(string? Text, string? Column, ValueKind Type)
{
    public static ParsePart Star { get; } = new(null, null, ValueKind.String);

    public override string ToString() => Text is not null ? NameText.Quote(Text) : Column is not null ? $"{NameText.Of(Column)}:{Type.ToKeyword()}" : "*";
}

public sealed record SortOperator(IReadOnlyList<SortSyntax> Keys) : Operator
{
    internal override void Print(StringBuilder text) => text.Append("sort by ").AppendJoin(", ", Keys);
}

public sealed record SortSyntax(Expression Value, bool Descending, bool NullsFirst)
{
    public override string ToString() => $"{Value} {(Descending ? "desc" : "asc")} nulls {(NullsFirst ? "first" : "last")}";
}

public sealed record TopOperator(Expression Count, IReadOnlyList<SortSyntax> Keys) : Operator
{
    internal override void Print(StringBuilder text) => text.Append("top ").Append(Count).Append(" by ").AppendJoin(", ", Keys);
}

public sealed record TakeOperator(Expression Count) : Operator
{
    internal override void Print(StringBuilder text) => text.Append("take ").Append(Count);
}

/// <param name="Columns">None for <c>distinct *</c>.</param>
public sealed record DistinctOperator(IReadOnlyList<ColumnSyntax> Columns) : Operator
{
    internal override void Print(StringBuilder text) => _ = Columns.Count == 0 ? text.Append("distinct *") : text.Append("distinct ").AppendJoin(", ", Columns);
}

public sealed record CountOperator : Operator
{
    internal override void Print(StringBuilder text) => text.Append("count");
}
