using Lazuli.Providers.ResourceGraph.Kql.Values;
using static Lazuli.Providers.ResourceGraph.Kql.Functions.Define;

namespace Lazuli.Providers.ResourceGraph.Kql.Functions;

/// <summary>Functions over property bags.</summary>
internal static class BagFunctions
{
    public static IEnumerable<KqlFunction> All =>
    [
        Function("bag_pack", 0, Any, ValueKind.Dynamic, Pack),
        Function("pack", 0, Any, ValueKind.Dynamic, Pack),
        Function("pack_dictionary", 0, Any, ValueKind.Dynamic, Pack),
        Function("bag_keys", 1, ValueKind.Dynamic, a => Bag(a[0]) is { } bag ? Value.Of([.. bag.Properties.Select(p => Value.Of(p.Key))]) : Value.Null),
        Function("bag_has_key", 2, ValueKind.Bool, a => Bag(a[0]) is { } bag ? Value.Of(bag.Properties.Any(p => p.Key == a[1].ToText())) : Value.Null),
        Function("bag_merge", 2, 64, ValueKind.Dynamic, a => a.Any(v => Bag(v) is not null) ? Merge(a) : Value.Null),
        Function("bag_remove_keys", 2, ValueKind.Dynamic, a => Bag(a[0]) is { } bag && ArrayFunctions.Items(a[1])?.Select(k => k.ToText()).ToHashSet() is { } keys
            ? Value.Of(new BagValue(bag.Properties.Where(p => !keys.Contains(p.Key)))) : a[0]),
        Function("bag_set_key", 3, ValueKind.Dynamic, a => Bag(a[0]) is { } bag ? Value.Of(new BagValue(bag.Properties.Append(new(a[1].ToText(), a[2])))) : Value.Null),
        Function("bag_zip", 2, ValueKind.Dynamic, Zip),
        Function("treepath", 1, ValueKind.Dynamic, a => a[0].AsDynamic is null ? Value.Null : Value.Of([.. Paths(a[0], "").Distinct().Select(Value.Of)])),
    ];

    private static DynamicValue? Bag(Value value) => value.AsDynamic is { IsArray: false } bag ? bag : null;

    // bag_pack('a', 1, 'b', 2)
    private static Value Pack(Value[] a)
    {
        if (a.Length % 2 != 0)
        {
            throw KqlFault.Means("bag_pack() takes names and values in turn.");
        }

        return Value.Of(new BagValue(Enumerable.Range(0, a.Length / 2).Select(i => KeyValuePair.Create(a[2 * i].ToText(), a[(2 * i) + 1]))));
    }

    // Of a name that several have, the leftmost counts.
    private static Value Merge(Value[] a)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return Value.Of(new BagValue(a.SelectMany(v => Bag(v)?.Properties ?? []).Where(p => seen.Add(p.Key))));
    }

    private static Value Zip(Value[] a)
        => ArrayFunctions.Items(a[0]) is { } names && ArrayFunctions.Items(a[1]) is { } values
            ? Value.Of(new BagValue(names.Select((n, i) => KeyValuePair.Create(n.ToText(), i < values.Count ? values[i] : Value.Null))))
            : Value.Null;

    private static IEnumerable<string> Paths(Value value, string prefix)
    {
        if (value.AsDynamic is not { } inside)
        {
            yield break;
        }

        foreach (var item in inside.Items)
        {
            yield return $"{prefix}[0]";
            foreach (var path in Paths(item, $"{prefix}[0]"))
            {
                yield return path;
            }
        }

        foreach (var (name, item) in inside.Properties)
        {
            yield return $"{prefix}['{name}']";
            foreach (var path in Paths(item, $"{prefix}['{name}']"))
            {
                yield return path;
            }
        }
    }
}
