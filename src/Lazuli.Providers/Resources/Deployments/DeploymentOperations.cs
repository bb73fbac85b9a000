using System.Globalization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Deployments.Language;
using Lazuli.Providers.Resources.Deployments.Language.Templates;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments;

/// <summary>A deployment's operations (one for each resource that it started), and the URL under which clients follow it.</summary>
internal static class DeploymentOperations
{
    private const string Group = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}";
    private const string Read = "Microsoft.Resources/deployments/operations/read";
    private const string ReadStatus = "Microsoft.Resources/deployments/operationstatuses/read";

    /// <summary>The scopes that a deployment may be at, as route templates.</summary>
    private static readonly string[] Scopes = [Group, "/subscriptions/{subscriptionId}", "/providers/Microsoft.Management/managementGroups/{managementGroup}", ""];

    public static IEnumerable<ProviderOperation> All { get; } =
    [
        .. Scopes.SelectMany(s => Of(s + "/providers/Microsoft.Resources/deployments/{deployment}")),
        .. Of(Group + "/deployments/{deployment}").Take(2),
        new(HttpMethod.Post, "/providers/Microsoft.Resources/calculateTemplateHash", "Microsoft.Resources/calculateTemplateHash/action", Hash)
        {
            ApiVersions = ResourceManagerVersions.All, MetadataType = "calculateTemplateHash", IsAuthorized = false,
        },
    ];

    private static IEnumerable<ProviderOperation> Of(string deployment) =>
    [
        new(HttpMethod.Get, deployment + "/operations", Read, List) { ApiVersions = ResourceManagerVersions.All, MetadataType = deployment.StartsWith(Group, StringComparison.Ordinal) ? "deployments/operations" : null },
        new(HttpMethod.Get, deployment + "/operations/{operation}", Read, Get) { ApiVersions = ResourceManagerVersions.All },
        new(HttpMethod.Get, deployment + "/operationStatuses/{operation}", ReadStatus, Status) { ApiVersions = ResourceManagerVersions.All },
    ];

    private static ResourceId IdOf(ProviderRequest request)
    {
        var scope = request["subscriptionId"] is { Length: > 0 } subscription
            ? request["resourceGroupName"] is { Length: > 0 } group ? ResourceId.Subscription(subscription).Group(group) : ResourceId.Subscription(subscription)
            : request["managementGroup"] is { Length: > 0 } management ? ResourceId.ManagementGroup(management)
            : ResourceId.Tenant;
        return scope.Resource(DeploymentsType.TypeName, request["deployment"]);
    }

    private static DeploymentDocument? Find(ProviderRequest request)
        => request.Kernel.Store.Get(IdOf(request).Key) is { } record ? DeploymentDocument.Read(record) : null;

    private static Task<Result<ArmResponse>> List(ProviderRequest request, CancellationToken cancellationToken)
    {
        if (Find(request) is not { } document)
        {
            return Task.FromResult<Result<ArmResponse>>(DeploymentErrors.NotFound(IdOf(request)));
        }

        var now = request.Kernel.Time.GetUtcNow();
        var top = request.Request.Query.GetValueOrDefault("$top") is { } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : int.MaxValue;
        var steps = DeploymentStep.List(request.Kernel.Store, document.RunId).Take(top);
        return Task.FromResult<Result<ArmResponse>>(ArmResponse.Json(JsonWriting.List(steps, (json, step) => DeploymentView.WriteOperation(json, document, step, now))));
    }

    private static Task<Result<ArmResponse>> Get(ProviderRequest request, CancellationToken cancellationToken)
    {
        if (Find(request) is not { } document)
        {
            return Task.FromResult<Result<ArmResponse>>(DeploymentErrors.NotFound(IdOf(request)));
        }

        var step = DeploymentStep.List(request.Kernel.Store, document.RunId).FirstOrDefault(s => s.Name.Equals(request["operation"], StringComparison.OrdinalIgnoreCase));
        return Task.FromResult<Result<ArmResponse>>(step is null
            ? DeploymentErrors.OperationNotFound(request["deployment"], request["operation"])
            : ArmResponse.Json(JsonWriting.ToBytes(json => DeploymentView.WriteOperation(json, document, step, request.Kernel.Time.GetUtcNow()))));
    }

    /// <summary>POST /providers/Microsoft.Resources/calculateTemplateHash: the body is the template.</summary>
    private static Task<Result<ArmResponse>> Hash(ProviderRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult<Result<ArmResponse>>(ValueReader.Read(request.Request.Body.Span) is ObjectValue template
                ? ArmResponse.Json(ValueWriter.ToUtf8(new ObjectBuilder().Set("minifiedTemplate", ValueWriter.ToJson(template)).Set("templateHash", Template.Hash(template)).Build()))
                : ArmErrors.InvalidRequestContent("The template must be a JSON object"));
        }
        catch (TemplateFault fault)
        {
            return Task.FromResult<Result<ArmResponse>>(ArmErrors.InvalidRequestContent(fault.Message));
        }
    }

    private static Task<Result<ArmResponse>> Status(ProviderRequest request, CancellationToken cancellationToken)
    {
        if (request.Kernel.Operations.Get(request["operation"]) is not { } operation || !operation.ResourceId.Equals(IdOf(request).ToString(), StringComparison.OrdinalIgnoreCase))
        {
            return Task.FromResult<Result<ArmResponse>>(DeploymentErrors.OperationNotFound(request["deployment"], request["operation"]));
        }

        return Task.FromResult<Result<ArmResponse>>(new ArmResponse
        {
            Status = 200,
            Headers = operation.EndTime is null ? [new("Retry-After", "1")] : [],
            Body = JsonWriting.ToBytes(json =>
            {
                json.WriteStartObject();
                json.WriteString("status", operation.EndTime is null ? "Running" : operation.Status);
                if (operation.Error is { } error)
                {
                    json.WritePropertyName("error");
                    System.Text.Json.JsonSerializer.Serialize(json, error, ArmErrorJson.Default.ArmError);
                }

                json.WriteEndObject();
            }),
        });
    }
}
