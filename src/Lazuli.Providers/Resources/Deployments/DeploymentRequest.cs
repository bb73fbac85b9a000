using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Deployments.Language;
using Lazuli.Providers.Resources.Deployments.Language.Values;
using Lazuli.Providers.Resources.Deployments.Links;

namespace Lazuli.Providers.Resources.Deployments;

/// <summary>What a deployment is asked for: the body of PUT, validate and whatIf, or the body of a nested one.</summary>
internal sealed record DeploymentRequest
{
    public const string Incremental = "Incremental";
    public const string Complete = "Complete";
    public const string Provider = "Provider";
    public const string ProviderNoRbac = "ProviderNoRbac";
    public const string OnlyTemplate = "Template";

    /// <summary>Empty as long as <see cref="TemplateLink"/> has not been followed.</summary>
    public required ObjectValue Template { get; init; }
    public required ObjectValue Parameters { get; init; }

    /// <summary><c>{ name: { value } }</c>: what the client's tools found for expressions of parameters.</summary>
    public ObjectValue ExternalInputs { get; init; } = ObjectValue.Empty;
    public TemplateLink? TemplateLink { get; init; }
    public ContentLink? ParametersLink { get; init; }
    public string Mode { get; init; } = Incremental;
    public string? Location { get; init; }
    public OnErrorDeployment? OnError { get; init; }

    /// <summary><c>none</c>, <c>requestContent</c>, <c>responseContent</c>, or both, joined by a comma.</summary>
    public string? DebugDetail { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary><c>Provider</c> checks all; <c>ProviderNoRbac</c> leaves rights out, <c>Template</c> looks at the templates only.</summary>
    public string ValidationLevel { get; init; } = Provider;

    /// <summary>For whatIf: <c>FullResourcePayloads</c> or <c>ResourceIdOnly</c>.</summary>
    public string ResultFormat { get; init; } = "FullResourcePayloads";

    public bool IsComplete => Mode == Complete;

    public static Result<DeploymentRequest> Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return Parse(ValueReader.Read(body));
        }
        catch (TemplateFault fault)
        {
            return ArmErrors.InvalidRequestContent(fault.Message);
        }
    }

    public static Result<DeploymentRequest> Parse(Value body)
    {
        if (body is not ObjectValue o || o["properties"] is not ObjectValue properties)
        {
            return ArmErrors.InvalidRequestContent("Required property 'properties' not found in JSON");
        }

        if (properties["mode"] is not StringValue mode)
        {
            return ArmErrors.InvalidRequestContent("Required property 'mode' not found in JSON. Path 'properties'");
        }

        if (OneOf(mode.Data, Incremental, Complete) is not { } known)
        {
            return ArmErrors.InvalidRequestContent($"Error converting value \"{mode.Data}\" to type 'DeploymentMode'. Path 'properties.mode'");
        }

        if (!TemplateLink.Parse(properties["templateLink"]).Ok(out var templateLink, out var error)
            || !ContentLink.Parse(properties["parametersLink"], "parametersLink").Ok(out var parametersLink, out error)
            || !OnErrorDeployment.Parse(properties["onErrorDeployment"]).Ok(out var onError, out error))
        {
            return error;
        }

        var template = properties["template"] as ObjectValue;
        if (template is null && templateLink.IsNothing)
        {
            return ArmErrors.BadRequest("InvalidTemplate", "Deployment template parse failed: 'The deployment has no template: a JSON object is expected in properties.template, or a link in properties.templateLink.'.");
        }

        if (template is not null && !templateLink.IsNothing)
        {
            return ArmErrors.BadRequest("InvalidDeployment", "A deployment has either a 'template' or a 'templateLink', not both. Please see https://aka.ms/arm-deploy for usage details.");
        }

        if (properties["parameters"] is { IsNull: false } given && (given is not ObjectValue || !parametersLink.IsNothing))
        {
            return given is ObjectValue
                ? ArmErrors.BadRequest("InvalidDeployment", "A deployment has either 'parameters' or a 'parametersLink', not both. Please see https://aka.ms/arm-deploy for usage details.")
                : ArmErrors.InvalidRequestContent("The property 'properties.parameters' must be an object");
        }

        var level = (properties["validationLevel"] as StringValue)?.Data ?? Provider;
        if (OneOf(level, Provider, ProviderNoRbac, OnlyTemplate) is not { } knownLevel)
        {
            return ArmErrors.InvalidRequestContent($"The value '{level}' of the property 'properties.validationLevel' is not one of 'Template', 'Provider', 'ProviderNoRbac'");
        }

        if (properties["externalInputs"] is { IsNull: false } inputs && (inputs is not ObjectValue named || named.Properties.Any(p => p.Value is not ObjectValue i || i["value"] is null)))
        {
            return ArmErrors.InvalidRequestContent("The property 'properties.externalInputs' must be an object of objects with a 'value'");
        }

        foreach (var (holder, name) in ((ObjectValue, string)[])[(properties, "extensionConfigs"), (o, "identity")])
        {
            if (holder[name] is ObjectValue { Count: > 0 } unsupported && !(name == "identity" && unsupported["type"] is StringValue { Data: "None" }))
            {
                return ArmErrors.NotSupported($"The property '{name}' of a deployment");
            }
        }

        return new DeploymentRequest
        {
            Template = template ?? ObjectValue.Empty,
            Parameters = properties["parameters"] as ObjectValue ?? ObjectValue.Empty,
            TemplateLink = templateLink.IsNothing ? null : templateLink,
            ParametersLink = parametersLink.IsNothing ? null : parametersLink,
            ExternalInputs = properties["externalInputs"] as ObjectValue ?? ObjectValue.Empty,
            Mode = known,
            ValidationLevel = knownLevel,
            Location = (o["location"] as StringValue)?.Data,
            OnError = onError.IsNothing ? null : onError,
            DebugDetail = ((properties["debugSetting"] as ObjectValue)?["detailLevel"] as StringValue)?.Data,
            Tags = (o["tags"] as ObjectValue)?.Properties.ToDictionary(p => p.Key, p => p.Value is StringValue s ? s.Data : p.Value.ToString()),
            ResultFormat = ((properties["whatIfSettings"] as ObjectValue)?["resultFormat"] as StringValue)?.Data ?? "FullResourcePayloads",
        };
    }

    /// <summary>What is wrong with it at the scope of <paramref name="id"/>; null when nothing is.</summary>
    public ArmError? CheckScope(ResourceId id, LocationCatalogue locations)
        => id.Scope.IsResourceGroup ? (Location is null ? null : DeploymentErrors.LocationNotAllowed(id))
            : Location is null ? DeploymentErrors.LocationMissing(id)
            : locations.Normalize(Location) is null ? DeploymentErrors.LocationNotAvailable(Location, locations)
            : IsComplete ? DeploymentErrors.CompleteNotHere(id)
            : null;

    /// <summary>The value with the casing that it is documented with; null for another.</summary>
    internal static string? OneOf(string value, params ReadOnlySpan<string> known)
    {
        foreach (var one in known)
        {
            if (one.Equals(value, StringComparison.OrdinalIgnoreCase))
            {
                return one;
            }
        }

        return null;
    }
}

