using Lazuli.Engines.Node;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Compute.VirtualMachines;

/// <summary>
/// Makes a machine be as its resource says: its implicit disks first, then the machine on the node; a new one is done when its guest has reported
/// that it is ready. A machine that goes takes with it what its delete options say, in the order that use demands.
/// </summary>
public sealed class VirtualMachineReconciler(NodeLink link, KernelServices kernel, ComputeOptions options)
    : NodeReconciler<VirtualMachineProperties>(kernel.View, link)
{
    private readonly MachineBelongings _belongings = new(kernel);

    protected override IEnumerable<NodeItem> Project(Resource<VirtualMachineProperties> resource) => [VirtualMachineProjection.Of(resource, options)];

    protected override async Task<Outcome> ReconcileAsync(Resource<VirtualMachineProperties> resource, bool deleting, CancellationToken cancellationToken)
    {
        if (!deleting && await _belongings.MakeAsync(resource, cancellationToken) is { } error)
        {
            return new Outcome.Blocked(error) { Update = Learnt(resource, new(error.Code, error.Message), settles: true) };
        }

        return await base.ReconcileAsync(resource, deleting, cancellationToken);
    }

    protected override Outcome Observe(Resource<VirtualMachineProperties> resource, IReadOnlyList<NodeItem> items, Outcome outcome)
    {
        var judged = outcome is Outcome.Settled && AwaitsGuest(resource) ? AwaitGuest(resource) : outcome;
        var fault = judged is Outcome.Blocked blocked ? new MachineFault(blocked.Error.Code, blocked.Error.Message) : null;
        return judged with { Update = Learnt(resource, fault, judged is not Outcome.LookAgain) };
    }

    protected override async Task<Outcome> VanishAsync(Resource<VirtualMachineProperties> resource, CancellationToken cancellationToken)
    {
        if (resource.Properties.State?.Remains is not { } remains)
        {
            var state = (resource.Properties.State ?? new()) with { Remains = _belongings.ToDelete(resource) };
            return new Outcome.LookAgain(TimeSpan.Zero, "The machine has gone.") { Update = With(resource, state) };
        }

        return await _belongings.DeleteAsync(remains, cancellationToken)
            ? new Outcome.Settled()
            : new Outcome.LookAgain(Patience, "What belongs to the machine goes with it.");
    }

    // Only a machine made from an image says something, once, unless it was told not to be waited for.
    private bool AwaitsGuest(Resource<VirtualMachineProperties> resource)
        => resource.Properties is { OsProfile: { RequireGuestProvisionSignal: not false }, State.Power: VmPower.Running } p
            && !(p.State.Observed is { Provisioned: true } || Link.Report(resource.Id.Key)?.Vm is { Provisioned: true });

    private Outcome AwaitGuest(Resource<VirtualMachineProperties> resource)
    {
        var status = Link.Report(resource.Id.Key)?.Vm;
        if (status?.Guest == GuestState.NotReady)
        {
            return new Outcome.Blocked(VirtualMachineErrors.ClientError(resource.Id, status.GuestDetail));
        }

        var now = kernel.Time.GetUtcNow();
        var started = status?.StartedAt ?? now;
        var since = resource.Properties.State?.AskedAt is { } asked && asked > started ? asked : started;
        var left = since + options.ProvisioningTimeout - now;
        return left > TimeSpan.Zero
            ? new Outcome.LookAgain(left, "The guest has not reported yet.")
            : new Outcome.Blocked(VirtualMachineErrors.TimedOut(resource.Id));
    }

    private Resource<VirtualMachineProperties> Learnt(Resource<VirtualMachineProperties> resource, MachineFault? fault, bool settles)
    {
        var state = resource.Properties.State ?? new();
        if (Link.Latest(resource.Id.Key)?.Vm is { } status)
        {
            var seen = ObservedMachine.Of(status);
            seen.Provisioned |= state.Observed is { Provisioned: true };
            state = state with { Observed = seen };
        }

        var ends = settles && (resource.Properties.ProvisioningState is not ("Succeeded" or "Failed") || state.Fault != fault);
        if (ends)
        {
            state = state with { SettledAt = kernel.Time.GetUtcNow(), Fault = fault };
        }

        return _belongings.Refresh(state == resource.Properties.State ? resource : With(resource, state));
    }

    private static Resource<VirtualMachineProperties> With(Resource<VirtualMachineProperties> resource, VirtualMachineState state)
        => resource with { Properties = resource.Properties with { State = state } };
}
