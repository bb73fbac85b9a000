using Lazuli.Providers.Resources.Deployments.Language.Values;
using static Lazuli.Providers.Resources.Deployments.Language.Functions.Define;

namespace Lazuli.Providers.Resources.Deployments.Language.Functions;

/// <summary>resourceId and its family. The type's segments say how many names follow; what stands before the type is the scope.</summary>
internal static class ResourceIdFunctions
{
    public static IEnumerable<TemplateFunction> All =>
    [
        Function("resourceId", 2, TemplateFunction.Any, ResourceId),
        Function("subscriptionResourceId", 2, TemplateFunction.Any, SubscriptionResourceId),
        Function("tenantResourceId", 2, TemplateFunction.Any, c => c.Text(Tail(c, TypeAt(c, 0)))),
        Function("managementGroupResourceId", 2, TemplateFunction.Any, ManagementGroupResourceId),
        Function("extensionResourceId", 3, TemplateFunction.Any, c => c.Text(c.String(0).TrimEnd('/') + Tail(c, TypeAt(c, 1, 1)))),
    ];

    private static StringValue ResourceId(Call call)
    {
        var at = TypeAt(call, 2);
        var scope = call.Context.Facts.Scope;
        var subscription = at == 2 ? call.String(0) : scope.SubscriptionId;
        var group = at > 0 ? call.String(at - 1) : scope.ResourceGroup;
        var prefix = subscription is null ? "" : group is null ? $"/subscriptions/{subscription}" : $"/subscriptions/{subscription}/resourceGroups/{group}";
        if (at == 1 && scope.ResourceGroup is null)
        {
            // At subscription scope the one thing before the type is the subscription.
            prefix = $"/subscriptions/{group}";
        }

        return call.Text(prefix + Tail(call, at));
    }

    private static StringValue SubscriptionResourceId(Call call)
    {
        var at = TypeAt(call, 1);
        var subscription = at == 1 ? call.String(0) : call.Context.Facts.Scope.SubscriptionId
            ?? throw call.Fault("the deployment has no subscription: name one");
        return call.Text($"/subscriptions/{subscription}{Tail(call, at)}");
    }

    private static StringValue ManagementGroupResourceId(Call call)
    {
        var at = TypeAt(call, 1);
        var group = at == 1 ? call.String(0) : (call.Context.Facts.ManagementGroup?["name"] as StringValue)?.Data
            ?? throw call.Fault("the deployment has no management group: name one");
        return call.Text($"/providers/Microsoft.Management/managementGroups/{group}{Tail(call, at)}");
    }

    /// <summary>The place of the type: the first argument, from <paramref name="first"/> on, with a slash in it.</summary>
    private static int TypeAt(Call call, int most, int first = 0)
    {
        for (var i = first; i <= most && i < call.Count; i++)
        {
            if (call[i] is StringValue s && s.Data.Contains('/', StringComparison.Ordinal))
            {
                return i;
            }
        }

        throw call.Fault("a fully qualified resource type, such as 'Microsoft.Network/virtualNetworks', is expected");
    }

    private static string Tail(Call call, int at)
    {
        // Azure takes a type with a slash at its end, and names that are integers.
        var types = call.String(at).TrimEnd('/').Split('/');
        var names = new List<string>();
        for (var i = at + 1; i < call.Count; i++)
        {
            names.Add(call[i] is IntegerValue n ? StringFunctions.ToText(n) : call.String(i));
        }

        if (names.Count != types.Length - 1)
        {
            throw call.Fault($"the type '{call.String(at)}' requires '{types.Length - 1}' resource name argument(s), and '{names.Count}' were provided");
        }

        return $"/providers/{types[0]}" + string.Concat(names.Select((name, i) => $"/{types[i + 1]}/{name}"));
    }
}
