using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.ResourceGraph.Kql;

namespace Lazuli.Providers.ResourceGraph.Queries;

/// <summary>Microsoft.ResourceGraph/queries: a query that is kept. It isn't run, but it must be one.</summary>
public sealed class GraphQueryType(TimeProvider time) : ResourceType<GraphQueryProperties>
{
    public override ResourceTypeName Name { get; } = ResourceTypeName.Parse("Microsoft.ResourceGraph/queries");

    public override IReadOnlyList<string> ApiVersions { get; } = ["2024-04-01", "2022-10-01", "2021-03-01", "2020-04-01-preview", "2019-04-01", "2018-09-01-preview"];

    /// <summary>Its location, if one is given, is <c>global</c>; the clients give none.</summary>
    public override bool IsTracked => false;

    public override bool HasTags => true;

    public override bool IsRegional => false;

    public override bool EtagInBody => true;

    public override JsonSerializerContext Json => GraphQueryJson.Default;

    public override Resource<GraphQueryProperties> Default(Resource<GraphQueryProperties> desired, Resource<GraphQueryProperties>? current, IResourceView view) => desired with
    {
        Properties = desired.Properties with
        {
            ResultKind = "basic",
            TimeModified = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffffK", CultureInfo.InvariantCulture),
        },
    };

    public override IEnumerable<ArmError> Validate(Resource<GraphQueryProperties> desired, Resource<GraphQueryProperties>? current)
    {
        if (desired.Properties.Query is { } query && query != current?.Properties.Query && Fault(query) is { } fault)
        {
            var (line, character) = KqlFault.Place(query, fault.At);
            yield return ArmErrors.BadRequest("InvalidQuery", $"The query is invalid at line {line}, character {character}: {fault.Message}.", "properties.query");
        }
    }

    private static KqlFault? Fault(string query)
    {
        try
        {
            KqlQuery.Parse(query);
            return null;
        }
        catch (KqlFault fault)
        {
            return fault;
        }
    }
}

public sealed record GraphQueryProperties
{
    [Required]
    public string? Query { get; set; }

    [MaxLength(4096)]
    public string? Description { get; set; }

    [Computed]
    public string? TimeModified { get; set; }

    /// <summary><c>basic</c>.</summary>
    [Computed]
    public string? ResultKind { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Resource<GraphQueryProperties>))]
internal sealed partial class GraphQueryJson : JsonSerializerContext;
