using Lazuli.Providers.Resources.Deployments.Language.Expressions;
using Lazuli.Providers.Resources.Deployments.Language.Values;
using static Lazuli.Providers.Resources.Deployments.Language.Functions.Define;

namespace Lazuli.Providers.Resources.Deployments.Language.Functions;

/// <summary>array, createArray, intersection, range, union…: those that make arrays, or pick from them.</summary>
internal static class ArrayFunctions
{
    private const int MaxRange = 10_000;

    public static IEnumerable<TemplateFunction> All =>
    [
        Function("array", 1, c => c[0] is ArrayValue ? c[0] : c.Made([c[0]])),
        Holder("createArray", c => c.Made(c.Arguments)),
        Function("range", 2, Range),
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
                call.Context.Budget.Spend(result.Count);
                result = Merge(result, call.Object(i));
            }

            return result;
        }

        var items = new List<Value>();
        for (var i = 0; i < call.Count; i++)
        {
            foreach (var item in call.List(i).Items)
            {
                call.Context.Budget.Spend(1 + (items.Count / 8));
                if (!items.Exists(other => Value.Equal(other, item)))
                {
                    items.Add(item);
                }
            }
        }

        return call.Made(items);
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
            var result = new ObjectBuilder();
            foreach (var (name, value) in first.Properties)
            {
                if (Enumerable.Range(1, call.Count - 1).All(i => call.Object(i).TryGet(name, out var other) && Value.Equal(value, other)))
                {
                    result.Set(name, value);
                }
            }

            return result.Build();
        }

        var items = new List<Value>();
        foreach (var item in call.List(0).Items)
        {
            call.Context.Budget.Spend(call.Count);
            if (!items.Exists(i => Value.Equal(i, item))
                && Enumerable.Range(1, call.Count - 1).All(i => call.List(i).Items.Any(other => Value.Equal(item, other))))
            {
                items.Add(item);
            }
        }

        return call.Made(items);
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
