using System.Runtime.CompilerServices;
using Lazuli.Providers.Resources.Deployments.Language.Templates;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Language.Expressions;

/// <summary>
/// Everything an expression may see where it stands: the template's parameters, variables and functions, the copy loops and lambda variables around it, the
/// deployment's facts and, while a deployment runs, its resources.
/// </summary>
public sealed class EvaluationContext
{
    public required TemplateScope Scope { get; init; }

    public required DeploymentFacts Facts { get; init; }

    public required EvaluationBudget Budget { get; init; }

    /// <summary>The deployment's resources while it runs; null while it is validated, when <c>reference</c> and <c>list…</c> are not expected.</summary>
    public IResourceLookup? Resources { get; init; }

    /// <summary>The copy loops around, innermost first.</summary>
    public CopyFrame? Copy { get; init; }

    public LambdaFrame? Lambda { get; init; }

    /// <summary><c>newGuid</c> and <c>utcNow</c> are allowed only in parameter defaults.</summary>
    public bool InParameterDefault { get; init; }

    /// <summary>The arguments of the user function being evaluated; null outside of one.</summary>
    public ObjectValue? FunctionArguments { get; init; }

    public EvaluationContext With(CopyFrame copy) => Derive(copy, Lambda, InParameterDefault, FunctionArguments, Resources);

    public EvaluationContext With(LambdaFrame lambda) => Derive(Copy, lambda, InParameterDefault, FunctionArguments, Resources);

    public EvaluationContext With(IResourceLookup resources) => Derive(Copy, Lambda, InParameterDefault, FunctionArguments, resources);

    public EvaluationContext ForParameterDefault() => Derive(null, null, true, null, null);

    public EvaluationContext ForVariable() => Derive(null, null, false, null, null);

    /// <summary>Counts one step, and makes sure that there is stack for it.</summary>
    public void Step()
    {
        Budget.Spend(1);
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new TemplateFault("The template language expression is nested too deep to be evaluated");
        }
    }

    public Value CallUserFunction(CallExpression call)
    {
        var function = Scope.FindFunction(call) ?? throw call.UnknownFunction();
        if (FunctionArguments is not null)
        {
            throw new TemplateFault($"The template function '{call.Namespace}.{call.Name}' is not expected at this location: a user-defined function can't call another. Please see https://aka.ms/arm-functions for usage details.");
        }

        var arguments = function.Bind(call, this);
        return ValueEvaluator.Evaluate(function.Output, Derive(null, null, false, arguments, null));
    }

    private EvaluationContext Derive(CopyFrame? copy, LambdaFrame? lambda, bool parameterDefault, ObjectValue? arguments, IResourceLookup? resources) => new()
    {
        Scope = Scope,
        Facts = Facts,
        Budget = Budget,
        Resources = resources,
        Copy = copy,
        Lambda = lambda,
        InParameterDefault = parameterDefault,
        FunctionArguments = arguments,
    };
}

/// <summary>One turn of a copy loop.</summary>
public sealed record CopyFrame(string Name, int Index, CopyFrame? Outer, bool OfProperty);

/// <summary>One lambda variable.</summary>
public sealed record LambdaFrame(string Name, Value Value, LambdaFrame? Outer);

/// <summary>What a running deployment knows of resources.</summary>
public interface IResourceLookup
{
    /// <summary><c>reference(…)</c>: the runtime state of a resource of this deployment or any other.</summary>
    /// <exception cref="TemplateFault">It does not exist.</exception>
    /// <exception cref="LookupPending">It is not fetched yet.</exception>
    Value Reference(string nameOrId, string? apiVersion, bool full, EvaluationContext context);

    /// <summary><c>listKeys(…)</c> and its like.</summary>
    /// <exception cref="LookupPending">It is not fetched yet.</exception>
    Value List(string action, string nameOrId, string apiVersion, Value? body, EvaluationContext context);
}

/// <summary>Bounds the work of one deployment's evaluation, so that no template can hold a processor or fill the memory.</summary>
public sealed class EvaluationBudget
{
    private const long Steps = 20_000_000;
    private long _left = Steps;

    /// <param name="amount">Calls made, elements made, or characters made divided by 16.</param>
    public void Spend(long amount)
    {
        if (Interlocked.Add(ref _left, -amount) < 0)
        {
            throw new TemplateFault("The template needs more evaluation steps than are allowed for one deployment");
        }
    }
}
