using System.Diagnostics;
using System.Text;
using Lazuli.Providers.Resources.Deployments.Language;
using Lazuli.Providers.Resources.Deployments.Language.Expressions;
using Lazuli.Providers.Resources.Deployments.Language.Templates;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Tests.Resources.Deployments.Language;

/// <summary>Whatever is thrown at it, the language answers: with a value or with a fault, and soon.</summary>
public sealed class LanguagePropertyTests
{
    private static readonly string[] Seeds =
    [
        "concat('a', 'it''s', toLower('B'))", "if(equals(add(1, -2), 3), createArray(1, 'x')[0], createObject('k', null()).k)",
        "map(range(0, 3), lambda('x', mul(lambdaVariables('x'), 2)))", "format('{0:N2}-{1,10}', 5, 'z')", "union(createObject('a', 1), json('{\"b\": [1, 2.5, null]}'))",
        "resourceId('Microsoft.Network/virtualNetworks/subnets', 'v', 's')", "dateTimeAdd('2020-04-07T14:53:14Z', '-P1DT2H')", "cidrSubnet('10.0.0.0/8', 24, 9)",
        "uniqueString(resourceGroup().id, deployment().name)", "sort(createArray(3, 1, 2), lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b'))))", "contoso.f(1)", "substring('abcdef', 1, 3)",
    ];

    [Fact]
    public void What_is_printed_parses_to_the_same_tree()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var tree = Make(random, 5);
            var text = tree.ToString();
            Assert.Equal(tree, ExpressionParser.Parse(text));
            Assert.Equal(text, ExpressionParser.Parse(text).ToString());
        }
    }

    [Fact]
    public void Mutated_expressions_never_crash_or_hang()
    {
        var random = new Random(11);
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < 70_000; i++)
        {
            var text = Mutate(random, Seeds[random.Next(Seeds.Length)]);
            var start = Stopwatch.GetTimestamp();
            try
            {
                _ = TestTemplates.Evaluate(text);
            }
            catch (TemplateFault)
            {
            }

            var took = Stopwatch.GetElapsedTime(start);
            slowest = took > slowest ? took : slowest;
        }

        Assert.True(slowest < TimeSpan.FromSeconds(2), $"One took {slowest}.");
    }

    [Fact]
    public void Mutated_templates_never_crash_or_hang()
    {
        var random = new Random(13);
        var seed = Encoding.UTF8.GetBytes(
            $$"""
            { "$schema": "{{TestTemplates.Schema}}", "contentVersion": "1.0.0.0", // a comment
              "parameters": { "p": { "type": "string", "defaultValue": "[concat('x', newGuid())]" }, "n": { "type": "int", "defaultValue": 2, "maxValue": 5 } },
              "functions": [ { "namespace": "c", "members": { "f": { "parameters": [ { "name": "a", "type": "int" } ], "output": { "type": "int", "value": "[add(parameters('a'), 1)]" } } } } ],
              "variables": { "v": "[c.f(parameters('n'))]", "copy": [ { "name": "w", "count": 3, "input": "[copyIndex('w')]" } ] },
              "resources": [ { "type": "Microsoft.Network/virtualNetworks", "apiVersion": "2024-05-01", "name": "[format('v{0}', copyIndex())]", "copy": { "name": "l", "count": "[variables('v')]" },
                "properties": { "x": "[reference(resourceId('Microsoft.Network/virtualNetworks', 'v0'), '2024-05-01').y]" } },
                { "type": "Microsoft.Network/networkInterfaces", "apiVersion": "2024-05-01", "name": "n", "dependsOn": [ "l" ], "condition": "[not(false())]" } ],
              "outputs": { "o": { "type": "array", "value": "[variables('w')]" } } }
            """);
        var compiled = 0;
        for (var i = 0; i < 30_000; i++)
        {
            var bytes = (byte[])seed.Clone();
            for (var m = random.Next(1, 4); m > 0; m--)
            {
                bytes[random.Next(bytes.Length)] = (byte)"{}[]()\"',:0a\\/*\n "[random.Next(17)];
            }

            try
            {
                compiled += ValueReader.Read(bytes) is ObjectValue template && TemplateCompiler.Compile(template, ObjectValue.Empty, TestTemplates.Facts).Ok(out _, out _) ? 1 : 0;
            }
            catch (TemplateFault)
            {
            }
        }

        Assert.True(compiled > 100, $"Only {compiled} compiled: the mutations are too coarse to mean much.");
    }

    [Theory]
    [InlineData("[[[[[[", 100_000)]
    [InlineData("a(", 24_000)]
    [InlineData("a[", 24_000)]
    [InlineData("a().b", 24_000)]
    public void Deep_nesting_is_a_fault_not_a_crash(string part, int length)
        => Assert.Throws<TemplateFault>(() => ExpressionParser.Parse(string.Concat(Enumerable.Repeat(part, length / part.Length))));

    [Fact]
    public void Names_without_quotes_and_single_quotes_are_read()
        => Assert.Equal("{\"template\":{\"a\":\"b\\\"c\"}}", TestTemplates.Object("{ template: { 'a': 'b\"c' } }").ToString());

    [Fact]
    public void Deep_json_is_a_fault_not_a_crash()
        => Assert.Throws<TemplateFault>(() => ValueReader.Read(new string('[', 1_000_000)));

    [Fact]
    public void Json_with_comments_and_strings_over_lines_keeps_places()
    {
        var value = TestTemplates.Object("// first\n{ /* a\nb */ \"x\": \"one\ntwo\",\n  \"y\" : [1, 2.5, -3e2, true, null, \"\\u0041\\n\"] }  \n");
        Assert.Equal("{\"x\":\"one\\ntwo\",\"y\":[1,2.5,-300.0,true,null,\"A\\n\"]}", value.ToString());
        Assert.Equal(new Position(5, 9), value["y"]?.At);
    }

    private static Expression Make(Random random, int depth) => (depth == 0 ? random.Next(2) : random.Next(6)) switch
    {
        0 => new LiteralExpression(Value.Of(string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => "a'b [](),.\n€\\"[random.Next(12)])))),
        1 => new LiteralExpression(Value.Of(random.NextInt64(long.MinValue, long.MaxValue))),
        2 => new PropertyExpression(Make(random, depth - 1), "p" + random.Next(5)),
        3 => new IndexExpression(Make(random, depth - 1), Make(random, depth - 1)),
        _ => new CallExpression(random.Next(4) == 0 ? "ns" : null, "f" + random.Next(5), [.. Enumerable.Range(0, random.Next(4)).Select(_ => Make(random, depth - 1))]),
    };

    private static string Mutate(Random random, string text)
    {
        var result = new StringBuilder(text);
        for (var m = random.Next(1, 5); m > 0 && result.Length > 0; m--)
        {
            var at = random.Next(result.Length);
            switch (random.Next(4))
            {
                case 0:
                    result.Remove(at, 1);
                    break;
                case 1:
                    result.Insert(at, "()[],.'0a -9"[random.Next(12)]);
                    break;
                case 2:
                    result[at] = "()[],.'0a -9"[random.Next(12)];
                    break;
                default:
                    var other = Seeds[random.Next(Seeds.Length)];
                    result.Insert(at, other[random.Next(other.Length)..]);
                    break;
            }
        }

        return result.ToString();
    }
}
