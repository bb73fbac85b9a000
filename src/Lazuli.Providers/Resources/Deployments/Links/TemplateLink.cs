using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Links;

/// <summary>Where a deployment's parameters are: an absolute http or https URI.</summary>
internal sealed record ContentLink
{
    public required string Uri { get; init; }

    /// <summary>The <c>contentVersion</c> that the document must have.</summary>
    public string? ContentVersion { get; init; }

    [JsonIgnore]
    public bool IsNothing => Uri.Length == 0;

    public static Result<ContentLink> Parse(Value? value, string name)
        => value is null or NullValue ? new ContentLink { Uri = "" }
            : value is ObjectValue o && o["uri"] is StringValue uri ? new ContentLink { Uri = uri.Data, ContentVersion = (o["contentVersion"] as StringValue)?.Data }
            : ArmErrors.InvalidRequestContent($"Required property 'uri' not found in JSON. Path 'properties.{name}'");
}

/// <summary>
/// Where a deployment's template is: at a URI, in a version of a template spec (<see cref="Id"/>; with <see cref="RelativePath"/> one of its artifacts), or beside the
/// template of the deployment around it (<see cref="RelativePath"/> alone, until <see cref="Within"/> has made it one of the others).
/// </summary>
internal sealed record TemplateLink
{
    public string? Uri { get; init; }
    public string? Id { get; init; }
    public string? RelativePath { get; init; }

    /// <summary>What is appended to the URI, such as a signature: <c>sv=…&amp;sig=…</c>.</summary>
    public string? QueryString { get; init; }
    public string? ContentVersion { get; init; }

    /// <summary>False when it hangs on values that only the running deployment around it knows.</summary>
    [JsonIgnore]
    public bool IsKnown { get; init; } = true;

    [JsonIgnore]
    public bool IsNothing => IsKnown && Uri is null && Id is null && RelativePath is null;

    public static Result<TemplateLink> Parse(Value? value)
    {
        if (value is null or NullValue)
        {
            return new TemplateLink();
        }

        string? Text(string name) => ((value as ObjectValue)?[name] as StringValue)?.Data is { Length: > 0 } text ? text : null;
        var link = new TemplateLink { Uri = Text("uri"), Id = Text("id"), RelativePath = Text("relativePath"), QueryString = Text("queryString"), ContentVersion = Text("contentVersion") };
        return link switch
        {
            _ when value.HasUnknown => link with { IsKnown = false },
            { IsNothing: true } => Invalid("it needs a 'uri', an 'id' or a 'relativePath'"),
            { Uri: not null, Id: not null } => Invalid("it has either a 'uri' or an 'id', not both"),
            { Uri: not null, RelativePath: not null } => Invalid("it has either a 'uri' or a 'relativePath', not both"),
            { Id: { } id } when !ResourceId.TryParse(id, out _) => Invalid($"'{id}' is not the id of a template spec's version"),
            _ => link,
        };
    }

    /// <summary>The link as it stands for a template that was found by <paramref name="around"/>; an error for a relative one where there is nothing to be relative to.</summary>
    public Result<TemplateLink> Within(TemplateLink? around) => this switch
    {
        { RelativePath: null } or { Id: not null } => this,
        _ when around is { Id: { } spec } => this with { Id = spec, RelativePath = Beside(around.RelativePath, RelativePath) },
        _ when around?.Uri is { } uri && System.Uri.TryCreate(uri, UriKind.Absolute, out var start) && System.Uri.TryCreate(start, RelativePath, out var found)
            => this with { Uri = found.ToString(), RelativePath = null, QueryString = QueryString ?? around.QueryString },
        _ => Invalid($"the relative path '{RelativePath}' needs a deployment around it whose template was linked, too"),
    };

    public ObjectValue ToValue() => new ObjectBuilder()
        .SetIf("uri", Uri is null ? null : Value.Of(Uri))
        .SetIf("id", Id is null ? null : Value.Of(Id))
        .SetIf("relativePath", RelativePath is null ? null : Value.Of(RelativePath))
        .SetIf("queryString", QueryString is null ? null : Value.Of(QueryString))
        .SetIf("contentVersion", ContentVersion is null ? null : Value.Of(ContentVersion))
        .Build();

    /// <summary>The body of a nested deployment with its link as it stands within <paramref name="around"/>; unchanged when it has none, or a bad one: its own PUT will say so.</summary>
    public static ObjectValue Rebase(ObjectValue body, TemplateLink? around)
        => body["properties"] is ObjectValue properties && properties["templateLink"] is ObjectValue written && written["relativePath"] is not null
            && Parse(written).Ok(out var link, out _) && link.Within(around).Ok(out var absolute, out _)
            ? body.With("properties", properties.With("templateLink", absolute.ToValue()))
            : body;

    // Paths of a template spec's artifacts are relative to the artifact that names them.
    private static string Beside(string? artifact, string path)
    {
        var root = new System.Uri("artifact:///");
        var start = artifact is null ? root : new System.Uri(root, artifact);
        return System.Uri.UnescapeDataString(new System.Uri(start, path).AbsolutePath.TrimStart('/'));
    }

    private static ArmError Invalid(string why)
        => ArmErrors.BadRequest("InvalidTemplateLink", $"The template link of the deployment is not valid: {why}. Please see https://aka.ms/arm-template-link for usage details.", "properties.templateLink");
}
