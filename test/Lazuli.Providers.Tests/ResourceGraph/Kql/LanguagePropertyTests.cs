using System.Diagnostics;
using System.Text;
using Lazuli.Providers.ResourceGraph.Kql;
using Lazuli.Providers.ResourceGraph.Kql.Functions;
using Lazuli.Providers.ResourceGraph.Kql.Syntax;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.Tests.ResourceGraph.Kql;

/// <summary>Whatever is asked, the engine answers: with rows or with a fault, and soon.</summary>
public sealed class LanguagePropertyTests
{
    private static readonly string[] Seeds =
    [
        "Vms | where location =~ 'EastUS' and cores between (1 .. 4) | extend s = tostring(properties.size) | summarize count(), avg(cores) by s | order by count_ desc nulls last",
        "let big = Vms | where cores > 4; let f = (x: string, n: long = 3) { strcat(x, '-', n) }; big | project f(name), a = properties.disks[0], b = properties['os'].type",
        "Vms | mv-expand with_itemindex=i disk = properties.disks to typeof(string) limit 10 | join kind=leftouter (Disks | where gb > 10) on $left.disk == $right.name | top 3 by gb",
        "One | parse kind=relaxed s with * 'l' rest:string | project-away d, t* | extend x = extract('(l+)', 1, s), y = split(s, 'l')[0], z = dynamic({'a': [1, -2.5, null]})",
        "union kind=inner withsource=t Vms, (Disks | take 1) | distinct t | project-rename source = t | count",
        "Vms | summarize arg_max(cores, *), make_set(name), percentile(cores, 90), countif(name has 'e') by location, bin(now(), 1d) | project-reorder location asc, *",
        "One | project iff(n > 5, ago(1d), datetime(2024-01-01)), case(s startswith 'H', 1, n in (1, 2), 2, 3), replace_regex(s, 'l(l)', '\\\\1'), format_datetime(t, 'yyyy-MM-dd'), 0x1f % 3, @'C:\\\\x'",
    ];

