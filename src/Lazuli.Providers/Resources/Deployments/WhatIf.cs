using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Deployments.Language.Templates;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments;

/// <summary>
/// What a deployment would change, resource by resource (https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-what-if): Create for what is not
/// there, NoChange or Modify (with the properties) for what is, Delete (mode Complete) or Ignore for the rest of the groups it touches, Unsupported for what only the
/// running deployment knows, Deploy when only ids are asked for. A prediction, not a comparison of texts: each type's own handler says what its PUT would leave behind.
/// </summary>
internal sealed class WhatIf(KernelServices kernel, ArmRequest request)
{
    private readonly List<Value> _changes = [];
    private readonly HashSet<string> _planned = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<ResourceId> _groups = [];

    public async Task<ReadOnlyMemory<byte>> PredictAsync(PreparedDeployment prepared, CancellationToken cancellationToken)
    {
        var idsOnly = prepared.Request.ResultFormat.Equals("ResourceIdOnly", StringComparison.OrdinalIgnoreCase);
        if (ResourceId.TryParse(request.Path[..request.Path.LastIndexOf("/providers/", StringComparison.OrdinalIgnoreCase)], out var scope))
        {
            Touch(scope);
        }

        Plan(prepared);
        await AddAsync(prepared, idsOnly, cancellationToken);
        foreach (var group in _groups)
        {
            await AddRestAsync(group, prepared.Request.IsComplete && group.Equals(scope), idsOnly, cancellationToken);
        }

        var properties = new ObjectBuilder().Set("correlationId", request.CorrelationId).Set("changes", new ArrayValue(_changes)).Build();
        return ValueWriter.ToUtf8(new ObjectBuilder().Set("status", "Succeeded").Set("properties", properties).Build());
    }

    // All that the deployment makes, nested ones included.
    private void Plan(PreparedDeployment prepared)
    {
        _planned.UnionWith(prepared.Plan.Resources.Where(r => r.Deployed && !r.Existing).Select(r => r.Id.ToString()));
        foreach (var nested in prepared.Nested.Values)
        {
            Plan(nested);
        }
    }

    private async Task AddAsync(PreparedDeployment prepared, bool idsOnly, CancellationToken cancellationToken)
    {
        var resources = prepared.Plan.Resources.Where(r => r.Deployed && !r.Existing).ToList();
        var changes = new Value?[resources.Count];
        await Parallel.ForAsync(0, resources.Count, cancellationToken, async (i, token) =>
        {
            changes[i] = resources[i].IsDeployment ? null : await ChangeOfAsync(prepared, resources[i], idsOnly, token);
        });
        for (var i = 0; i < changes.Length; i++)
        {
            if (changes[i] is { } change)
            {
                _changes.Add(change);
            }
            else if (prepared.Nested.TryGetValue(resources[i].Index, out var inner))
            {
                Touch(resources[i].Id.Scope);
                await AddAsync(inner, idsOnly, cancellationToken);
            }
            else
            {
                _changes.Add(Unsupported(resources[i]));
            }
        }
    }

    private static ObjectValue Unsupported(PlannedResource resource) => new ObjectBuilder()
        .Set("resourceId", resource.Id.ToString())
        .Set("changeType", "Unsupported")
        .Set("unsupportedReason", $"Changes to the resource declared at '{resource.Path}' on line {resource.Source.At.Line} and column {resource.Source.At.Column} cannot be analyzed because its template or parameters cannot be calculated until the deployment is under way.")
        .Build();

