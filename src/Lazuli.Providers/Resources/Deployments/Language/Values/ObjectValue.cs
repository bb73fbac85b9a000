using System.Diagnostics.CodeAnalysis;

namespace Lazuli.Providers.Resources.Deployments.Language.Values;

/// <summary>An object: properties in their order; names are looked up ignoring case.</summary>
public sealed class ObjectValue : Value
{
    private const int Small = 8;
    private readonly KeyValuePair<string, Value>[] _properties;
    private Dictionary<string, Value>? _index;

    /// <param name="properties">Names are unique, ignoring case. Given away: nobody changes it afterwards.</param>
    public ObjectValue(KeyValuePair<string, Value>[] properties)
    {
        _properties = properties;
        var constant = true;
        var weight = 1L;
        foreach (ref readonly var property in properties.AsSpan())
        {
            var name = property.Key;
            HasPlainNames &= (name.Length == 0 || name[0] != '[') && !(name.Length == 4 && name.Equals("copy", StringComparison.OrdinalIgnoreCase));
            constant &= property.Value.IsConstant;
            HasUnknown |= property.Value.HasUnknown;
            weight += property.Value.Weight + (name.Length / 16);
        }

        IsConstant = constant && HasPlainNames;
        Weight = Bounded(weight);
    }

    public static ObjectValue Empty { get; } = new([]);

    public IReadOnlyList<KeyValuePair<string, Value>> Properties => _properties;

    /// <summary>The same, for loops that must be fast.</summary>
    internal ReadOnlySpan<KeyValuePair<string, Value>> Span => _properties;

    public int Count => _properties.Length;

    /// <summary>True when no name is an expression and none is <c>copy</c>.</summary>
    internal bool HasPlainNames { get; } = true;

    public override string TypeName => "Object";

    public override bool IsConstant { get; }

    public override bool HasUnknown { get; }

    internal override int Weight { get; }

    /// <summary>The property of this name; the value of no property is null, whatever the source says.</summary>
    public Value? this[string name] => TryGet(name, out var value) ? value : null;

    public bool TryGet(string name, [NotNullWhen(true)] out Value? value)
    {
        if (_properties.Length > Small)
        {
            _index ??= new(_properties, StringComparer.OrdinalIgnoreCase);
            return _index.TryGetValue(name, out value);
        }

        foreach (ref readonly var property in _properties.AsSpan())
        {
            if (property.Key.Length == name.Length && property.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                value = property.Value;
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
public sealed class ObjectBuilder(int capacity = 4)
{
    private const int Small = 12;
    private KeyValuePair<string, Value>[] _properties = new KeyValuePair<string, Value>[capacity];
    private int _count;
    private Dictionary<string, int>? _places;

    public ObjectBuilder Set(string name, Value value)
    {
        var place = Find(name);
        if (place >= 0)
        {
            _properties[place] = new(_properties[place].Key, value);
            return this;
        }

        _places?.Add(name, _count);
        if (_count == _properties.Length)
        {
            Array.Resize(ref _properties, Math.Max(4, 2 * _count));
        }

        _properties[_count++] = new(name, value);
        return this;
    }

    public ObjectBuilder Set(string name, string value) => Set(name, Value.Of(value));

    /// <summary>Sets it unless the value is null.</summary>
    public ObjectBuilder SetIf(string name, Value? value) => value is null ? this : Set(name, value);

    public bool Contains(string name) => Find(name) >= 0;

    public ObjectValue Build(Position at = default)
        => new(_count == _properties.Length ? _properties : _properties[.._count]) { At = at };

    private int Find(string name)
    {
        if (_count < Small)
        {
            for (var i = 0; i < _count; i++)
            {
                if (_properties[i].Key.Length == name.Length && _properties[i].Key.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return i;
                }
            }

            return -1;
        }

        if (_places is null)
        {
            _places = new(StringComparer.OrdinalIgnoreCase);
            for (var i = 0; i < _count; i++)
            {
                _places.Add(_properties[i].Key, i);
            }
        }

        return _places.TryGetValue(name, out var place) ? place : -1;
    }
}
