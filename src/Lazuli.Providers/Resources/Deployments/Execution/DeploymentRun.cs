using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Deployments.Language.Templates;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Execution;

/// <summary>A running deployment in memory: its plan, and which steps were started or are done. Everything in it can be made again from the store.</summary>
internal sealed class DeploymentRun
{
    private int _next;

    private DeploymentRun(DeploymentDocument document, CompiledTemplate plan)
    {
        Document = document;
        Plan = plan;
        Steps = new DeploymentStep?[plan.Resources.Count];
        _next = plan.Resources.Count;
    }

    public DeploymentDocument Document { get; }

    public CompiledTemplate Plan { get; }

    /// <summary>By the index of the resource in the plan; null when not started.</summary>
    public DeploymentStep?[] Steps { get; }

    /// <summary>What mode Complete takes away, by key.</summary>
    public Dictionary<string, DeploymentStep> Deletes { get; } = [];

    /// <summary>The earlier deployment that is deployed again because this one failed.</summary>
    public DeploymentStep? RollBack { get; set; }

    /// <summary>When a resource was first asked to wait because another operation goes on.</summary>
    public Dictionary<int, DateTimeOffset> Refused { get; } = [];

    /// <summary>What was started before a crash and could not be noted: the operation (empty: done at once) by the name of the step.</summary>
    public IReadOnlyDictionary<string, string> Unnoted { get; private init; } = new Dictionary<string, string>();

    /// <summary>The caller's request, as which everything is done.</summary>
    public ArmRequest Caller => CallerOf(Document);

    /// <summary>A step that is no resource of the plan: it gets the next index after those.</summary>
    public DeploymentStep NewStep(ResourceId target, string kind, DateTimeOffset now) => new()
    {
        RunId = Document.RunId,
        Index = _next++,
        Target = target.ToString(),
        Kind = kind,
        State = DeploymentState.Running,
        Started = now,
    };

    /// <summary>Whether what depends on it may start. What is only referred to is done when what it depends on is.</summary>
    public bool IsDone(int index) => Plan.Resources[index] switch
    {
        { Deployed: false } => true,
        { Existing: true } existing => existing.DependsOn.All(IsDone),
        _ => Steps[index]?.State == DeploymentState.Succeeded,
    };

    /// <summary>Resources that may start: not started, and all that they depend on is done.</summary>
    public IEnumerable<PlannedResource> Ready() => Plan.Resources.Where(r => r is { Deployed: true, Existing: false } && Steps[r.Index] is null && r.DependsOn.All(IsDone));

    /// <summary>The run of a stored deployment: from the plan at hand, or compiled again.</summary>
    public static Result<DeploymentRun> Load(KernelServices kernel, StoreRecord record)
    {
        var document = DeploymentDocument.Read(record);
        if ((record.Cache as DeploymentCache)?.Plan is { } fresh && document.State == DeploymentState.Accepted)
        {
            return new DeploymentRun(document, fresh);
        }

        var inputs = (ObjectValue)ValueReader.Read(kernel.Secrets.Unprotect(document.Sealed));
        var request = new DeploymentRequest
        {
            Template = inputs["template"] as ObjectValue ?? ObjectValue.Empty,
            Parameters = inputs["parameters"] as ObjectValue ?? ObjectValue.Empty,
            TemplateLink = document.TemplateLink,
            Mode = document.Mode,
            Location = document.Location,
        };
        if (!TemplateCompiler.Compile(request.Template, request.Parameters, DeploymentSurroundings.Of(kernel, CallerOf(document), document.ResourceId, request)).Ok(out var plan, out var error))
        {
            return error;
        }

        var run = new DeploymentRun(document, plan) { Unnoted = Started(kernel, document, plan) };
        foreach (var step in DeploymentStep.List(kernel.Store, document.RunId))
        {
            run._next = Math.Max(run._next, step.Index + 1);
            if (step.Index < run.Steps.Length)
            {
                run.Steps[step.Index] = step;
            }
            else if (step.Kind == DeploymentStep.Delete)
            {
                run.Deletes[step.Target.ToLowerInvariant()] = step;
            }
            else
            {
                run.RollBack = step;
            }
        }

        return run;
    }

    private static ArmRequest CallerOf(DeploymentDocument document) => new()
    {
        Method = HttpMethod.Put,
        Path = document.Id,
        Principal = document.Caller,
        CorrelationId = document.CorrelationId,
        BaseUrl = document.BaseUrl,
    };

    // Every write leaves an event in its own transaction, with the name of the step that it is: so the activity log knows what a crash kept us from noting.
    private static Dictionary<string, string> Started(KernelServices kernel, DeploymentDocument document, CompiledTemplate plan)
    {
        var result = new Dictionary<string, string>();
        var until = kernel.Time.GetUtcNow().AddMinutes(1);
        foreach (var subscription in plan.Resources.Select(r => r.Id).Append(document.ResourceId).Select(id => id.SubscriptionId?.ToLowerInvariant() ?? "").Distinct())
        {
            foreach (var one in kernel.Store.Events(subscription, document.Started, until))
            {
                using var json = JsonDocument.Parse(one.Body);
                var root = json.RootElement;
                if (root.GetProperty("correlationId").GetString() == document.CorrelationId && root.GetProperty("httpRequest").GetProperty("clientRequestId").GetString() is { } step)
                {
                    var operation = root.GetProperty("operationId").GetString() ?? "";
                    result.TryAdd(step, operation == document.CorrelationId ? "" : operation);
                }
            }
        }

        return result;
    }
}
