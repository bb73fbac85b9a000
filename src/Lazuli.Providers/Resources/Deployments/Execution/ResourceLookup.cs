using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Resources.Deployments.Language;
using Lazuli.Providers.Resources.Deployments.Language.Expressions;
using Lazuli.Providers.Resources.Deployments.Language.Templates;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Execution;

/// <summary>Answers <c>reference</c> and <c>list…</c> for one evaluation, as the deployment's caller may see it: what is missing is fetched, then the evaluation is repeated.</summary>
internal sealed class ResourceLookup(KernelServices kernel, ArmRequest caller, CompiledTemplate plan) : IResourceLookup
{
    private readonly Dictionary<LookupRequest, Value> _fetched = [];

    /// <summary>Evaluates until nothing is missing.</summary>
    public async Task<Result<ObjectValue>> EvaluateAsync(Func<IResourceLookup, Result<ObjectValue>> evaluate, CancellationToken cancellationToken)
    {
        while (true)
        {
            LookupRequest missing;
            try
            {
                return evaluate(this);
            }
            catch (LookupPending pending)
            {
                missing = pending.Request;
            }
            catch (TemplateFault fault)
            {
                return plan.ToError(fault);
            }

            if (!(await FetchAsync(missing, cancellationToken)).Ok(out var value, out var error))
            {
                return error;
            }

            _fetched[missing] = value;
        }
    }

    public Value Reference(string nameOrId, string? apiVersion, bool full, EvaluationContext context)
    {
        var (id, version) = Resolve(nameOrId, apiVersion, "reference");
        var request = new LookupRequest(id, version, null, null);
        if (!_fetched.TryGetValue(request, out var value))
        {
            throw new LookupPending(request);
        }

        var resource = (ObjectValue)value;
        if (!full)
        {
            return resource["properties"] ?? ObjectValue.Empty;
        }

        var parsed = ResourceId.Parse(id);
        return resource.With("apiVersion", Value.Of(version))
            .With("resourceId", Value.Of(id))
            .With("subscriptionId", parsed.SubscriptionId is { } subscription ? Value.Of(subscription) : null)
            .With("resourceGroupName", parsed.ResourceGroup is { } group ? Value.Of(group) : null);
    }

    public Value List(string action, string nameOrId, string apiVersion, Value? body, EvaluationContext context)
    {
        var (id, version) = Resolve(nameOrId, apiVersion, action);
        var request = new LookupRequest(id, version, action, body?.ToString());
        return _fetched.TryGetValue(request, out var value) ? value : throw new LookupPending(request);
    }

    private (string Id, string ApiVersion) Resolve(string nameOrId, string? apiVersion, string function)
    {
        var planned = plan.Find(nameOrId);
        var id = planned?.Id.ToString() ?? nameOrId;
        if (!ResourceId.TryParse(id, out _))
        {
            throw new TemplateFault($"The template function '{function}' refers to '{nameOrId}', which is neither a resource of the template nor a resource id. Please see https://aka.ms/arm-functions#reference for usage details");
        }

        return (id, apiVersion ?? planned?.ApiVersion
            ?? throw new TemplateFault($"The template function '{function}' needs an API version for '{nameOrId}', as the resource is not part of the template. Please see https://aka.ms/arm-functions#reference for usage details"));
    }

    private async Task<Result<Value>> FetchAsync(LookupRequest request, CancellationToken cancellationToken)
    {
        var send = caller with
        {
            Method = request.Action is null ? HttpMethod.Get : HttpMethod.Post,
            Path = request.Action is null ? request.ResourceId : $"{request.ResourceId}/{request.Action}",
            Query = new Dictionary<string, string> { ["api-version"] = request.ApiVersion ?? "" },
            Body = request.Body is null ? default : System.Text.Encoding.UTF8.GetBytes(request.Body),
        };
        if (!(await kernel.Dispatcher.SendAsync(send, cancellationToken)).Ok(out var response, out var error))
        {
            return error;
        }

        try
        {
            return response.Body.IsEmpty ? ObjectValue.Empty : ValueReader.Read(response.Body.Span) is ObjectValue o ? o : ObjectValue.Empty;
        }
        catch (TemplateFault fault)
        {
            return plan.ToError(fault);
        }
    }
}
