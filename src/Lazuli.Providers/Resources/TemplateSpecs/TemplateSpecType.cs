using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.TemplateSpecs.Versions;

namespace Lazuli.Providers.Resources.TemplateSpecs;

/// <summary>Microsoft.Resources/templateSpecs: a template that is kept, under a name; its content is in its versions.</summary>
public sealed class TemplateSpecType : ResourceType<TemplateSpecProperties>
{
    public const string Pattern = "^[-\\w._()]{1,90}$";

    public static ResourceTypeName TypeName { get; } = ResourceTypeName.Parse("Microsoft.Resources/templateSpecs");

    public override ResourceTypeName Name => TypeName;

    public override IReadOnlyList<string> ApiVersions { get; } = ["2022-02-01", "2021-05-01", "2021-03-01-preview", "2019-06-01-preview"];

    public override string NamePattern => Pattern;

    public override bool ExpandsLists => true;

    public override JsonSerializerContext Json => TemplateSpecJson.Default;

    /// <summary>Its versions belong to it alone and go with it.</summary>
    public override Result<Resource<TemplateSpecProperties>> Expand(Resource<TemplateSpecProperties> presented, string expand, IResourceView view)
    {
        if (!expand.Equals("versions", StringComparison.OrdinalIgnoreCase))
        {
            return base.Expand(presented, expand, view);
        }

        var versions = view.List<TemplateSpecVersionProperties>(TemplateSpecVersionType.TypeName, presented.Id).ToDictionary(
            v => v.Name,
            v => new TemplateSpecVersionInfo { Description = v.Properties.Description, TimeCreated = v.Properties.TimeCreated, TimeModified = v.Properties.TimeModified });
        return presented with { Properties = presented.Properties with { Versions = versions } };
    }
}

public sealed record TemplateSpecProperties
{
    [StringLength(4096)]
    public string? Description { get; set; }

    [StringLength(64)]
    public string? DisplayName { get; set; }

    public JsonElement? Metadata { get; set; }

    /// <summary>By name; shown only for <c>$expand=versions</c>.</summary>
    [Computed]
    public IReadOnlyDictionary<string, TemplateSpecVersionInfo>? Versions { get; set; }
}

public sealed record TemplateSpecVersionInfo
{
    public string? Description { get; set; }
    public DateTimeOffset? TimeCreated { get; set; }
    public DateTimeOffset? TimeModified { get; set; }
}

[JsonSerializable(typeof(Resource<TemplateSpecProperties>))]
internal sealed partial class TemplateSpecJson : JsonSerializerContext;
