using Lazuli.Providers.Resources.Deployments.Language.Expressions;
using Lazuli.Providers.Resources.Deployments.Language.Values;
using static Lazuli.Providers.Resources.Deployments.Language.Functions.Define;

namespace Lazuli.Providers.Resources.Deployments.Language.Functions;

/// <summary>lambda and lambdaVariables, and the functions that take lambdas: filter, groupBy, map, mapValues, reduce, sort, toObject.</summary>
internal static class LambdaFunctions
{
    public static IEnumerable<TemplateFunction> All =>
    [
        Lazy("lambda", 1, 16, Lambda),
        Function("lambdaVariables", 1, Variable),
        OverLambda("map", 2, 2, c => Over(c, (l, item, i) => Call(l, item, i))),
        OverLambda("filter", 2, 2, Filter),
        OverLambda("reduce", 3, 3, Reduce),
        OverLambda("sort", 2, 2, Sort),
        OverLambda("toObject", 2, 3, ToObject),
        OverLambda("groupBy", 2, 3, GroupBy),
        OverLambda("mapValues", 2, 2, MapValues),
    ];

    private static LambdaValue Lambda(CallExpression call, EvaluationContext context)
    {
        var names = new string[call.Arguments.Count - 1];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = call.Arguments[i] is LiteralExpression { Value: StringValue s }
                ? s.Data
                : throw new TemplateFault("The variables of a lambda must be string literals. Please see https://aka.ms/arm-functions#lambda for usage details");
        }

        return new(names, call.Arguments[^1], context);
    }

    private static Value Variable(Call call)
    {
        for (var frame = call.Context.Lambda; frame is not null; frame = frame.Outer)
        {
            if (frame.Name.Equals(call.String(0), StringComparison.OrdinalIgnoreCase))
            {
                return frame.Value;
            }
        }

        throw call.Fault($"there is no lambda variable '{call.String(0)}' at this location");
    }

    private static Value Call(LambdaValue lambda, Value item, int index) => lambda.Arity == 2 ? lambda.Call(item, Value.Of(index)) : lambda.Call(item);

    private static ArrayValue Over(Call call, Func<LambdaValue, Value, int, Value> body)
    {
        var lambda = call.Lambda(1, 1, 2);
        return call.Made([.. call.List(0).Items.Select((item, i) => body(lambda, item, i))]);
    }

    private static ArrayValue Filter(Call call)
    {
        var lambda = call.Lambda(1, 1, 2);
        return call.Made([.. call.List(0).Items.Where((item, i) => Truth(call, Call(lambda, item, i)))]);
    }

    private static bool Truth(Call call, Value value) => value is BooleanValue b ? b.Data : throw call.Fault("the lambda must give a boolean");

    private static string Key(Call call, Value value) => value is StringValue s ? s.Data : throw call.Fault("the lambda for the key must give a string");

    private static Value Reduce(Call call)
    {
        var lambda = call.Lambda(2, 2, 3);
        var result = call[1];
        var items = call.List(0).Items;
        for (var i = 0; i < items.Count; i++)
        {
            result = lambda.Arity == 3 ? lambda.Call(result, items[i], Value.Of(i)) : lambda.Call(result, items[i]);
        }

        return result;
    }

    private static ArrayValue Sort(Call call)
    {
        // A stable merge sort of our own: the order that a template states may contradict itself, which other sorts take ill.
        var lambda = call.Lambda(1, 2, 2);
        var items = call.List(0).Items.ToArray();
        var buffer = new Value[items.Length];
        for (var width = 1; width < items.Length; width *= 2)
        {
            for (var start = 0; start < items.Length; start += 2 * width)
            {
                var middle = Math.Min(start + width, items.Length);
                var end = Math.Min(start + (2 * width), items.Length);
                for (int left = start, right = middle, at = start; at < end; at++)
                {
                    var takeRight = left >= middle || (right < end && Truth(call, lambda.Call(items[right], items[left])));
                    buffer[at] = takeRight ? items[right++] : items[left++];
                }
            }

            (items, buffer) = (buffer, items);
        }

        return call.Made(items);
    }

    private static ObjectValue ToObject(Call call)
    {
        var key = call.Lambda(1, 1, 1);
        var value = call.Count > 2 ? call.Lambda(2, 1, 1) : null;
        var result = new ObjectBuilder();
        foreach (var item in call.List(0).Items)
        {
            result.Set(Key(call, key.Call(item)), value is null ? item : value.Call(item));
        }

        return result.Build();
    }

    private static ObjectValue GroupBy(Call call)
    {
        var key = call.Lambda(1, 1, 1);
        var value = call.Count > 2 ? call.Lambda(2, 1, 1) : null;
        var groups = call.List(0).Items.GroupBy(item => Key(call, key.Call(item)), item => value is null ? item : value.Call(item), StringComparer.OrdinalIgnoreCase);
        return new([.. groups.Select(g => KeyValuePair.Create<string, Value>(g.Key, new ArrayValue(g)))]);
    }

    private static ObjectValue MapValues(Call call)
    {
        var lambda = call.Lambda(1, 1, 1);
        return new([.. call.Object(0).Properties.Select(p => KeyValuePair.Create(p.Key, lambda.Call(p.Value)))]);
    }
}
