using Lazuli.Kernel.Ids;

namespace Lazuli.Kernel.Errors;

/// <summary>Resource Manager's own errors, with Azure's codes and statuses. Those of a provider live with the provider.</summary>
public static class ArmErrors
{
    public static ArmError BadRequest(string code, string message, string? target = null) => new() { Code = code, Message = message, Target = target };

    public static ArmError InvalidRequestContent(string message, string? target = null) => new()
    {
        Code = "InvalidRequestContent",
        Message = $"The request content was invalid and could not be deserialized: '{message}'.",
        Target = target,
    };

    public static ArmError MissingApiVersion() => new()
    {
        Code = "MissingApiVersionParameter",
        Message = "The api-version query parameter (?api-version=) is required for all requests.",
    };

    /// <summary>Resource Manager says of its own types what a malformed version gets everywhere; of a provider's, that nobody is registered for it.</summary>
    public static ArmError UnsupportedApiVersion(string version, ResourceTypeName type, string? location, IReadOnlyList<string> supported) => type.Namespace == "Microsoft.Resources" ? new()
    {
        Code = "InvalidApiVersionParameter",
        Message = $"The api-version '{version}' is invalid. The supported versions are '{string.Join(",", supported)}'.",
    }
    : new()
    {
        Code = "NoRegisteredProviderFound",
        Message = $"No registered resource provider found for location '{location ?? "global"}' and API version '{version}' for type '{type.TypePath}'. "
            + $"The supported api-versions are '{string.Join(", ", supported)}'.",
    };

    public static ArmError InvalidApiVersion(string version) => new()
    {
        Code = "InvalidApiVersionParameter",
        Message = $"The api-version '{version}' is invalid. The supported versions are dates such as '2024-03-01', optionally with '-preview'.",
    };

    public static ArmError InvalidNamespace(string name) => new()
    {
        Code = "InvalidResourceNamespace",
        Message = $"The resource namespace '{name}' is invalid.",
        Status = 404,
    };

    public static ArmError InvalidType(ResourceTypeName type, string? apiVersion) => new()
    {
        Code = "InvalidResourceType",
        Message = $"The resource type '{type.TypePath}' could not be found in the namespace '{type.Namespace}' for api version '{apiVersion}'.",
        Status = 404,
    };

    public static ArmError InvalidId(string path) => new()
    {
        Code = "InvalidResourceId",
        Message = $"The path '{path}' is not a valid resource identifier.",
        Status = 404,
    };

    public static ArmError ResourceNotFound(ResourceId id) => id.IsResourceGroup ? ResourceGroupNotFound(id.Name) : id.ResourceGroup is { } group
        ? new()
        {
            Code = "ResourceNotFound",
            Message = $"The Resource '{id.Type.ToString()}/{id.NamePath}' under resource group '{group}' was not found. "
                + "For more details please go to https://aka.ms/ARMResourceNotFoundFix",
            Status = 404,
        }
        : new() { Code = "ResourceNotFound", Message = $"The resource '{id}' was not found.", Status = 404 };

    /// <param name="verb"><c>read</c>, <c>write</c> or <c>delete</c>.</param>
    public static ArmError ParentNotFound(ResourceId id, ResourceId parent, string verb) => new()
    {
        Code = "ParentResourceNotFound",
        Message = $"Failed to perform '{verb}' on resource(s) of type '{id.Type.TypePath}', because the parent resource '{parent}' could not be found.",
        Status = 404,
    };

    public static ArmError ResourceGroupNotFound(string group) => new()
    {
        Code = "ResourceGroupNotFound",
        Message = $"Resource group '{group}' could not be found.",
        Status = 404,
    };

    public static ArmError ResourceGroupBeingDeleted(string group) => new()
    {
        Code = "ResourceGroupBeingDeleted",
        Message = $"The resource group '{group}' is in deprovisioning state and cannot perform this operation.",
        Status = 409,
    };

    public static ArmError ManagementGroupNotFound(string group) => new()
    {
        Code = "ManagementGroupNotFound",
        Message = $"The management group '{group}' could not be found.",
        Status = 404,
    };

    public static ArmError SubscriptionNotFound(string subscription) => new()
    {
        Code = "SubscriptionNotFound",
        Message = $"The subscription '{subscription}' could not be found.",
        Status = 404,
    };

    public static ArmError SubscriptionDisabled(string subscription) => new()
    {
        Code = "ReadOnlyDisabledSubscription",
        Message = $"The subscription '{subscription}' is disabled and therefore marked as read only. You cannot perform any write actions on this subscription until it is re-enabled.",
        Status = 409,
    };

