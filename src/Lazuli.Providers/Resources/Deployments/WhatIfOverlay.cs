using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments;

/// <summary>What a template states, laid over what there is.</summary>
internal static class Overlay
{
    /// <summary>The body with what is known only while the deployment runs (<c>reference</c>, <c>list…</c>) taken from the resource as it is; null for what is nowhere.</summary>
    public static Value? Known(Value body, Value? current)
    {
        switch (body)
        {
            case { HasUnknown: false }:
                return body;
            case ObjectValue o:
                var result = new ObjectBuilder(o.Count);
                foreach (var (name, value) in o.Properties)
                {
                    result.SetIf(name, Known(value, (current as ObjectValue)?[name]));
                }

                return result.Build();
            case ArrayValue array:
                return new ArrayValue(array.Items.Select((item, i) => Known(item, Counterpart(item, i, current as ArrayValue))).OfType<Value>());
            default:
                return current;
        }
    }

    /// <summary>What GET would show if the resource took exactly what is stated: for types whose handlers don't predict.</summary>
    public static Value Of(Value? current, Value stated) => (current, stated) switch
    {
        (null, _) => stated,
        (_, NullValue) => current,
        (ObjectValue before, ObjectValue after) => Merge(before, after),
        (ArrayValue before, ArrayValue after) => new ArrayValue(after.Items.Select((item, i) => Counterpart(item, i, before) is { } old ? Of(old, item) : item)),
        _ => PropertyDelta.Alike(stated, current) ? current : stated,
    };

    /// <summary>
    /// What there will be, with those elements of lists as they are now that are resources of their own in the same templates (<paramref name="isMade"/> knows their ids):
    /// they tell their changes themselves, unless their parent states them as well.
    /// </summary>
    public static Value Kept(Value after, Value before, Value? stated, Func<string, bool> isMade)
    {
        switch (after, before)
        {
            case (ObjectValue a, ObjectValue b):
                var result = new ObjectBuilder(a.Count);
                foreach (var (name, value) in a.Properties.Concat(b.Properties.Where(p => p.Value is ArrayValue && a[p.Key] is null)))
                {
                    var kept = b[name] is { } old ? Kept(a[name] is null ? ArrayValue.Empty : value, old, (stated as ObjectValue)?[name], isMade) : value;
                    result.SetIf(name, a[name] is null && PropertyDelta.IsNothing(kept) ? null : kept);
                }

                return result.Build(a.At);
            case (ArrayValue a, ArrayValue b):
                bool Own(Value item, int i) => (item as ObjectValue)?["id"] is StringValue id && isMade(id.Data) && Counterpart(item, i, stated as ArrayValue) is null;
                return new ArrayValue(a.Items.Where((item, i) => !Own(item, i) || Counterpart(item, i, b) is null).Concat(b.Items.Where(Own)));
            default:
                return after;
        }
    }

    /// <summary>The element of <paramref name="others"/> that stands for the same thing: of the same name or id, else at the same place.</summary>
    public static Value? Counterpart(Value item, int index, ArrayValue? others)
        => others is null ? null
            : PropertyDelta.KeyOf(item) is { } key ? others.Items.FirstOrDefault(o => key.Equals(PropertyDelta.KeyOf(o), StringComparison.OrdinalIgnoreCase))
            : index < others.Items.Count ? others.Items[index] : null;

    private static ObjectValue Merge(ObjectValue before, ObjectValue after)
    {
        var result = new ObjectBuilder(before.Count);
        foreach (var (name, value) in before.Properties)
        {
            result.Set(name, value);
        }

        foreach (var (name, value) in after.Properties)
        {
            // What no GET shows can't be told apart from what was there before.
            if (before[name] is { } old)
            {
                result.Set(name, Of(old, value));
            }
            else if (!PropertyDelta.IsNothing(value) && !PropertyDelta.IsNeverShown(name))
            {
                result.Set(name, value);
            }
        }

        return result.Build();
    }
}
