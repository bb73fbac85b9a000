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
        Now = DateTimeOffset.Parse("2024-03-01T12:34:56Z", CultureInfo.InvariantCulture),
        NewGuid = () => "9b1b3c1e-0000-4000-8000-000000000001",
        Providers = (ns, type) => ns == "Microsoft.Network" ? Object("""{"resourceType":"virtualNetworks","apiVersions":["2024-05-01"]}""") : null,
        Zones = (type, location) => location == "eastus" ? ["1", "2", "3"] : [],
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

    /// <summary>The value of an expression (without brackets) as JSON.</summary>
    public static string Evaluate(string expression)
    {
        var template = Language(expression, out var context);
        _ = template;
        return ExpressionParser.Parse(expression).Evaluate(context).ToString();
    }

    public static string Fault(string expression)
        => Assert.Throws<Providers.Resources.Deployments.Language.TemplateFault>(() => Evaluate(expression)).Message;

    public static string Describe(ArmError error) => $"{error}{string.Concat((error.Details ?? []).Select(d => "\n" + d))}";

    private static Template Language(string expression, out EvaluationContext context)
    {
        var template = Providers.Resources.Deployments.Language.Templates.Template.Parse(Template("\"variables\":{}"));
        context = new() { Scope = new(template), Facts = Facts, Budget = new() };
        return template;
    }
}