/// <summary>What is deployed again when a deployment fails: the newest one that succeeded, or the one that is named.</summary>
internal sealed record OnErrorDeployment
{
    public const string LastSuccessful = "LastSuccessful";
    public const string SpecificDeployment = "SpecificDeployment";

    public required string Type { get; init; }
    public string? DeploymentName { get; init; }

    /// <summary>How deploying it again went; null as long as nothing failed.</summary>
    public string? ProvisioningState { get; init; }

    [JsonIgnore]
    public bool IsNothing => Type.Length == 0;

    public static Result<OnErrorDeployment> Parse(Value? value)
    {
        if (value is null or NullValue)
        {
            return new OnErrorDeployment { Type = "" };
        }

        var o = value as ObjectValue;
        var name = (o?["deploymentName"] as StringValue)?.Data;
        return (o?["type"] as StringValue)?.Data is not { } type || DeploymentRequest.OneOf(type, LastSuccessful, SpecificDeployment) is not { } known
            ? ArmErrors.InvalidRequestContent("The property 'properties.onErrorDeployment.type' must be 'LastSuccessful' or 'SpecificDeployment'")
            : known == SpecificDeployment == string.IsNullOrEmpty(name)
                ? ArmErrors.InvalidRequestContent("The property 'properties.onErrorDeployment.deploymentName' belongs to the type 'SpecificDeployment', and only to it")
                : new OnErrorDeployment { Type = known, DeploymentName = name };
    }
}
