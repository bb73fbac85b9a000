using Lazuli.Kernel.Ids;
using Lazuli.Providers.Resources.Deployments.Language.Expressions;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Language.Templates;

/// <summary>Where a template's resource goes: the deployment's scope, the one that <c>scope</c>, <c>resourceGroup</c> or <c>subscriptionId</c> name, or the parent it is nested in.</summary>
internal static class ResourceScopes
{
    public static ResourceId IdOf(Declaration declaration, string typeText, string name, EvaluationContext context, Expansion expansion)
    {
        if (!expansion.Types.TryGetValue(typeText, out var type) && (!ResourceTypeName.TryParse(typeText, out type) || !Array.TrueForAll(typeText.Split('/'), ResourcePath.IsSegment)))
        {
            throw TemplateFault.At($"The template resource '{name}' at line '{{line}}' and column '{{column}}' has an invalid type '{typeText}'. Please see https://aka.ms/arm-syntax-resources for usage details", declaration.Body.At, $"{declaration.Path}.type");
        }

        expansion.Types[typeText] = type;
        var names = name.Split('/');
        if (names.Length != type.Depth || names.Any(n => n.Length == 0))
        {
            throw TemplateFault.At(
                $"The template resource '{name}' for type '{type}' at line '{{line}}' and column '{{column}}' has incorrect segment lengths. A nested resource type must have identical number of segments as its resource name. "
                + "A root resource type must have segment length one greater than its resource name. Please see https://aka.ms/arm-syntax-resources for usage details",
                declaration.Body.At, $"{declaration.Path}.type");
        }

        var scope = declaration.Parent?.Id.Scope ?? ScopeOf(declaration, type, context, expansion);
        if (type.Equals(ResourceTypeName.ResourceGroup) && scope.IsSubscription)
        {
            return scope.Group(name);
        }

        // The old way to write an extension resource: virtualNetworks/providers/locks of the name net/Microsoft.Authorization/keep.
        return Array.TrueForAll(names, n => ResourcePath.IsSegment(n) && !n.Equals("providers", StringComparison.OrdinalIgnoreCase))
            ? scope.Resource(type, names) is var id && typeText.Contains("/providers/", StringComparison.OrdinalIgnoreCase) && ResourceId.TryParse(id.ToString(), out var extension) ? extension : id
            : throw TemplateFault.At($"The template resource name '{name}' at line '{{line}}' and column '{{column}}' is not valid. Please see https://aka.ms/arm-syntax-resources for usage details", declaration.Body.At, $"{declaration.Path}.name");
    }

    private static ResourceId ScopeOf(Declaration declaration, ResourceTypeName type, EvaluationContext context, Expansion expansion)
    {
        var own = context.Facts.Scope;
        if (type.Key == "microsoft.resources/deployments")
        {
            var subscription = Text(declaration, "subscriptionId", context);
            var group = Text(declaration, "resourceGroup", context);
            if (subscription is not null || group is not null)
            {
                var at = subscription is not null ? ResourceId.Subscription(subscription) : own.SubscriptionScope
                    ?? throw TemplateFault.At("A nested deployment to a resource group needs a subscriptionId at this scope", declaration.Body.At);
                return group is null ? at : at.Group(group);
            }
        }

        if (Text(declaration, "scope", context) is not { } text)
        {
            return own;
        }

        if (expansion.Names.Find(text) is [var target, ..])
        {
            return expansion.Resources[target].Id;
        }

        // A management group is one of the tenant's, wherever it is named.
        var below = own.IsTenant || text.StartsWith($"{ResourceTypeName.ManagementGroup}/", StringComparison.OrdinalIgnoreCase) ? "" : $"{own}";
        var full = text.StartsWith('/') ? text : $"{below}/providers/{Interleave(text)}";
        return ResourceId.TryParse(full, out var scope)
            ? scope
            : throw TemplateFault.At($"The scope '{text}' of the template resource at line '{{line}}' and column '{{column}}' is not valid. Please see https://aka.ms/arm-syntax-resources for usage details", declaration.Body.At, $"{declaration.Path}.scope");
    }

    /// <summary><c>NS/a/b/n1/n2</c> as <c>NS/a/n1/b/n2</c>; a top-level type reads the same both ways.</summary>
    private static string Interleave(string text)
    {
        var parts = text.Split('/');
        if (parts.Length <= 3 || parts.Length % 2 == 0)
        {
            return text;
        }

        var depth = (parts.Length - 1) / 2;
        return parts[0] + string.Concat(Enumerable.Range(0, depth).Select(i => $"/{parts[1 + i]}/{parts[1 + depth + i]}"));
    }

    private static string? Text(Declaration declaration, string member, EvaluationContext context)
        => declaration.Body[member] is { } value && ValueEvaluator.Evaluate(value, context) is StringValue { Data.Length: > 0 } s ? s.Data : null;
}