    [Fact]
    public void What_is_printed_parses_to_the_same_tree()
    {
        foreach (var seed in Seeds)
        {
            var printed = KqlQuery.Parse(seed).ToString();
            Assert.Equal(printed, KqlQuery.Parse(printed).ToString());
        }

        var random = new Random(7);
        for (var i = 0; i < 10_000; i++)
        {
            // Printing puts parentheses around everything, so trees that print the same are the same.
            var query = new KqlQuery([], new QueryExpression(new NameExpression(Name(random)), [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Step(random))]));
            var text = query.ToString();
            Assert.Equal(text, KqlQuery.Parse(text).ToString());
        }
    }

    [Fact]
    public void Mutated_queries_never_crash_or_hang()
    {
        var random = new Random(11);
        var (slowest, answered) = (TimeSpan.Zero, 0);
        var most = int.Parse(System.Environment.GetEnvironmentVariable("LAZULI_MUTATIONS") ?? "25000", System.Globalization.CultureInfo.InvariantCulture);
        for (var i = 0; i < most; i++)
        {
            var text = Mutate(random, Seeds[random.Next(Seeds.Length)]);
            var start = Stopwatch.GetTimestamp();
            try
            {
                foreach (var row in Tables.Rows(text))
                {
                    _ = row.Sum(v => v.ToText().Length);
                }

                answered++;
            }
            catch (KqlFault)
            {
            }
            catch (Exception e)
            {
                Assert.Fail($"{text}\n{e}");
            }

            var took = Stopwatch.GetElapsedTime(start);
            slowest = took > slowest ? took : slowest;
        }

        Assert.True(slowest < TimeSpan.FromSeconds(2), $"One took {slowest}.");
        Assert.True(answered > most / 50, $"Only {answered} were queries: the mutations are too coarse to mean much.");
    }

    [Fact]
    public void Every_function_answers_to_every_value()
    {
        string[] values =
        [
            "0", "-1", "1", "7", "100", "9223372036854775807", "(-9223372036854775807 - 1)", "int(-2147483648)", "1.5", "-1e308", "real(nan)", "real(+inf)", "''", "'a'", "'a,b'", "'(a+)+b*'", "'[a-z'",
            "'\\ud800'", "'😀é'", "'2024-02-30'", "'10.0.0.0/33'", "'{\"a\":[1,{}]}'", "'year'", "'week'", "'regex'", "true", "bool(null)", "dynamic(null)", "dynamic([])", "dynamic([1, 'a', null, [2]])",
            "dynamic({})", "dynamic({'a': {'b': 1}})", "datetime(0001-01-01)", "datetime(9999-12-31 23:59:59.9999999)", "datetime(null)", "1d", "timespan(-10675199.02:48:05.4775808)", "timespan(10675199.02:48:05.4775807)",
            "0s", "guid(null)", "typeof(long)", "s", "n", "d", "d.a.b", "t", "now()",
        ];
        var random = new Random(17);
        var names = FunctionTable.Names.Order(StringComparer.Ordinal).ToList();
        string[] operators = ["+", "-", "*", "/", "%", "==", "!=", "<", ">=", "=~", "has", "contains", "startswith", "hassuffix", "matches regex", "in", "!in~", "has_any", "between"];
        string[] aggregates = ["sum", "avg", "min", "max", "dcount", "stdev", "make_list", "make_set", "make_bag", "take_any", "percentile", "arg_max", "countif"];
        var answered = 0;
        for (var i = 0; i < 15_000; i++)
        {
            string Any() => values[random.Next(values.Length)];
            string Call() => $"{names[random.Next(names.Count)]}({string.Join(", ", Enumerable.Range(0, random.Next(5)).Select(_ => Any()))})";
            var expression = random.Next(4) switch
            {
                0 when operators[random.Next(operators.Length)] is var o => o is "in" or "!in~" or "has_any" ? $"{Any()} {o} ({Any()}, {Any()})" : o == "between" ? $"{Any()} between ({Any()} .. {Any()})" : $"{Any()} {o} {Any()}",
                1 => $"tostring({Call()})",
                _ => Call(),
            };
            var query = random.Next(8) == 0
                ? $"One | extend v = {expression} | summarize {aggregates[random.Next(aggregates.Length)]}({Any()}, {Any()}), {aggregates[random.Next(aggregates.Length)]}(v) by tostring(v), bin({Any()}, {Any()})"
                : $"One | project v = {expression} | order by v asc";
            try
            {
                answered += Tables.Rows(query).Sum(r => r.Sum(Written)) > 0 ? 1 : 0;
            }
            catch (KqlFault)
            {
            }
            catch (Exception e)
            {
                Assert.Fail($"{query}\n{e}");
            }
        }

        Assert.True(answered > 3_000, $"Only {answered} were answered.");
    }

    [Theory]
    [InlineData("(")]
    [InlineData("not(")]
    [InlineData("-")]
    [InlineData("1 + ")]
    [InlineData("true and ")]
    [InlineData("a.")]
    [InlineData("dynamic([")]
    [InlineData("[")]
    [InlineData("{")]
    public void Deep_nesting_is_a_fault_not_a_crash(string part)
        => Assert.Throws<KqlFault>(() => Tables.Rows("One | where " + string.Concat(Enumerable.Repeat(part, 90_000 / part.Length))));

    [Fact]
    public void Long_conditions_are_no_fault()
        => Assert.Equal("1", Tables.Ask("One | where " + string.Join(" or ", Enumerable.Range(1, 1000).Select(i => $"n == {i}")) + " | count"));

    [Theory]
    [InlineData("let a0 = 'x';", "let a{0} = strcat(a{1}, a{1});", "One | project a{0}", 40)]
    [InlineData("let a0 = Vms;", "let a{0} = union a{1}, a{1};", "a{0} | count", 3)]
    [InlineData("let a0 = Vms | extend k = 1;", "let a{0} = a{1} | union a{1};", "a{0} | count", 200)]
    [InlineData("let f0 = (x: long) {{ x + x }};", "let f{0} = (x: long) {{ f{1}(x) + f{1}(x) }};", "One | project f{0}(n)", 60)]
    [InlineData("let a0 = dynamic([1]);", "let a{0} = array_concat(a{1}, a{1});", "One | project a{0}", 60)]
    [InlineData("let a0 = dynamic([1]);", "let a{0} = pack_array(a{1}, a{1});", "One | project a{0}", 60)]
    [InlineData("let a0 = dynamic([1]);", "let a{0} = pack_array(a{1});", "One | project a{0}", 200)]
    [InlineData("let a0 = dynamic([1]);", "let a{0} = strcat(a{1}, tostring(a{1}));", "One | project a{0}", 60)]
    public void What_grows_without_end_is_stopped(string first, string next, string last, int times)
    {
        var text = new StringBuilder(string.Format(null, first));
        for (var i = 1; i <= times; i++)
        {
            text.Append(string.Format(null, next, i, i - 1));
        }

        text.Append(string.Format(null, last, times));
        var start = Stopwatch.GetTimestamp();
        var fault = Record.Exception(() => Tables.Rows(text.ToString()));
        Assert.True(fault is null or KqlFault, $"{fault}");
        Assert.True(fault is not null || times == 3);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(15));
    }

    [Fact]
    public void A_join_of_everything_with_everything_is_stopped()
    {
        var fault = Assert.Throws<KqlFault>(() => Tables.Rows(
            "let many = One | mv-expand x = range(1, 2000) to typeof(long) limit 2000 | extend k = 1; many | join kind=inner many on k | join kind=inner many on k | where x == -1"));
        Assert.Equal(KqlFault.Limit, fault.Code);
    }

    [Fact]
    public void A_pattern_that_makes_others_hang_is_matched()
        => Assert.Equal("false", Tables.Value($"strcat('{new string('a', 5000)}', '!') matches regex '^(a+)+$'"));

    private static int Written(Value value)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new System.Text.Json.Utf8JsonWriter(buffer))
        {
            value.Write(json);
        }

        return buffer.WrittenCount;
    }

    private static Operator Step(Random random) => random.Next(9) switch
    {
        0 => new WhereOperator(Make(random, 4)),
        1 => new ProjectOperator([.. Some(random, () => new ColumnSyntax(random.Next(2) == 0 ? [] : [Name(random)], Make(random, 3)))]),
        2 => new ExtendOperator([.. Some(random, () => new ColumnSyntax([Name(random)], Make(random, 3)))]),
        3 => new SummarizeOperator([.. Some(random, () => new ColumnSyntax([], new CallExpression("sum", [Make(random, 2)])))], [.. Some(random, () => new ColumnSyntax([Name(random)], Make(random, 2)))]),
        4 => new SortOperator([.. Some(random, () => new SortSyntax(Make(random, 2), random.Next(2) == 0, random.Next(2) == 0))]),
        5 => new JoinOperator("leftouter", new QueryExpression(new NameExpression(Name(random)), [new CountOperator()]), [Make(random, 2)]),
        6 => new ExpandOperator(random.Next(2) == 0, null, [new ExpandSyntax(Name(random), Make(random, 2), ValueKind.Long)], random.Next(1, 9)),
        7 => new ParseOperator("simple", Make(random, 1), [ParsePart.Star, new ParsePart("it's\n", null, ValueKind.String), new ParsePart(null, Name(random), ValueKind.Int)]),
        _ => new UnionOperator(random.Next(2) == 0, Name(random), [new NameExpression(Name(random))]),
    };

    private static IEnumerable<T> Some<T>(Random random, Func<T> make) => Enumerable.Range(0, random.Next(1, 4)).Select(_ => make()).ToList();

    private static Expression Make(Random random, int depth) => (depth == 0 ? random.Next(5) : random.Next(13)) switch
    {
        0 => new LiteralExpression(Value.Of(string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => "a'b [](),.\n€\\\"|"[random.Next(14)])))),
        1 => new LiteralExpression(Value.Of(random.NextInt64(long.MinValue + 1, long.MaxValue))),
        2 => new LiteralExpression(random.Next(3) switch { 0 => Value.Of(new DateTime(random.NextInt64(DateTime.MaxValue.Ticks))), 1 => Value.Of(new TimeSpan(random.NextInt64())), _ => Value.Of(random.NextDouble() * 1e9) }),
        3 => new LiteralExpression(Value.Of([Value.Of("x"), Value.Null, Value.Of(new BagValue([new("k'", Value.Of(1L))]))])),
        4 => new NameExpression(Name(random)),
        5 => new MemberExpression(Make(random, depth - 1), Name(random)),
        6 => new IndexExpression(Make(random, depth - 1), new NameExpression(Name(random))),
        7 => new NegateExpression(new NameExpression(Name(random))),
        8 => new ListExpression(random.Next(2) == 0 ? "!in~" : "has_any", Make(random, depth - 1), [.. Some(random, () => Make(random, depth - 1))]),
        9 => new ListExpression("between", Make(random, depth - 1), [Make(random, depth - 1), Make(random, depth - 1)]),
        10 => new CallExpression("f" + random.Next(5), [.. Enumerable.Range(0, random.Next(4)).Select(_ => Make(random, depth - 1))]),
        _ => new BinaryExpression(new[] { "+", "-", "*", "%", "and", "or", "==", "=~", "<=", "!contains_cs", "matches regex" }[random.Next(11)], Make(random, depth - 1), Make(random, depth - 1)),
    };

    private static string Name(Random random) => new[] { "a", "b_1", "where", "the name", "it's", "count", "$x", "é" }[random.Next(8)];

    private static string Mutate(Random random, string text)
    {
        var result = new StringBuilder(text);
        for (var m = random.Next(1, 4); m > 0 && result.Length > 0; m--)
        {
            const string Letters = "()[]{},.|'\"0a -9=~!;:*/@\\\n";
            var at = random.Next(result.Length);
            switch (random.Next(5))
            {
                case 0:
                    result.Remove(at, 1);
                    break;
                case 1:
                    result.Insert(at, Letters[random.Next(Letters.Length)]);
                    break;
                case 2:
                    result[at] = Letters[random.Next(Letters.Length)];
                    break;
                case 3:
                    // A piece of a query elsewhere, up to the next step.
                    var other = Seeds[random.Next(Seeds.Length)].Split('|');
                    result.Append('|').Append(other[random.Next(other.Length)]);
                    break;
                default:
                    var words = result.ToString().Split(' ');
                    words[random.Next(words.Length)] = Seeds[random.Next(Seeds.Length)].Split(' ') is var from ? from[random.Next(from.Length)] : "";
                    result.Clear().AppendJoin(' ', words);
                    break;
            }
        }

        return result.ToString();
    }
}
