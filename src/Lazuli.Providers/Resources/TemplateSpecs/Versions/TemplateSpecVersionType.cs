using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Resources.TemplateSpecs.Versions;

/// <summary>Microsoft.Resources/templateSpecs/versions: a main template and the templates that it links by relative path. Deployed by <c>templateLink.id</c>.</summary>
public sealed class TemplateSpecVersionType(TimeProvider time) : ResourceType<TemplateSpecVersionProperties>
{
    public static ResourceTypeName TypeName { get; } = TemplateSpecType.TypeName.Child("versions");

    public override ResourceTypeName Name => TypeName;

    public override IReadOnlyList<string> ApiVersions { get; } = ["2022-02-01", "2021-05-01", "2021-03-01-preview", "2019-06-01-preview"];

    public override string NamePattern => TemplateSpecType.Pattern;

    public override IReadOnlyList<string> FreeForm { get; } = ["mainTemplate", "template", "uiFormDefinition", "metadata"];

    public override JsonSerializerContext Json => TemplateSpecVersionJson.Default;

    public override Resource<TemplateSpecVersionProperties> Default(Resource<TemplateSpecVersionProperties> desired, Resource<TemplateSpecVersionProperties>? current, IResourceView view)
    {
        desired.Properties.TimeCreated = current?.Properties.TimeCreated ?? time.GetUtcNow();
        desired.Properties.TimeModified = time.GetUtcNow();
        return desired;
    }

    public override IEnumerable<ArmError> Validate(Resource<TemplateSpecVersionProperties> desired, Resource<TemplateSpecVersionProperties>? current)
    {
        if (desired.Properties.MainTemplate is { ValueKind: not JsonValueKind.Object })
        {
            yield return ArmErrors.BadRequest("InvalidTemplate", "The main template of a template spec must be a JSON object.", "properties.mainTemplate");
        }

        var paths = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var artifacts = desired.Properties.LinkedTemplates ?? [];
        for (var i = 0; i < artifacts.Count; i++)
        {
            var (path, target) = (artifacts[i].Path?.Replace('\\', '/') ?? "", $"properties.linkedTemplates[{i}]");
            if (artifacts[i].Template is { ValueKind: not JsonValueKind.Object })
            {
                yield return ArmErrors.BadRequest("InvalidTemplate", $"The linked template '{path}' of a template spec must be a JSON object.", $"{target}.template");
            }

            if (path.Length > 0 && (path[0] == '/' || path.Contains(':', StringComparison.Ordinal) || path.Split('/').Contains("..")))
            {
                yield return ArmErrors.BadRequest("InvalidTemplateArtifactPath", $"The path '{path}' of a linked template must be relative, and stay below the main template.", $"{target}.path");
            }
            else if (!paths.Add(path))
            {
                yield return ArmErrors.BadRequest("DuplicateTemplateArtifactPath", $"The path '{path}' is given to more than one linked template.", $"{target}.path");
            }
        }
    }

    public override IEnumerable<ArmError> Admit(Resource<TemplateSpecVersionProperties> desired, Resource<TemplateSpecVersionProperties>? current, IResourceView view)
        => desired.Id.Parent is { } spec && view.Get<TemplateSpecProperties>(spec)?.Location is { } location && location != desired.Location
            ? [ArmErrors.BadRequest("InvalidTemplateSpecVersionLocation", $"The location '{desired.Location}' of a template spec's version must be the one of the template spec, '{location}'.", "location")]
            : [];
}

public sealed record TemplateSpecVersionProperties
{
    [StringLength(4096)]
    public string? Description { get; set; }

    public IReadOnlyList<LinkedTemplateArtifact>? LinkedTemplates { get; set; }
    public JsonElement? Metadata { get; set; }

    [Required]
    public JsonElement? MainTemplate { get; set; }

    public JsonElement? UiFormDefinition { get; set; }

    [Private]
    public DateTimeOffset? TimeCreated { get; set; }

    [Private]
    public DateTimeOffset? TimeModified { get; set; }
}

/// <summary>A template beside the main one.</summary>
public sealed record LinkedTemplateArtifact
{
    /// <summary>Relative to the main template.</summary>
    [Required]
    public string? Path { get; set; }

    [Required]
    public JsonElement? Template { get; set; }
}

[JsonSerializable(typeof(Resource<TemplateSpecVersionProperties>))]
internal sealed partial class TemplateSpecVersionJson : JsonSerializerContext;
