namespace Lazuli.Providers.ResourceGraph.Kql.Syntax;

/// <summary>Reads values, by precedence: <c>or</c>, <c>and</c>, comparisons, <c>+ -</c>, <c>* / %</c>, minus, accesses and calls.</summary>
internal sealed class ExpressionParser(TokenReader tokens, Func<Expression?, int, QueryExpression> pipeline)
{
    // The tree's depth is bounded, because everything that looks at it calls itself: a pair of parentheses takes more of the stack than a link of a chain.
    private const int Deepest = 1200;
    private const int Nesting = 6;
    private static readonly string[][] Levels = [["or"], ["and"], [], ["+", "-"], ["*", "/", "%"]];
    private const int Comparison = 2;
    private static readonly HashSet<string> NotNames = ["and", "or", "by", "on", "asc", "desc", "nulls", "let", "matches", "with", .. Keywords.WordComparisons, .. Keywords.ListComparisons];
    private int _depth;

    public Expression Value() => Nested(() => Level(0));

    /// <summary>A table, by name, or a query in parentheses.</summary>
    public Expression Source() => Nested(Primary);

    /// <summary>Whether <c>(a: type, …) {</c> follows.</summary>
    public bool IsLambda()
        => tokens.Current.IsSymbol("(") && ((tokens.Peek(1).Kind is TokenKind.Word or TokenKind.Quoted && tokens.Peek(2).IsSymbol(":")) || (tokens.Peek(1).IsSymbol(")") && tokens.Peek(2).IsSymbol("{")));

    /// <summary><c>name =</c> or <c>(a, b) =</c>, if that is what follows.</summary>
    public IReadOnlyList<string> ColumnNames()
    {
        if (IsName(tokens.Current) && tokens.Peek(1).IsSymbol("="))
        {
            var name = tokens.Name();
            tokens.Skip();
            return [name];
        }

        var names = new List<string>();
        var at = 1;
        if (tokens.Current.IsSymbol("("))
        {
            for (; IsName(tokens.Peek(at)); at += 2)
            {
                names.Add(tokens.Peek(at).Value);
                if (!tokens.Peek(at + 1).IsSymbol(","))
                {
                    break;
                }
            }
        }

        if (names.Count == 0 || !tokens.Peek(at + 1).IsSymbol(")") || !tokens.Peek(at + 2).IsSymbol("="))
        {
            return [];
        }

        for (var i = 0; i < at + 3; i++)
        {
            tokens.Skip();
        }

        return names;
    }

    private static bool IsName(Token token) => token.Kind is TokenKind.Word or TokenKind.Quoted;

    private T Nested<T>(Func<T> parse)
    {
        Deeper(Nesting);
        var result = parse();
        _depth -= Nesting;
        return result;
    }

    private void Deeper(int by)
    {
        if ((_depth += by) > Deepest)
        {
            throw new KqlFault(KqlFault.Limit, "The query is nested too deeply.", tokens.Current.Start);
        }
    }

    private Expression Level(int level)
    {
        if (level == Levels.Length)
        {
            return Unary();
        }

        if (level == Comparison)
        {
            return Compared();
        }

        var left = Level(level + 1);
        var chain = 0;
        while (Array.Find(Levels[level], o => tokens.Current.IsWord(o) || tokens.Current.IsSymbol(o)) is { } symbol)
        {
            Deeper(1);
            chain++;
            tokens.Skip();
            left = new BinaryExpression(symbol, left, Level(level + 1)) { At = left.At };
        }

        _depth -= chain;
        return left;
    }

    private Expression Compared()
    {
        var left = Level(Comparison + 1);
        var token = tokens.Current;
        if (token.Kind == TokenKind.Symbol && Keywords.SymbolComparisons.Contains(token.Value))
        {
            tokens.Skip();
            return new BinaryExpression(token.Value == "<>" ? "!=" : token.Value, left, Level(Comparison + 1)) { At = left.At };
        }

        if (token.Kind != TokenKind.Word)
        {
            return left;
        }

        if (Keywords.WordComparisons.Contains(token.Value))
        {
            tokens.Skip();
            return new BinaryExpression(token.Value, left, Level(Comparison + 1)) { At = left.At };
        }

        if (token.Value == "matches")
        {
            tokens.Skip();
            return tokens.TakeWord("regex") ? new BinaryExpression("matches regex", left, Level(Comparison + 1)) { At = left.At } : throw tokens.Unexpected("regex");
        }

        if (!Keywords.ListComparisons.Contains(token.Value))
        {
            return left;
        }

        tokens.Skip();
        tokens.Expect("(");
        return new ListExpression(token.Value, left, token.Value.EndsWith("between", StringComparison.Ordinal) ? Ends() : Arguments(")")) { At = left.At };
    }

