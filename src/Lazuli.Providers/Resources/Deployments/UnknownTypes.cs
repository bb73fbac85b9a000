using System.Text.Json.Nodes;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments;

/// <summary>Resource types that a template wants and Lazuli doesn't have: each is named.</summary>
internal static class UnknownTypes
{
    /// <summary>The kind of additional information that names such a type.</summary>
    private const string Info = "UnsupportedResourceType";

    public static ArmError Error(KernelServices kernel, ResourceTypeName type, string? apiVersion, string name)
    {
        var unknown = kernel.Dispatcher.Unknown(type, apiVersion);
        return unknown with { Message = $"{unknown.Message} The template resource '{name}' is of the type '{type}', which is not supported.", AdditionalInfo = [new(Info, JsonValue.Create(type.ToString()))] };
    }

    public static bool IsOne(ArmError error) => error.AdditionalInfo?.Any(i => i.Type == Info) == true;

    /// <summary>One line for who reads no details.</summary>
    public static string Summary(IEnumerable<ArmError> errors)
    {
        var types = errors.SelectMany(e => e.AdditionalInfo ?? []).Where(i => i.Type == Info).Select(i => $"{i.Info}").Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        return types.Count == 0 ? "" : $" Resource types that are not supported: {string.Join(", ", types)}.";
    }

    /// <summary>As the template is written: whatever its conditions say, with the children of resources and with nested templates.</summary>
    public static IEnumerable<ArmError> In(KernelServices kernel, ObjectValue holder, string above = "")
    {
        foreach (var resource in ((holder["resources"] as ArrayValue)?.Items ?? (holder["resources"] as ObjectValue)?.Properties.Select(p => p.Value) ?? []).OfType<ObjectValue>())
        {
            foreach (var error in Of(kernel, resource, above))
            {
                yield return error;
            }
        }
    }

    /// <summary>Of one resource as it is written.</summary>
    public static IEnumerable<ArmError> Of(KernelServices kernel, ObjectValue resource, string above = "")
    {
        if ((resource["type"] as StringValue)?.Data is not { } written || !ResourceTypeName.TryParse(above + written, out var type))
        {
            yield break;
        }

        // Of an extension resource written the old way the name says what it is.
        if (!(above + written).Contains("/providers/", StringComparison.OrdinalIgnoreCase) && kernel.Registry.Type(type) is null && resource["existing"] is not BooleanValue { Data: true })
        {
            yield return Error(kernel, type, (resource["apiVersion"] as StringValue)?.Data, (resource["name"] as StringValue)?.Data ?? "");
        }

        var nested = type.Equals(DeploymentsType.TypeName) && (resource["properties"] as ObjectValue)?["template"] is ObjectValue template ? In(kernel, template) : [];
        foreach (var error in nested.Concat(In(kernel, resource, $"{above}{written}/")))
        {
            yield return error;
        }
    }
}
