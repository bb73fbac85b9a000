using System.Diagnostics.CodeAnalysis;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Language.Expressions;

/// <summary>Evaluation needs something of a resource that has to be fetched first: fetch it, then evaluate again.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "Always made with the request.")]
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "Not an error.")]
public sealed class LookupPending(LookupRequest request) : Exception(request.ResourceId)
{
    public LookupRequest Request { get; } = request;
}

/// <summary>A GET of the resource, or with <see cref="Action"/> a POST of that action.</summary>
public sealed record LookupRequest(string ResourceId, string? ApiVersion, string? Action, string? Body);

/// <summary>A lambda and what it closes over; the value of <c>lambda(…)</c>, known only to the functions that take one.</summary>
public sealed class LambdaValue(IReadOnlyList<string> names, Expression body, EvaluationContext context) : Value
{
    public override string TypeName => "Lambda";

    public static TemplateFault Misplaced() => new("A lambda stands only where a function takes one. Please see https://aka.ms/arm-functions#lambda for usage details");

    public int Arity => names.Count;

    public Value Call(params ReadOnlySpan<Value> arguments)
    {
        var frame = context.Lambda;
        for (var i = 0; i < names.Count && i < arguments.Length; i++)
        {
            frame = new(names[i], arguments[i], frame);
        }

        context.Step();
        return body.Evaluate(frame is null ? context : context.With(frame));
    }
}
