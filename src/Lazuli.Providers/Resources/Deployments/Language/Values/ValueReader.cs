using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Lazuli.Providers.Resources.Deployments.Language.Values;

/// <summary>
/// Reads JSON as Resource Manager reads templates: with <c>//</c> and <c>/* */</c> comments, strings over several lines, single quotes,
/// names without quotes and a byte order mark. Every value keeps
/// its line and column. Depth is bounded by <see cref="MaxDepth"/>; time is linear in the input.
/// </summary>
public ref struct ValueReader
{
    public const int MaxDepth = 128;
    private const int CacheFrom = 2048;
    private static readonly SearchValues<byte> Blank = SearchValues.Create(" \t\r\n"u8);
    private readonly ReadOnlySpan<byte> _text;
    private readonly TextCache? _texts;

    // What is being read of the objects and arrays that are open, innermost last.
    private KeyValuePair<string, Value>[] _properties = new KeyValuePair<string, Value>[16];
    private Value[] _items = [];
    private int _propertyCount;
    private int _itemCount;
    private int _at;
    private int _line;
    private int _lineStart;
    private int _depth;

    private ValueReader(ReadOnlySpan<byte> text)
    {
        _text = text;
        _line = 1;
        _texts = text.Length > CacheFrom ? new() : null;
    }

    /// <exception cref="TemplateFault">The text is not JSON; the message names line and column.</exception>
    public static Value Read(ReadOnlySpan<byte> utf8)
    {
        var reader = new ValueReader(utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8);
        reader.SkipBlank();
        var value = reader.ReadValue();
        reader.SkipBlank();
        return reader._at == reader._text.Length ? value : throw reader.Fault("Additional text was found after the end of the JSON value");
    }

    public static Value Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    private readonly Position Here => new(_line, _at - _lineStart + 1);

    private Value ReadValue()
    {
        if (_at >= _text.Length)
        {
            throw Fault("Unexpected end of content");
        }

        var at = Here;
        switch (_text[_at])
        {
            case (byte)'{':
                return ReadObject(at);
            case (byte)'[':
                return ReadArray(at);
            case (byte)'"' or (byte)'\'':
                var text = ReadString(out var expression);
                return expression is not null ? new StringValue(expression) { At = at } : new StringValue(text) { At = at };
            case (byte)'t':
                Literal("true"u8);
                return new BooleanValue(true) { At = at };
            case (byte)'f':
                Literal("false"u8);
                return new BooleanValue(false) { At = at };
            case (byte)'n':
                Literal("null"u8);
                return new NullValue { At = at };
            default:
                return ReadNumber(at);
        }
    }

    private ObjectValue ReadObject(Position at)
    {
        Enter();
        var first = _propertyCount;
        HashSet<string>? names = null;
        SkipBlank();
        while (!Take((byte)'}'))
        {
            if (_propertyCount > first)
            {
                Expect((byte)',');
                SkipBlank();
                if (Take((byte)'}'))
                {
                    break;
                }
            }

            var name = ReadName();
            if (PropertyNames.Repeat(_properties.AsSpan(first, _propertyCount - first), name, ref names))
            {
                throw Fault($"Property with the same name '{name}' already exists in the object");
            }

            SkipBlank();
            Expect((byte)':');
            SkipBlank();
            var value = ReadValue();
            if (_propertyCount == _properties.Length)
            {
                Array.Resize(ref _properties, 2 * _propertyCount);
            }

            _properties[_propertyCount++] = new(name, value);
            SkipBlank();
        }

        _depth--;
        var result = _properties.AsSpan(first, _propertyCount - first).ToArray();
        _propertyCount = first;
        return new(result) { At = at };
    }

    private ArrayValue ReadArray(Position at)
    {
        Enter();
        var first = _itemCount;
        SkipBlank();
        while (!Take((byte)']'))
        {
            if (_itemCount > first)
            {
                Expect((byte)',');
                SkipBlank();
                if (Take((byte)']'))
                {
                    break;
                }
            }

            var value = ReadValue();
            if (_itemCount == _items.Length)
            {
                Array.Resize(ref _items, Math.Max(16, 2 * _itemCount));
            }

            _items[_itemCount++] = value;
            SkipBlank();
        }

        _depth--;
        var result = _items.AsSpan(first, _itemCount - first).ToArray();
        _itemCount = first;
        return new(result) { At = at };
    }

    // The public client puts the template into its request as {…, template: {…}}, without quotes.
    private string ReadName()
    {
        if (_at < _text.Length && _text[_at] is (byte)'"' or (byte)'\'')
        {
            return ReadString(out _);
        }

        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit((char)_text[_at]) || _text[_at] is (byte)'_' or (byte)'$'))
        {
            _at++;
        }

        return _at > start ? Encoding.UTF8.GetString(_text[start.._at]) : throw Fault("A property name was expected");
    }

    private string ReadString(out ExpressionText? expression)
    {
        var quote = _text[_at];
        var start = ++_at;
        var end = _text[start..].IndexOfAny(quote, (byte)'\\', (byte)'\n');
        if (end >= 0 && _text[start + end] == quote)
        {
            _at = start + end + 1;
            return TextCache.Get(_texts, _text.Slice(start, end), out expression);
        }

        expression = null;

        var result = new StringBuilder();
        while (true)
        {
            end = _text[_at..].IndexOfAny(quote, (byte)'\\', (byte)'\n');
            if (end < 0)
            {
                _at = _text.Length;
                throw Fault("Unterminated string");
            }

            result.Append(Encoding.UTF8.GetString(_text.Slice(_at, end)));
            _at += end + 1;
            switch (_text[_at - 1])
            {
                case var c when c == quote:
                    return result.ToString();
                case (byte)'\n':
                    result.Append('\n');
                    NewLine();
                    break;
                default:
                    result.Append(ReadEscape());
                    break;
            }
        }
    }

    private char ReadEscape()
    {
        if (_at >= _text.Length)
        {
            throw Fault("Unterminated string");
        }

        var c = _text[_at++];
        if (c != 'u')
        {
            return c switch
            {
                (byte)'"' or (byte)'\'' or (byte)'\\' or (byte)'/' => (char)c,
                (byte)'b' => '\b',
                (byte)'f' => '\f',
                (byte)'n' => '\n',
                (byte)'r' => '\r',
                (byte)'t' => '\t',
                _ => throw Fault($"Bad JSON escape sequence: \\{(char)c}"),
            };
        }

        if (_at + 4 > _text.Length || !ushort.TryParse(_text.Slice(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            throw Fault("Bad JSON escape sequence: \\u");
        }

        _at += 4;
        return (char)code;
    }

    private Value ReadNumber(Position at)
    {
        var start = _at;
        while (_at < _text.Length && _text[_at] is (>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'+' or (byte)'.' or (byte)'e' or (byte)'E')
        {
            _at++;
        }

        var text = _text[start.._at];
        if (Utf8Parser.TryParse(text, out long integer, out var used) && used == text.Length)
        {
            return new IntegerValue(integer) { At = at };
        }

        if (text.Length > 0 && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return new FloatValue(number) { At = at };
        }

        _at = start;
        throw Fault(start < _text.Length ? $"Unexpected character encountered: {(char)_text[start]}" : "Unexpected end of content");
    }

    private void Literal(ReadOnlySpan<byte> word)
    {
        if (!_text[_at..].StartsWith(word))
        {
            throw Fault($"Unexpected character encountered: {(char)_text[_at]}");
        }

        _at += word.Length;
    }

    private void Enter()
    {
        _at++;
        if (++_depth > MaxDepth)
        {
            throw Fault($"The depth of the JSON is more than {MaxDepth}");
        }
    }

    private bool Take(byte c)
    {
        if (_at >= _text.Length)
        {
            throw Fault("Unexpected end of content");
        }

        if (_text[_at] != c)
        {
            return false;
        }

        _at++;
        return true;
    }

    private void Expect(byte c)
    {
        if (!Take(c))
        {
            throw Fault($"Unexpected character encountered: {(char)_text[_at]}; expected '{(char)c}'");
        }
    }

    private void NewLine()
    {
        _line++;
        _lineStart = _at;
    }

    private void SkipBlank()
    {
        while (_at < _text.Length)
        {
            var c = _text[_at];
            if (c > (byte)' ')
            {
                if (c != (byte)'/')
                {
                    return;
                }

                SkipComment();
                continue;
            }

            var rest = _text[_at..];
            var length = rest.IndexOfAnyExcept(Blank);
            length = length < 0 ? rest.Length : length;
            if (length == 0)
            {
                return;
            }

            var blank = rest[..length];
            var newline = blank.LastIndexOf((byte)'\n');
            if (newline >= 0)
            {
                _line += 1 + blank[..newline].Count((byte)'\n');
                _lineStart = _at + newline + 1;
            }

            _at += length;
        }
    }

    private void SkipComment()
    {
        var next = _at + 1 < _text.Length ? _text[_at + 1] : 0;
        if (next == '/')
        {
            var end = _text[_at..].IndexOf((byte)'\n');
            _at = end < 0 ? _text.Length : _at + end;
            return;
        }

        var close = next == '*' ? _text[(_at + 2)..].IndexOf("*/"u8) : -1;
        if (close < 0)
        {
            throw Fault("Unexpected character encountered: /");
        }

        var stop = _at + 2 + close + 2;
        for (var newline = _text[_at..stop].IndexOf((byte)'\n'); newline >= 0; newline = _text[_at..stop].IndexOf((byte)'\n'))
        {
            _at += newline + 1;
            NewLine();
        }

        _at = stop;
    }

    private readonly TemplateFault Fault(string what)
        => new($"{what}. Line {Here.Line}, position {Here.Column}.") { Line = Here.Line, Column = Here.Column };
}
