using Lazuli.Providers.Resources.Deployments.Language.Expressions;
using Lazuli.Providers.Resources.Deployments.Language.Values;
using static Lazuli.Providers.Resources.Deployments.Language.Functions.Define;

namespace Lazuli.Providers.Resources.Deployments.Language.Functions;

/// <summary>reference, references, resourceInfo and list…: all but the third ask for resources as they are while the deployment runs.</summary>
internal static class RuntimeFunctions
{
    public static IEnumerable<TemplateFunction> All =>
    [
        Runtime("reference", 1, 3, c => Resources(c).Reference(c.String(0), c.OptionalString(1) is { } v && !IsFull(v) ? v : null, Full(c), c.Context)),
        Runtime("references", 1, 2, References),
        Function("resourceInfo", 1, c => c.Context.Scope.ResourceInfo(c.String(0))
            ?? throw new TemplateFault($"The template function 'resourceInfo' refers to '{c.String(0)}', which is not the symbolic name of a resource declared before. Please see https://aka.ms/arm-functions for usage details")),
    ];

    /// <summary>Any <c>list…</c> action of a resource.</summary>
    public static TemplateFunction List { get; } = Runtime("list*", 2, 3, c => Resources(c).List(c.Name, c.String(0), c.String(1), c.Has(2) ? c[2] : null, c.Context));

    private static bool IsFull(string text) => text.Equals("Full", StringComparison.OrdinalIgnoreCase);

    private static bool Full(Call call)
    {
        var last = call.Count > 1 ? call.OptionalString(call.Count - 1) : null;
        return last is not null && IsFull(last)
            || (call.Count == 3 && last is not null ? throw call.Fault("the third parameter, when there is one, must be 'Full'") : false);
    }

    private static IResourceLookup Resources(Call call) => call.Context.Resources
        ?? throw new TemplateFault($"The template function '{call.Name}' is not expected at this location. Please see https://aka.ms/arm-functions for usage details");

    private static ArrayValue References(Call call)
    {
        if (call.Context.Copy is { OfProperty: false })
        {
            throw new TemplateFault("The template function 'references' is not expected at this location: it can't be used in a resource with copy. Please see https://aka.ms/arm-functions#references for usage details");
        }

        var name = call.String(0);
        var count = call.Context.Scope.CopyCount(name) ?? throw call.Fault($"'{name}' is not the symbolic name of a resource with a copy loop");
        var resources = Resources(call);
        var full = call.Count == 2 && call.String(1) is var form && (IsFull(form) || (form.Equals("Properties", StringComparison.OrdinalIgnoreCase) ? false : throw call.Fault("the second parameter, when there is one, must be 'Full' or 'Properties'")));
        var names = Enumerable.Range(0, count).Select(i => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}[{i}]")).Where(call.Context.Scope.IsDeployed);
        return call.Made([.. names.Select(n => resources.Reference(n, null, full, call.Context))]);
    }
}
