using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Resources.Moves;

/// <summary>POST …/moveResources and …/validateMoveResources (https://learn.microsoft.com/rest/api/resources/resources/move-resources).</summary>
internal static class MoveOperations
{
    private const int MaxResources = 800;
    private const int Attempts = 20;
    private const string Group = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/";
    private const string Action = "Microsoft.Resources/subscriptions/resourceGroups/";
    private const string Write = "Microsoft.Resources/subscriptions/resourceGroups/write";

    public static IEnumerable<ProviderOperation> All { get; } =
    [
        new(HttpMethod.Post, Group + "moveResources", Action + "moveResources/action", MoveAsync) { ApiVersions = ResourceManagerVersions.All },
        new(HttpMethod.Post, Group + "validateMoveResources", Action + "validateMoveResources/action", ValidateAsync) { ApiVersions = ResourceManagerVersions.All },
    ];

    private static Task<Result<ArmResponse>> ValidateAsync(ProviderRequest request, CancellationToken cancellationToken)
        => Task.FromResult<Result<ArmResponse>>(!Read(request).Ok(out var move, out var error) ? error : move.Check() is { } refused ? refused : ArmResponse.Empty(204));

    private static async Task<Result<ArmResponse>> MoveAsync(ProviderRequest request, CancellationToken cancellationToken)
    {
        var kernel = request.Kernel;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (!Read(request).Ok(out var move, out var error))
            {
                return error;
            }

            var keys = move.LockKeys.ToHashSet(StringComparer.Ordinal);
            using var held = await kernel.Locks.AcquireAsync(keys, cancellationToken);
            if (!move.LockKeys.All(keys.Contains))
            {
                continue;
            }

            if ((SubscriptionRules.Check(kernel.Store, request.Scope, "action") ?? move.Check()) is { } refused)
            {
                return refused;
            }

            var operation = kernel.Operations.Start(request.Request, request.Scope, "moveResources", null) with { Status = OperationStatus.Succeeded, EndTime = kernel.Time.GetUtcNow() };
            if (await kernel.Store.CommitAsync(move.Plan(request.Request, operation), cancellationToken) is null)
            {
                return new ArmResponse { Status = 202, Headers = OperationLog.Headers(request.Request, operation, request.Scope, withLocation: true), OperationId = operation.Id };
            }
        }

        return ArmErrors.AnotherOperationInProgress(request.Scope);
    }

    private static Result<ResourceMove> Read(ProviderRequest request)
    {
        MoveRequest? body;
        try
        {
            body = JsonSerializer.Deserialize(request.Request.Body.Span, MoveJson.Default.MoveRequest);
        }
        catch (JsonException e)
        {
            return ArmErrors.InvalidRequestContent(e.Message);
        }

        if (body?.Resources is not { Count: > 0 and <= MaxResources } texts)
        {
            return MoveErrors.Invalid($"A move needs 1 to {MaxResources} resource ids.");
        }

        var ids = new List<ResourceId>();
        foreach (var text in texts)
        {
            if (!ResourceId.TryParse(text, out var id) || !id.IsResource)
            {
                return MoveErrors.Invalid($"'{text}' is not a resource id.");
            }

            ids.Add(id);
        }

        var kernel = request.Kernel;
        var caller = request.Request.Principal;
        if (!ResourceId.TryParse(body.TargetResourceGroup, out var target) || !target.IsResourceGroup)
        {
            return MoveErrors.Invalid($"The target '{body.TargetResourceGroup}' is not the id of a resource group.");
        }

        if (!kernel.Authorizer.IsAllowed(caller, Write, target))
        {
            return ArmErrors.AuthorizationFailed(caller.Name, caller.ObjectId, Write, target.ToString());
        }

        return target.Equals(request.Scope) ? MoveErrors.Invalid("The source and the target are the same resource group.")
            : kernel.View.Get<ResourceGroups.ResourceGroupProperties>(target) is not { } group ? ArmErrors.ResourceGroupNotFound(target.Name)
            : kernel.View.IsDeleting(target) ? ArmErrors.ResourceGroupBeingDeleted(target.Name)
            : kernel.View.IsDeleting(request.Scope) ? ArmErrors.ResourceGroupBeingDeleted(request.Scope.Name)
            : new ResourceMove(kernel, request.Scope, group.Id, [.. ids.Distinct()]);
    }
}

internal sealed record MoveRequest
{
    public IReadOnlyList<string?>? Resources { get; init; }
    public string? TargetResourceGroup { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(MoveRequest))]
internal sealed partial class MoveJson : JsonSerializerContext;
