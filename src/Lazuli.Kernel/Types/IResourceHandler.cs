using System.Text.Json.Nodes;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;

namespace Lazuli.Kernel.Types;

/// <summary>The requests of one type, already authenticated, authorized and of a known api-version.</summary>
public interface IResourceHandler
{
    Task<Result<ArmResponse>> GetAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken);

    Task<Result<ArmResponse>> PutAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken);

    Task<Result<ArmResponse>> PatchAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken);

    Task<Result<ArmResponse>> DeleteAsync(ArmRequest request, ResourceId id, CancellationToken cancellationToken);

    Task<Result<ArmResponse>> ActAsync(ArmRequest request, ResourceId id, ResourceAction action, CancellationToken cancellationToken);

    /// <summary>All faults of a PUT of this body, without doing it (template validation).</summary>
    IReadOnlyList<ArmError> CheckPut(ArmRequest request, ResourceId id);

    /// <summary>The resources of this type at or below a scope, as GET shows them.</summary>
    IEnumerable<ResourceSlice> List(ResourceId scope, string? after);

    /// <summary>What GET shows of a stored record of this type.</summary>
    ReadOnlyMemory<byte> Render(StoreRecord record);

    /// <summary>What Resource Graph shows of a stored record beyond that, as <c>properties.extended</c>.</summary>
    JsonObject? Extended(StoreRecord record) => null;

    /// <summary>What could be PUT to have a resource that GET shows like this: without what clients can't set. Secrets are not in it.</summary>
    ReadOnlyMemory<byte> InputOf(ReadOnlyMemory<byte> shown) => shown;

    /// <summary>What GET shows with <c>$expand</c>.</summary>
    Result<ReadOnlyMemory<byte>> Expand(StoreRecord record, string expand, ArmRequest request) => Render(record);
}

/// <summary>Handlers that know what a PUT would leave behind (template what-if).</summary>
public interface IPredictsPut
{
    /// <summary>As <see cref="IResourceHandler.CheckPut"/>.</summary>
    /// <param name="request">The PUT.</param>
    /// <param name="id">Of the resource.</param>
    /// <param name="after">What GET would show once it had been carried out, as far as the request decides it; null when it would be refused.</param>
    IReadOnlyList<ArmError> CheckPut(ArmRequest request, ResourceId id, out ReadOnlyMemory<byte>? after);
}

/// <summary>A resource in a list: the key to continue after, and its JSON.</summary>
public readonly record struct ResourceSlice(string Key, ReadOnlyMemory<byte> Json);
