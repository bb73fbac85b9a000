using System.Text.Json;
using System.Xml;
using Lazuli.Kernel.Errors;
using Lazuli.Providers.Resources.Deployments;

namespace Lazuli.Providers.Resources.DeploymentStacks;

/// <summary>Stacks as Azure shows them.</summary>
internal static class StackView
{
    public static ReadOnlyMemory<byte> Render(StackDocument document) => JsonWriting.ToBytes(json =>
    {
        WriteHead(json, document);
        json.WriteString("provisioningState", document.State);
        json.WriteString("deploymentId", document.DeploymentId);
        if (document.Ended is { } ended)
        {
            json.WriteString("duration", XmlConvert.ToString(ended - document.Started));
        }

        if (document.Outputs is { } outputs)
        {
            json.WritePropertyName("outputs");
            json.WriteRawValue(outputs, skipInputValidation: true);
        }

        json.WriteStartArray("resources");
        foreach (var resource in document.Resources)
        {
            json.WriteStartObject();
            json.WriteString("id", resource.Id);
            json.WriteString("status", resource.Status);
            json.WriteString("denyStatus", resource.DenyStatus);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteIds(json, "detachedResources", document.Detached);
        WriteIds(json, "deletedResources", document.Deletes.Where(d => d.Ended && d.Error is null).Select(d => d.Id));
        json.WriteStartArray("failedResources");
        foreach (var failed in document.Deletes.Where(d => d.Error is not null))
        {
            json.WriteStartObject();
            json.WriteString("id", failed.Id);
            WriteError(json, failed.Error);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteError(json, document.Error);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>The answer of validate.</summary>
    public static ReadOnlyMemory<byte> RenderValidated(StackDocument document, PreparedDeployment prepared) => JsonWriting.ToBytes(json =>
    {
        WriteHead(json, document);
        WriteIds(json, "validatedResources", DeploymentView.Made(prepared).Distinct(StringComparer.OrdinalIgnoreCase));
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static void WriteHead(Utf8JsonWriter json, StackDocument document)
    {
        json.WriteStartObject();
        json.WriteString("id", document.Id);
        json.WriteString("name", document.ResourceId.Name);
        json.WriteString("type", DeploymentStackType.TypeName.ToString());
        WriteIf(json, "location", document.Location);
        if (document.Tags is { } tags)
        {
            json.WriteStartObject("tags");
            foreach (var (name, value) in tags)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        json.WriteStartObject("properties");
        WriteIf(json, "description", document.Description);
        json.WriteStartObject("actionOnUnmanage");
        json.WriteString("resources", document.Unmanage.Resources);
        json.WriteString("resourceGroups", document.Unmanage.ResourceGroups);
        json.WriteString("managementGroups", document.Unmanage.ManagementGroups);
        WriteIf(json, "resourcesWithoutDeleteSupport", document.Unmanage.ResourcesWithoutDeleteSupport);
        json.WriteEndObject();
        json.WriteStartObject("denySettings");
        json.WriteString("mode", document.Deny.Mode);
        WriteTexts(json, "excludedPrincipals", document.Deny.ExcludedPrincipals);
        WriteTexts(json, "excludedActions", document.Deny.ExcludedActions);
        json.WriteBoolean("applyToChildScopes", document.Deny.ApplyToChildScopes);
        json.WriteEndObject();
        WriteIf(json, "deploymentScope", document.DeploymentScope);
        json.WriteString("correlationId", document.CorrelationId);
        if (document.TemplateLink is { } template)
        {
            json.WritePropertyName("templateLink");
            JsonSerializer.Serialize(json, template, DeploymentJson.Default.TemplateLink);
        }

        json.WritePropertyName("parameters");
        json.WriteRawValue(document.Parameters, skipInputValidation: true);
        if (document.ParametersLink is { } parameters)
        {
            json.WritePropertyName("parametersLink");
            JsonSerializer.Serialize(json, parameters, DeploymentJson.Default.ContentLink);
        }

        if (document.DebugDetail is { } detail)
        {
            json.WriteStartObject("debugSetting");
            json.WriteString("detailLevel", detail);
            json.WriteEndObject();
        }
    }

    private static void WriteIds(Utf8JsonWriter json, string name, IEnumerable<string> ids)
    {
        json.WriteStartArray(name);
        foreach (var id in ids)
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void WriteIf(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteError(Utf8JsonWriter json, ArmError? error)
    {
        if (error is not null)
        {
            json.WritePropertyName("error");
            JsonSerializer.Serialize(json, error, ArmErrorJson.Default.ArmError);
        }
    }
}
