using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Resources.Deployments;

/// <summary>A deployment's operations (one for each resource that it started), and the URL under which clients follow it.</summary>
internal static class DeploymentOperations
{
    private const string Group = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}";
    private const string Deployment = Group + "/providers/Microsoft.Resources/deployments/{deployment}";
    private const string Legacy = Group + "/deployments/{deployment}";
    private const string Read = "Microsoft.Resources/deployments/operations/read";
    private const string ReadStatus = "Microsoft.Resources/deployments/operationstatuses/read";

    public static IEnumerable<ProviderOperation> All { get; } =
    [
        new(HttpMethod.Get, Deployment + "/operations", Read, List) { ApiVersions = ResourceManagerVersions.All, MetadataType = "deployments/operations" },
        new(HttpMethod.Get, Deployment + "/operations/{operation}", Read, Get) { ApiVersions = ResourceManagerVersions.All },
        new(HttpMethod.Get, Legacy + "/operations", Read, List) { ApiVersions = ResourceManagerVersions.All },
        new(HttpMethod.Get, Legacy + "/operations/{operation}", Read, Get) { ApiVersions = ResourceManagerVersions.All },
        new(HttpMethod.Get, Deployment + "/operationStatuses/{operation}", ReadStatus, Status) { ApiVersions = ResourceManagerVersions.All },
    ];

    private static ResourceId IdOf(ProviderRequest request)
        => ResourceId.Subscription(request["subscriptionId"]).Group(request["resourceGroupName"]).Resource(DeploymentsType.TypeName, request["deployment"]);

    private static DeploymentDocument? Find(ProviderRequest request)
        => request.Kernel.Store.Get(IdOf(request).Key) is { } record ? DeploymentDocument.Read(record) : null;

    private static Task<Result<ArmResponse>> List(ProviderRequest request, CancellationToken cancellationToken)
    {
        if (Find(request) is not { } document)
        {
            return Task.FromResult<Result<ArmResponse>>(DeploymentErrors.NotFound(IdOf(request)));
        }

        var now = request.Kernel.Time.GetUtcNow();
        var steps = DeploymentStep.List(request.Kernel.Store, document.RunId);
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
