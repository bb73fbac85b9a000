using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Operations;

namespace Lazuli.Kernel.Types;

/// <summary>
/// Something that a resource can do: <c>POST …/start</c>, <c>GET …/instanceView</c>. The role action is
/// <c>type/name/action</c> for POST and <c>type/name/read</c> for GET.
/// </summary>
public abstract record ResourceAction(string Name)
{
    public HttpMethod Method { get; init; } = HttpMethod.Post;

    /// <summary>Runs under the resource's lock when true.</summary>
    public bool Writes { get; init; } = true;

    /// <summary>Of an action that doesn't write: how its answer comes.</summary>
    public Answering Answers { get; init; }
}

/// <summary>An action on a resource with properties of <typeparamref name="T"/>.</summary>
public sealed record ResourceAction<T>(string Name, Func<ActionContext<T>, Result<ActionResult<T>>> Run) : ResourceAction(Name)
    where T : class;

/// <summary>What an action gets.</summary>
public sealed record ActionContext<T>(Resource<T> Resource, ArmRequest Request, IResourceView View, KernelServices Kernel)
    where T : class;

/// <summary>What an action leads to: an answer at once, or a changed resource whose reconciler then does the work as a long-running operation.</summary>
public sealed record ActionResult<T>
    where T : class
{
    /// <summary>The answer's body (UTF-8 JSON), for an action that only computes.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>An answer that takes work first, e.g. a picture from the node. Runs outside of locks.</summary>
    public Func<CancellationToken, Task<Result<ArmResponse>>>? Later { get; init; }

    /// <summary>The resource as it shall be. It is stored with an operation, which ends when the reconciler has settled it.</summary>
    public Resource<T>? Desired { get; init; }

    /// <summary>With <see cref="Desired"/>: it is only written down, and answered with 200 at once.</summary>
    public bool AtOnce { get; init; }
}
