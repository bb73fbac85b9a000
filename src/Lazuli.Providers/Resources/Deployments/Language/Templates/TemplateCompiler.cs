using Lazuli.Kernel.Errors;
using Lazuli.Providers.Resources.Deployments.Language.Expressions;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Language.Templates;

/// <summary>
/// Makes a <see cref="CompiledTemplate"/> of a template and its parameter values: everything that can be known before the deployment runs is checked here, and all
/// faults of parameters and of resources are reported together. Pure: it touches nothing but its arguments.
/// </summary>
public static class TemplateCompiler
{
    /// <param name="source">The template.</param>
    /// <param name="parameters"><c>{ name: { value } }</c>.</param>
    /// <param name="facts">What the deployment knows of its surroundings.</param>
    public static Result<CompiledTemplate> Compile(ObjectValue source, ObjectValue parameters, DeploymentFacts facts)
    {
        try
        {
            ExpressionCheck.Check(source);
            var template = Template.Parse(source);
            var scope = new TemplateScope(template);
            var context = new EvaluationContext { Scope = scope, Facts = facts, Budget = new() };
            var faults = new FaultList(source.At);
            ParameterBinder.Bind(template, parameters, context, faults);
            if (faults.Any)
            {
                return faults.ToError();
            }

            scope.EvaluateVariables(context);
            var expansion = ResourceExpander.Expand(template, context, faults);
            if (faults.Any)
            {
                return faults.ToError();
            }

            var compiled = new CompiledTemplate(template, context, expansion.Resources, expansion.Names);
            DependencyResolver.Resolve(compiled, expansion, faults);
            if (faults.Any)
            {
                return faults.ToError();
            }

            return compiled.Outputs(new ReferenceRecorder(expansion.Names)).Ok(out _, out var error) ? compiled : error;
        }
        catch (TemplateFault fault)
        {
            return fault.ToArmError(source.At);
        }
    }
}

/// <summary>Faults found side by side.</summary>
internal sealed class FaultList(Position origin)
{
    private readonly List<ArmError> _errors = [];

    public bool Any => _errors.Count > 0;

    public void Add(TemplateFault fault) => _errors.Add(fault.ToArmError(origin));

    public void Add(ArmError error) => _errors.Add(error);

    public void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (TemplateFault fault)
        {
            Add(fault);
        }
    }

    public ArmError ToError() => ArmError.Combine(_errors);
}
