using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Lazuli.Contract.Tests.World;

/// <summary>What came back over the wire.</summary>
public sealed record Answer(string Request, int Status, HttpResponseHeaders Headers, string Text)
{
    public JsonNode Json => JsonNode.Parse(Text) ?? throw new InvalidOperationException($"{Request}: {Status} has no body.");

    public string? Code => Text.Length == 0 ? null : (string?)Json["error"]?["code"];

    /// <summary>The error's own code and those of its details.</summary>
    public IReadOnlyList<string> Codes => [.. new[] { Code }.Concat((Json["error"]?["details"]?.AsArray() ?? []).Select(d => (string?)d?["code"])).OfType<string>()];

    public string? State => (string?)Json["properties"]?["provisioningState"];

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    public string ETag => Header("ETag") ?? throw new InvalidOperationException($"{Request}: no ETag.");

    public Answer Expect(params ReadOnlySpan<int> statuses)
    {
        Assert.True(statuses.Contains(Status), $"{Request}: {Status}, not {string.Join(" or ", statuses.ToArray())}. {Text}");
        return this;
    }

    public Answer Expect(int status, string code)
    {
        Assert.True(Status == status && Codes.Contains(code), $"{Request}: {Status}, not {status} {code}. {Text}");
        return this;
    }
}
