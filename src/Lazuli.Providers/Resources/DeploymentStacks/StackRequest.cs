using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Deployments;
using Lazuli.Providers.Resources.Deployments.Language;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.DeploymentStacks;

/// <summary>What a stack is asked to be: the body of PUT and validate.</summary>
internal sealed record StackRequest
{
    private const int MostPrincipals = 5;
    private const int MostActions = 200;
    private const int LongestDescription = 4096;

    /// <summary>The deployment that makes the stack's resources, and where it is made.</summary>
    public required DeploymentRequest Deployment { get; init; }
    public required ResourceId Target { get; init; }
    public string? DeploymentScope { get; init; }
    public required UnmanageAction Unmanage { get; init; }
    public required DenySettings Deny { get; init; }
    public string? Location { get; init; }
    public string? Description { get; init; }

    public static Result<StackRequest> Parse(ArmRequest request, ResourceId id, LocationCatalogue locations)
    {
        ObjectValue? body;
        try
        {
            body = ValueReader.Read(request.Body.Span) as ObjectValue;
        }
        catch (TemplateFault fault)
        {
            return ArmErrors.InvalidRequestContent(fault.Message);
        }

        if (body?["properties"] is not ObjectValue properties)
        {
            return ArmErrors.InvalidRequestContent("Required property 'properties' not found in JSON");
        }

        if (!ParseUnmanage(properties["actionOnUnmanage"] as ObjectValue).Ok(out var unmanage, out var error) || !ParseDeny(properties["denySettings"] as ObjectValue).Ok(out var deny, out error))
        {
            return error;
        }

        if (Text(properties, "description") is { Length: > LongestDescription })
        {
            return Invalid("description", $"has at most {LongestDescription} characters");
        }

        var location = Text(body, "location");
        if (location is null && !id.Scope.IsResourceGroup)
        {
            return StackErrors.LocationMissing(id);
        }

        if (location is not null && locations.Normalize(location) is null)
        {
            return DeploymentErrors.LocationNotAvailable(location, locations);
        }

        if (TargetOf(id, Text(properties, "deploymentScope")) is not { } target)
        {
            return Invalid("deploymentScope", "must be the stack's own scope, or a subscription or resource group below it");
        }

        var asked = body.With("properties", properties.With("mode", Value.Of(DeploymentRequest.Incremental)))
            .With("location", location is null || target.IsResourceGroup ? null : Value.Of(location));
        return !DeploymentRequest.Parse(asked).Ok(out var deployment, out error) ? error
            : new StackRequest
            {
                Deployment = deployment,
                Target = target,
                DeploymentScope = Text(properties, "deploymentScope"),
                Unmanage = unmanage,
                Deny = deny,
                Location = location is null ? null : locations.Normalize(location),
                Description = Text(properties, "description"),
            };
    }

    /// <summary>What becomes of the resources of a stack that is deleted: <c>unmanageAction.Resources=delete</c> and its like in the query.</summary>
    public static Result<UnmanageAction> ParseDelete(IReadOnlyDictionary<string, string> query)
    {
        var action = new ObjectBuilder();
        foreach (var (name, parameter) in new[] { ("resources", "unmanageaction.resources"), ("resourceGroups", "unmanageaction.resourcegroups"), ("managementGroups", "unmanageaction.managementgroups") })
        {
            action.Set(name, query.GetValueOrDefault(parameter) is { Length: > 0 } given ? given : UnmanageAction.Detach);
        }

        return ParseUnmanage(action.SetIf("resourcesWithoutDeleteSupport", query.GetValueOrDefault("unmanageaction.resourceswithoutdeletesupport") is { Length: > 0 } left ? Value.Of(left) : null).Build());
    }

    private static Result<UnmanageAction> ParseUnmanage(ObjectValue? value)
    {
        if (value?["resources"] is null)
        {
            return Invalid("actionOnUnmanage.resources", "is required");
        }

        var found = new Dictionary<string, string?>();
        foreach (var name in (string[])["resources", "resourceGroups", "managementGroups", "resourcesWithoutDeleteSupport"])
        {
            var (first, second) = (name == "resourcesWithoutDeleteSupport" ? "fail" : UnmanageAction.Delete, UnmanageAction.Detach);
            found[name] = Text(value, name) is { } given ? DeploymentRequest.OneOf(given, first, second) : null;
            if (found[name] is null && value[name] is { IsNull: false })
            {
                return Invalid($"actionOnUnmanage.{name}", $"must be '{first}' or '{second}'");
            }
        }

        return new UnmanageAction
        {
            Resources = found["resources"] ?? UnmanageAction.Detach,
            ResourceGroups = found["resourceGroups"] ?? UnmanageAction.Detach,
            ManagementGroups = found["managementGroups"] ?? UnmanageAction.Detach,
            ResourcesWithoutDeleteSupport = found["resourcesWithoutDeleteSupport"],
        };
    }

    private static Result<DenySettings> ParseDeny(ObjectValue? value)
    {
        if (Text(value, "mode") is not { } mode || DeploymentRequest.OneOf(mode, DenySettings.None, DenySettings.DenyDelete, DenySettings.DenyWriteAndDelete) is not { } known)
        {
            return Invalid("denySettings.mode", "must be 'none', 'denyDelete' or 'denyWriteAndDelete'");
        }

        var (principals, actions) = (Texts(value, "excludedPrincipals"), Texts(value, "excludedActions"));
        return principals.Count > MostPrincipals || principals.Exists(p => !Guid.TryParse(p, out _)) ? Invalid("denySettings.excludedPrincipals", $"has at most {MostPrincipals} object ids")
            : actions.Count > MostActions ? Invalid("denySettings.excludedActions", $"has at most {MostActions} actions")
            : new DenySettings { Mode = known, ExcludedPrincipals = principals, ExcludedActions = actions, ApplyToChildScopes = value?["applyToChildScopes"] is BooleanValue { Data: true } };
    }

    private static ResourceId? TargetOf(ResourceId id, string? scope)
        => scope is null ? id.Scope
            : ResourceId.TryParse(scope, out var target) && (target.IsSubscription || target.IsResourceGroup || target.Equals(id.Scope)) && (target.IsWithin(id.Scope) || id.Scope.IsManagementGroup) ? target
            : null;

    private static string? Text(ObjectValue? value, string name) => (value?[name] as StringValue)?.Data;

    private static List<string> Texts(ObjectValue? value, string name) => [.. ((value?[name] as ArrayValue)?.Items ?? []).OfType<StringValue>().Select(s => s.Data)];

    private static ArmError Invalid(string property, string rule)
        => ArmErrors.BadRequest("InvalidDeploymentStack", $"The property 'properties.{property}' of the deployment stack {rule}.", $"properties.{property}");
}
