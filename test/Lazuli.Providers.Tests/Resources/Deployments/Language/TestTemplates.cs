using System.Globalization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Providers.Resources.Deployments.Language.Expressions;
using Lazuli.Providers.Resources.Deployments.Language.Templates;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Tests.Resources.Deployments.Language;

/// <summary>A deployment's surroundings with known answers, and short ways to compile and evaluate.</summary>
internal static class TestTemplates
{
    public const string Subscription = "00000000-1111-2222-3333-444444444444";
    public const string Schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
    public static readonly ResourceId Group = ResourceId.Subscription(Subscription).Group("rg1");

    public static DeploymentFacts Facts { get; } = new()
    {
        Scope = Group,
        Deployment = Object("""{"name":"main","properties":{"mode":"Incremental"}}"""),
        Tenant = Object("""{"tenantId":"t1"}"""),
        Environment = Object("""{"name":"Lazuli","suffixes":{"storage":"core.lazuli.test"}}"""),
        Deployer = Object("""{"objectId":"o1"}"""),
        ResourceGroup = Object($$"""{"id":"{{Group}}","name":"rg1","location":"eastus"}"""),
        Subscription = Object($$"""{"id":"/subscriptions/{{Subscription}}","subscriptionId":"{{Subscription}}"}"""),
        ExternalInputs = Object("""{"tool_0":{"value":{"size":3}}}"""),
        Now = DateTimeOffset.Parse("2024-03-01T12:34:56Z", CultureInfo.InvariantCulture),
        NewGuid = () => "9b1b3c1e-0000-4000-8000-000000000001",
        Providers = (ns, type) => ns == "Microsoft.Network" ? Object("""{"resourceType":"virtualNetworks","apiVersions":["2024-05-01"]}""") : null,
        Zones = (type, location) => location == "eastus" ? ["1", "2", "3"] : [],
        ZoneMappings = location => location == "eastus" ? [("1", "eastus-az1"), ("2", "eastus-az2"), ("3", "eastus-az3")] : [],
    };

    public static ObjectValue Object(string json) => (ObjectValue)ValueReader.Read(json);

    /// <summary>A template of these sections; <c>§V</c> and <c>§N</c> stand for the type and version of a network and of an interface.</summary>
    public static ObjectValue Template(string sections)
        => Object($$"""{"$schema":"{{Schema}}","contentVersion":"1.0.0.0",{{(sections.Contains("\"resources\"", StringComparison.Ordinal) ? "" : "\"resources\":[],")}}{{sections}}}"""
            .Replace("§V", "\"type\":\"Microsoft.Network/virtualNetworks\",\"apiVersion\":\"2024-05-01\"", StringComparison.Ordinal)
            .Replace("§N", "\"type\":\"Microsoft.Network/networkInterfaces\",\"apiVersion\":\"2024-05-01\"", StringComparison.Ordinal));

    public static CompiledTemplate Compile(string sections, string parameters = "{}")
        => TemplateCompiler.Compile(Template(sections), Object(parameters), Facts).Ok(out var compiled, out var error) ? compiled : throw new InvalidOperationException(Describe(error));

    public static ArmError Error(string sections, string parameters = "{}")
        => TemplateCompiler.Compile(Template(sections), Object(parameters), Facts).Ok(out _, out var error) ? throw new InvalidOperationException("It compiled.") : error;

    /// <summary>The value of an expression (without brackets) as JSON; it may stand in one of the places that functions.txt names: <c>run|reference('net')</c>.</summary>
    public static string Evaluate(string expression) => Evaluate(expression, out _);

    public static string Evaluate(string expression, out EvaluationBudget budget)
    {
        var bar = expression.IndexOf('|', StringComparison.Ordinal);
        var place = bar is > 0 and < 10 && expression[..bar].All(char.IsAsciiLetterLower) ? expression[..bar] : "";
        var context = Context(place);
        budget = context.Budget;
        return ValueEvaluator.Evaluate(new StringValue($"[{(place.Length > 0 ? expression[(bar + 1)..] : expression)}]"), context).ToString();
    }

    public static string Fault(string expression)
        => Assert.Throws<Providers.Resources.Deployments.Language.TemplateFault>(() => Evaluate(expression)).Message;

    public static string Describe(ArmError error) => $"{error}{string.Concat((error.Details ?? []).Select(d => "\n" + d))}";

    private static EvaluationContext Context(string place)
    {
        var template = Providers.Resources.Deployments.Language.Templates.Template.Parse(Base);
        var facts = place switch
        {
            "atmg" => Facts with { Scope = ResourceId.Parse("/providers/Microsoft.Management/managementGroups/mg1"), ResourceGroup = null, Subscription = null, ManagementGroup = Object("""{"name":"mg1"}""") },
            "atsub" => Facts with { Scope = ResourceId.Subscription(Subscription), ResourceGroup = null },
            _ => Facts,
        };
        var context = new EvaluationContext { Scope = new(template), Facts = facts, Budget = new() };
        if (place is "" or "run" or "copy")
        {
            var faults = new FaultList(default);
            _ = ResourceExpander.Expand(template, context, faults);
            Assert.False(faults.Any);
        }

        var loop = new CopyFrame("loop", 2, null, OfProperty: false);
        return place switch
        {
            "default" => context.ForParameterDefault(),
            "given" => context.ForParameterExpression(),
            "copy" => context.With(loop).With(new Things()),
            "nested" => context.With(new CopyFrame("inner", 1, loop, OfProperty: true)),
            "run" => context.With(new Things()),
            _ => context,
        };
    }

    private static ObjectValue Base { get; } = Template(
        """
        "languageVersion":"2.0",
        "parameters":{"p":{"type":"string","defaultValue":"given"}},
        "variables":{"v":["a",1]},
        "functions":[{"namespace":"contoso","members":{
          "twice":{"parameters":[{"name":"n","type":"int"}],"output":{"type":"int","value":"[mul(parameters('n'), 2)]"}},
          "four":{"parameters":[],"output":{"type":"int","value":"[contoso.twice(contoso.twice(2))]"}},
          "self":{"parameters":[],"output":{"type":"int","value":"[contoso.self()]"}},
          "outside":{"parameters":[],"output":{"type":"int","value":"[variables('v')]"}}}}],
        "resources":{"net":{§V,"name":"v"},"nics":{§N,"name":"[format('n{0}', copyIndex())]","copy":{"name":"nics","count":2}},
          "odd":{§N,"name":"[format('o{0}', copyIndex())]","condition":"[equals(copyIndex(), 1)]","copy":{"name":"odd","count":2}}}
        """);

    /// <summary>Answers with what it was asked for.</summary>
    private sealed class Things : IResourceLookup
    {
        public Value Reference(string nameOrId, string? apiVersion, bool full, EvaluationContext context)
        {
            var properties = new ObjectBuilder().Set("place", nameOrId).Build();
            return full ? new ObjectBuilder().Set("apiVersion", apiVersion ?? "").Set("properties", properties).Build() : properties;
        }

        public Value List(string action, string nameOrId, string apiVersion, Value? body, EvaluationContext context)
            => new ObjectBuilder().Set("did", $"{action} {nameOrId} {apiVersion}{(body is null ? "" : $" {body}")}").Build();
    }
}
