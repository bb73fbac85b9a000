using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Compute.VirtualMachines;

/// <summary>Properties of a virtual machine. What is typed <see cref="JsonElement"/> is refused when given.</summary>
public sealed record VirtualMachineProperties : IProvisioned
{
    public HardwareProfile? HardwareProfile { get; set; }

    /// <summary>Stored only: no scheduled event is ever due.</summary>
    public ScheduledEventsPolicy? ScheduledEventsPolicy { get; set; }
    public StorageProfile? StorageProfile { get; set; }
    public AdditionalCapabilities? AdditionalCapabilities { get; set; }
    public OsProfile? OsProfile { get; set; }
    public NetworkProfile? NetworkProfile { get; set; }
    public SecurityProfile? SecurityProfile { get; set; }
    public DiagnosticsProfile? DiagnosticsProfile { get; set; }
    public JsonElement? AvailabilitySet { get; set; }
    public JsonElement? VirtualMachineScaleSet { get; set; }
    public JsonElement? ProximityPlacementGroup { get; set; }

    /// <summary>A Spot machine is a machine that is never evicted.</summary>
    [AllowedValues("Regular", "Low", "Spot")]
    public string? Priority { get; set; }

    [AllowedValues("Deallocate", "Delete")]
    public string? EvictionPolicy { get; set; }
    public BillingProfile? BillingProfile { get; set; }
    public JsonElement? Host { get; set; }
    public JsonElement? HostGroup { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }

    /// <summary>Only shown with <c>$expand=instanceView</c>.</summary>
    [Computed]
    public VirtualMachineInstanceView? InstanceView { get; set; }
    public string? LicenseType { get; set; }

    [Computed]
    public string? VmId { get; set; }
    public string? ExtensionsTimeBudget { get; set; }
    public int? PlatformFaultDomain { get; set; }
    public ScheduledEventsProfile? ScheduledEventsProfile { get; set; }

    /// <summary>Base64; shown only with <c>$expand=userData</c>, which brings it from <see cref="VirtualMachineState.UserData"/>.</summary>
    public string? UserData { get; set; }
    public JsonElement? CapacityReservation { get; set; }
    public JsonElement? InterconnectBlockProfile { get; set; }
    public JsonElement? ApplicationProfile { get; set; }

    [Computed]
    public DateTimeOffset? TimeCreated { get; set; }
    public JsonElement? ResiliencyProfile { get; set; }

    [Private]
    public VirtualMachineState? State { get; set; }
}

public sealed record HardwareProfile
{
    public string? VmSize { get; set; }
    public JsonElement? VmSizeProperties { get; set; }
    public JsonElement? ProcessorMode { get; set; }
}

public sealed record AdditionalCapabilities
{
    public bool? UltraSSDEnabled { get; set; }
    public bool? HibernationEnabled { get; set; }
    public bool? EnableFips1403Encryption { get; set; }
}

public sealed record BillingProfile
{
    public double? MaxPrice { get; set; }
}

public sealed record DiagnosticsProfile
{
    public BootDiagnostics? BootDiagnostics { get; set; }
}

public sealed record BootDiagnostics
{
    public bool? Enabled { get; set; }

    /// <summary>A storage account of the caller's; refused: the log and the screen are served by managed URLs.</summary>
    public string? StorageUri { get; set; }
}

public sealed record ScheduledEventsPolicy
{
    public AutomaticApproval? UserInitiatedRedeploy { get; set; }
    public AutomaticApproval? UserInitiatedReboot { get; set; }
    public JsonElement? ScheduledEventsAdditionalPublishingTargets { get; set; }
    public AutomaticApproval? AllInstancesDown { get; set; }
}

public sealed record AutomaticApproval
{
    public bool? AutomaticallyApprove { get; set; }
}

public sealed record ScheduledEventsProfile
{
    public NotificationProfile? TerminateNotificationProfile { get; set; }
    public NotificationProfile? OsImageNotificationProfile { get; set; }
}

public sealed record NotificationProfile
{
    public string? NotBeforeTimeout { get; set; }
    public bool? Enable { get; set; }
}

public sealed record SecurityProfile
{
    public UefiSettings? UefiSettings { get; set; }
    public bool? EncryptionAtHost { get; set; }

    [AllowedValues("Standard", "TrustedLaunch", "ConfidentialVM")]
    public string? SecurityType { get; set; }
    public JsonElement? EncryptionIdentity { get; set; }
    public ProxyAgentSettings? ProxyAgentSettings { get; set; }
}

public sealed record UefiSettings
{
    public bool? SecureBootEnabled { get; set; }
    public bool? VTpmEnabled { get; set; }
}

public sealed record ProxyAgentSettings
{
    public bool? Enabled { get; set; }
    public string? Mode { get; set; }
    public int? KeyIncarnationId { get; set; }
    public JsonElement? WireServer { get; set; }
    public JsonElement? Imds { get; set; }
    public bool? AddProxyAgentExtension { get; set; }
}
