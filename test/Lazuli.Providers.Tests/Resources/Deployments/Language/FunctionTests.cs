using System.Text.RegularExpressions;
using Lazuli.Providers.Resources.Deployments.Language.Expressions;
using Lazuli.Providers.Resources.Deployments.Language.Functions;

namespace Lazuli.Providers.Tests.Resources.Deployments.Language;

/// <summary>The rows of functions.txt: what each function gives for the inputs of its documentation, and what it says when it is misused.</summary>
public sealed partial class FunctionTests
{
    private static readonly (string Expression, string Mark, string Expected)[] Rows = [.. Read()];

    public static TheoryData<string, string> Values => [.. Rows.Where(r => r.Mark == "=>").Select(r => new TheoryDataRow<string, string>(r.Expression, r.Expected))];

    public static TheoryData<string, string> Faults => [.. Rows.Where(r => r.Mark == "!!").Select(r => new TheoryDataRow<string, string>(r.Expression, r.Expected))];

    public static TheoryData<string> Names => [.. FunctionTable.All.Select(f => f.Name).Append("list").Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Values))]
    public void A_function_gives_what_is_documented(string expression, string expected)
        => Assert.Equal(expected, TestTemplates.Evaluate(expression));

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_misused_function_says_what_is_wrong(string expression, string part)
        => Assert.Contains(part, TestTemplates.Fault(expression), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_function_has_rows_of_both_kinds(string name)
    {
        var call = new Regex($@"\b{Regex.Escape(name)}\(", RegexOptions.CultureInvariant);
        Assert.Contains(Rows, r => r.Mark == "=>" && call.IsMatch(r.Expression));
        if (name != "createArray" && name != "list")
        {
            Assert.Contains(Rows, r => r.Mark == "!!" && call.IsMatch(r.Expression));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Too_few_and_too_many_arguments_are_refused_by_count(string name)
    {
        var function = FunctionTable.Find(name);
        Assert.NotNull(function);
        foreach (var count in new[] { function.Min - 1, function.Max + 1 })
        {
            if (count is >= 0 and < 100)
            {
                var fault = TestTemplates.Fault($"{name}({string.Join(", ", Enumerable.Repeat("1", count))})");
                Assert.Contains("function requires", fault, StringComparison.Ordinal);
                Assert.Contains($"while '{count}' were provided", fault, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Names_are_found_whatever_their_case(string name) => Assert.Same(FunctionTable.Find(name), FunctionTable.Find(name.ToUpperInvariant()));

    [Fact]
    public void A_template_cannot_hold_the_processor_nor_fill_the_memory()
    {
        string[] greedy =
        [
            "map(range(0, 10000), lambda('a', map(range(0, 10000), lambda('b', map(range(0, 10000), lambda('c', lambdaVariables('a')))))))",
            "reduce(range(0, 200), 'ab', lambda('a', 'b', concat(lambdaVariables('a'), lambdaVariables('a'))))",
            "reduce(range(0, 200), createArray('a'), lambda('a', 'b', createArray(lambdaVariables('a'), lambdaVariables('a'))))",
            "reduce(range(0, 200), createObject('a', 1), lambda('a', 'b', createObject('x', lambdaVariables('a'), 'y', lambdaVariables('a'))))",
            "reduce(range(0, 200), 'ab', lambda('a', 'b', replace(lambdaVariables('a'), 'a', lambdaVariables('a'))))",
            "reduce(range(0, 200), 'ab', lambda('a', 'b', string(createArray(lambdaVariables('a'), lambdaVariables('a')))))",
            "reduce(range(0, 200), 'ab', lambda('a', 'b', join(createArray(lambdaVariables('a'), lambdaVariables('a')), 'x')))",
            "reduce(range(0, 200), 'ab', lambda('a', 'b', format('{0}{0}', lambdaVariables('a'))))",
            "map(range(0, 10000), lambda('a', contains(range(0, 10000), 'x')))",
            "map(range(0, 10000), lambda('a', union(range(0, 10000), range(0, 10000))))",
        ];
        foreach (var expression in greedy)
        {
            Assert.True(IsRefused(expression, out var spent), expression);
            Assert.InRange(spent, 1, 2 * EvaluationBudget.Steps);
        }
    }

    private static bool IsRefused(string expression, out long spent)
    {
        EvaluationBudget? budget = null;
        try
        {
            TestTemplates.Evaluate(expression, out budget);
            return false;
        }
        catch (Providers.Resources.Deployments.Language.TemplateFault)
        {
            return true;
        }
        finally
        {
            spent = budget?.Spent ?? 0;
        }
    }

    private static IEnumerable<(string, string, string)> Read()
    {
        using var reader = new StreamReader(typeof(FunctionTests).Assembly.GetManifestResourceStream("functions.txt") ?? throw new InvalidOperationException("functions.txt is not there."));
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                var match = Row().Match(line);
                Assert.True(match.Success, line);
                yield return (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value);
            }
        }
    }

    [GeneratedRegex("^(.*) (=>|!!) (.*)$")]
    private static partial Regex Row();
}
