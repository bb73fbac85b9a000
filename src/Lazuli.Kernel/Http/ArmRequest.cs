using System.Buffers;
using System.Text.Json;
using Lazuli.Kernel.Identity;

namespace Lazuli.Kernel.Http;

/// <summary>A request to Resource Manager, from the wire or from within (a template deployment acts as its caller).</summary>
public sealed record ArmRequest
{
    public required HttpMethod Method { get; init; }

    /// <summary>The percent-decoded path.</summary>
    public required string Path { get; init; }

    /// <summary>Query parameters by lower-cased name, decoded.</summary>
    public IReadOnlyDictionary<string, string> Query { get; init; } = NoQuery;

    public ReadOnlyMemory<byte> Body { get; init; }

    public required Principal Principal { get; init; }

    public string? IfMatch { get; init; }

    public string? IfNoneMatch { get; init; }

    public string CorrelationId { get; init; } = "";

    /// <summary>The step of a template deployment that this request is; never from the wire. The activity log keeps it as the request's client id.</summary>
    public string? Step { get; init; }

    /// <summary>Scheme and authority of the endpoint that the caller used, without a slash at the end: the base of URLs in answers.</summary>
    public string BaseUrl { get; init; } = "https://management.azure.com";

    public string? ApiVersion => Query.GetValueOrDefault("api-version");

    public string? ClientAddress { get; init; }

    private static readonly IReadOnlyDictionary<string, string> NoQuery = new Dictionary<string, string>();
}

/// <summary>An answer of Resource Manager.</summary>
public sealed record ArmResponse
{
    public required int Status { get; init; }

    /// <summary>UTF-8 JSON, or empty.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    public string? ContentType { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The id of the long-running operation that goes on, for callers within.</summary>
    public string? OperationId { get; init; }

    /// <summary>For a long list: chunks to be written one after the other instead of <see cref="Body"/>.</summary>
    public IEnumerable<ReadOnlyMemory<byte>>? Chunks { get; init; }

    public static ArmResponse Json(ReadOnlyMemory<byte> body, int status = 200) => new() { Status = status, Body = body };

    public static ArmResponse Empty(int status) => new() { Status = status };

    /// <summary>The whole body, for callers within.</summary>
    public ReadOnlyMemory<byte> Content()
    {
        if (Chunks is null)
        {
            return Body;
        }

        var buffer = new ArrayBufferWriter<byte>();
        foreach (var chunk in Chunks)
        {
            buffer.Write(chunk.Span);
        }

        return buffer.WrittenMemory;
    }

    /// <summary>The body as a document, for callers within.</summary>
    public JsonDocument? Parse() => Content() is { IsEmpty: false } content ? JsonDocument.Parse(content) : null;
}
