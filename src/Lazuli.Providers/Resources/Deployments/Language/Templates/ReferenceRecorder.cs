using Lazuli.Providers.Resources.Deployments.Language.Expressions;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Language.Templates;

/// <summary>Stands in for resources while a template is compiled: notes which are asked for by name (an implicit dependency) and answers that it is not known yet.</summary>
internal sealed class ReferenceRecorder(ResourceNames names) : IResourceLookup
{
    private HashSet<int>? _referred;

    public IReadOnlyCollection<int> Referred => _referred ?? (IReadOnlyCollection<int>)[];

    public Value Reference(string nameOrId, string? apiVersion, bool full, EvaluationContext context)
    {
        Note(nameOrId, "reference");
        return new UnknownValue(Call("reference", [nameOrId, .. apiVersion is null ? (string[])[] : [apiVersion], .. full ? (string[])["Full"] : []]));
    }

    public Value List(string action, string nameOrId, string apiVersion, Value? body, EvaluationContext context)
    {
        Note(nameOrId, action);
        return new UnknownValue(Call(action, [nameOrId, apiVersion]));
    }

    private static CallExpression Call(string name, IEnumerable<string> arguments)
        => new(null, name, [.. arguments.Select(a => new LiteralExpression(Value.Of(a)))]);

    private void Note(string nameOrId, string function)
    {
        if (nameOrId.StartsWith('/'))
        {
            return;
        }

        var found = names.Find(nameOrId);
        if (found.Count == 0)
        {
            throw new TemplateFault(function == "reference"
                ? $"The template reference '{nameOrId}' is not valid: could not find template resource or resource copy with this name. Please see https://aka.ms/arm-function-reference for usage details"
                : $"The template function '{function}' refers to the resource '{nameOrId}', which is not defined in the template. Please see https://aka.ms/arm-syntax for usage details");
        }

        (_referred ??= []).UnionWith(found);
    }
}
