using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lazuli.Kernel.Errors;

/// <summary>
/// An error as Azure Resource Manager writes it: <c>{ "error": { code, message, target?, details?, additionalInfo? } }</c>.
/// <see cref="Message"/> is for the caller; what only the operator may see goes to the log.
/// Named factories live with the area that owns the code (<see cref="ArmErrors"/>, <c>NetworkErrors</c>, …).
/// </summary>
public sealed record ArmError
{
    private const int MaxDetails = 100;

    public required string Code { get; init; }
    public required string Message { get; init; }

    /// <summary>The property or resource at fault, as a JSON path or a resource id.</summary>
    public string? Target { get; init; }
    public IReadOnlyList<ArmError>? Details { get; init; }
    public IReadOnlyList<ArmErrorInfo>? AdditionalInfo { get; init; }

    /// <summary>The id of the resource that the request refers to and that isn't there: who makes it meanwhile may disregard this error.</summary>
    [JsonIgnore]
    public string? MissingId { get; init; }

    /// <summary>The HTTP status that this error is answered with.</summary>
    [JsonIgnore]
    public int Status { get; init; } = 400;

    /// <summary>One error stays itself; several become one <c>MultipleErrorsOccurred</c> with them as details: each once, a hundred at most.</summary>
    public static ArmError Combine(IReadOnlyList<ArmError> errors)
    {
        var distinct = errors.Distinct().ToList();
        return distinct.Count == 1
            ? distinct[0]
            : new ArmError
            {
                Code = "MultipleErrorsOccurred",
                Message = "Multiple error occurred: " + string.Join(",", distinct.Select(e => e.Code).Distinct()) + ". Please see details.",
                Details = [.. distinct.Take(MaxDetails)],
                Status = distinct.Max(e => e.Status),
            };
    }

    public override string ToString() => $"{Code}: {Message}";
}

/// <summary>A typed addition to an error, e.g. a policy violation or the template line.</summary>
public sealed record ArmErrorInfo(string Type, System.Text.Json.Nodes.JsonNode? Info);

/// <summary>The wire envelope of an <see cref="ArmError"/>.</summary>
public sealed record ArmErrorBody(ArmError Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ArmErrorBody))]
[JsonSerializable(typeof(ArmError))]
public sealed partial class ArmErrorJson : JsonSerializerContext
{
    /// <summary>For the wire: quotes in messages stay readable, as in Azure's own answers.</summary>
    public static ArmErrorJson Wire { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
