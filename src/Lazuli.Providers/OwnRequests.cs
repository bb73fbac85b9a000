using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers;

/// <summary>
/// What a provider asks for itself, by the resources' own PUT, PATCH and DELETE, so that their rules, operations and reconcilers hold: whoever asked for the resource that implies it has been
/// authorized.
/// </summary>
/// <param name="name">Who writes, for the activity log: <c>Microsoft.Compute</c>.</param>
internal sealed class OwnRequests(KernelServices kernel, string name)
{
    private readonly Principal _self = new()
    {
        ObjectId = Guid.Empty.ToString(),
        ApplicationId = Guid.Empty.ToString(),
        TenantId = Guid.Empty.ToString(),
        Kind = PrincipalKind.ServicePrincipal,
        Name = name,
    };

    /// <summary>Null when it was accepted.</summary>
    public async Task<ArmError?> SendAsync(HttpMethod method, ResourceId id, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (kernel.Registry.Type(id.Type) is not { } type)
        {
            return kernel.Dispatcher.Unknown(id.Type, null);
        }

        if (method == HttpMethod.Delete && LockRules.Check(kernel.Store, id, "delete") is { } locked)
        {
            return locked;
        }

        var handler = kernel.Registry.Handler(type);
        var request = new ArmRequest
        {
            Method = method,
            Path = id.ToString(),
            Query = new Dictionary<string, string> { ["api-version"] = type.ApiVersions[0] },
            Body = body,
            Principal = _self,
            CorrelationId = Guid.NewGuid().ToString(),
        };
        var result = method == HttpMethod.Put ? await handler.PutAsync(request, id, cancellationToken)
            : method == HttpMethod.Patch ? await handler.PatchAsync(request, id, cancellationToken)
            : await handler.DeleteAsync(request, id, cancellationToken);
        return result.Ok(out _, out var error) ? null : error;
    }
}
