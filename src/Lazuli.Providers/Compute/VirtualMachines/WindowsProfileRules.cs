using System.Buffers;
using Lazuli.Kernel.Errors;

namespace Lazuli.Providers.Compute.VirtualMachines;

/// <summary>Azure's rules for who gets into a machine of Windows, and how it is set up.</summary>
internal static class WindowsProfileRules
{
    private static readonly SearchValues<char> ForbiddenInComputerNames = SearchValues.Create("`~!@#$%^&*()=+_[]{}\\|;:.'\",<>/? \t");
    private static readonly SearchValues<char> ForbiddenInUserNames = SearchValues.Create("\\/\"[]:|<>+=;,?*@&");

    public static IEnumerable<ArmError> Check(OsProfile profile, string name)
    {
        if (profile.LinuxConfiguration is not null)
        {
            yield return ArmErrors.InvalidParameter("linuxConfiguration", "Parameter 'linuxConfiguration' is not allowed.");
        }

        var computer = profile.ComputerName ?? name;
        if (computer.Length is 0 or > 15 || computer.All(char.IsAsciiDigit) || computer.AsSpan().ContainsAny(ForbiddenInComputerNames) || computer[0] == '-' || computer[^1] == '-')
        {
            yield return ArmErrors.InvalidParameter(
                "computerName",
                "Windows computer name cannot be more than 15 characters long, be entirely numeric, or contain the following characters: "
                + "` ~ ! @ # $ % ^ & * ( ) = + _ [ ] { } \\ | ; : . ' \" , < > / ?.");
        }

        if (profile.AdminUsername is { Length: > 0 } user
            && (user.Length > 20 || user[^1] == '.' || user.AsSpan().ContainsAny(ForbiddenInUserNames) || OsProfileRules.IsForbiddenUser(user)))
        {
            yield return ArmErrors.InvalidParameter("adminUsername", "The Admin Username specified is not allowed.");
        }

        if (profile.AdminPassword is not { } password)
        {
            yield return ComputeErrors.Missing("adminPassword");
        }
        else if (password.Length is < 8 or > 123 || !OsProfileRules.IsComplex(password))
        {
            yield return OsProfileRules.BadPassword(8, 123);
        }

        if (profile.WindowsConfiguration is { } windows)
        {
            foreach (var error in CheckConfiguration(windows).Concat(CheckUnsupported(windows)))
            {
                yield return error;
            }
        }
    }

    private static IEnumerable<ArmError> CheckConfiguration(WindowsConfiguration windows)
    {
        if (windows.TimeZone is { } zone && !WindowsTimeZones.IsKnown(zone))
        {
            yield return ComputeErrors.Invalid("windowsConfiguration.timeZone", zone);
        }

        var updates = windows.EnableAutomaticUpdates ?? true;
        if (windows.PatchSettings?.PatchMode is { } mode && (mode == "AutomaticByOS" && !updates || mode == "Manual" && updates))
        {
            yield return ArmErrors.InvalidParameter(
                "windowsConfiguration.patchSettings.patchMode",
                $"The patch mode '{mode}' requires that 'windowsConfiguration.enableAutomaticUpdates' is {(mode == "Manual" ? "false" : "true")}.");
        }

        var listeners = windows.WinRm?.Listeners ?? [];
        if (listeners.Any(l => l.Protocol is null))
        {
            yield return ComputeErrors.Missing("windowsConfiguration.winRM.listeners.protocol");
        }

        if (listeners.Any(l => l is { Protocol: "Https", CertificateUrl: null }))
        {
            yield return ComputeErrors.Missing("windowsConfiguration.winRM.listeners.certificateUrl");
        }
    }

    private static IEnumerable<ArmError> CheckUnsupported(WindowsConfiguration windows)
    {
        var patches = windows.PatchSettings;
        foreach (var error in ComputeErrors.Refused(("osProfile.windowsConfiguration.patchSettings.automaticByPlatformSettings", patches?.AutomaticByPlatformSettings)))
        {
            yield return error;
        }

        foreach (var (path, given) in new[]
        {
            ("additionalUnattendContent", windows.AdditionalUnattendContent is { Count: > 0 }),
            ("winRM.listeners.certificateUrl", windows.WinRm?.Listeners?.Any(l => l.CertificateUrl is not null) is true),
            ("patchSettings", patches is { PatchMode: "AutomaticByPlatform" } or { AssessmentMode: "AutomaticByPlatform" }),
            ("patchSettings.enableHotpatching", patches?.EnableHotpatching is true),
            ("enableVMAgentPlatformUpdates", windows.EnableVmAgentPlatformUpdates is true),
        })
        {
            if (given)
            {
                yield return ComputeErrors.NotSupported($"osProfile.windowsConfiguration.{path}");
            }
        }
    }
}
