using Lazuli.Providers.Resources.Deployments.Language.Expressions;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Language.Functions;

/// <summary>Short forms for declaring functions.</summary>
internal static class Define
{
    public static TemplateFunction Function(string name, int count, Func<Call, Value> body) => Function(name, count, count, body);

    public static TemplateFunction Function(string name, int min, int max, Func<Call, Value> body)
        => new() { Name = name, Min = min, Max = max, Eager = body };

    public static TemplateFunction OverLambda(string name, int min, int max, Func<Call, Value> body)
        => new() { Name = name, Min = min, Max = max, Eager = body, TakesLambda = true };

    public static TemplateFunction Lazy(string name, int min, int max, Func<CallExpression, EvaluationContext, Value> body)
        => new() { Name = name, Min = min, Max = max, Eager = _ => NullValue.Instance, Lazy = body };

    public static TemplateFunction Holder(string name, Func<Call, Value> body)
        => new() { Name = name, Min = 0, Max = TemplateFunction.Any, Eager = body, TakesUnknown = true };

    public static TemplateFunction Runtime(string name, int min, int max, Func<Call, Value> body)
        => new() { Name = name, Min = min, Max = max, Eager = body, IsRuntime = true };
}
