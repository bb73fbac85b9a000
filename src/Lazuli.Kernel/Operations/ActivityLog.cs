using System.Buffers;
using System.Text.Json;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;

namespace Lazuli.Kernel.Operations;

/// <summary>Makes activity log events (Microsoft.Insights/eventtypes/management), one for every change that was asked for.</summary>
public static class ActivityLog
{
    /// <summary>How long events are kept (https://learn.microsoft.com/azure/azure-monitor/platform/activity-log).</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(90);

    public static StoreEvent Event(ArmRequest request, ResourceId resource, string operationName, string status, DateTimeOffset time, string? operationId = null)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("eventDataId", Guid.NewGuid());
            json.WriteString("caller", request.Principal.Name);
            json.WriteString("channels", "Operation");
            json.WriteString("correlationId", request.CorrelationId);
            json.WriteString("operationId", operationId ?? request.CorrelationId);
            WriteValue(json, "category", "Administrative");
            WriteValue(json, "eventName", status == "Started" ? "BeginRequest" : "EndRequest");
            WriteValue(json, "operationName", operationName);
            WriteValue(json, "resourceProviderName", resource.Type.Namespace);
            WriteValue(json, "resourceType", resource.Type.ToString());
            WriteValue(json, "status", status);
            json.WriteString("level", status == "Failed" ? "Error" : "Informational");
            json.WriteString("resourceId", resource.ToString());
            json.WriteString("resourceGroupName", resource.ResourceGroup ?? "");
            json.WriteString("subscriptionId", resource.SubscriptionId ?? "");
            json.WriteString("tenantId", request.Principal.TenantId);
            json.WriteString("eventTimestamp", time);
            json.WriteString("submissionTimestamp", time);
            json.WriteStartObject("authorization");
            json.WriteString("action", operationName);
            json.WriteString("scope", resource.ToString());
            json.WriteEndObject();
            json.WriteStartObject("httpRequest");
            json.WriteString("clientRequestId", request.Step ?? request.CorrelationId);
            json.WriteString("clientIpAddress", request.ClientAddress ?? "");
            json.WriteString("method", request.Method.Method);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return new StoreEvent { Subscription = resource.SubscriptionId?.ToLowerInvariant() ?? "", Time = time, Body = buffer.WrittenMemory };
    }

    private static void WriteValue(Utf8JsonWriter json, string name, string value)
    {
        json.WriteStartObject(name);
        json.WriteString("value", value);
        json.WriteString("localizedValue", value);
        json.WriteEndObject();
    }
}
