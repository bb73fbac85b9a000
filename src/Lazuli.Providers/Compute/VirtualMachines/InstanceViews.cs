using System.Text.Json.Nodes;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Compute.Disks;

namespace Lazuli.Providers.Compute.VirtualMachines;

/// <summary>Makes instance views of what is stored: nothing is claimed that node or guest has not reported.</summary>
internal static class InstanceViews
{
    public static VirtualMachineInstanceView Of(Resource<VirtualMachineProperties> vm, IResourceView view)
    {
        var p = vm.Properties;
        var seen = p.State?.Observed;
        var ready = seen is { Power: VmPowerState.Running, Guest: GuestState.Ready };
        return new()
        {
            ComputerName = ready ? p.OsProfile?.ComputerName : null,
            OsName = ready ? seen?.OsName : null,
            OsVersion = ready ? seen?.OsVersion : null,
            HyperVGeneration = view.Get<DiskProperties>(p.StorageProfile?.OsDisk?.ManagedDisk?.Id)?.Properties.HyperVGeneration ?? "V1",
            VmAgent = seen is { Power: VmPowerState.Running } ? Agent(seen) : null,
            Disks = [.. Disks(p, view)],
            BootDiagnostics = p.DiagnosticsProfile?.BootDiagnostics?.Enabled is true ? new() : null,
            Statuses = [.. Statuses(p)],
        };
    }

    /// <summary>The part that Resource Graph shows: what runs, and whether it does.</summary>
    public static JsonObject Extended(Resource<VirtualMachineProperties> vm, IResourceView view)
    {
        var shown = Of(vm, view);
        var extended = new JsonObject { ["computerName"] = shown.ComputerName, ["hyperVGeneration"] = shown.HyperVGeneration, ["osName"] = shown.OsName, ["osVersion"] = shown.OsVersion };
        if (shown.Statuses?.FirstOrDefault(s => s.Code?.StartsWith("PowerState/", StringComparison.Ordinal) == true) is { } power)
        {
            extended["powerState"] = new JsonObject { ["code"] = power.Code, ["displayStatus"] = power.DisplayStatus, ["level"] = power.Level };
        }

        return new JsonObject { ["instanceView"] = extended };
    }

    private static IEnumerable<InstanceViewStatus> Statuses(VirtualMachineProperties p)
    {
        var state = p.ProvisioningState ?? "Succeeded";
        yield return state switch
        {
            "Succeeded" => Info("ProvisioningState/succeeded", "Provisioning succeeded", p.State?.SettledAt ?? p.TimeCreated),
            "Failed" => new()
            {
                Code = p.State?.Fault is { } fault ? $"ProvisioningState/failed/{fault.Code}" : "ProvisioningState/failed",
                Level = "Error",
                DisplayStatus = "Provisioning failed",
                Message = p.State?.Fault?.Message,
                Time = p.State?.SettledAt,
            },
            _ => Info($"ProvisioningState/{state.ToLowerInvariant()}", state, null),
        };
        if (p.State is { Generalized: true })
        {
            yield return Info("OSState/generalized", "VM generalized", null);
        }

        if (p.State?.Observed is { } seen)
        {
            var power = seen.Power.ToString().ToLowerInvariant();
            yield return Info($"PowerState/{power}", $"VM {power}", null);
        }
    }

    private static VmAgentInstanceView Agent(ObservedMachine seen) => seen.Guest switch
    {
        GuestState.Ready => new()
        {
            VmAgentVersion = seen.AgentVersion ?? "Unknown",
            Statuses = [Info("ProvisioningState/succeeded", "Ready", seen.GuestReportedAt) with { Message = "Guest Agent is running" }],
            ExtensionHandlers = [],
        },
        GuestState.NotReady => new()
        {
            VmAgentVersion = seen.AgentVersion ?? "Unknown",
            Statuses = [new() { Code = "ProvisioningState/failed", Level = "Error", DisplayStatus = "Not Ready", Message = seen.GuestDetail, Time = seen.GuestReportedAt }],
        },
        _ => new()
        {
            VmAgentVersion = "Unknown",
            Statuses =
            [
                new() { Code = "ProvisioningState/Unavailable", Level = "Warning", DisplayStatus = "Not Ready", Message = "VM status blob is found but not yet populated.", Time = seen.StartedAt },
            ],
        },
    };

    private static IEnumerable<DiskInstanceView> Disks(VirtualMachineProperties p, IResourceView view)
    {
        var disks = (p.StorageProfile?.DataDisks ?? []).Select(d => (d.Name, d.ManagedDisk?.Id)).Prepend((p.StorageProfile?.OsDisk?.Name, p.StorageProfile?.OsDisk?.ManagedDisk?.Id));
        return from disk in disks
               let found = view.Get<DiskProperties>(disk.Item2)
               where found is not null
               let state = found.Properties.ProvisioningState ?? "Succeeded"
               select new DiskInstanceView
               {
                   Name = found.Name,
                   Statuses = [Info($"ProvisioningState/{state.ToLowerInvariant()}", state == "Succeeded" ? "Provisioning succeeded" : state, found.Properties.TimeCreated)],
               };
    }

    private static InstanceViewStatus Info(string code, string display, DateTimeOffset? time) => new() { Code = code, Level = "Info", DisplayStatus = display, Time = time };
}