    private async Task<Value> ChangeOfAsync(PreparedDeployment prepared, PlannedResource resource, bool idsOnly, CancellationToken cancellationToken)
    {
        if (await GetAsync(resource.Id, resource.ApiVersion, cancellationToken) is not { } before)
        {
            return Change(resource.Id, "Create", idsOnly, null, Envelope(resource, resource.Body), null);
        }

        if (idsOnly)
        {
            return Change(resource.Id, "Deploy", idsOnly, null, null, null);
        }

        // What the running deployment will fetch is taken to be what is there.
        var body = (ObjectValue)(Overlay.Known(resource.Body, before) ?? ObjectValue.Empty);
        if (!prepared.Predicted.TryGetValue(resource.Index, out var predicted))
        {
            var put = DeploymentPreflight.PutOf(prepared.Caller, resource.Id, resource.ApiVersion, ValueWriter.ToUtf8(body));
            kernel.Dispatcher.CheckPut(put, resource.Id, predict: true, out var shown);
            predicted = shown ?? default;
        }

        var after = predicted.IsEmpty ? (ObjectValue)Overlay.Of(before, body) : (ObjectValue)ValueReader.Read(predicted.Span);

        // A child that the templates make beside its parent is still there in the end.
        after = (ObjectValue)Overlay.Kept(after, before, body, id => id.StartsWith($"{resource.Id}/", StringComparison.OrdinalIgnoreCase) && _planned.Contains(id));
        var delta = PropertyDelta.Of(InputOf(resource.Id, before), InputOf(resource.Id, after), body);
        var changed = delta.Exists(d => (((ObjectValue)d)["propertyChangeType"] as StringValue)?.Data != PropertyDelta.NoEffect);
        return Change(resource.Id, changed ? "Modify" : "NoChange", idsOnly, before, Envelope(resource, after), delta);
    }

    /// <summary>What is in a group and in no template.</summary>
    private async Task AddRestAsync(ResourceId group, bool goes, bool idsOnly, CancellationToken cancellationToken)
    {
        foreach (var record in kernel.Store.List(group.Key).Where(r => kernel.Registry.Type(r.Type) is { IsTracked: true } && r.Key != group.Key && !_planned.Contains(r.Key)))
        {
            var key = ResourceId.Parse(record.Key);
            if (!key.IsChild && await GetAsync(key, null, cancellationToken) is { } current)
            {
                var id = current["id"] is StringValue shown ? ResourceId.Parse(shown.Data) : key;
                var deleted = goes && current["managedBy"] is not StringValue { Data.Length: > 0 } && !_planned.Any(p => p.StartsWith(record.Key + "/", StringComparison.OrdinalIgnoreCase));
                _changes.Add(Change(id, deleted ? "Delete" : "Ignore", idsOnly, current, deleted ? null : current, null));
            }
        }
    }

    private void Touch(ResourceId scope)
    {
        if (scope.IsResourceGroup && !_groups.Exists(g => g.Equals(scope)))
        {
            _groups.Add(scope);
        }
    }

    private async Task<ObjectValue?> GetAsync(ResourceId id, string? apiVersion, CancellationToken cancellationToken)
    {
        var get = DeploymentPreflight.RequestOf(request, HttpMethod.Get, id, apiVersion ?? kernel.Registry.Type(id.Type)?.ApiVersions[0] ?? "");
        return (await kernel.Dispatcher.SendAsync(get, cancellationToken)).Ok(out var response, out _) && response.Status == 200 ? ValueReader.Read(response.Body.Span) as ObjectValue : null;
    }

    // Without what only the service writes: that is nobody's change.
    private ObjectValue InputOf(ResourceId id, ObjectValue shown) => kernel.Registry.Type(id.Type) is { } type
        ? (ObjectValue)ValueReader.Read(kernel.Registry.Handler(type).InputOf(ValueWriter.ToUtf8(shown)).Span)
        : shown;

    private static ObjectValue Envelope(PlannedResource resource, ObjectValue body)
    {
        var result = new ObjectBuilder().Set("apiVersion", resource.ApiVersion).Set("id", resource.Id.ToString()).Set("name", resource.Id.Name).Set("type", resource.Id.Type.ToString());
        foreach (var (name, value) in body.Properties)
        {
            result.Set(name, value);
        }

        return result.Build();
    }

    private static ObjectValue Change(ResourceId id, string kind, bool idsOnly, ObjectValue? before, ObjectValue? after, List<Value>? delta)
    {
        var change = new ObjectBuilder().Set("resourceId", id.ToString()).Set("changeType", kind);
        return idsOnly ? change.Build() : change.SetIf("before", before).SetIf("after", after).SetIf("delta", delta is null ? null : new ArrayValue(delta)).Build();
    }
}
