using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Deployments.Language.Templates;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments;

/// <summary>
/// Everything that can be wrong with a deployment, found before anything is made: the template, its links and parameters, unknown types and api-versions, missing
/// scopes and rights, locks, and each resource's own rules, nested deployments included.
/// </summary>
internal sealed class DeploymentPreflight(KernelServices kernel)
{
    /// <summary>Faults that do not depend on the properties of the resource.</summary>
    private static readonly string[] OfTheType =
        ["InvalidResourceNamespace", "InvalidResourceType", "NoRegisteredProviderFound", "InvalidApiVersionParameter", "AuthorizationFailed", "DenyAssignmentAuthorizationFailed", "ScopeLocked"];

    private static readonly string[] OfThePlace = ["LocationNotAvailableForResourceType", "InvalidResourceLocation"];

    /// <summary>So few resources are not worth more than one processor.</summary>
    private const int Few = 32;

    /// <summary>Faults of a resource below one that isn't there.</summary>
    private static readonly string[] Missing = ["ParentResourceNotFound", "ResourceNotFound", "NotFound"];

    /// <param name="request">As whose it is checked.</param>
    /// <param name="id">Of the deployment.</param>
    /// <param name="deployment">What is asked for.</param>
    /// <param name="predict">Whether to fill in <see cref="PreparedDeployment.Predicted"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<Result<PreparedDeployment>> PrepareAsync(ArmRequest request, ResourceId id, DeploymentRequest deployment, bool predict, CancellationToken cancellationToken)
    {
        var tree = new DeploymentTree(kernel);
        if (!(await tree.AddAsync(request, id, deployment, cancellationToken)).Ok(out var prepared, out var error))
        {
            return error;
        }

        // What Lazuli does not have at all stands first.
        var level = deployment.ValidationLevel;
        var errors = tree.Errors.Concat(tree.Deployments.SelectMany(d => Check(tree, d, predict)))
            .Where(e => level == DeploymentRequest.Provider || (level == DeploymentRequest.ProviderNoRbac ? e.Status != 403 : tree.Errors.Contains(e) || UnknownTypes.IsOne(e)))
            .DistinctBy(e => (e.Code, e.Message)).OrderBy(e => e.Code is not ("InvalidResourceNamespace" or "InvalidResourceType")).ToList();
        return errors.Count == 0 ? prepared : Invalid(id, request, errors);
    }

    /// <summary>A request within a deployment, as its caller.</summary>
    public static ArmRequest RequestOf(ArmRequest caller, HttpMethod method, ResourceId id, string apiVersion, ReadOnlyMemory<byte> body = default) => caller with
    {
        Method = method,
        Path = id.ToString(),
        Query = new Dictionary<string, string> { ["api-version"] = apiVersion },
        Body = body,
        IfMatch = null,
        IfNoneMatch = null,
        Step = null,
    };

    /// <summary>The PUT of a template's resource, as the deployment's caller.</summary>
    public static ArmRequest PutOf(ArmRequest caller, ResourceId id, string apiVersion, ReadOnlyMemory<byte> body) => RequestOf(caller, HttpMethod.Put, id, apiVersion, body);

    private static ArmError Invalid(ResourceId id, ArmRequest request, IReadOnlyList<ArmError> errors) => new()
    {
        Code = "InvalidTemplateDeployment",
        Message = $"The template deployment '{id.Name}' is not valid according to the validation procedure. The tracking id is '{request.CorrelationId}'. See inner errors for details.{UnknownTypes.Summary(errors)}",
        Details = errors,
    };

    // Each is checked by itself, so that all processors may take part; their faults keep the order of the template.
    private IEnumerable<ArmError> Check(DeploymentTree tree, PreparedDeployment deployment, bool predict)
        => deployment.Plan.Resources.Where(r => !r.Existing).ToList() is { Count: > Few } many
            ? many.AsParallel().AsOrdered().Select(r => CheckOne(tree, deployment, r, predict)).ToList().SelectMany(e => e)
            : deployment.Plan.Resources.Where(r => !r.Existing).SelectMany(r => CheckOne(tree, deployment, r, predict));

