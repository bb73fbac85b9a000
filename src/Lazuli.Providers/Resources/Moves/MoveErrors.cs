using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;

namespace Lazuli.Providers.Resources.Moves;

/// <summary>Errors of moving resources, with Azure's codes (https://learn.microsoft.com/azure/azure-resource-manager/management/move-resource-group-and-subscription).</summary>
internal static class MoveErrors
{
    public static ArmError Invalid(string message) => ArmErrors.BadRequest("InvalidResourceMoveRequest", message);

    public static ArmError NotSupported(ResourceId id) => new()
    {
        Code = "ResourceMoveNotSupported",
        Message = $"Resource move is not supported for resource types '{id.Type}'.",
        Target = id.ToString(),
        Status = 409,
    };

    public static ArmError Exists(ResourceId id, ResourceId target) => new()
    {
        Code = "ResourceMoveConflict",
        Message = $"The resource '{id}' can't be moved: '{target}' already exists.",
        Target = id.ToString(),
        Status = 409,
    };

    public static ArmError NotSucceeded(IEnumerable<ResourceId> ids) => new()
    {
        Code = "MoveCannotProceedWithResourcesNotInSucceededState",
        Message = $"Cannot move one or more resources in the request. The resources '{string.Join(",", ids)}' are not in the state Succeeded, or an operation on them is in progress. "
            + "Please wait until it has ended and try again.",
        Status = 409,
    };

    public static ArmError MissingDependents(IReadOnlyCollection<ResourceId> ids) => new()
    {
        Code = "ResourceMoveProviderValidationFailed",
        Message = "Resource move validation failed. Please see details.",
        Details =
        [
            .. from type in ids.GroupBy(i => i.Type)
               select new ArmError
               {
                   Code = "MissingMoveDependentResources",
                   Message = $"The move resources request does not contain all the dependent resources. The missing resource Ids are: '{string.Join(",", type)}'.",
                   Target = type.Key.ToString(),
               },
        ],
        Status = 409,
    };
}
