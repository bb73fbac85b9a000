using System.Globalization;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments;

/// <summary>
/// The properties by which two states of a resource differ, as what-if tells them: Create, Delete, Modify, Array (with its elements), NoEffect for what is stated and not
/// taken. Left out is what Azure leaves out: what the service sets by itself, the order of named elements, the casing of ids, and the way a location is written.
/// </summary>
internal static class PropertyDelta
{
    public const string NoEffect = "NoEffect";
    private static readonly string[] OfTheResource = ["id", "name", "type", "etag", "apiVersion", "systemData"];
    private static readonly string[] NeverShown = ["adminPassword", "customData", "userData", "password", "protectedSettings", "secret", "value", "keyData"];

    /// <param name="before">What GET shows.</param>
    /// <param name="after">What it would show.</param>
    /// <param name="stated">What the template says: what it does not, and only appears or differs, is the service's own.</param>
    public static List<Value> Of(ObjectValue before, ObjectValue after, ObjectValue stated)
    {
        var delta = new List<Value>();
        foreach (var name in Names(before, after).Where(n => !OfTheResource.Contains(n, StringComparer.OrdinalIgnoreCase)))
        {
            Compare(name, before[name], after[name], stated[name], delta);
        }

        foreach (var (name, value) in stated.Properties.Where(p => !OfTheResource.Contains(p.Key, StringComparer.OrdinalIgnoreCase)))
        {
            AddIneffective(name, after[name], value, delta);
        }

        return delta;
    }

    public static bool IsNothing(Value? value) => value is null or NullValue or ObjectValue { Count: 0 } or ArrayValue { Items.Count: 0 };

    public static bool IsNeverShown(string name) => NeverShown.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether what is stated and what is shown mean the same: a service may write a name or a location in its own way.</summary>
    public static bool Alike(Value stated, Value shown)
        => Same(stated, shown) || (stated is StringValue a && shown is StringValue b && Plain(a.Data) == Plain(b.Data));

    private static bool Same(Value a, Value b)
        => (a is StringValue { Data: ['/', ..] } x && b is StringValue y && x.Data.Equals(y.Data, StringComparison.OrdinalIgnoreCase)) || Value.Equal(a, b);

    /// <summary>By what an element of a list is known: its name, else its id.</summary>
    public static string? KeyOf(Value item) => item is ObjectValue o ? (o["name"] as StringValue ?? o["id"] as StringValue)?.Data : null;

    private static void Compare(string path, Value? before, Value? after, Value? stated, List<Value> delta)
    {
        if (IsNothing(before) && IsNothing(after))
        {
            return;
        }

        switch (before, after)
        {
            case (_, null or NullValue):
                delta.Add(Entry(path, "Delete", before, null));
                break;
            case (null or NullValue, _):
                if (!IsNothing(stated))
                {
                    delta.Add(Entry(path, "Create", null, after));
                }

                break;
            case (ObjectValue a, ObjectValue b):
                foreach (var name in Names(a, b))
                {
                    Compare($"{path}.{name}", a[name], b[name], (stated as ObjectValue)?[name], delta);
                }

                break;
            case (ArrayValue a, ArrayValue b):
                if (Elements(a, b, stated as ArrayValue) is { Count: > 0 } children)
                {
                    delta.Add(new ObjectBuilder().Set("path", path).Set("propertyChangeType", "Array").Set("children", new ArrayValue(children)).Build());
                }

                break;
            default:
                if (!IsNothing(stated) && !Same(before, after))
                {
                    delta.Add(Entry(path, "Modify", before, after));
                }

                break;
        }
    }

    private static List<Value> Elements(ArrayValue before, ArrayValue after, ArrayValue? stated)
    {
        var keyed = before.Items.Concat(after.Items).All(i => KeyOf(i) is not null);
        return keyed || before.Items.Concat(after.Items).Any(i => i is ObjectValue or ArrayValue) ? Things(before, after, stated) : Plain(before, after);
    }

    private static List<Value> Things(ArrayValue before, ArrayValue after, ArrayValue? stated)
    {
        var changes = new List<Value>();
        for (var i = 0; i < before.Items.Count; i++)
        {
            if (Overlay.Counterpart(before.Items[i], i, after) is null)
            {
                changes.Add(Entry(Place(i), "Delete", before.Items[i], null));
            }
        }

        for (var i = 0; i < after.Items.Count; i++)
        {
            var (old, said) = (Overlay.Counterpart(after.Items[i], i, before), Overlay.Counterpart(after.Items[i], i, stated));
            var inside = new List<Value>();
            if (old is null)
            {
                changes.Add(Entry(Place(i), "Create", null, after.Items[i]));
            }
            else if (old is ObjectValue a && after.Items[i] is ObjectValue b)
            {
                foreach (var name in Names(a, b).Where(n => n is not ("id" or "etag" or "type")))
                {
                    Compare(name, a[name], b[name], (said as ObjectValue)?[name], inside);
                }

                if (inside.Count > 0)
                {
                    changes.Add(new ObjectBuilder().Set("path", Place(i)).Set("propertyChangeType", "Modify").Set("before", old).Set("after", after.Items[i]).Set("children", new ArrayValue(inside)).Build());
                }
            }
            else if (!Same(old, after.Items[i]))
            {
                changes.Add(Entry(Place(i), "Modify", old, after.Items[i]));
            }
        }

        return changes;
    }

    // What was taken out and put in; only when neither, what stands elsewhere.
    private static List<Value> Plain(ArrayValue before, ArrayValue after)
    {
        var changes = new List<Value>();
        changes.AddRange(before.Items.Index().Where(x => !after.Items.Any(y => Same(x.Item, y))).Select(x => Entry(Place(x.Index), "Delete", x.Item, null)));
        changes.AddRange(after.Items.Index().Where(x => !before.Items.Any(y => Same(x.Item, y))).Select(x => Entry(Place(x.Index), "Create", null, x.Item)));
        if (changes.Count == 0)
        {
            changes.AddRange(after.Items.Index().Where(x => x.Index >= before.Items.Count || !Same(before.Items[x.Index], x.Item))
                .Select(x => x.Index < before.Items.Count ? Entry(Place(x.Index), "Modify", before.Items[x.Index], x.Item) : Entry(Place(x.Index), "Create", null, x.Item)));
            changes.AddRange(before.Items.Index().Skip(after.Items.Count).Select(x => Entry(Place(x.Index), "Delete", x.Item, null)));
        }

        return changes;
    }

    // A plain value that is stated and shown differently is one that the service decides.
    private static void AddIneffective(string path, Value? after, Value stated, List<Value> delta)
    {
        if (stated is ObjectValue said && after is ObjectValue shown)
        {
            foreach (var (name, value) in said.Properties)
            {
                AddIneffective($"{path}.{name}", shown[name], value, delta);
            }
        }
        else if (stated is StringValue or IntegerValue or BooleanValue && after is StringValue or IntegerValue or BooleanValue
            && !Alike(stated, after))
        {
            delta.Add(Entry(path, NoEffect, null, stated));
        }
    }

    private static IEnumerable<string> Names(ObjectValue a, ObjectValue b)
        => a.Properties.Select(p => p.Key).Concat(b.Properties.Select(p => p.Key)).Distinct(StringComparer.OrdinalIgnoreCase);

    private static string Place(int index) => index.ToString(CultureInfo.InvariantCulture);

    private static string Plain(string location) => location.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();

    private static ObjectValue Entry(string path, string kind, Value? before, Value? after)
        => new ObjectBuilder().Set("path", path).Set("propertyChangeType", kind).SetIf("before", before).SetIf("after", after).Build();
}
