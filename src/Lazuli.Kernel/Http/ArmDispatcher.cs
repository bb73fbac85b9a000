using System.Text.RegularExpressions;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Kernel.Http;

/// <summary>
/// Resource Manager's contract in order: parse the path → find what it means → authorize → api-version → scope exists → locks → the handler.
/// The way in for requests from the wire and from within (template deployments, cascading deletes) alike.
/// </summary>
public sealed partial class ArmDispatcher(KernelServices kernel)
{
    private readonly OperationRoutes _operations = new(kernel);
    private readonly ProviderRoutes _routes = new(kernel.Registry);
    private readonly ListHandler _lists = new(kernel);

    public async Task<Result<ArmResponse>> SendAsync(ArmRequest request, CancellationToken cancellationToken)
    {
        if (!ResourcePath.TryParse(request.Path, out var path))
        {
            return ArmErrors.InvalidId(request.Path);
        }

        var type = path.Kind == ResourcePathKind.Resource ? kernel.Registry.Type(path.Id.Type) : null;
        if (type is not null)
        {
            return await ResourceAsync(request, path.Id, type, cancellationToken);
        }

        if (OperationRoutes.Match(path) is { } operation)
        {
            return await _operations.GetAsync(request, operation);
        }

        if (_routes.Match(request, path) is { } route)
        {
            return await ProviderAsync(request, path, route, cancellationToken);
        }

        return path.Kind switch
        {
            ResourcePathKind.Provider when path.Namespace is { } ns && path.Tail is { } tail => ResourceTypeName.TryParse($"{ns}/{tail}", out var name)
                ? List(request, path.Id, name) : ArmErrors.InvalidId(request.Path),
            ResourcePathKind.Provider => ArmErrors.InvalidNamespace(path.Namespace ?? ""),
            ResourcePathKind.Tail when path.Tail is { } tail => await TailAsync(request, path.Id, tail, cancellationToken),
            _ => Unknown(path.Id.Type, request.ApiVersion),
        };
    }

    /// <summary>All faults that a PUT of this body would have, without doing it.</summary>
    public IReadOnlyList<ArmError> CheckPut(ArmRequest request, ResourceId id) => CheckPut(request, id, predict: false, out _);

    /// <summary>The same; when asked to predict and the type can, also what GET would show afterwards.</summary>
    public IReadOnlyList<ArmError> CheckPut(ArmRequest request, ResourceId id, bool predict, out ReadOnlyMemory<byte>? after)
    {
        after = null;
        if (kernel.Registry.Type(id.Type) is not { } type)
        {
            return [Unknown(id.Type, request.ApiVersion)];
        }

        var handler = kernel.Registry.Handler(type);
        return !Allows(type.Scopes, id) ? [ArmErrors.InvalidType(type.Name, request.ApiVersion)]
            : Precheck(request, type, id) is { } error ? [error]
            : predict && handler is IPredictsPut predicts ? predicts.CheckPut(request, id, out after)
            : handler.CheckPut(request, id);
    }

    /// <summary>The error for a type that isn't there: unknown namespace or unknown type.</summary>
    public ArmError Unknown(ResourceTypeName type, string? apiVersion)
        => kernel.Registry.Provider(type.Namespace) is null ? ArmErrors.InvalidNamespace(type.Namespace) : ArmErrors.InvalidType(type, apiVersion);

    private async Task<Result<ArmResponse>> ResourceAsync(ArmRequest request, ResourceId id, ResourceType type, CancellationToken cancellationToken)
    {
        var verb = VerbOf(request.Method);
        if (verb is null)
        {
            return ArmErrors.MethodNotAllowed(request.Method.Method, request.Path);
        }

        var action = $"{type.Name}/{verb}";
        if (!kernel.Authorizer.IsAllowed(request.Principal, action, id))
        {
            return Forbidden(request, action, id);
        }

        if (CheckVersion(request, type, null) is { } version)
        {
            return version;
        }

        if (CheckScope(request, type, id) is { } scope)
        {
            return scope;
        }

        if (verb != "read" && CheckChange(id, verb) is { } held)
        {
            return held;
        }

        var handler = kernel.Registry.Handler(type);
        switch (request.Method.Method)
        {
            case "PUT":
                return await handler.PutAsync(request, id, cancellationToken);
            case "PATCH":
                return await handler.PatchAsync(request, id, cancellationToken);
            case "DELETE":
                return await handler.DeleteAsync(request, id, cancellationToken);
            case "HEAD":
                return (await handler.GetAsync(request, id, cancellationToken)).Ok(out var found, out var missing) ? found with { Status = 204, Body = default } : ArmResponse.Empty(missing.Status);
            default:
                return await handler.GetAsync(request, id, cancellationToken);
        }
    }

