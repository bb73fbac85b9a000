using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Deployments.Language.Templates;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments;

/// <summary>
/// Everything that can be wrong with a deployment, found before anything is made: the template, its parameters, unknown types and api-versions, missing rights, locks,
/// and each resource's own rules, nested deployments included.
/// </summary>
internal sealed class DeploymentPreflight(KernelServices kernel)
{
    /// <summary>Faults that do not depend on the properties of the resource.</summary>
    private static readonly string[] OfTheType =
        ["InvalidResourceNamespace", "InvalidResourceType", "NoRegisteredProviderFound", "InvalidApiVersionParameter", "AuthorizationFailed", "ScopeLocked"];

    public Result<CompiledTemplate> Prepare(ArmRequest request, ResourceId id, DeploymentRequest deployment)
    {
        if (!TemplateCompiler.Compile(deployment.Template, deployment.Parameters, DeploymentSurroundings.Of(kernel, request, id, deployment)).Ok(out var plan, out var error))
        {
            // What could not be compiled is still told which of its types there are not.
            var unknown = UnknownTypes(deployment.Template).ToList();
            return unknown.Count == 0 ? error : error with { Details = [.. error.Details ?? [], .. unknown] };
        }

        // What Lazuli does not have at all stands first.
        var errors = Check(request, plan).DistinctBy(e => (e.Code, e.Message)).OrderBy(e => e.Code is not ("InvalidResourceNamespace" or "InvalidResourceType")).ToList();
        return errors.Count == 0 ? plan : Invalid(id, request, errors);
    }

    private ArmError Unknown(ResourceTypeName type, string? apiVersion, string name)
    {
        var unknown = kernel.Dispatcher.Unknown(type, apiVersion);
        return unknown with { Message = $"{unknown.Message} The template resource '{name}' is of the type '{type}', which is not supported." };
    }

    private IEnumerable<ArmError> UnknownTypes(ObjectValue template)
        => from resource in ((template["resources"] as ArrayValue)?.Items ?? (template["resources"] as ObjectValue)?.Properties.Select(p => p.Value) ?? []).OfType<ObjectValue>()
           let written = (resource["type"] as StringValue)?.Data
           where written is not null && ResourceTypeName.TryParse(written, out _)
           let type = ResourceTypeName.Parse(written)
           where kernel.Registry.Type(type) is null
           select Unknown(type, (resource["apiVersion"] as StringValue)?.Data, (resource["name"] as StringValue)?.Data ?? "");

    private static ArmError Invalid(ResourceId id, ArmRequest request, IReadOnlyList<ArmError> errors) => new()
    {
        Code = "InvalidTemplateDeployment",
        Message = $"The template deployment '{id.Name}' is not valid according to the validation procedure. The tracking id is '{request.CorrelationId}'. See inner errors for details.",
        Details = errors,
    };

    private IEnumerable<ArmError> Check(ArmRequest request, CompiledTemplate plan)
    {
        foreach (var resource in plan.Resources.Where(r => r.Deployed && !r.Existing))
        {
            var errors = resource.IsDeployment && kernel.Registry.Type(resource.Id.Type) is not null ? CheckNested(request, resource) : CheckResource(request, plan, resource);
            foreach (var error in errors)
            {
                yield return error.Target is null ? error with { Target = resource.Id.ToString() } : error;
            }
        }
    }

    private IEnumerable<ArmError> CheckResource(ArmRequest request, CompiledTemplate plan, PlannedResource resource)
    {
        if (kernel.Registry.Type(resource.Id.Type) is null)
        {
            return [Unknown(resource.Id.Type, resource.ApiVersion, resource.Id.NamePath)];
        }

        var faults = kernel.Dispatcher.CheckPut(PutOf(request, resource.Id, resource.ApiVersion, ValueWriter.ToUtf8(resource.Body)), resource.Id);
        return resource.Body.HasUnknown ? faults.Where(f => OfTheType.Contains(f.Code)) : faults.Where(f => !IsAboutPlanned(f, plan, resource));
    }

    private IReadOnlyList<ArmError> CheckNested(ArmRequest request, PlannedResource resource)
    {
        var put = PutOf(request, resource.Id, resource.ApiVersion, default);
        if (kernel.Dispatcher.CheckPut(put, resource.Id).Where(f => OfTheType.Contains(f.Code)).ToList() is { Count: > 0 } faults)
        {
            return faults;
        }

        if (!DeploymentRequest.Parse(resource.Body).Ok(out var nested, out var error))
        {
            return [error];
        }

        if (Prepare(put, resource.Id, nested).Ok(out _, out var refused))
        {
            return [];
        }

        // What hangs on values that are not known yet is checked when the nested deployment starts.
        return refused.Code == "InvalidTemplateDeployment" ? refused.Details ?? [refused] : nested.Parameters.HasUnknown || nested.Template.HasUnknown ? [] : [refused];
    }

    // A resource may refer to one that the same template makes, or lie below it.
    private static bool IsAboutPlanned(ArmError error, CompiledTemplate plan, PlannedResource resource)
    {
        switch (error.Code)
        {
            case "InvalidResourceReference":
                var end = error.Message.IndexOf(" referenced by ", StringComparison.OrdinalIgnoreCase);
                var missing = end > 0 ? error.Message[..end] : error.Message;
                return plan.Resources.Any(r => r.Index != resource.Index && r.Deployed && missing.Contains(r.Id.ToString(), StringComparison.OrdinalIgnoreCase));
            case "ParentResourceNotFound" or "ResourceNotFound" or "NotFound":
                return plan.Resources.Any(r => r.Deployed && r.Index != resource.Index && resource.Id.IsWithin(r.Id));
            default:
                return false;
        }
    }

    /// <summary>The PUT of a template's resource, as the deployment's caller.</summary>
    public static ArmRequest PutOf(ArmRequest caller, ResourceId id, string apiVersion, ReadOnlyMemory<byte> body) => caller with
    {
        Method = HttpMethod.Put,
        Path = id.ToString(),
        Query = new Dictionary<string, string> { ["api-version"] = apiVersion },
        Body = body,
        IfMatch = null,
        IfNoneMatch = null,
    };
}
