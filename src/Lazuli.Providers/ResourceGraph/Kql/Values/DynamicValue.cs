using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Lazuli.Providers.ResourceGraph.Kql.Values;

/// <summary>An array or a bag. Immutable. Bags look names up with their casing, and keep their order.</summary>
public abstract class DynamicValue
{
    /// <summary>How much an array or bag may hold, with all inside.</summary>
    public const int Largest = 1 << 20;

    /// <summary>How deep arrays and bags may be in each other.</summary>
    public const int Deepest = 64;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 2 * Deepest };
    private string? _json;

    public abstract bool IsArray { get; }

    public abstract int Count { get; }

    /// <summary>Values and characters inside, roughly: the same value counts each time that it is there.</summary>
    public abstract int Size { get; }

    public abstract int Depth { get; }

    /// <summary>The items of an array; none of a bag.</summary>
    public abstract IEnumerable<Value> Items { get; }

    /// <summary>The properties of a bag; none of an array.</summary>
    public abstract IEnumerable<KeyValuePair<string, Value>> Properties { get; }

    /// <summary>Null when there is none; negative indices count from the end.</summary>
    public abstract Value Item(long index);

    public abstract Value Property(string name);

    public abstract void Write(Utf8JsonWriter json);

    public string ToJson()
    {
        if (_json is null)
        {
            var buffer = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(buffer, Options))
            {
                Write(json);
            }

            _json = Encoding.UTF8.GetString(buffer.WrittenSpan);
        }

        return _json;
    }

    private protected static (int Size, int Depth) Measure(IEnumerable<Value> values)
    {
        var (size, depth) = (1L, 1);
        foreach (var value in values)
        {
            size += 1 + (value.Kind == ValueKind.String ? value.AsText.Length : value.AsDynamic?.Size ?? 0);
            depth = Math.Max(depth, 1 + (value.AsDynamic?.Depth ?? 0));
            if (size > Largest || depth > Deepest)
            {
                throw KqlFault.Exceeds("The query makes a dynamic value that is too large.");
            }
        }

        return ((int)size, depth);
    }
}

/// <summary>An array that a query made.</summary>
public sealed class ArrayValue : DynamicValue
{
    private readonly IReadOnlyList<Value> _items;

    public ArrayValue(IReadOnlyList<Value> items)
    {
        _items = items;
        (Size, Depth) = Measure(items);
    }

    public override bool IsArray => true;

    public override int Count => _items.Count;

    public override int Size { get; }

    public override int Depth { get; }

    public override IEnumerable<Value> Items => _items;

    public override IEnumerable<KeyValuePair<string, Value>> Properties => [];

    public override Value Item(long index) => (index < 0 ? index + Count : index) is var at && at >= 0 && at < Count ? _items[(int)at] : Value.Null;

    public override Value Property(string name) => Value.Null;

    public override void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var item in _items)
        {
            item.Write(json);
        }

        json.WriteEndArray();
    }
}

/// <summary>A bag that a query made. Of a name that is given twice the last value counts, in the first one's place.</summary>
public sealed class BagValue : DynamicValue
{
    private readonly OrderedDictionary<string, Value> _properties = new(StringComparer.Ordinal);

    public BagValue(IEnumerable<KeyValuePair<string, Value>> properties)
    {
        foreach (var (name, value) in properties)
        {
            _properties[name] = value;
        }

        (Size, Depth) = Measure(_properties.Values);
    }

    public override bool IsArray => false;

    public override int Count => _properties.Count;

    public override int Size { get; }

    public override int Depth { get; }

    public override IEnumerable<Value> Items => [];

    public override IEnumerable<KeyValuePair<string, Value>> Properties => _properties;

    public override Value Item(long index) => Value.Null;

    public override Value Property(string name) => _properties.GetValueOrDefault(name);

    public override void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var (name, value) in _properties)
        {
            json.WritePropertyName(name);
            value.Write(json);
        }

        json.WriteEndObject();
    }
}

/// <summary>An array or bag as it was read; what is inside is made into values when it is asked for.</summary>
public sealed class JsonValue(JsonElement element) : DynamicValue
{
    private int _size;

    public override bool IsArray => element.ValueKind == JsonValueKind.Array;

    public override int Count => IsArray ? element.GetArrayLength() : element.GetPropertyCount();

    public override int Size => _size > 0 ? _size : _size = ToJson().Length;

    public override int Depth => DepthOf(element);

    public override IEnumerable<Value> Items => IsArray ? element.EnumerateArray().Select(Value.OfJson) : [];

    public override IEnumerable<KeyValuePair<string, Value>> Properties
        => IsArray ? [] : element.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, Value.OfJson(p.Value)));

    public override Value Item(long index)
        => IsArray && (index < 0 ? index + Count : index) is var at && at >= 0 && at < Count ? Value.OfJson(element[(int)at]) : Value.Null;

    public override Value Property(string name) => !IsArray && element.TryGetProperty(name, out var value) ? Value.OfJson(value) : Value.Null;

    public override void Write(Utf8JsonWriter json) => element.WriteTo(json);

    // What was read was read with a limit of its own.
    private static int DepthOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => 1 + element.EnumerateArray().Select(DepthOf).DefaultIfEmpty().Max(),
        JsonValueKind.Object => 1 + element.EnumerateObject().Select(p => DepthOf(p.Value)).DefaultIfEmpty().Max(),
        _ => 0,
    };
}
