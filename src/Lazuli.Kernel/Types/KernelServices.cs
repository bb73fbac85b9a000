using Lazuli.Kernel.Http;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Store;

namespace Lazuli.Kernel.Types;

/// <summary>What every handler works with.</summary>
public sealed class KernelServices
{
    public required IResourceStore Store { get; init; }

    public required TypeRegistry Registry { get; init; }

    public required IAuthorizer Authorizer { get; init; }

    public required ISecretBox Secrets { get; init; }

    public required TimeProvider Time { get; init; }

    public required KeyedLocks Locks { get; init; }

    public required OperationLog Operations { get; init; }

    public required ReconcileQueue Queue { get; init; }

    /// <summary>The region names that resources may be made in, and their display names.</summary>
    public required LocationCatalogue Locations { get; init; }

    public IResourceView View => _view ??= new ResourceView(Store, Registry);

    /// <summary>The way in for callers within; set once at start.</summary>
    public ArmDispatcher Dispatcher => _dispatcher ??= new ArmDispatcher(this);

    /// <summary>Answers that clients fetch by a second request.</summary>
    public LateAnswers Late => LazyInitializer.EnsureInitialized(ref _late, () => new LateAnswers(Time));

    private LateAnswers? _late;
    private ResourceView? _view;
    private ArmDispatcher? _dispatcher;
}