    // …/virtualMachines/vm1/start, …/virtualNetworks/v1/subnets, /subscriptions/s/resourceGroups
    private async Task<Result<ArmResponse>> TailAsync(ArmRequest request, ResourceId id, string tail, CancellationToken cancellationToken)
    {
        if (kernel.Registry.Type(id.Type) is { } type && type.Actions.FirstOrDefault(a => a.Name.Equals(tail, StringComparison.OrdinalIgnoreCase) && a.Method == request.Method) is { } action)
        {
            var permission = action.Method == HttpMethod.Get ? $"{type.Name}/{action.Name}/read" : $"{type.Name}/{action.Name}/action";
            return !kernel.Authorizer.IsAllowed(request.Principal, permission, id) ? Forbidden(request, permission, id)
                : CheckVersion(request, type, null) is { } version ? version
                : CheckScope(request, type, id) is { } scope ? scope
                : action.Method != HttpMethod.Get && action.Writes && CheckChange(id, "action") is { } held ? held
                : await kernel.Registry.Handler(type).ActAsync(request, id, action, cancellationToken);
        }

        var name = id.IsSubscription && tail.Equals("resourceGroups", StringComparison.OrdinalIgnoreCase) ? ResourceTypeName.ResourceGroup
            : id.IsTenant && tail.Equals("subscriptions", StringComparison.OrdinalIgnoreCase) ? ResourceTypeName.Subscription
            : id.IsResource && !tail.Contains('/', StringComparison.Ordinal) ? id.Type.Child(tail)
            : null;
        return name is null || (kernel.Registry.Type(name) is null && request.Method != HttpMethod.Get)
            ? new ArmError { Code = "NotFound", Message = $"The request path '{request.Path}' names nothing that Lazuli knows.", Status = 404 }
            : List(request, id, name);
    }

    private Result<ArmResponse> List(ArmRequest request, ResourceId scope, ResourceTypeName name)
    {
        if (kernel.Registry.Type(name) is not { } type)
        {
            return Unknown(name, request.ApiVersion);
        }

        if (request.Method != HttpMethod.Get)
        {
            return ArmErrors.MethodNotAllowed(request.Method.Method, request.Path);
        }

        var action = $"{type.Name}/read";
        return !type.ListsOwn && !kernel.Authorizer.IsAllowed(request.Principal, action, scope) ? Forbidden(request, action, scope)
            : CheckVersion(request, type, null) is { } version ? version
            : ScopeMissing(scope) is { } missing ? missing
            : _lists.List(request, type, scope);
    }

    private async Task<Result<ArmResponse>> ProviderAsync(ArmRequest request, ResourcePath path, ProviderMatch route, CancellationToken cancellationToken)
    {
        var scope = AuthorizationScope(path);
        var operation = route.Operation;
        return operation.IsAuthorized && !kernel.Authorizer.IsAllowed(request.Principal, operation.Action, scope) ? Forbidden(request, operation.Action, scope)
            : CheckVersion(request, null, operation) is { } version ? version
            : ScopeMissing(scope) is { } missing ? missing
            : await operation.Run(new ProviderRequest(request, route.Values, kernel) { Scope = scope }, cancellationToken);
    }

    private ArmError? Precheck(ArmRequest request, ResourceType type, ResourceId id)
        => !kernel.Authorizer.IsAllowed(request.Principal, $"{type.Name}/write", id) ? Forbidden(request, $"{type.Name}/write", id)
            : CheckVersion(request, type, null) ?? CheckChange(id, "write");

    private ArmError? CheckChange(ResourceId id, string verb) => SubscriptionRules.Check(kernel.Store, id, verb) ?? LockRules.Check(kernel.Store, id, verb);

