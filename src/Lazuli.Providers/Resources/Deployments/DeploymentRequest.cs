using Lazuli.Kernel.Errors;
using Lazuli.Providers.Resources.Deployments.Language;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments;

/// <summary>What a deployment is asked for: the body of PUT, validate and whatIf, or the body of a nested one.</summary>
internal sealed record DeploymentRequest
{
    public required ObjectValue Template { get; init; }
    public required ObjectValue Parameters { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>For whatIf: <c>FullResourcePayloads</c> or <c>ResourceIdOnly</c>.</summary>
    public string ResultFormat { get; init; } = "FullResourcePayloads";

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

        if (!mode.Data.Equals("Incremental", StringComparison.OrdinalIgnoreCase))
        {
            return mode.Data.Equals("Complete", StringComparison.OrdinalIgnoreCase)
                ? ArmErrors.NotSupported("A deployment in mode 'Complete'")
                : ArmErrors.InvalidRequestContent($"Error converting value \"{mode.Data}\" to type 'DeploymentMode'. Path 'properties.mode'");
        }

        foreach (var name in (string[])["templateLink", "parametersLink", "onErrorDeployment"])
        {
            if (properties[name] is { IsNull: false })
            {
                return ArmErrors.NotSupported($"The property '{name}' of a deployment");
            }
        }

        if (o["location"] is { IsNull: false })
        {
            return ArmErrors.BadRequest("InvalidDeployment", "The 'location' property is not allowed for a deployment at resource group scope. Please see https://aka.ms/deploy-to-subscription for usage details.");
        }

        if (properties["template"] is not ObjectValue template)
        {
            return ArmErrors.BadRequest("InvalidTemplate", "Deployment template parse failed: 'The deployment has no template: a JSON object is expected in properties.template.'.");
        }

        return properties["parameters"] is { IsNull: false } given and not ObjectValue
            ? ArmErrors.InvalidRequestContent("The property 'properties.parameters' must be an object")
            : new DeploymentRequest
            {
                Template = template,
                Parameters = properties["parameters"] as ObjectValue ?? ObjectValue.Empty,
                Tags = (o["tags"] as ObjectValue)?.Properties.ToDictionary(p => p.Key, p => p.Value is StringValue s ? s.Data : p.Value.ToString()),
                ResultFormat = ((properties["whatIfSettings"] as ObjectValue)?["resultFormat"] as StringValue)?.Data ?? "FullResourcePayloads",
            };
    }
}
