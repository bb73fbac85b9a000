using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;

namespace Lazuli.Providers.Resources.DeploymentStacks;

/// <summary>Azure's errors of deployment stacks.</summary>
internal static class StackErrors
{
    public static ArmError NotFound(ResourceId id) => new() { Code = "DeploymentStackNotFound", Message = $"The deployment stack '{id.Name}' could not be found.", Status = 404 };

    public static ArmError LocationMissing(ResourceId id) => ArmErrors.BadRequest(
        "LocationRequired", $"The location property is required for the deployment stack '{id.Name}': it is not in a resource group.", "location");

    public static ArmError OtherLocation(ResourceId id, string given, string existing) => new()
    {
        Code = "InvalidDeploymentStackLocation",
        Message = $"Invalid deployment stack location '{given}'. The deployment stack '{id.Name}' already exists in location '{existing}'.",
        Status = 409,
    };

    public static ArmError UnderWay(StackDocument document) => new()
    {
        Code = "DeploymentStackInNonTerminalState",
        Message = $"The deployment stack '{document.ResourceId.Name}' is in the non-terminal state '{document.State}': it can be changed or deleted when that has ended.",
        Status = 409,
    };

    public static ArmError DeploymentFailed(StackDocument document, ArmError detail) => new()
    {
        Code = "DeploymentStackDeploymentFailed",
        Message = $"One or more resources could not be deployed. Correlation id: '{document.CorrelationId}'.",
        Details = [detail],
        Status = 409,
    };

    public static ArmError DeletesFailed(StackDocument document, IReadOnlyList<ArmError> details) => new()
    {
        Code = "DeploymentStackDeleteResourcesFailed",
        Message = $"One or more resources could not be deleted. Correlation id: '{document.CorrelationId}'.",
        Details = details,
        Status = 409,
    };

    public static ArmError CannotDelete(ResourceId id) => new()
    {
        Code = "ResourceDeleteNotSupported",
        Message = $"Resources of the type '{id.Type}' can't be deleted.",
        Target = id.ToString(),
        Status = 409,
    };
}
