using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Types;

namespace Lazuli.Kernel.Http;

internal sealed record OperationPath(string Id, bool IsResult);

/// <summary>The URLs under which clients follow long-running operations: <c>…/operations/{id}</c> (status) and <c>…/operationResults/{id}</c> (202 until done, then the result).</summary>
internal sealed class OperationRoutes(KernelServices kernel)
{
    public static OperationPath? Match(ResourcePath path)
    {
        if (path.Kind == ResourcePathKind.Resource)
        {
            return path.Id.Type.TypePath.ToLowerInvariant() switch
            {
                "locations/operations" or "locations/operationstatuses" => new(path.Id.Name, false),
                "locations/operationresults" => new(path.Id.Name, true),
                _ => null,
            };
        }

        var tail = path.Tail?.Split('/');
        return path.Id.IsSubscription && tail is [var kind, var id] && kind.Equals("operationresults", StringComparison.OrdinalIgnoreCase) ? new(id, true) : null;
    }

    public async Task<Result<ArmResponse>> GetAsync(ArmRequest request, OperationPath path)
    {
        if (request.Method != HttpMethod.Get)
        {
            return ArmErrors.MethodNotAllowed(request.Method.Method, request.Path);
        }

        if (kernel.Operations.Get(path.Id) is not { } operation || !MaySee(request, operation))
        {
            return path.IsResult && await kernel.Late.GetAsync(request, path.Id) is { } late ? late
                : new ArmError { Code = "OperationNotFound", Message = $"The operation '{path.Id}' could not be found.", Status = 404 };
        }

        return path.IsResult ? Outcome(request, operation) : Status(request, operation);
    }

    private bool MaySee(ArmRequest request, Operation operation)
        => operation.Caller == request.Principal.ObjectId
            || (ResourceId.TryParse(operation.ResourceId, out var id) && kernel.Authorizer.IsAllowed(request.Principal, $"{id.Type}/read", id));

    private static ArmResponse Status(ArmRequest request, Operation operation)
    {
        var view = new OperationView(request.Path, operation.Id, operation.Status, operation.StartTime, operation.EndTime, operation.Error);
        return new ArmResponse
        {
            Status = 200,
            Body = JsonSerializer.SerializeToUtf8Bytes(view, OperationJson.Default.OperationView),
            Headers = operation.EndTime is null ? [new("Retry-After", "1")] : [],
        };
    }

    private Result<ArmResponse> Outcome(ArmRequest request, Operation operation)
    {
        if (operation.EndTime is null)
        {
            return new ArmResponse { Status = 202, Headers = [new("Location", request.BaseUrl + request.Path + "?api-version=" + request.ApiVersion), new("Retry-After", "1")] };
        }

        if (operation.Error is { } error)
        {
            return error;
        }

        return operation.Kind is "PUT" or "PATCH" && ResourceId.TryParse(operation.ResourceId, out var id) && kernel.Store.Get(id.Key) is { } record
            && kernel.Registry.Type(record.Type) is { } type
            ? ArmResponse.Json(kernel.Registry.Handler(type).Render(record))
            : ArmResponse.Empty(operation.Kind is "DELETE" or "moveResources" ? 204 : 200);
    }
}
