using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments;

/// <summary>
/// What a deployment would change: Create for what is not there, NoChange or Modify (with the properties) for what is, Ignore for the rest of the group; Deploy when
/// only ids are asked for. A property is compared when the template states it and its value is known; what no GET shows (secrets) is left out.
/// </summary>
internal sealed class WhatIf(KernelServices kernel, ArmRequest request)
{
    private static readonly string[] NeverShown = ["adminPassword", "customData", "userData", "password", "protectedSettings", "secret", "value", "keyData"];

    public async Task<ReadOnlyMemory<byte>> PredictAsync(PreparedDeployment prepared, CancellationToken cancellationToken)
    {
        var wanted = prepared.Request;
        var changes = new List<Value>();
        var planned = new List<ResourceId>();
        await AddAsync(prepared, wanted, changes, planned, cancellationToken);
        if (ResourceId.TryParse(request.Path[..request.Path.IndexOf("/providers/", StringComparison.OrdinalIgnoreCase)], out var group) && group.IsResourceGroup)
        {
            foreach (var record in kernel.Store.List(group.Key).Where(r => kernel.Registry.Type(r.Type) is { IsTracked: true } && r.Key != group.Key))
            {
                var id = ResourceId.Parse(record.Key);
                if (!id.IsChild && !planned.Exists(p => p.Equals(id)) && await GetAsync(id, null, cancellationToken) is { } current)
                {
                    changes.Add(Change((current["id"] as StringValue)?.Data ?? id.ToString(), "Ignore", wanted, current, current, null));
                }
            }
        }

        var properties = new ObjectBuilder().Set("correlationId", request.CorrelationId).Set("changes", new ArrayValue(changes)).Build();
        return ValueWriter.ToUtf8(new ObjectBuilder().Set("status", "Succeeded").Set("properties", properties).Build());
    }

    private async Task AddAsync(PreparedDeployment prepared, DeploymentRequest wanted, List<Value> changes, List<ResourceId> planned, CancellationToken cancellationToken)
    {
        foreach (var resource in prepared.Plan.Resources.Where(r => r.Deployed && !r.Existing))
        {
            planned.Add(resource.Id);
            if (resource.IsDeployment)
            {
                if (prepared.Nested.TryGetValue(resource.Index, out var inner))
                {
                    await AddAsync(inner, wanted, changes, planned, cancellationToken);
                }

                continue;
            }

            var after = new ObjectBuilder().Set("apiVersion", resource.ApiVersion).Set("id", resource.Id.ToString()).Set("name", resource.Id.Name).Set("type", resource.Id.Type.ToString());
            foreach (var (name, value) in resource.Body.Properties)
            {
                after.Set(name, value);
            }

            if (await GetAsync(resource.Id, resource.ApiVersion, cancellationToken) is not { } current)
            {
                changes.Add(Change(resource.Id.ToString(), "Create", wanted, null, after.Build(), null));
                continue;
            }

            var delta = new List<Value>();
            foreach (var (name, value) in resource.Body.Properties)
            {
                Compare(name, current[name], value, delta);
            }

            var kind = wanted.ResultFormat == "ResourceIdOnly" ? "Deploy" : delta.Count == 0 ? "NoChange" : "Modify";
            changes.Add(Change(resource.Id.ToString(), kind, wanted, current, after.Build(), delta));
        }
    }

    private async Task<ObjectValue?> GetAsync(ResourceId id, string? apiVersion, CancellationToken cancellationToken)
    {
        var get = DeploymentPreflight.PutOf(request, id, apiVersion ?? kernel.Registry.Type(id.Type)?.ApiVersions[0] ?? "", default) with { Method = HttpMethod.Get };
        return (await kernel.Dispatcher.SendAsync(get, cancellationToken)).Ok(out var response, out _) && response.Status == 200 ? ValueReader.Read(response.Body.Span) as ObjectValue : null;
    }

    private static ObjectValue Change(string id, string kind, DeploymentRequest wanted, ObjectValue? before, ObjectValue? after, List<Value>? delta)
    {
        var change = new ObjectBuilder().Set("resourceId", id).Set("changeType", kind);
        return wanted.ResultFormat == "ResourceIdOnly"
            ? change.Build()
            : change.SetIf("before", before).SetIf("after", after).SetIf("delta", delta is null ? null : new ArrayValue(delta)).Build();
    }

    // What the template leaves out stays as it is, so only what it states can change.
    private static void Compare(string path, Value? before, Value after, List<Value> delta)
    {
        var name = path[(path.LastIndexOf('.') + 1)..];
        switch (before, after)
        {
            case (_, { HasUnknown: true } and not ObjectValue and not ArrayValue):
            case (null, NullValue or ObjectValue { Count: 0 } or ArrayValue { Items.Count: 0 }):
            case (null, _) when NeverShown.Contains(name, StringComparer.OrdinalIgnoreCase):
                break;
            case (null, _):
                delta.Add(Delta(path, "Create", null, after));
                break;
            case (ObjectValue a, ObjectValue b):
                foreach (var (key, value) in b.Properties)
                {
                    Compare($"{path}.{key}", a[key], value, delta);
                }

                break;
            case (ArrayValue a, ArrayValue b) when a.Items.Count == b.Items.Count:
                for (var i = 0; i < b.Items.Count; i++)
                {
                    Compare($"{path}.{i}", a.Items[i], b.Items[i], delta);
                }

                break;
            case (StringValue a, StringValue b) when a.Data.Equals(b.Data, StringComparison.OrdinalIgnoreCase) || (name == "location" && Plain(a.Data) == Plain(b.Data)):
                break;
            default:
                if (!Value.Equal(before, after))
                {
                    delta.Add(Delta(path, "Modify", before, after));
                }

                break;
        }
    }

    private static string Plain(string location) => location.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();

    private static ObjectValue Delta(string path, string kind, Value? before, Value after)
        => new ObjectBuilder().Set("path", path).Set("propertyChangeType", kind).SetIf("before", before).Set("after", after).Build();
}
