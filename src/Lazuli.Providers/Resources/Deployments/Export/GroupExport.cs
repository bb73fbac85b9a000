using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Deployments.Language;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Export;

/// <summary>
/// POST …/resourceGroups/{group}/exportTemplate: a template that makes the group's resources as they are
/// (https://learn.microsoft.com/rest/api/resources/resource-groups/export-template). Secrets are not in it.
/// </summary>
internal static class GroupExport
{
    private static readonly string[] Known = ["IncludeParameterDefaultValue", "IncludeComments", "SkipResourceNameParameterization", "SkipAllParameterization"];

    public static ProviderOperation Operation { get; } = new(
        HttpMethod.Post,
        "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/exportTemplate",
        "Microsoft.Resources/subscriptions/resourceGroups/exportTemplate/action",
        (request, _) => Task.FromResult(Export(request)))
    {
        ApiVersions = ResourceManagerVersions.All,
    };

    private static Result<ArmResponse> Export(ProviderRequest request)
    {
        ObjectValue? body;
        try
        {
            body = request.Request.Body.IsEmpty ? ObjectValue.Empty : ValueReader.Read(request.Request.Body.Span) as ObjectValue;
        }
        catch (TemplateFault fault)
        {
            return ArmErrors.InvalidRequestContent(fault.Message);
        }

        if (body is null)
        {
            return ArmErrors.InvalidRequestContent("The request body must be a JSON object");
        }

        var options = ((body["options"] as StringValue)?.Data ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (options.FirstOrDefault(o => !Known.Contains(o, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            return ArmErrors.InvalidParameter("options", $"The option '{unknown}' is not one of '{string.Join(", ", Known)}'.");
        }

        if (body["outputFormat"] is StringValue { Data: var format } && !format.Equals("Json", StringComparison.OrdinalIgnoreCase))
        {
            return ArmErrors.NotSupported($"The output format '{format}'");
        }

        var kernel = request.Kernel;
        var group = ResourceId.Subscription(request["subscriptionId"]).Group(request["resourceGroupName"]);
        var asked = ((body["resources"] as ArrayValue)?.Items ?? []).OfType<StringValue>().Select(s => s.Data).Where(s => s != "*").ToHashSet(StringComparer.OrdinalIgnoreCase);
        var resources = new List<(ResourceId Id, ObjectValue Body)>();
        foreach (var record in kernel.Store.List(group.Key).Where(r => r.Key != group.Key && kernel.Registry.Type(r.Type) is { IsTracked: true }))
        {
            var handler = kernel.Registry.Handler(kernel.Registry.Type(record.Type) ?? throw new InvalidOperationException(record.Type));
            if (ValueReader.Read(handler.Render(record).Span) is ObjectValue shown && shown["id"] is StringValue { Data: var id } && ResourceId.TryParse(id, out var parsed)
                && kernel.Registry.Type(parsed.Type) is { CanPut: true } && (asked.Count == 0 || asked.Contains(id)) && ValueReader.Read(handler.InputOf(handler.Render(record)).Span) is ObjectValue input)
            {
                resources.Add((parsed, input));
            }
        }

        if (asked.FirstOrDefault(a => !resources.Exists(r => a.Equals(r.Id.ToString(), StringComparison.OrdinalIgnoreCase))) is { } missing)
        {
            return ResourceId.TryParse(missing, out var none) ? ArmErrors.ResourceNotFound(none) : ArmErrors.InvalidId(missing);
        }

        bool Has(string option) => options.Contains(option, StringComparer.OrdinalIgnoreCase);
        var writer = new ExportedTemplate(
            resources,
            id => kernel.Registry.Type(id.Type)?.ApiVersions[0] ?? "",
            new ExportOptions(!Has("SkipAllParameterization") && !Has("SkipResourceNameParameterization"), !Has("SkipAllParameterization"), Has("IncludeParameterDefaultValue")));
        return ArmResponse.Json(ValueWriter.ToUtf8(new ObjectBuilder().Set("template", writer.Write()).Build()));
    }
}
