using System.Text.Json.Nodes;
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
    /// <summary>The kind of additional information that names a type that Lazuli doesn't have.</summary>
    private const string UnsupportedType = "UnsupportedResourceType";

    /// <summary>Faults that do not depend on the properties of the resource.</summary>
    private static readonly string[] OfTheType =
        ["InvalidResourceNamespace", "InvalidResourceType", "NoRegisteredProviderFound", "InvalidApiVersionParameter", "AuthorizationFailed", "ScopeLocked"];

    /// <summary>Faults of a resource below one that isn't there.</summary>
    private static readonly string[] Missing = ["ParentResourceNotFound", "ResourceNotFound", "NotFound"];

    public Result<CompiledTemplate> Prepare(ArmRequest request, ResourceId id, DeploymentRequest deployment)
    {
        if (!TemplateCompiler.Compile(deployment.Template, deployment.Parameters, DeploymentSurroundings.Of(kernel, request, id, deployment)).Ok(out var plan, out var error))
        {
            // What could not be compiled is still told which of its types there are not.
            var unknown = UnknownTypes(deployment.Template).ToList();
            return unknown.Count == 0 ? error : error with { Message = error.Message + Summary(unknown), Details = [.. error.Details ?? [], .. unknown] };
        }

        // What Lazuli does not have at all stands first.
        var errors = Check(request, plan).DistinctBy(e => (e.Code, e.Message)).OrderBy(e => e.Code is not ("InvalidResourceNamespace" or "InvalidResourceType")).ToList();
        return errors.Count == 0 ? plan : Invalid(id, request, errors);
    }

    private ArmError Unknown(ResourceTypeName type, string? apiVersion, string name)
    {
        var unknown = kernel.Dispatcher.Unknown(type, apiVersion);
        return unknown with { Message = $"{unknown.Message} The template resource '{name}' is of the type '{type}', which is not supported.", AdditionalInfo = [new(UnsupportedType, JsonValue.Create(type.ToString()))] };
    }

    // One line for who reads no details.
    private static string Summary(IEnumerable<ArmError> errors)
    {
        var types = errors.SelectMany(e => e.AdditionalInfo ?? []).Where(i => i.Type == UnsupportedType).Select(i => $"{i.Info}").Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        return types.Count == 0 ? "" : $" Resource types that are not supported: {string.Join(", ", types)}.";
    }

    /// <summary>As the template is written: with the children of resources and with nested templates.</summary>
    private IEnumerable<ArmError> UnknownTypes(ObjectValue holder, string above = "")
    {
        foreach (var resource in ((holder["resources"] as ArrayValue)?.Items ?? (holder["resources"] as ObjectValue)?.Properties.Select(p => p.Value) ?? []).OfType<ObjectValue>())
        {
            if ((resource["type"] as StringValue)?.Data is not { } written || !ResourceTypeName.TryParse(above + written, out var type))
            {
                continue;
            }

            if (kernel.Registry.Type(type) is null)
            {
                yield return Unknown(type, (resource["apiVersion"] as StringValue)?.Data, (resource["name"] as StringValue)?.Data ?? "");
            }

            var nested = type.Equals(DeploymentsType.TypeName) && (resource["properties"] as ObjectValue)?["template"] is ObjectValue template ? UnknownTypes(template) : [];
            foreach (var error in nested.Concat(UnknownTypes(resource, $"{above}{written}/")))
            {
                yield return error;
            }
        }
    }

    private static ArmError Invalid(ResourceId id, ArmRequest request, IReadOnlyList<ArmError> errors) => new()
    {
        Code = "InvalidTemplateDeployment",
        Message = $"The template deployment '{id.Name}' is not valid according to the validation procedure. The tracking id is '{request.CorrelationId}'. See inner errors for details.{Summary(errors)}",
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

        // What hangs on values that are not known yet, or on what the deployments around it make, is checked when the nested deployment starts.
        return refused.Code == "InvalidTemplateDeployment" ? [.. (refused.Details ?? [refused]).Where(e => e.MissingId is null && !Missing.Contains(e.Code))]
            : !nested.Parameters.HasUnknown && !nested.Template.HasUnknown ? [refused]
            : [.. (refused.Details ?? []).Where(e => OfTheType.Contains(e.Code))];
    }

    // A resource may refer to one that the same template makes, or lie below it.
    private static bool IsAboutPlanned(ArmError error, CompiledTemplate plan, PlannedResource resource)
    {
        switch (error.Code)
        {
            case "InvalidResourceReference":
                return error.MissingId is { } missing && plan.Resources.Any(r => r.Index != resource.Index && r.Deployed && IsOf(missing, r.Id));
            case var code when Missing.Contains(code):
                return plan.Resources.Any(r => r.Deployed && r.Index != resource.Index && resource.Id.IsWithin(r.Id));
            default:
                return false;
        }
    }

    private static bool IsOf(string missing, ResourceId made) => ResourceId.TryParse(missing, out var id) && id.IsWithin(made);

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
