namespace Lazuli.Providers.ResourceGraph.Kql.Syntax;

/// <summary>Reads the steps that bring in other queries: <c>join</c> and <c>union</c>.</summary>
internal sealed class JoinParser(TokenReader tokens, ExpressionParser expressions)
{
    private static readonly string[] Kinds =
    [
        "innerunique", "inner", "leftouter", "rightouter", "fullouter", "leftanti", "anti", "leftantisemi", "rightanti", "rightantisemi", "leftsemi", "rightsemi",
    ];

    public JoinOperator Join()
    {
        var at = tokens.Current;
        var kind = tokens.Parameter("kind") ?? "innerunique";
        if (!Kinds.Contains(kind))
        {
            throw new KqlFault(KqlFault.Parser, KqlFault.Parser, at.Start) { Token = kind };
        }

        var right = expressions.Source();
        if (!tokens.TakeWord("on"))
        {
            throw tokens.Unexpected("on");
        }

        var on = new List<Expression> { expressions.Value() };
        while (tokens.TakeSymbol(","))
        {
            on.Add(expressions.Value());
        }

        return new JoinOperator(kind, right, on);
    }

    public UnionOperator Union()
    {
        var (inner, column) = (false, (string?)null);
        while (true)
        {
            if (tokens.Parameter("kind") is { } kind)
            {
                inner = kind == "inner" || (kind == "outer" ? false : throw tokens.Unexpected("outer"));
            }
            else if ((tokens.Parameter("withsource") ?? tokens.Parameter("with_source")) is { } source)
            {
                column = source;
            }
            else if (tokens.Parameter("isfuzzy") is null)
            {
                break;
            }
        }

        var others = new List<Expression> { expressions.Source() };
        while (tokens.TakeSymbol(","))
        {
            others.Add(expressions.Source());
        }

        return new UnionOperator(inner, column, others);
    }
}