    public static ArmError SubscriptionNotRegistered(string @namespace) => new()
    {
        Code = "MissingSubscriptionRegistration",
        Message = $"The subscription is not registered to use namespace '{@namespace}'. See https://aka.ms/rps-not-found for how to register subscriptions.",
        Target = @namespace,
        Status = 409,
    };

    public static ArmError InvalidSubscriptionId(string subscription) => new()
    {
        Code = "InvalidSubscriptionId",
        Message = $"The provided subscription identifier '{subscription}' is malformed or invalid.",
    };

    public static ArmError LocationRequired() => new() { Code = "LocationRequired", Message = "The location property is required for this definition." };

    public static ArmError LocationNotAvailable(string location, ResourceTypeName type, IEnumerable<string> available) => type.Equals(ResourceTypeName.ResourceGroup)
        ? new()
        {
            Code = "LocationNotAvailableForResourceGroup",
            Message = $"The provided location '{location}' is not available for resource group. List of available regions is '{string.Join(",", available)}'.",
        }
        : new()
        {
            Code = "LocationNotAvailableForResourceType",
            Message = $"The provided location '{location}' is not available for resource type '{type}'. "
                + $"List of available regions for the resource type is '{string.Join(",", available)}'.",
        };

    public static ArmError InvalidResourceLocation(ResourceId id, string existing, string given) => new()
    {
        Code = "InvalidResourceLocation",
        Message = $"The resource '{id.Name}' already exists in location '{existing}' in resource group '{id.ResourceGroup}'. "
            + $"A resource with the same name cannot be created in location '{given}'. Please select a new resource name.",
        Status = 409,
    };

    public static ArmError ImmutableProperty(string target) => new()
    {
        Code = "PropertyChangeNotAllowed",
        Message = $"Changing property '{target}' is not allowed.",
        Target = target,
        Status = 409,
    };

    public static ArmError PreconditionFailed(ResourceId id) => new()
    {
        Code = "PreconditionFailed",
        Message = $"Precondition failed: the entity tag given does not match the current one of '{id}'.",
        Status = 412,
    };

    public static ArmError AnotherOperationInProgress(ResourceId id) => new()
    {
        Code = "AnotherOperationInProgress",
        Message = $"Another operation on this or dependent resource is in progress. Resource: {id}",
        Status = 409,
    };

    public static ArmError MethodNotAllowed(string method, string path) => new()
    {
        Code = "MethodNotAllowed",
        Message = $"The request method '{method}' is not supported for '{path}'.",
        Status = 405,
    };

    public static ArmError ScopeLocked(ResourceId id, string action, IEnumerable<string> scopes) => new()
    {
        Code = "ScopeLocked",
        Message = $"The scope '{id}' cannot perform {action} operation because following scope(s) are locked: '{string.Join(", ", scopes)}'. "
            + "Please remove the lock and try again.",
        Status = 409,
    };

    public static ArmError AuthorizationFailed(string principal, string objectId, string action, string scope) => new()
    {
        Code = "AuthorizationFailed",
        Message = $"The client '{principal}' with object id '{objectId}' does not have authorization to perform action '{action}' over scope '{scope}' "
            + "or the scope is invalid. If access was recently granted, please refresh your credentials.",
        Status = 403,
    };

    public static ArmError LinkedAuthorizationFailed(string principal, string objectId, string action, string scope, string linkedAction, string linkedScope) => new()
    {
        Code = "LinkedAuthorizationFailed",
        Message = $"The client '{principal}' with object id '{objectId}' has permission to perform action '{action}' on scope '{scope}'; however, "
            + $"it does not have permission to perform action(s) '{linkedAction}' on the linked scope(s) '{linkedScope}' or the linked scope(s) are invalid.",
        Status = 403,
    };

    public static ArmError ReferenceNotProvisioned(string id, ResourceId referrer) => new()
    {
        Code = "ReferencedResourceNotProvisioned",
        Message = $"Cannot proceed with operation because resource {id} used by resource {referrer} is not in Succeeded state. Resource is in Deleting state.",
        Target = id,
        Status = 409,
    };

    public static ArmError InvalidReference(string id, ResourceId referrer) => new()
    {
        Code = "InvalidResourceReference",
        Message = $"Resource {id} referenced by resource {referrer} was not found. Please make sure that the referenced resource exists, "
            + "and that both resources are in the same region.",
        Target = id,
        MissingId = id,
    };

    public static ArmError InvalidParameter(string target, string message) => new() { Code = "InvalidParameter", Message = message, Target = target };

    public static ArmError NotSupported(string what) => new()
    {
        Code = "FeatureNotSupported",
        Message = $"{what} is not supported by Lazuli.",
        Status = 400,
    };

    public static ArmError Internal() => new()
    {
        Code = "InternalServerError",
        Message = "The server met an unexpected condition. The correlation id of the answer finds it in the server's log.",
        Status = 500,
    };
}