    private List<ArmError> CheckOne(DeploymentTree tree, PreparedDeployment deployment, PlannedResource resource, bool predict)
    {
        var errors = resource.Deployed ? CheckResource(tree, deployment, resource, predict)
            : kernel.Registry.Type(resource.Id.Type) is null ? [UnknownTypes.Error(kernel, resource.Id.Type, resource.ApiVersion, resource.Id.NamePath)]
            : resource.IsDeployment ? UnknownTypes.Of(kernel, resource.Source)
            : [];
        return [.. errors.Select(e => e.Target is null ? e with { Target = resource.Id.ToString() } : e)];
    }

    private IEnumerable<ArmError> CheckResource(DeploymentTree tree, PreparedDeployment deployment, PlannedResource resource, bool predict)
    {
        if (kernel.Registry.Type(resource.Id.Type) is null)
        {
            return [UnknownTypes.Error(kernel, resource.Id.Type, resource.ApiVersion, resource.Id.NamePath)];
        }

        // Tags decide nothing: a resource of which only they are not known yet is checked like any other.
        var known = !resource.IsDeployment && resource.Body.Properties.All(p => !p.Value.HasUnknown || p.Key.Equals("tags", StringComparison.OrdinalIgnoreCase));
        var body = resource.IsDeployment ? default : ValueWriter.ToUtf8(Overlay.Known(resource.Body, null) ?? ObjectValue.Empty);
        var put = PutOf(deployment.Caller, resource.Id, resource.ApiVersion, body);
        var predictable = predict && !resource.IsDeployment && !resource.Body.HasUnknown && kernel.View.Exists(resource.Id);

        // A child is checked within its parent as that is now, unless a template changes that one, too.
        var embedded = kernel.Registry.Type(resource.Id.Type) is { EmbeddedIn: not null };
        var within = embedded && known && !tree.Makes(resource.Id.Parent);
        var faults = kernel.Dispatcher.CheckPut(put, resource.Id, predictable || within, out var after);
        if (predictable && after is { } shown)
        {
            deployment.Predicted[resource.Index] = shown;
        }

        if (embedded && !within && predictable)
        {
            faults = kernel.Dispatcher.CheckPut(put, resource.Id);
        }

        if (!faults.Any(f => f.Status == 403) && ScopeFault(tree, resource.Id.Scope) is { } nowhere)
        {
            return [nowhere];
        }

        return !known && !resource.IsDeployment
            ? faults.Where(f => OfTheType.Contains(f.Code) || (OfThePlace.Contains(f.Code) && resource.Body["location"] is { HasUnknown: false }))
            : faults.Where(f => !IsAboutMade(f, tree, resource));
    }

    /// <summary>What is wrong with the place where a resource shall be, unless a template makes that place.</summary>
    private ArmError? ScopeFault(DeploymentTree tree, ResourceId scope)
    {
        if (scope.SubscriptionScope is { } subscription)
        {
            if (kernel.Store.Get(subscription.Key) is null)
            {
                return Guid.TryParse(subscription.Name, out _) ? ArmErrors.SubscriptionNotFound(subscription.Name) : ArmErrors.InvalidSubscriptionId(subscription.Name);
            }

            if (scope.ResourceGroupId is { } group && !tree.Makes(group))
            {
                if (kernel.Store.Get(group.Key) is null)
                {
                    return tree.HasUnknown ? null : ArmErrors.ResourceGroupNotFound(group.Name);
                }

                if (kernel.View.IsDeleting(group))
                {
                    return ArmErrors.ResourceGroupBeingDeleted(group.Name);
                }
            }
        }

        return scope.IsManagementGroup && kernel.Store.Get(scope.Key) is null && !tree.Makes(scope) && !tree.HasUnknown ? ArmErrors.ManagementGroupNotFound(scope.Name)
            : scope.IsResource && kernel.Registry.Type(scope.Type) is not null && !kernel.View.Exists(scope) && !tree.Makes(scope) && !tree.HasUnknown
            ? ArmErrors.ResourceNotFound(scope)
            : null;
    }

    // A resource may refer to one that the same templates make, or lie below it.
    private static bool IsAboutMade(ArmError error, DeploymentTree tree, PlannedResource resource)
        => error.Code == "InvalidResourceReference" ? error.MissingId is { } missing && (tree.HasUnknown || (ResourceId.TryParse(missing, out var id) && tree.Makes(id, resource.Id)))
            : Missing.Contains(error.Code) && (tree.HasUnknown || tree.Makes(resource.Id.Parent));
}
