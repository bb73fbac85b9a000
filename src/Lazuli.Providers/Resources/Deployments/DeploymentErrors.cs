using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Deployments.Language.Values;

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

    public static ArmError LocationMissing(ResourceId id) => ArmErrors.BadRequest(
        "InvalidDeployment", $"The 'location' property must be specified for '{id.Name}'. Please see https://aka.ms/arm-deployment-subscription for usage details.");

    public static ArmError LocationNotAllowed(ResourceId id) => ArmErrors.BadRequest(
        "InvalidDeployment", $"The 'location' property is not allowed for '{id.Name}' at resource group scope. Please see https://aka.ms/arm-deployment-subscription for usage details.");

    public static ArmError LocationNotAvailable(string location, LocationCatalogue locations) => ArmErrors.BadRequest(
        "LocationNotAvailableForDeployment",
        $"The provided location '{location}' is not available for deployment. List of available regions is '{string.Join(",", locations.All.Select(l => l.Name))}'.");

    /// <summary>A deployment's name is bound to its location until it is deleted.</summary>
    public static ArmError OtherLocation(ResourceId id, string given, string existing) => new()
    {
        Code = "InvalidDeploymentLocation",
        Message = $"Invalid deployment location '{given}'. The deployment '{id.Name}' already exists in location '{existing}'.",
        Status = 409,
    };

    public static ArmError CompleteNotHere(ResourceId id) => ArmErrors.BadRequest(
        "InvalidDeployment", $"The deployment mode 'Complete' of '{id.Name}' is allowed at resource group scope only. Please see https://aka.ms/arm-deployment-modes for usage details.");

    public static ArmError CompleteNotNested(ResourceId id) => ArmErrors.BadRequest(
        "InvalidTemplate", $"Deployment template validation failed: 'The deployment mode 'Complete' is not allowed for the nested deployment '{id.Name}'. Please see https://aka.ms/arm-deployment-modes for usage details.'.");

    /// <summary>A parameter whose value is in a Key Vault, of which Lazuli has none.</summary>
    public static ArmError NoKeyVault(string parameter, ObjectValue value)
    {
        var reference = value["reference"] as ObjectValue;
        var vault = ((reference?["keyVault"] as ObjectValue)?["id"] as StringValue)?.Data;
        return ArmErrors.BadRequest(
            "KeyVaultParameterReferenceSecretRetrieveFailed",
            $"The secret '{(reference?["secretName"] as StringValue)?.Data}' of the parameter '{parameter}' can't be retrieved: there is no key vault '{vault}', as Microsoft.KeyVault is not supported by Lazuli. "
            + "Give the parameter a value instead. Please see https://aka.ms/arm-keyvault for usage details.",
            $"properties.parameters.{parameter}");
    }

    public static ArmError TooDeep(ResourceId id, int deepest, int most) => ArmErrors.BadRequest(
        "InvalidTemplate", $"Deployment template validation failed: 'The nested deployment '{id.Name}' is one too many: at most {deepest} levels and {most} deployments are allowed. Does a linked template link itself?'.");

    public static ArmError NothingToRollBackTo(ResourceId id, string? name) => ArmErrors.BadRequest(
        "InvalidDeployment",
        name is null ? $"The onErrorDeployment of '{id.Name}' is not valid: there is no other deployment at its scope that has succeeded."
            : $"The onErrorDeployment of '{id.Name}' is not valid: there is no other deployment '{name}' at its scope that has succeeded.",
        "properties.onErrorDeployment");

    public static ArmError QuotaExceeded(ResourceId id, int quota, int count) => new()
    {
        Code = "DeploymentQuotaExceeded",
        Message = $"Creating the deployment '{id.Name}' would exceed the quota of '{quota}'. The current deployment count is '{count}'. "
            + "Please delete some deployments before creating a new one, or see https://aka.ms/800LimitFix for information on managing deployment limits.",
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
