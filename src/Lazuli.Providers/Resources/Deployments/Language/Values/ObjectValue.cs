using System.Diagnostics.CodeAnalysis;

namespace Lazuli.Providers.Resources.Deployments.Language.Values;

/// <summary>An object: properties in their order; names are looked up ignoring case.</summary>
public sealed class ObjectValue : Value
{
    private const int Small = 8;
    private Dictionary<string, Value>? _index;

    /// <param name="properties">Names are unique, ignoring case.</param>
    public ObjectValue(IReadOnlyList<KeyValuePair<string, Value>> properties)
    {
        Properties = properties;
        var constant = true;
        for (var i = 0; i < properties.Count; i++)
        {
            var (name, value) = properties[i];
            constant &= value.IsConstant && (name.Length == 0 || name[0] != '[') && !name.Equals("copy", StringComparison.OrdinalIgnoreCase);
            HasUnknown |= value.HasUnknown;
        }

        IsConstant = constant;
    }

    public static ObjectValue Empty { get; } = new([]);

    public IReadOnlyList<KeyValuePair<string, Value>> Properties { get; }

    public int Count => Properties.Count;

    public override string TypeName => "Object";

    public override bool IsConstant { get; }

    public override bool HasUnknown { get; }

    /// <summary>The property of this name; the value of no property is null, whatever the source says.</summary>
    public Value? this[string name] => TryGet(name, out var value) ? value : null;

    public bool TryGet(string name, [NotNullWhen(true)] out Value? value)
    {
        if (Properties.Count > Small)
        {
            _index ??= new(Properties, StringComparer.OrdinalIgnoreCase);
            return _index.TryGetValue(name, out value);
        }

        for (var i = 0; i < Properties.Count; i++)
        {
            if (Properties[i].Key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                value = Properties[i].Value;
                return true;
            }
        }

        value = null;
        return false;
    }

    /// <summary>A copy with one property set (in its place when it was there) or, with null, taken out.</summary>
    public ObjectValue With(string name, Value? value)
    {
        var result = new ObjectBuilder();
        var done = false;
        foreach (var (key, old) in Properties)
        {
            if (!key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                result.Set(key, old);
            }
            else if (value is not null)
            {
                result.Set(key, value);
                done = true;
            }
        }

        if (!done && value is not null)
        {
            result.Set(name, value);
        }

        return result.Build(At);
    }
}

/// <summary>Collects properties; a name set twice keeps its first place and its last value.</summary>
public sealed class ObjectBuilder
{
    private readonly List<KeyValuePair<string, Value>> _properties = [];
    private Dictionary<string, int>? _places;

    public ObjectBuilder Set(string name, Value value)
    {
        var place = Find(name);
        if (place >= 0)
        {
            _properties[place] = new(_properties[place].Key, value);
        }
        else
        {
            _places?.Add(name, _properties.Count);
            _properties.Add(new(name, value));
        }

        return this;
    }

    public ObjectBuilder Set(string name, string value) => Set(name, Value.Of(value));

    /// <summary>Sets it unless the value is null.</summary>
    public ObjectBuilder SetIf(string name, Value? value) => value is null ? this : Set(name, value);

    public bool Contains(string name) => Find(name) >= 0;

    public ObjectValue Build(Position at = default) => new(_properties) { At = at };

    private int Find(string name)
    {
        if (_properties.Count < 12)
        {
            return _properties.FindIndex(p => p.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
        }

        if (_places is null)
        {
            _places = new(StringComparer.OrdinalIgnoreCase);
            for (var i = 0; i < _properties.Count; i++)
            {
                _places.Add(_properties[i].Key, i);
            }
        }

        return _places.TryGetValue(name, out var place) ? place : -1;
    }
}
