using Lazuli.Providers.Resources.Deployments.Language.Values;
using static Lazuli.Providers.Resources.Deployments.Language.Functions.Define;

namespace Lazuli.Providers.Resources.Deployments.Language.Functions;

/// <summary>createObject, items, null, objectKeys, shallowMerge.</summary>
internal static class ObjectFunctions
{
    public static IEnumerable<TemplateFunction> All =>
    [
        Holder("createObject", CreateObject),
        Function("null", 0, _ => NullValue.Instance),
        Function("items", 1, c => c.Made([.. Sorted(c.Object(0)).Select(p => new ObjectBuilder().Set("key", p.Key).Set("value", p.Value).Build())])),
        Function("objectKeys", 1, c => c.Made([.. Sorted(c.Object(0)).Select(p => Value.Of(p.Key))])),
        Function("shallowMerge", 1, ShallowMerge),
    ];

    private static IEnumerable<KeyValuePair<string, Value>> Sorted(ObjectValue o) => o.Properties.OrderBy(p => p.Key, StringComparer.OrdinalIgnoreCase);

    private static ObjectValue CreateObject(Call call)
    {
        if (call.Count % 2 != 0)
        {
            throw call.Fault("function requires an even number of parameters: names and values in turn");
        }

        var result = new ObjectBuilder();
        for (var i = 0; i < call.Count; i += 2)
        {
            result.Set(call.String(i), call[i + 1]);
        }

        return result.Build();
    }

    private static ObjectValue ShallowMerge(Call call)
    {
        var result = new ObjectBuilder();
        foreach (var item in call.List(0).Items)
        {
            foreach (var (name, value) in item is ObjectValue o ? o.Properties : throw call.Fault("every element must be an object"))
            {
                call.Context.Budget.Spend(1);
                result.Set(name, value);
            }
        }

        return result.Build();
    }
}