    private static ArmError? CheckVersion(ArmRequest request, ResourceType? type, ProviderOperation? operation)
    {
        if (request.ApiVersion is not { Length: > 0 } version)
        {
            return ArmErrors.MissingApiVersion();
        }

        if (!VersionPattern().IsMatch(version))
        {
            return ArmErrors.InvalidApiVersion(version);
        }

        var supported = type?.ApiVersions ?? operation?.ApiVersions ?? [];
        return supported.Count == 0 || supported.Contains(version, StringComparer.OrdinalIgnoreCase)
            ? null
            : ArmErrors.UnsupportedApiVersion(version, type?.Name ?? ResourceTypeName.Parse($"Microsoft.Resources/{operation?.MetadataType ?? "operations"}"), null, supported);
    }

    private ArmError? CheckScope(ArmRequest request, ResourceType type, ResourceId id)
    {
        if (!Allows(type.Scopes, id))
        {
            return ArmErrors.InvalidType(type.Name, request.ApiVersion);
        }

        if (id.Scope is { } scope && ScopeMissing(scope) is { } missing)
        {
            return missing;
        }

        if (id.IsChild && id.Parent is { } parent && type.EmbeddedIn is null && !kernel.View.Exists(parent))
        {
            return ArmErrors.ParentNotFound(id, parent, VerbOf(request.Method) ?? "action");
        }

        // A group that isn't there can't be deleted; of any other resource Azure says 204.
        if (request.Method == HttpMethod.Delete && id.IsResourceGroup && kernel.Store.Get(id.Key) is null)
        {
            return ArmErrors.ResourceGroupNotFound(id.Name);
        }

        return request.Method == HttpMethod.Put && id.ResourceGroupId is { } group && !id.IsResourceGroup && kernel.View.IsDeleting(group)
            ? ArmErrors.ResourceGroupBeingDeleted(group.Name)
            : null;
    }

    private static string? VerbOf(HttpMethod method) => method.Method switch
    {
        "GET" or "HEAD" => "read",
        "PUT" or "PATCH" => "write",
        "DELETE" => "delete",
        _ => null,
    };

    private static bool Allows(ResourceScopes scopes, ResourceId id)
    {
        var scope = id.Scope;
        return scopes.HasFlag(ResourceScopes.Extension)
            || (scope.IsTenant && scopes.HasFlag(ResourceScopes.Tenant))
            || (scope.IsSubscription && scopes.HasFlag(ResourceScopes.Subscription))
            || (scope.IsResourceGroup && scopes.HasFlag(ResourceScopes.ResourceGroup))
            || (scope.IsManagementGroup && scopes.HasFlag(ResourceScopes.ManagementGroup));
    }

    private ArmError? ScopeMissing(ResourceId scope)
    {
        if (scope.SubscriptionScope is not { } subscription)
        {
            return scope.ManagementGroupId is { } above && kernel.Store.Get(above.Key) is null ? ArmErrors.ManagementGroupNotFound(above.Name)
                : scope.IsResource && kernel.Registry.Type(scope.Type) is not null && !kernel.View.Exists(scope) ? ArmErrors.ResourceNotFound(scope)
                : null;
        }

        if (!Guid.TryParse(subscription.Name, out _))
        {
            return ArmErrors.InvalidSubscriptionId(subscription.Name);
        }

        return kernel.Store.Get(subscription.Key) is null ? ArmErrors.SubscriptionNotFound(subscription.Name)
            : scope.ResourceGroupId is { } group && kernel.Store.Get(group.Key) is null ? ArmErrors.ResourceGroupNotFound(group.Name)
            : scope.IsResource && kernel.Registry.Type(scope.Type) is not null && !kernel.View.Exists(scope) ? ArmErrors.ResourceNotFound(scope)
            : null;
    }

    // The longest of tenant, subscription, group, resource in the path that roles can be given at.
    private ResourceId AuthorizationScope(ResourcePath path)
    {
        var id = path.Id;
        while (id.IsResource && kernel.Registry.Type(id.Type) is null)
        {
            id = id.Parent ?? ResourceId.Tenant;
        }

        return id;
    }

    private ArmError Forbidden(ArmRequest request, string action, ResourceId scope)
        => kernel.Authorizer.Refusal(request.Principal, action, scope) ?? ArmErrors.AuthorizationFailed(request.Principal.Name, request.Principal.ObjectId, action, scope.ToString());

    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2}(-[A-Za-z][A-Za-z0-9.-]*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex VersionPattern();
}
