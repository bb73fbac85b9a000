using System.Globalization;
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

    /// <summary>How many mutated inputs are tried: of expressions and of whole templates, half each. <c>LAZULI_MUTATIONS=1000000</c> is the long form.</summary>
    private static int Mutations => int.Parse(Environment.GetEnvironmentVariable("LAZULI_MUTATIONS") ?? "20000", CultureInfo.InvariantCulture);

    [Fact]
    public void Mutated_expressions_never_crash_or_hang()
    {
        var random = new Random(11);
        for (var i = 0; i < Mutations / 2; i++)
        {
            var text = Mutate(random, Seeds[random.Next(Seeds.Length)]);
            EvaluationBudget? budget = null;
            try
            {
                _ = TestTemplates.Evaluate(text, out budget);
            }
            catch (TemplateFault)
            {
            }

            // All the steps that there are take less than 100 ms: no clock needed to know that none hangs.
            Assert.True((budget?.Spent ?? 0) <= 2 * EvaluationBudget.Steps, text);
        }
    }

    [Fact]
    public void Mutated_templates_never_crash_or_hang()
    {
        var random = new Random(13);
        byte[][] seeds = [.. Whole().Select(Encoding.UTF8.GetBytes)];
        var (compiled, count) = (0, Mutations / 2);
        for (var i = 0; i < count; i++)
        {
            var bytes = Spoil(random, seeds[random.Next(seeds.Length)]);
            try
            {
                if (ValueReader.Read(bytes) is ObjectValue template && TemplateCompiler.Compile(template, ObjectValue.Empty, TestTemplates.Facts).Ok(out var plan, out var error))
                {
                    compiled++;
                    Assert.True(plan.Resources.Count <= 800);
                }
            }
            catch (TemplateFault)
            {
            }
        }

        Assert.True(compiled > count / 100, $"Only {compiled} of {count} compiled: the mutations are too coarse to mean much.");
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

    private static IEnumerable<string> Whole()
    {
        yield return $$"""
            { "$schema": "{{TestTemplates.Schema}}", "contentVersion": "1.0.0.0", // a comment
              "parameters": { "p": { "type": "string", "defaultValue": "[concat('x', newGuid())]" }, "n": { "type": "int", "defaultValue": 2, "maxValue": 5 } },
              "functions": [ { "namespace": "c", "members": { "f": { "parameters": [ { "name": "a", "type": "int" } ], "output": { "type": "int", "value": "[add(parameters('a'), 1)]" } } } } ],
              "variables": { "v": "[c.f(parameters('n'))]", "copy": [ { "name": "w", "count": 3, "input": "[copyIndex('w')]" } ] },
              "resources": [ { "type": "Microsoft.Network/virtualNetworks", "apiVersion": "2024-05-01", "name": "[format('v{0}', copyIndex())]", "copy": { "name": "l", "count": "[variables('v')]" },
                "properties": { "x": "[reference(resourceId('Microsoft.Network/virtualNetworks', 'v0'), '2024-05-01').y]" } },
                { "type": "Microsoft.Network/networkInterfaces", "apiVersion": "2024-05-01", "name": "n", "dependsOn": [ "l" ], "condition": "[not(false())]" } ],
              "outputs": { "o": { "type": "array", "value": "[variables('w')]" } } }
            """;
        yield return $$"""
            { "$schema": "{{TestTemplates.Schema}}", "contentVersion": "1.0.0.0", "languageVersion": "2.0",
              "definitions": { "port": { "type": "int", "minValue": 1, "maxValue": 65535 }, "t": { "type": "array", "prefixItems": [ { "$ref": "#/definitions/port" } ], "items": { "type": "string", "nullable": true } },
                "u": { "type": "object", "discriminator": { "propertyName": "k", "mapping": { "a": { "type": "object", "properties": { "n": { "$ref": "#/definitions/t/prefixItems/0" } }, "additionalProperties": false } } } } },
              "parameters": { "t": { "$ref": "#/definitions/t", "defaultValue": [ 80, "x", null ] }, "u": { "$ref": "#/definitions/u", "defaultValue": { "k": "a", "n": 3 } }, "s": { "type": "secureObject", "defaultValue": {} }, "q": { "type": "string", "nullable": true } },
              "resources": { "net": { "existing": true, "type": "Microsoft.Network/virtualNetworks", "apiVersion": "2024-05-01", "name": "v" },
                "nics": { "type": "Microsoft.Network/networkInterfaces", "apiVersion": "2024-05-01", "name": "[format('n{0}', copyIndex())]", "copy": { "name": "nics", "count": 2, "mode": "serial", "batchSize": 1 }, "dependsOn": [ "net" ],
                  "properties": { "copy": [ { "name": "ips", "count": 2, "input": "[copyIndex('ips')]" } ], "id": "[resourceInfo('net').id]", "[parameters('u').k]": "[coalesce(parameters('q'), reference('net').x)]" } },
                "inner": { "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d", "resourceGroup": "g", "scope": "/", "properties": { "mode": "Incremental", "expressionEvaluationOptions": { "scope": "inner" }, "template": { "a": "[b()]" } } } },
              "outputs": { "all": { "type": "array", "copy": { "count": 2, "input": "[references('nics', 'full')[copyIndex()]]" } }, "p": { "$ref": "#/definitions/port", "value": "[parameters('t')[0]]" } } }
            """;
    }

    private static byte[] Spoil(Random random, byte[] seed)
    {
        var bytes = new List<byte>(seed);
        for (var m = random.Next(1, 4); m > 0; m--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes.RemoveAt(at);
                    break;
                case 1:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(40), bytes.Count - at)));
                    break;
                default:
                    bytes[at] = (byte)"{}[]()\"',:0a\\/*\n 9$-"[random.Next(20)];
                    break;
            }
        }

        return [.. bytes];
    }

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
