using Lazuli.Providers.Resources.Deployments.Language.Expressions;
using Lazuli.Providers.Resources.Deployments.Language.Values;
using static Lazuli.Providers.Resources.Deployments.Language.Functions.Define;

namespace Lazuli.Providers.Resources.Deployments.Language.Functions;

/// <summary>array, createArray, distinct, intersection, range, union…: those that make arrays, or pick from them.</summary>
internal static class ArrayFunctions
{
    private const int MaxRange = 10_000;

    public static IEnumerable<TemplateFunction> All =>
    [
        Function("array", 1, c => c[0] is ArrayValue ? c[0] : c.Made([c[0]])),
        Holder("createArray", c => c.Made(c.Arguments)),
        Function("range", 2, Range),
        Function("distinct", 1, c => Distinct(c, c.List(0).Items)),
        Function("union", 2, TemplateFunction.Any, Union),
        Function("intersection", 2, TemplateFunction.Any, Intersection),
        Function("indexFromEnd", 2, c => FromEnd(c) ?? throw c.Fault($"the index '{c.Integer(1)}' from the end is out of bounds")),
        Function("tryIndexFromEnd", 2, c => FromEnd(c) ?? NullValue.Instance),
        Function("tryGet", 2, TemplateFunction.Any, TryGet),
        Function("flatten", 1, c => c.Made([.. c.List(0).Items.SelectMany(i => i is ArrayValue a ? a.Items : throw c.Fault("every element must be an array"))])),
    ];

    private static ArrayValue Range(Call call)
    {
        var start = call.Integer(0);
        var count = call.Integer(1);
        if (count is < 0 or > MaxRange || start < int.MinValue || start > int.MaxValue || start + count > int.MaxValue)
        {
            throw call.Fault($"the count must be between 0 and {MaxRange}, and the sum of both no more than {int.MaxValue}");
        }

        var items = new Value[count];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = Value.Of(start + i);
        }

        return call.Made(items);
    }

    private static Value Union(Call call)
    {
        if (call[0] is ObjectValue first)
        {
            var result = first;
            for (var i = 1; i < call.Count; i++)
            {
                call.Context.Budget.Spend(result.Weight + call.Object(i).Weight);
                result = Merge(result, call.Object(i));
            }

            return result;
        }

        return Distinct(call, Enumerable.Range(0, call.Count).SelectMany(i => call.List(i).Items));
    }

    private static ArrayValue Distinct(Call call, IEnumerable<Value> source)
    {
        var seen = new HashSet<Value>(ValueComparer.Instance);
        var items = new List<Value>();
        foreach (var item in source)
        {
            call.Context.Budget.Spend(item.Weight);
            if (seen.Add(item))
            {
                items.Add(item);
            }
        }

        return call.Made([.. items]);
    }

    private static ObjectValue Merge(ObjectValue a, ObjectValue b)
    {
        var result = new ObjectBuilder();
        foreach (var (name, value) in a.Properties)
        {
            result.Set(name, value);
        }

        foreach (var (name, value) in b.Properties)
        {
            result.Set(name, value is ObjectValue inner && a[name] is ObjectValue outer ? Merge(outer, inner) : value);
        }

        return result.Build();
    }

    private static Value Intersection(Call call)
    {
        if (call[0] is ObjectValue first)
        {
            for (var i = 1; i < call.Count; i++)
            {
                _ = call.Object(i);
            }

            var result = new ObjectBuilder();
            foreach (var (name, value) in first.Properties)
            {
                if (Enumerable.Range(1, call.Count - 1).All(i => call.Object(i).TryGet(name, out var other) && call.Equal(value, other)))
                {
                    result.Set(name, value);
                }
            }

            return result.Build();
        }

        var others = new List<HashSet<Value>>();
        for (var i = 1; i < call.Count; i++)
        {
            call.Context.Budget.Spend(call.List(i).Weight);
            others.Add(new(call.List(i).Items, ValueComparer.Instance));
        }

        return Distinct(call, call.List(0).Items.Where(item => others.TrueForAll(o => o.Contains(item))));
    }

    private static Value? FromEnd(Call call)
    {
        var items = call.List(0).Items;
        var index = call.Integer(1);
        return index >= 1 && index <= items.Count ? items[^(int)index] : null;
    }

    private static Value TryGet(Call call)
    {
        Value? current = call[0];
        for (var i = 1; i < call.Count && current is not null; i++)
        {
            current = Access.TryIndex(current, call[i]);
        }

        return current ?? NullValue.Instance;
    }
}
