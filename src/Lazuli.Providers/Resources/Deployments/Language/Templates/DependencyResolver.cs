using Lazuli.Kernel.Ids;
using Lazuli.Providers.Resources.Deployments.Language.Expressions;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Language.Templates;

/// <summary>Finds what each resource waits for: <c>dependsOn</c>, resources that its expressions ask for by name, earlier batches of its loop. Cycles are faults.</summary>
internal static class DependencyResolver
{
    /// <summary>Azure's limit for the definition of one resource, evaluated. A nested deployment may be as large as a template.</summary>
    private const int MaxBytes = 1024 * 1024;

    public static void Resolve(CompiledTemplate template, Expansion expansion, FaultList faults)
    {
        var edges = new HashSet<int>?[expansion.Resources.Count];
        foreach (var resource in expansion.Resources)
        {
            try
            {
                edges[resource.Index] = Add(resource, expansion.Names);
            }
            catch (TemplateFault fault)
            {
                faults.Add(fault);
            }
        }

        foreach (var (turns, size) in expansion.Serial)
        {
            for (var i = size; i < turns.Count; i++)
            {
                var before = ((i / size) - 1) * size;
                for (var j = before; j < before + size; j++)
                {
                    (edges[turns[i]] ??= []).Add(turns[j]);
                }
            }
        }

        foreach (var resource in expansion.Resources)
        {
            resource.DependsOn = edges[resource.Index] is { Count: > 0 } before ? [.. before.Order()] : [];
        }

        faults.Guard(() => FindCycle(template.Resources));
    }

    /// <summary>What it waits for; null for nothing.</summary>
    private static HashSet<int>? Add(PlannedResource resource, ResourceNames names)
    {
        try
        {
            var edges = Explicit(resource, names);
            var recorder = new ReferenceRecorder(names);
            if (!resource.Existing && resource.Deployed)
            {
                resource.Body = resource.Evaluate(recorder);
                CheckSize(resource);
            }

            foreach (var referred in recorder.Referred)
            {
                if (referred != resource.Index)
                {
                    (edges ??= []).Add(referred);
                }
            }

            return edges;
        }
        catch (TemplateFault fault)
        {
            throw fault.Of($"resource '{resource.Id.NamePath}' at line '{{line}}' and column '{{column}}'", resource.Source.At, resource.Path);
        }
    }

    // Measured exactly only when it may be too much.
    private static void CheckSize(PlannedResource resource)
    {
        if (!resource.IsDeployment && resource.Body.Weight > MaxBytes / 64 && ValueWriter.ToUtf8(resource.Body).Length is > MaxBytes and var bytes)
        {
            throw new TemplateFault($"the resource definition size limit exceeded. Limit: '{MaxBytes}' bytes and actual: '{bytes}'. Please see https://aka.ms/arm-template for usage details");
        }
    }

    private static HashSet<int>? Explicit(PlannedResource resource, ResourceNames names)
    {
        if (resource.Source["dependsOn"] is not { IsNull: false } source)
        {
            return null;
        }

        var edges = new HashSet<int>();

        if (ValueEvaluator.Evaluate(source, resource.Context) is not ArrayValue list)
        {
            throw TemplateFault.At("The dependsOn of a template resource must be an array. Please see https://aka.ms/arm-syntax-resources for usage details", source.At, $"{resource.Path}.dependsOn");
        }

        foreach (var entry in list.Items)
        {
            if (entry.IsNull)
            {
                continue;
            }

            if (entry is not StringValue { Data: var name })
            {
                throw TemplateFault.At("Every dependency of a template resource must be a string. Please see https://aka.ms/arm-syntax-resources for usage details", source.At, $"{resource.Path}.dependsOn");
            }

            if (!names.Knows(name))
            {
                var shown = ResourceId.TryParse(name, out var id) ? $"{id.Type}/{id.NamePath}" : name;
                throw TemplateFault.At($"The resource '{shown}' is not defined in the template. Please see https://aka.ms/arm-syntax for usage details", source.At, $"{resource.Path}.dependsOn");
            }

            edges.UnionWith(names.Find(name));
        }

        return edges;
    }

    private static void FindCycle(IReadOnlyList<PlannedResource> resources)
    {
        var waiting = resources.Select(r => r.DependsOn.Count).ToArray();
        var dependents = new List<int>[resources.Count];
        foreach (var resource in resources)
        {
            foreach (var before in resource.DependsOn)
            {
                (dependents[before] ??= []).Add(resource.Index);
            }
        }

        var ready = new Queue<int>(resources.Where(r => r.DependsOn.Count == 0).Select(r => r.Index));
        var done = 0;
        while (ready.TryDequeue(out var next))
        {
            done++;
            foreach (var dependent in dependents[next] ?? [])
            {
                if (--waiting[dependent] == 0)
                {
                    ready.Enqueue(dependent);
                }
            }
        }

        if (done < resources.Count)
        {
            var first = resources.First(r => waiting[r.Index] > 0 && r.DependsOn.Any(d => waiting[d] > 0));
            throw TemplateFault.At($"Circular dependency detected on resource: '{first.Id}'. Please see https://aka.ms/arm-syntax-resources for usage details", first.Source.At, first.Path);
        }
    }
}
