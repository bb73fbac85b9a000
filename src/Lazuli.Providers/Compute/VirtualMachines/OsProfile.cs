using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Compute.VirtualMachines;

/// <summary>What a generalized image is told at its first boot. None of it may change afterwards.</summary>
public sealed record OsProfile
{
    public string? ComputerName { get; set; }
    public string? AdminUsername { get; set; }

    [Secret]
    public string? AdminPassword { get; set; }

    /// <summary>Base64.</summary>
    [Secret]
    public string? CustomData { get; set; }
    public WindowsConfiguration? WindowsConfiguration { get; set; }
    public LinuxConfiguration? LinuxConfiguration { get; set; }
    public IReadOnlyList<JsonElement>? Secrets { get; set; }
    public bool? AllowExtensionOperations { get; set; }
    public bool? RequireGuestProvisionSignal { get; set; }
}

public sealed record LinuxConfiguration
{
    public bool? DisablePasswordAuthentication { get; set; }
    public SshConfiguration? Ssh { get; set; }

    [JsonPropertyName("provisionVMAgent")]
    public bool? ProvisionVmAgent { get; set; }
    public LinuxPatchSettings? PatchSettings { get; set; }

    [JsonPropertyName("enableVMAgentPlatformUpdates")]
    public bool? EnableVmAgentPlatformUpdates { get; set; }
}

public sealed record SshConfiguration
{
    public IReadOnlyList<SshPublicKey>? PublicKeys { get; set; }
}

public sealed record SshPublicKey
{
    public string? Path { get; set; }
    public string? KeyData { get; set; }
}

/// <summary><c>ImageDefault</c> is real (nothing patches); <c>AutomaticByPlatform</c> is refused.</summary>
public sealed record LinuxPatchSettings
{
    [AllowedValues("ImageDefault", "AutomaticByPlatform")]
    public string? PatchMode { get; set; }

    [AllowedValues("ImageDefault", "AutomaticByPlatform")]
    public string? AssessmentMode { get; set; }
    public JsonElement? AutomaticByPlatformSettings { get; set; }
}

/// <summary>Stored for a guest of Windows; only a node that provisions Windows takes one.</summary>
public sealed record WindowsConfiguration
{
    [JsonPropertyName("provisionVMAgent")]
    public bool? ProvisionVmAgent { get; set; }
    public bool? EnableAutomaticUpdates { get; set; }

    /// <summary>Windows' own name of a time zone.</summary>
    public string? TimeZone { get; set; }
    public IReadOnlyList<JsonElement>? AdditionalUnattendContent { get; set; }
    public WindowsPatchSettings? PatchSettings { get; set; }

    [JsonPropertyName("winRM")]
    public WinRmConfiguration? WinRm { get; set; }

    [JsonPropertyName("enableVMAgentPlatformUpdates")]
    public bool? EnableVmAgentPlatformUpdates { get; set; }
}

/// <summary><c>AutomaticByPlatform</c> and hot patching are refused.</summary>
public sealed record WindowsPatchSettings
{
    [AllowedValues("Manual", "AutomaticByOS", "AutomaticByPlatform")]
    public string? PatchMode { get; set; }
    public bool? EnableHotpatching { get; set; }

    [AllowedValues("ImageDefault", "AutomaticByPlatform")]
    public string? AssessmentMode { get; set; }
    public JsonElement? AutomaticByPlatformSettings { get; set; }
}

public sealed record WinRmConfiguration
{
    public IReadOnlyList<WinRmListener>? Listeners { get; set; }
}

/// <summary>Certificates come from a key vault: refused.</summary>
public sealed record WinRmListener
{
    [AllowedValues("Http", "Https")]
    public string? Protocol { get; set; }
    public string? CertificateUrl { get; set; }
}
