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

    /// <summary>In the expression of a parameter that the deployment is given, where alone <c>externalInputs</c> is allowed.</summary>
    public bool InParameterExpression { get; private init; }

    /// <summary>The arguments of the user function being evaluated; null outside of one.</summary>
    public ObjectValue? FunctionArguments { get; init; }

    public EvaluationContext With(CopyFrame copy) => Derive(copy, Lambda, InParameterDefault, FunctionArguments, Resources);

    public EvaluationContext With(LambdaFrame lambda) => Derive(Copy, lambda, InParameterDefault, FunctionArguments, Resources);

    public EvaluationContext With(IResourceLookup resources) => Derive(Copy, Lambda, InParameterDefault, FunctionArguments, resources);

    public EvaluationContext ForParameterDefault() => Derive(null, null, true, null, null);

    public EvaluationContext ForParameterExpression() => new() { Scope = Scope, Facts = Facts, Budget = Budget, InParameterExpression = true };

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
        for (var caller = Caller; caller is not null; caller = caller.Caller)
        {
            if (!Scope.Template.IsVersion2 || ReferenceEquals(caller.Function, function))
            {
                throw new TemplateFault($"The template function '{call.Namespace}.{call.Name}' is not expected at this location: a user-defined function can't call {(ReferenceEquals(caller.Function, function) ? "itself" : "another")}. Please see https://aka.ms/arm-functions for usage details");
            }
        }

        var inside = new EvaluationContext { Scope = Scope, Facts = Facts, Budget = Budget, FunctionArguments = function.Bind(call, this), Caller = new(function, Caller) };
        var value = ValueEvaluator.Evaluate(function.Output, inside);
        if (!value.HasUnknown && function.OutputType["type"] is not null)
        {
            new TypeChecker(Scope.Definitions, this).Check(function.OutputType, value, function.Name);
        }

        return value;
    }

    /// <summary>The user functions under way, innermost first.</summary>
    private FunctionFrame? Caller { get; init; }

    private EvaluationContext Derive(CopyFrame? copy, LambdaFrame? lambda, bool parameterDefault, ObjectValue? arguments, IResourceLookup? resources) => new()
    {
        Scope = Scope,
        Facts = Facts,
        Budget = Budget,
        Resources = resources,
        Copy = copy,
        Lambda = lambda,
        InParameterDefault = parameterDefault,
        InParameterExpression = InParameterExpression,
        FunctionArguments = arguments,
        Caller = Caller,
    };
}

/// <summary>One turn of a copy loop.</summary>
public sealed record CopyFrame(string Name, int Index, CopyFrame? Outer, bool OfProperty);

/// <summary>One lambda variable.</summary>
public sealed record LambdaFrame(string Name, Value Value, LambdaFrame? Outer);

/// <summary>One user function that is being evaluated.</summary>
public sealed record FunctionFrame(UserFunction Function, FunctionFrame? Caller);

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

/// <summary>
/// Bounds the work of one evaluation, so that no template can hold a processor or fill the memory: a step takes at most about 100 nanoseconds of processor time, all of them
/// less than a tenth of a second.
/// </summary>
public sealed class EvaluationBudget
{
    /// <summary>A thousand for each of the most resources that a template may have.</summary>
    public const long Steps = 800_000;
    private long _left = Steps;

    /// <summary>What was spent.</summary>
    public long Spent => Steps - _left;

    /// <param name="amount">Calls made, elements made or compared, or characters made divided by 16.</param>
    /// <exception cref="TemplateFault">Nothing is left.</exception>
    public void Spend(long amount)
    {
        if ((_left -= amount) < 0)
        {
            throw new TemplateFault("The template needs more evaluation steps than are allowed for one deployment");
        }
    }

    /// <summary>A running deployment evaluates again and again, as its resources come into being: each time with the whole.</summary>
    public void Renew() => _left = Steps;
}
