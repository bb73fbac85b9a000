using System.Globalization;
using System.Text.Json;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Compute.Sizes;

namespace Lazuli.Providers.Compute.VirtualMachines;

/// <summary>What a machine can be asked to do. Power is desired state: the operation ends when the machine does so.</summary>
internal static class VirtualMachineActions
{
    public static readonly IReadOnlyList<ResourceAction> All =
    [
        new ResourceAction<VirtualMachineProperties>("start", Start),
        new ResourceAction<VirtualMachineProperties>("powerOff", PowerOff),
        new ResourceAction<VirtualMachineProperties>("deallocate", Deallocate),
        new ResourceAction<VirtualMachineProperties>("restart", Restart),
        new ResourceAction<VirtualMachineProperties>("redeploy", Redeploy),
        new ResourceAction<VirtualMachineProperties>("reapply", Reapply),
        new ResourceAction<VirtualMachineProperties>("generalize", Generalize),
        new ResourceAction<VirtualMachineProperties>("retrieveBootDiagnosticsData", RetrieveBootDiagnosticsData) { Writes = false },
        new ResourceAction<VirtualMachineProperties>("instanceView", InstanceView) { Method = HttpMethod.Get, Writes = false },
        new ResourceAction<VirtualMachineProperties>("vmSizes", AvailableSizes) { Method = HttpMethod.Get, Writes = false },
    ];

    private static Result<ActionResult<VirtualMachineProperties>> Start(ActionContext<VirtualMachineProperties> context)
    {
        var state = StateOf(context);
        if (state.Generalized)
        {
            return VirtualMachineErrors.Generalized("start", context.Resource.Id);
        }

        // Running is wanted already, but the guest has shut itself down.
        var again = state is { Power: VmPower.Running, Observed.Power: VmPowerState.Stopped or VmPowerState.Stopping };
        return With(context, state with { Power = VmPower.Running, RestartCount = state.RestartCount + (again ? 1 : 0) });
    }

    private static Result<ActionResult<VirtualMachineProperties>> PowerOff(ActionContext<VirtualMachineProperties> context)
    {
        var state = StateOf(context);
        var skip = context.Request.Query.GetValueOrDefault("skipshutdown") is { } text && text.Equals("true", StringComparison.OrdinalIgnoreCase);
        return state.Power == VmPower.Deallocated
            ? With(context, state)
            : With(context, state with { Power = skip ? VmPower.PoweredOff : VmPower.Stopped });
    }

    private static Result<ActionResult<VirtualMachineProperties>> Deallocate(ActionContext<VirtualMachineProperties> context)
        => context.Request.Query.GetValueOrDefault("hibernate") is { } text && text.Equals("true", StringComparison.OrdinalIgnoreCase)
            ? ArmErrors.NotSupported("Hibernation")
            : With(context, StateOf(context) with { Power = VmPower.Deallocated });

    private static Result<ActionResult<VirtualMachineProperties>> Restart(ActionContext<VirtualMachineProperties> context)
    {
        var state = StateOf(context);
        return state.Generalized ? VirtualMachineErrors.Generalized("restart", context.Resource.Id)
            : state.Power == VmPower.Deallocated ? VirtualMachineErrors.Deallocated("restart", context.Resource.Id)
            : With(context, state with { Power = VmPower.Running, RestartCount = state.RestartCount + 1 });
    }

    private static Result<ActionResult<VirtualMachineProperties>> Redeploy(ActionContext<VirtualMachineProperties> context)
    {
        var state = StateOf(context);
        return state.Power == VmPower.Deallocated
            ? VirtualMachineErrors.Deallocated("redeploy", context.Resource.Id)
            : With(context, state with { RedeployCount = state.RedeployCount + 1 });
    }

    // Azure's "try again": nothing changes, but the machine is looked at anew and gets the whole time-out once more.
    private static Result<ActionResult<VirtualMachineProperties>> Reapply(ActionContext<VirtualMachineProperties> context)
        => With(context, StateOf(context) with { AskedAt = context.Kernel.Time.GetUtcNow() });

    private static Result<ActionResult<VirtualMachineProperties>> Generalize(ActionContext<VirtualMachineProperties> context)
    {
        var state = StateOf(context);
        var guestIsDown = state.Observed?.Power is VmPowerState.Stopped or VmPowerState.Deallocated;
        if (state.Power == VmPower.Running && !guestIsDown)
        {
            return VirtualMachineErrors.NotStopped(context.Resource.Id);
        }

        // A machine that its guest shut down is from now on meant to be down.
        return With(context, state with { Generalized = true, Power = state.Power == VmPower.Running ? VmPower.Stopped : state.Power }, atOnce: true);
    }

    private static Result<ActionResult<VirtualMachineProperties>> RetrieveBootDiagnosticsData(ActionContext<VirtualMachineProperties> context)
    {
        const int MaxMinutes = 1440;
        var minutes = 120;
        if (context.Request.Query.GetValueOrDefault("sasuriexpirationtimeinminutes") is { } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out minutes) || minutes is < 1 or > MaxMinutes))
        {
            return ComputeErrors.OutOfRange("sasUriExpirationTimeInMinutes", text, 1, MaxMinutes);
        }

        if (context.Resource.Properties.DiagnosticsProfile?.BootDiagnostics?.Enabled is false)
        {
            return ComputeErrors.NotAllowed($"Boot diagnostics is not enabled on VM '{context.Resource.Name}'.");
        }

        var expires = context.Kernel.Time.GetUtcNow().AddMinutes(minutes);
        var data = new BootDiagnosticsData
        {
            ConsoleScreenshotBlobUri = BootDiagnosticsLinks.Make(context.Request.BaseUrl, context.Resource.Id, BootDiagnosticsLinks.Screenshot, expires, context.Kernel.Secrets),
            SerialConsoleLogBlobUri = BootDiagnosticsLinks.Make(context.Request.BaseUrl, context.Resource.Id, BootDiagnosticsLinks.SerialLog, expires, context.Kernel.Secrets),
        };
        return new ActionResult<VirtualMachineProperties> { Body = JsonSerializer.SerializeToUtf8Bytes(data, VirtualMachineJson.Default.BootDiagnosticsData) };
    }

    private static Result<ActionResult<VirtualMachineProperties>> InstanceView(ActionContext<VirtualMachineProperties> context)
        => new ActionResult<VirtualMachineProperties>
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(InstanceViews.Of(context.Resource, context.View), VirtualMachineJson.Default.VirtualMachineInstanceView),
        };

    private static Result<ActionResult<VirtualMachineProperties>> AvailableSizes(ActionContext<VirtualMachineProperties> context)
        => new ActionResult<VirtualMachineProperties> { Body = SizeLists.Render(VmSizes.All) };

    private static VirtualMachineState StateOf(ActionContext<VirtualMachineProperties> context) => context.Resource.Properties.State ?? new();

    private static ActionResult<VirtualMachineProperties> With(ActionContext<VirtualMachineProperties> context, VirtualMachineState state, bool atOnce = false)
        => new() { Desired = context.Resource with { Properties = context.Resource.Properties with { State = state } }, AtOnce = atOnce };
}
