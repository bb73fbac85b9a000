using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;

namespace Lazuli.Kernel.Http;

internal sealed record ProviderMatch(ProviderOperation Operation, RouteValueDictionary Values);

/// <summary>Finds the <see cref="ProviderOperation"/> that a path means, with ASP.NET's own template matcher.</summary>
internal sealed class ProviderRoutes(TypeRegistry registry)
{
    private readonly Dictionary<string, List<(ProviderOperation Operation, TemplateMatcher Matcher)>> _byNamespace = registry.Providers.ToDictionary(
        p => p.Namespace,
        p => p.Operations.Select(o => (o, new TemplateMatcher(TemplateParser.Parse(o.Template.TrimStart('/')), []))).ToList(),
        StringComparer.OrdinalIgnoreCase);

    public ProviderMatch? Match(ArmRequest request, ResourcePath path)
    {
        var ns = path.Namespace ?? path.Id.Type.Namespace;
        return Match(request, ns) ?? (ns.Equals("Microsoft.Resources", StringComparison.OrdinalIgnoreCase) ? null : Match(request, "Microsoft.Resources"));
    }

    private ProviderMatch? Match(ArmRequest request, string ns)
    {
        foreach (var (operation, matcher) in _byNamespace.GetValueOrDefault(ns) ?? [])
        {
            var values = new RouteValueDictionary();
            if (operation.Method == request.Method && matcher.TryMatch(request.Path.TrimEnd('/'), values))
            {
                return new ProviderMatch(operation, values);
            }
        }

        return null;
    }
}
