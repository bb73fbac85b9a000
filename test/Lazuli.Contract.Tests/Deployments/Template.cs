using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.Deployments;

/// <summary>Bodies of deployments.</summary>
internal static class Template
{
    public const string ManagementGroup = "/providers/Microsoft.Management/managementGroups/contract";
    public const string Head = "\"$schema\":\"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\"contentVersion\":\"1.0.0.0\"";

    public static string Path(string scope, string name) => $"{scope}/providers/Microsoft.Resources/deployments/{name}";

    /// <summary>A deployment of a template with these sections.</summary>
    public static string Body(string sections, string? location = null, string more = "")
        => $"{{{(location is null ? "" : $"\"location\":\"{location}\",")}\"properties\":{{\"mode\":\"Incremental\",{more}\"template\":{{{Head},{sections}}}}}}}";

    /// <summary>A nested deployment as a resource; <paramref name="where"/> are members such as <c>"resourceGroup":"g"</c>.</summary>
    public static string Nested(string name, string where, string sections)
        => $"{{\"type\":\"Microsoft.Resources/deployments\",\"apiVersion\":\"2021-04-01\",\"name\":\"{name}\",{where}{(where.Length > 0 ? "," : "")}"
            + $"\"properties\":{{\"mode\":\"Incremental\",\"expressionEvaluationOptions\":{{\"scope\":\"inner\"}},\"template\":{{{Head},{sections}}}}}}}";

    /// <summary>Makes the management group that deployments are tried at.</summary>
    public static async Task ManagementGroupAsync(Lab lab)
    {
        if (ArmClient.Registry.Type("microsoft.management/managementgroups") is not null)
        {
            await lab.SucceedAsync("PUT", ManagementGroup, """{"properties":{"displayName":"Contract"}}""");
        }
    }
}
