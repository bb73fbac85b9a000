namespace Lazuli.Providers.Compute.VirtualMachines;

/// <summary>What a machine is doing now, as far as the node and the guest have said.</summary>
public sealed record VirtualMachineInstanceView
{
    public string? ComputerName { get; set; }
    public string? OsName { get; set; }
    public string? OsVersion { get; set; }
    public string? HyperVGeneration { get; set; }
    public VmAgentInstanceView? VmAgent { get; set; }
    public IReadOnlyList<DiskInstanceView>? Disks { get; set; }
    public BootDiagnosticsInstanceView? BootDiagnostics { get; set; }
    public IReadOnlyList<InstanceViewStatus>? Statuses { get; set; }
}

public sealed record InstanceViewStatus
{
    public string? Code { get; set; }
    public string? Level { get; set; }
    public string? DisplayStatus { get; set; }
    public string? Message { get; set; }
    public DateTimeOffset? Time { get; set; }
}

public sealed record VmAgentInstanceView
{
    public string? VmAgentVersion { get; set; }
    public IReadOnlyList<InstanceViewStatus>? Statuses { get; set; }
    public IReadOnlyList<string>? ExtensionHandlers { get; set; }
}

public sealed record DiskInstanceView
{
    public string? Name { get; set; }
    public IReadOnlyList<InstanceViewStatus>? Statuses { get; set; }
}

public sealed record BootDiagnosticsInstanceView
{
    public string? ConsoleScreenshotBlobUri { get; set; }
    public string? SerialConsoleLogBlobUri { get; set; }
}
