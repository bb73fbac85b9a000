namespace Lazuli.Providers.ResourceGraph.Kql.Syntax;

/// <summary>Reads a query's statements and steps; <see cref="ExpressionParser"/> reads what is in them.</summary>
internal sealed class Parser
{
    private const int MaxOperators = 250;
    private readonly TokenReader _tokens;
    private readonly ExpressionParser _expressions;
    private int _operators;

    private Parser(string text)
    {
        _tokens = new TokenReader(text, Lexer.Cut(text));
        _expressions = new ExpressionParser(_tokens, Pipeline);
    }

    /// <exception cref="KqlFault">The text is no query.</exception>
    public static KqlQuery Parse(string text) => new Parser(text).Query();

    private KqlQuery Query()
    {
        var lets = new List<LetStatement>();
        while (_tokens.Current.IsWord("let"))
        {
            _tokens.Skip();
            var name = _tokens.Name();
            _tokens.Expect("=");
            lets.Add(new LetStatement(name, _expressions.IsLambda() ? Lambda() : Body()));
            _tokens.Expect(";");
        }

        if (_tokens.Current.Kind == TokenKind.End)
        {
            throw _tokens.Unexpected();
        }

        var body = Body();
        while (_tokens.TakeSymbol(";"))
        {
        }

        return _tokens.Current.Kind == TokenKind.End ? new KqlQuery(lets, body as QueryExpression ?? new QueryExpression(body, []) { At = body.At }) : throw _tokens.Unexpected();
    }

    private LambdaExpression Lambda()
    {
        var at = _tokens.Current.Start;
        var parameters = new List<LambdaParameter>();
        _tokens.Expect("(");
        while (!_tokens.TakeSymbol(")"))
        {
            var name = _tokens.Name();
            _tokens.Expect(":");
            parameters.Add(new LambdaParameter(name, _tokens.TypeName(), _tokens.TakeSymbol("=") ? _expressions.Value() : null));
            if (!_tokens.Current.IsSymbol(")"))
            {
                _tokens.Expect(",");
            }
        }

        _tokens.Expect("{");
        var body = Body();
        _tokens.Expect("}");
        return new LambdaExpression(parameters, body) { At = at };
    }

    // A value or a query; a step without a source before it works on the default table.
    private Expression Body()
    {
        var at = _tokens.Current.Start;
        if (StartsStep())
        {
            return Pipeline(null, at);
        }

        var source = _expressions.Value();
        return _tokens.Current.IsSymbol("|") ? Pipeline(source, at) : source;
    }

    private bool StartsStep()
    {
        if (_tokens.Current.Kind != TokenKind.Word)
        {
            return false;
        }

        var word = _tokens.PeekOperator();
        var next = _tokens.AfterOperator(word);
        return Keywords.Operators.Contains(word) ? next.Kind is not (TokenKind.End or TokenKind.Symbol) || next.IsSymbol("(") || next.IsSymbol("*") || next.IsSymbol("-") || (word == "count" && next.Value is "" or "|")
            : Keywords.OtherOperators.Contains(word) && next.Kind is not (TokenKind.End or TokenKind.Symbol);
    }

    private QueryExpression Pipeline(Expression? source, int at)
    {
        var operators = new List<Operator>();
        if (source is null)
        {
            operators.Add(Step());
        }

        while (_tokens.TakeSymbol("|"))
        {
            operators.Add(Step());
        }

        return new QueryExpression(source, operators) { At = at };
    }

    private Operator Step()
    {
        var at = _tokens.Current.Start;
        if (++_operators > MaxOperators)
        {
            throw new KqlFault(KqlFault.Limit, $"A query has at most {MaxOperators} steps.", at);
        }

        if (_tokens.Current.Kind != TokenKind.Word)
        {
            throw _tokens.Unexpected();
        }

        var word = _tokens.PeekOperator();
        if (!Keywords.Operators.Contains(word))
        {
            throw Keywords.OtherOperators.Contains(word) ? new KqlFault(KqlFault.Language, $"The operator '{word}' is not part of Resource Graph's query language.", at) { Token = word } : _tokens.Unexpected();
        }

        _tokens.SkipOperator(word);
        return Step(word) with { At = at };
    }

    private Operator Step(string word) => word switch
    {
        "where" or "filter" => new WhereOperator(_expressions.Value()),
        "project" => new ProjectOperator(Columns()),
        "extend" => new ExtendOperator(Columns()),
        "project-away" or "project-keep" or "project-reorder" => new PickOperator(word, Separated(() => Pick(word == "project-reorder"))),
        "project-rename" => new RenameOperator(Separated(Rename)),
        "summarize" => Summarize(),
        "join" => new JoinParser(_tokens, _expressions).Join(),
        "union" => new JoinParser(_tokens, _expressions).Union(),
        "mv-expand" or "mvexpand" => new ExpandParser(_tokens, _expressions).Expand(),
        "parse" => new ExpandParser(_tokens, _expressions).Parse(),
        "sort" or "order" => new SortOperator(SortKeys()),
        "top" => new TopOperator(_expressions.Value(), SortKeys()),
        "take" or "limit" => new TakeOperator(_expressions.Value()),
        "distinct" => new DistinctOperator(_tokens.TakeSymbol("*") ? [] : Columns()),
        _ => new CountOperator(),
    };

    private List<ColumnSyntax> Columns() => Separated(Column);

    private ColumnSyntax Column() => new(_expressions.ColumnNames(), _expressions.Value());

    private SummarizeOperator Summarize()
    {
        var aggregates = _tokens.Current.IsWord("by") ? [] : Columns();
        return new SummarizeOperator(aggregates, _tokens.TakeWord("by") ? Columns() : []);
    }

    private PickSyntax Pick(bool ordered)
    {
        var pattern = Pattern();
        var order = !ordered ? "" : _tokens.TakeWord("asc") ? "asc" : _tokens.TakeWord("desc") ? "desc" : "";
        return new PickSyntax(pattern, order);
    }

    // name, na*me, *: its pieces stand next to each other.
    private string Pattern()
    {
        if (_tokens.Current.Kind == TokenKind.Quoted)
        {
            return _tokens.Name();
        }

        var pattern = "";
        var end = _tokens.Current.Start;
        while (_tokens.Current.Start == end && (_tokens.Current.Kind is TokenKind.Word || _tokens.Current.IsSymbol("*")))
        {
            pattern += _tokens.Current.Value;
            end = _tokens.Current.End;
            _tokens.Skip();
        }

        return pattern.Length > 0 ? pattern : throw _tokens.Unexpected();
    }

    private RenameSyntax Rename()
    {
        var to = _tokens.Name();
        _tokens.Expect("=");
        return new RenameSyntax(to, _tokens.Name());
    }

    private List<SortSyntax> SortKeys()
    {
        if (!_tokens.TakeWord("by"))
        {
            throw _tokens.Unexpected("by");
        }

        return Separated(SortKey);
    }

    private SortSyntax SortKey()
    {
        var value = _expressions.Value();
        var descending = !_tokens.TakeWord("asc");
        if (descending)
        {
            _tokens.TakeWord("desc");
        }

        var first = !descending;
        if (_tokens.TakeWord("nulls"))
        {
            first = _tokens.TakeWord("first") || (_tokens.TakeWord("last") ? false : throw _tokens.Unexpected("first"));
        }

        return new SortSyntax(value, descending, first);
    }

    private List<T> Separated<T>(Func<T> item)
    {
        var items = new List<T> { item() };
        while (_tokens.TakeSymbol(","))
        {
            items.Add(item());
        }

        return items;
    }
}
