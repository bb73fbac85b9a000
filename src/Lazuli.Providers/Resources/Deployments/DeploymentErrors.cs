using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;

namespace Lazuli.Providers.Resources.Deployments;

/// <summary>Azure's errors of deployments.</summary>
internal static class DeploymentErrors
{
    public static ArmError NotFound(ResourceId id) => new()
    {
        Code = "DeploymentNotFound",
        Message = $"Deployment '{id.Name}' could not be found.",
        Status = 404,
    };

    public static ArmError Active(DeploymentDocument document) => new()
    {
        Code = "DeploymentActive",
        Message = $"Unable to edit or replace deployment '{document.ResourceId.Name}': previous deployment from '{document.Started:M/d/yyyy h:mm:ss tt}' is still active. Please see https://aka.ms/arm-deploy for usage details.",
        Status = 409,
    };

    public static ArmError CannotBeCanceled(DeploymentDocument document) => new()
    {
        Code = "DeploymentCannotBeCancelled",
        Message = $"The deployment '{document.ResourceId.Name}' cannot be cancelled because its provisioning state is '{document.State}'.",
        Status = 409,
    };

    public static ArmError Canceled() => new() { Code = "DeploymentCanceled", Message = "The deployment was canceled.", Status = 409 };

    public static ArmError Failed(ResourceId id, IReadOnlyList<ArmError> details) => new()
    {
        Code = "DeploymentFailed",
        Target = id.ToString(),
        Message = "At least one resource deployment operation failed. Please list deployment operations for details. Please see https://aka.ms/arm-deployment-operations for usage details.",
        Details = details,
        Status = 409,
    };

    public static ArmError OutputsFailed(ArmError detail) => new()
    {
        Code = "DeploymentOutputEvaluationFailed",
        Message = "Unable to evaluate template outputs. Please see error details and deployment operations. Please see https://aka.ms/arm-common-errors for usage details.",
        Details = [detail],
        Status = 409,
    };

    /// <summary>A resource that was accepted and then ended as failed.</summary>
    public static ArmError ResourceFailed(string target, ArmError detail) => new()
    {
        Code = "ResourceDeploymentFailure",
        Target = target,
        Message = "The resource write operation failed to complete successfully, because it reached terminal provisioning state 'Failed'.",
        Details = [detail],
        Status = 409,
    };

    public static ArmError OperationNotFound(string deployment, string operation) => new()
    {
        Code = "DeploymentOperationNotFound",
        Message = $"The operation '{operation}' of the deployment '{deployment}' could not be found.",
        Status = 404,
    };
}
