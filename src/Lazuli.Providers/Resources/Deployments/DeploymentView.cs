using System.Text.Json;
using System.Xml;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Providers.Resources.Deployments.Language.Templates;

namespace Lazuli.Providers.Resources.Deployments;

/// <summary>Deployments and their operations as Azure shows them.</summary>
internal static class DeploymentView
{
    public static ReadOnlyMemory<byte> Render(DeploymentDocument document, TimeProvider time) => JsonWriting.ToBytes(json => Write(json, document, time.GetUtcNow()));

    /// <summary>The answer of validate: the deployment as it would be.</summary>
    public static ReadOnlyMemory<byte> RenderValidated(DeploymentDocument document, PreparedDeployment prepared, DateTimeOffset now) => JsonWriting.ToBytes(json =>
        Write(json, document with { State = DeploymentState.Succeeded, Ended = document.Started }, now, [.. Made(prepared).Distinct(StringComparer.OrdinalIgnoreCase)]));

    /// <summary>What would be made: of a nested deployment what it makes, as far as that is known.</summary>
    public static IEnumerable<string> Made(PreparedDeployment prepared) => prepared.Plan.Resources.Where(r => r.Deployed && !r.Existing)
        .SelectMany(r => prepared.Nested.TryGetValue(r.Index, out var nested) ? Made(nested) : [r.Id.ToString()]);

    public static string Providers(CompiledTemplate plan) => Text(json =>
    {
        json.WriteStartArray();
        foreach (var group in plan.Resources.Where(r => r.Deployed && !r.Existing).GroupBy(r => r.Id.Type.Namespace, StringComparer.OrdinalIgnoreCase))
        {
            json.WriteStartObject();
            json.WriteString("namespace", group.Key);
            json.WriteStartArray("resourceTypes");
            foreach (var type in group.GroupBy(r => r.Id.Type.TypePath, StringComparer.OrdinalIgnoreCase))
            {
                json.WriteStartObject();
                json.WriteString("resourceType", type.Key);
                json.WriteStartArray("locations");
                foreach (var location in type.Select(r => (r.Body["location"] as Language.Values.StringValue)?.Data.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant()).Distinct())
                {
                    json.WriteStringValue(location);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    public static string Dependencies(CompiledTemplate plan) => Text(json =>
    {
        json.WriteStartArray();
        foreach (var resource in plan.Resources.Where(r => r.Deployed && !r.Existing && r.DependsOn.Count > 0))
        {
            json.WriteStartObject();
            json.WriteStartArray("dependsOn");
            foreach (var target in resource.DependsOn.Select(i => plan.Resources[i]).Where(r => r.Deployed))
            {
                json.WriteStartObject();
                WriteTarget(json, target.Id);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteTarget(json, resource.Id);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    public static void WriteOperation(Utf8JsonWriter json, DeploymentDocument document, DeploymentStep step, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteString("id", $"{document.Id}/operations/{step.Name}");
        json.WriteString("operationId", step.Name);
        json.WriteStartObject("properties");
        json.WriteString("provisioningOperation", step.Kind);
        json.WriteString("provisioningState", step.State);
        json.WriteString("timestamp", step.Ended ?? step.Started);
        json.WriteString("duration", XmlConvert.ToString((step.Ended ?? now) - step.Started));
        json.WriteString("trackingId", step.OperationId ?? document.RunId);
        json.WriteString("serviceRequestId", step.OperationId ?? document.RunId);
        if (step.Status > 0)
        {
            json.WriteString("statusCode", ((System.Net.HttpStatusCode)step.Status).ToString());
        }

        if (step.Error is { } error)
        {
            json.WritePropertyName("statusMessage");
            JsonSerializer.Serialize(json, new ArmErrorBody(error), ArmErrorJson.Default.ArmErrorBody);
        }

        foreach (var (name, content) in new[] { ("request", step.Request), ("response", step.Response) })
        {
            if (content is not null)
            {
                json.WriteStartObject(name);
                WriteRaw(json, "content", content);
                json.WriteEndObject();
            }
        }

        if (ResourceId.TryParse(step.Target, out var target))
        {
            json.WriteStartObject("targetResource");
            WriteTarget(json, target);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, DeploymentDocument document, DateTimeOffset now, IReadOnlyList<string>? validated = null)
    {
        json.WriteStartObject();
        json.WriteString("id", document.Id);
        json.WriteString("name", document.ResourceId.Name);
        json.WriteString("type", DeploymentsType.TypeName.ToString());
        if (document.Location is { } location)
        {
            json.WriteString("location", location);
        }

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
        if (document.TemplateLink is { } link)
        {
            json.WritePropertyName("templateLink");
            JsonSerializer.Serialize(json, link, DeploymentJson.Default.TemplateLink);
        }

        json.WriteString("templateHash", document.TemplateHash);
        WriteRaw(json, "parameters", document.Parameters);
        if (document.ParametersLink is { } parametersLink)
        {
            json.WritePropertyName("parametersLink");
            JsonSerializer.Serialize(json, parametersLink, DeploymentJson.Default.ContentLink);
        }

        json.WriteString("mode", document.Mode);
        if (document.DebugDetail is { } detail)
        {
            json.WriteStartObject("debugSetting");
            json.WriteString("detailLevel", detail);
            json.WriteEndObject();
        }

        if (document.OnError is { } onError)
        {
            json.WritePropertyName("onErrorDeployment");
            JsonSerializer.Serialize(json, onError, DeploymentJson.Default.OnErrorDeployment);
        }

        json.WriteString("provisioningState", document.State);
        json.WriteString("timestamp", document.Ended ?? document.Started);
        json.WriteString("duration", XmlConvert.ToString((document.Ended ?? now) - document.Started));
        json.WriteString("correlationId", document.CorrelationId);
        WriteRaw(json, "providers", document.Providers);
        WriteRaw(json, "dependencies", document.Dependencies);
        if (document.Outputs is { } outputs)
        {
            WriteRaw(json, "outputs", outputs);
        }

        WriteIds(json, "outputResources", document.OutputResources);
        WriteIds(json, "validatedResources", validated);
        if (document.Error is { } error)
        {
            json.WritePropertyName("error");
            JsonSerializer.Serialize(json, error, ArmErrorJson.Default.ArmError);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteIds(Utf8JsonWriter json, string name, IReadOnlyList<string>? ids)
    {
        if (ids is null)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var id in ids)
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTarget(Utf8JsonWriter json, ResourceId id)
    {
        json.WriteString("id", id.ToString());
        json.WriteString("resourceType", id.Type.ToString());
        json.WriteString("resourceName", id.NamePath);
    }

    private static void WriteRaw(Utf8JsonWriter json, string name, string value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value, skipInputValidation: true);
    }

    private static string Text(Action<Utf8JsonWriter> write) => System.Text.Encoding.UTF8.GetString(JsonWriting.ToBytes(write).Span);
}