    private List<Expression> Ends()
    {
        var first = Value();
        tokens.Expect("..");
        var last = Value();
        tokens.Expect(")");
        return [first, last];
    }

    private Expression Unary()
    {
        var at = tokens.Current.Start;
        if (tokens.TakeSymbol("-"))
        {
            var operand = Nested(Unary);
            return Literals.Negated(operand) is { } value ? new LiteralExpression(value) { At = at } : new NegateExpression(operand) { At = at };
        }

        return tokens.TakeSymbol("+") ? Nested(Unary) : Postfix();
    }

    private Expression Postfix()
    {
        var target = Primary();
        var chain = 0;
        while (true)
        {
            var at = tokens.Current;
            if (tokens.TakeSymbol("."))
            {
                target = new MemberExpression(target, tokens.Name()) { At = at.Start };
            }
            else if (at.Kind == TokenKind.Quoted)
            {
                tokens.Skip();
                target = new MemberExpression(target, at.Value) { At = at.Start };
            }
            else if (tokens.TakeSymbol("["))
            {
                target = new IndexExpression(target, Value()) { At = at.Start };
                tokens.Expect("]");
            }
            else
            {
                _depth -= chain;
                return target;
            }

            Deeper(1);
            chain++;
        }
    }

    private Expression Primary()
    {
        var token = tokens.Current;
        switch (token.Kind)
        {
            case TokenKind.Text:
                tokens.Skip();
                return new LiteralExpression(Values.Value.Of(token.Value)) { At = token.Start };
            case TokenKind.Integer or TokenKind.Real or TokenKind.TimeSpan or TokenKind.Typed:
                return Literals.Read(token) is { } value ? Taken(new LiteralExpression(value) { At = token.Start }) : throw tokens.Unexpected();
            case TokenKind.Quoted:
                return Taken(new NameExpression(token.Value) { At = token.Start });
            case TokenKind.Word when !NotNames.Contains(token.Value) && token.Value[0] != '!':
                return Word(token);
            case TokenKind.Symbol when token.Value == "(":
                tokens.Skip();
                return Parenthesized();
            default:
                throw tokens.Unexpected();
        }
    }

    private Expression Parenthesized()
    {
        var inner = ValueOrQuery();
        tokens.Expect(")");
        return inner;
    }

    private Expression ValueOrQuery()
    {
        var at = tokens.Current.Start;
        var value = Value();
        return tokens.Current.IsSymbol("|") ? Nested(() => pipeline(value, at)) : value;
    }

    private Expression Word(Token token)
    {
        tokens.Skip();
        if (!tokens.Current.IsSymbol("("))
        {
            return token.Value switch
            {
                "true" => new LiteralExpression(Values.Value.True) { At = token.Start },
                "false" => new LiteralExpression(Values.Value.False) { At = token.Start },
                _ => new NameExpression(token.Value) { At = token.Start },
            };
        }

        tokens.Skip();
        if (token.Value == "dynamic")
        {
            var value = Nested(() => new DynamicParser(tokens).Read());
            tokens.Expect(")");
            return new LiteralExpression(value) { At = token.Start };
        }

        return new CallExpression(token.Value, Arguments(")")) { At = token.Start };
    }

    private List<Expression> Arguments(string end)
    {
        var arguments = new List<Expression>();
        while (!tokens.TakeSymbol(end))
        {
            var at = tokens.Current;
            arguments.Add(at.IsSymbol("*") && (tokens.Peek(1).IsSymbol(end) || tokens.Peek(1).IsSymbol(",")) ? Taken(new StarExpression { At = at.Start }) : ValueOrQuery());
            if (!tokens.Current.IsSymbol(end))
            {
                tokens.Expect(",");
            }
        }

        return arguments;
    }

    private Expression Taken(Expression expression)
    {
        tokens.Skip();
        return expression;
    }
}
