using System.Collections.Concurrent;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Deployments.Language.Templates;
using Lazuli.Providers.Resources.Deployments.Language.Values;
using Lazuli.Providers.Resources.Deployments.Links;

namespace Lazuli.Providers.Resources.Deployments;

/// <summary>A deployment with its links followed and its template compiled.</summary>
internal sealed record PreparedDeployment(ArmRequest Caller, DeploymentRequest Request, CompiledTemplate Plan)
{
    /// <summary>The nested deployments as far as they are known before it runs, by the index of their resource in the plan.</summary>
    public Dictionary<int, PreparedDeployment> Nested { get; } = [];

    /// <summary>For what-if: what GET would show of resources that are there and known whole, by their index in the plan.</summary>
    public ConcurrentDictionary<int, ReadOnlyMemory<byte>> Predicted { get; } = [];
}

/// <summary>A deployment and all that is nested in it, at any depth and scope: what would be made, and what is wrong with the templates.</summary>
internal sealed class DeploymentTree(KernelServices kernel)
{
    /// <summary>The most deployments that one PUT may bring about: a linked template may link itself.</summary>
    public const int Most = 800;

    private const int Deepest = 20;
    private readonly LinkedContent _links = new(kernel);
    private readonly HashSet<string> _made = [];
    private readonly Dictionary<string, ObjectValue> _groups = [];

    /// <summary>Every deployment that could be compiled.</summary>
    public List<PreparedDeployment> Deployments { get; } = [];

    /// <summary>Faults of nested deployments.</summary>
    public List<ArmError> Errors { get; } = [];

    /// <summary>True when there are nested deployments of which only the running deployment knows what they make.</summary>
    public bool HasUnknown { get; private set; }

    public Task<Result<PreparedDeployment>> AddAsync(ArmRequest request, ResourceId id, DeploymentRequest deployment, CancellationToken cancellationToken)
        => AddAsync(request, id, deployment, 0, cancellationToken);

    /// <summary>Whether <paramref name="id"/>, or the resource that it lies below, is made by one of the templates, by another resource than <paramref name="but"/>.</summary>
    public bool Makes(ResourceId? id, ResourceId? but = null)
    {
        for (var at = id; at is not null && (at.IsResource || at == id); at = at.Parent)
        {
            if (_made.Contains(at.Key) && !at.Equals(but))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<Result<PreparedDeployment>> AddAsync(ArmRequest request, ResourceId id, DeploymentRequest deployment, int depth, CancellationToken cancellationToken)
    {
        if (depth > Deepest || Deployments.Count >= Most)
        {
            return DeploymentErrors.TooDeep(id, Deepest, Most);
        }

        if (!(await _links.FollowAsync(request, deployment, cancellationToken)).Ok(out var whole, out var error))
        {
            return error;
        }

        var secrets = whole.Parameters.Properties.Where(p => p.Value is ObjectValue o && o["reference"] is { IsNull: false } && o["value"] is null).Select(p => DeploymentErrors.NoKeyVault(p.Key, (ObjectValue)p.Value)).ToList();
        if (secrets.Count > 0)
        {
            return ArmError.Combine(secrets);
        }

        var facts = DeploymentSurroundings.Of(kernel, request, id, whole);
        facts = facts with { ResourceGroup = facts.ResourceGroup ?? (id.ResourceGroupId is { } group ? _groups.GetValueOrDefault(group.Key) : null) };
        if (!TemplateCompiler.Compile(whole.Template, whole.Parameters, facts).Ok(out var plan, out error))
        {
            // What could not be compiled is still told which of its types there are not.
            var unknown = UnknownTypes.In(kernel, whole.Template).ToList();
            return unknown.Count == 0 ? error : error with { Message = error.Message + UnknownTypes.Summary(unknown), Details = [.. error.Details ?? [], .. unknown] };
        }

        var prepared = new PreparedDeployment(request, whole, plan);
        Deployments.Add(prepared);
        var deployed = plan.Resources.Where(r => r.Deployed && !r.Existing).ToList();
        foreach (var resource in deployed)
        {
            _made.Add(resource.Id.Key);
            if (resource.Id.IsResourceGroup)
            {
                _groups[resource.Id.Key] = Group(resource);
            }
        }

        foreach (var resource in deployed.Where(r => r.IsDeployment))
        {
            await AddNestedAsync(prepared, resource, depth + 1, cancellationToken);
        }

        return prepared;
    }

    // What resourceGroup() will say in a group that is not there yet.
    private static ObjectValue Group(PlannedResource resource) => new ObjectBuilder()
        .Set("id", resource.Id.ToString())
        .Set("name", resource.Id.Name)
        .Set("type", resource.Id.Type.ToString())
        .SetIf("location", resource.Body["location"])
        .SetIf("tags", resource.Body["tags"])
        .Set("properties", new ObjectBuilder().Set("provisioningState", DeploymentState.Succeeded).Build())
        .Build();

    private async Task AddNestedAsync(PreparedDeployment around, PlannedResource resource, int depth, CancellationToken cancellationToken)
    {
        if (resource.Body["properties"] is UnknownValue)
        {
            HasUnknown = true;
            return;
        }

        if (!DeploymentRequest.Parse(TemplateLink.Rebase(resource.Body, around.Request.TemplateLink)).Ok(out var nested, out var error))
        {
            Add(error, resource.Id);
            return;
        }

        if (nested.IsComplete)
        {
            Add(DeploymentErrors.CompleteNotNested(resource.Id), resource.Id);
        }
        else if (resource.Body["location"] is not { HasUnknown: true } && nested.CheckScope(resource.Id, kernel.Locations) is { } misplaced)
        {
            Add(misplaced, resource.Id);
        }

        if (nested.TemplateLink is { IsKnown: false } || (nested.ParametersLink is not null && resource.Body["properties"] is ObjectValue p && p["parametersLink"] is { HasUnknown: true }))
        {
            HasUnknown = true;
            return;
        }

        var put = DeploymentPreflight.PutOf(around.Caller, resource.Id, resource.ApiVersion, default);
        if ((await AddAsync(put, resource.Id, nested, depth, cancellationToken)).Ok(out var prepared, out var refused))
        {
            around.Nested[resource.Index] = prepared;
        }
        else if (!nested.Parameters.HasUnknown && !nested.Template.HasUnknown)
        {
            Add(refused, resource.Id);
        }
        else
        {
            // What hangs on values that are not known yet is checked when the nested deployment starts.
            HasUnknown = true;
            foreach (var detail in (refused.Details ?? []).Where(UnknownTypes.IsOne))
            {
                Add(detail, resource.Id);
            }
        }
    }

    private void Add(ArmError error, ResourceId at) => Errors.Add(error.Target is null ? error with { Target = at.ToString() } : error);
}
