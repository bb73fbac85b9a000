using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Identity;

namespace Lazuli.Kernel.Types;

/// <summary>
/// One record (a <see cref="Resource{T}"/> or an <see cref="Embedded{T}"/>), three forms, derived from its attributes: what clients may send
/// (<see cref="Input"/>), what they see (<see cref="Output"/>), and what is stored (<see cref="Stored"/>).
/// </summary>
public sealed class ResourceJson<TRoot>
    where TRoot : class
{
    private const int MaxDepth = 64;
    // Made when first needed: most types are not used in the first second, and to look at their properties takes a while.
    private readonly Lazy<JsonTypeInfo<TRoot>> _input;
    private readonly Lazy<JsonTypeInfo<TRoot>> _output;
    private readonly Lazy<JsonTypeInfo<TRoot>> _stored;
    private readonly Lazy<JsonTypeInfo<TRoot>> _plain;
    private readonly Lazy<PropertyRules> _rules;
    private readonly IReadOnlyList<string> _free;

    /// <param name="context">Knows the record.</param>
    /// <param name="secrets">Seals what is stored.</param>
    /// <param name="free"><see cref="ResourceType.FreeForm"/>.</param>
    public ResourceJson(JsonSerializerContext context, ISecretBox secrets, IReadOnlyList<string>? free = null)
    {
        _free = free ?? [];
        _input = new(() => For(context, InputForm, lenient: true));
        _output = new(() => For(context, OutputForm));
        _stored = new(() => For(context, info => StoredForm(info, secrets)));
        _plain = new(() => For(context, PlainForm));
        _rules = new(() => new PropertyRules(Plain.Options));
    }

    public JsonTypeInfo<TRoot> Input => _input.Value;

    public JsonTypeInfo<TRoot> Output => _output.Value;

    public JsonTypeInfo<TRoot> Stored => _stored.Value;

    /// <summary>Everything, in the clear: for copies within the process only.</summary>
    public JsonTypeInfo<TRoot> Plain => _plain.Value;

    /// <summary>Reads what a client sent. False only when nothing can be made of it; the checks of <see cref="Check"/> come later.</summary>
    public bool TryRead(ReadOnlySpan<byte> body, [NotNullWhen(true)] out TRoot? root, List<ArmError> errors)
    {
        root = null;
        try
        {
            RefuseNullEntries(body, _free);
            root = JsonSerializer.Deserialize(body, Input);
        }
        catch (JsonException e)
        {
            errors.Add(ArmErrors.InvalidRequestContent(Describe(e), e.Path is null or "$" ? null : e.Path.TrimStart('$', '.')));
            return false;
        }

        if (root is null)
        {
            errors.Add(ArmErrors.InvalidRequestContent("The request body must be a JSON object."));
        }

        return root is not null;
    }

    /// <summary>Faults that the attributes find, all of them.</summary>
    public void Check(TRoot root, List<ArmError> errors) => _rules.Value.Check(root, errors);

    /// <summary>
    /// Takes over from the stored resource what clients can't send (computed and private values) or need not send again (secrets), and reports
    /// changes of what may not change.
    /// </summary>
    public void CarryOver(TRoot current, TRoot desired, List<ArmError> errors) => _rules.Value.CarryOver(current, desired, errors);

    // No list of Azure's has an entry that may be null; refused here, no rule need think of it. What is the client's own document may say what it likes.
    private static void RefuseNullEntries(ReadOnlySpan<byte> body, IReadOnlyList<string> free)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        var lists = 0UL;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName when free.Count > 0 && free.Contains(reader.GetString() ?? "", StringComparer.OrdinalIgnoreCase):
                    reader.Skip();
                    break;
                case JsonTokenType.StartArray:
                    lists = (lists << 1) | 1;
                    break;
                case JsonTokenType.StartObject:
                    lists <<= 1;
                    break;
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    lists >>= 1;
                    break;
                case JsonTokenType.Null when (lists & 1) == 1:
                    throw new JsonException("An entry of a list is null.", null, 0, reader.TokenStartIndex);
                default:
                    break;
            }
        }
    }

    private static string Describe(JsonException e)
        => (e.Message.IndexOf(" Path:", StringComparison.Ordinal) is >= 0 and var i ? e.Message[..i] : e.Message)
            + $" Path '{e.Path?.TrimStart('$', '.')}', line {e.LineNumber + 1}, position {e.BytePositionInLine}.";

    private static JsonTypeInfo<TRoot> For(JsonSerializerContext context, Action<JsonTypeInfo> form, bool lenient = false)
    {
        var options = new JsonSerializerOptions
        {
            TypeInfoResolver = context.WithAddedModifier(form),
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            PropertyNameCaseInsensitive = lenient,
            NumberHandling = lenient ? JsonNumberHandling.AllowReadingFromString : JsonNumberHandling.Strict,
            AllowOutOfOrderMetadataProperties = true,
            AllowTrailingCommas = false,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            MaxDepth = MaxDepth,
        };
        foreach (var converter in lenient ? LenientScalars.Converters : [])
        {
            options.Converters.Add(converter);
        }

        return (JsonTypeInfo<TRoot>)options.GetTypeInfo(typeof(TRoot));
    }

    private static void InputForm(JsonTypeInfo info)
    {
        if (info.Kind != JsonTypeInfoKind.Object)
        {
            return;
        }

        // Resource Manager ignores what it doesn't know of the envelope; a provider refuses what it doesn't know of its properties.
        info.UnmappedMemberHandling = info.Type == typeof(TRoot) ? JsonUnmappedMemberHandling.Skip : info.UnmappedMemberHandling ?? JsonUnmappedMemberHandling.Disallow;
        foreach (var property in info.Properties)
        {
            property.IsRequired = false;
            if (Has<ComputedAttribute>(property) || Has<PrivateAttribute>(property))
            {
                property.Set = static (_, _) => { };
            }
        }
    }

    private static void OutputForm(JsonTypeInfo info)
    {
        if (info.Kind == JsonTypeInfoKind.Object)
        {
            foreach (var property in info.Properties.Where(p => Has<WriteOnlyAttribute>(p) || Has<SecretAttribute>(p) || Has<PrivateAttribute>(p)))
            {
                property.ShouldSerialize = static (_, _) => false;
            }
        }
    }

    private static void PlainForm(JsonTypeInfo info)
    {
        if (info.Kind == JsonTypeInfoKind.Object)
        {
            foreach (var property in info.Properties)
            {
                property.IsRequired = false;
            }
        }
    }

    private static void StoredForm(JsonTypeInfo info, ISecretBox secrets)
    {
        PlainForm(info);
        if (info.Kind == JsonTypeInfoKind.Object)
        {
            foreach (var property in info.Properties.Where(Has<SecretAttribute>))
            {
                property.CustomConverter = new SealedStringConverter(secrets);
            }
        }
    }

    private static bool Has<TAttribute>(JsonPropertyInfo property)
        where TAttribute : Attribute
        => property.AttributeProvider?.IsDefined(typeof(TAttribute), false) == true;

    private sealed class SealedStringConverter(ISecretBox secrets) : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => reader.GetString() is { } text ? secrets.Unprotect(text) : null;

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
            => writer.WriteStringValue(secrets.Protect(value));
    }
}
