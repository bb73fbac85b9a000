using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Lazuli.Kernel.Errors;

namespace Lazuli.Providers.Compute.VirtualMachines;

/// <summary>Azure's rules for who gets into a machine, and how.</summary>
internal static class OsProfileRules
{
    private const int MaxBase64 = 87380;
    private static readonly SearchValues<char> ForbiddenInHostNames = SearchValues.Create("`~!@#$%^&*()=+_[]{}\\|;:'\",<>/?. \t");

    private static readonly HashSet<string> ForbiddenUsers = new(StringComparer.OrdinalIgnoreCase)
    {
        "administrator", "admin", "user", "user1", "test", "user2", "test1", "user3", "admin1", "1", "123", "a", "actuser", "adm", "admin2", "aspnet", "backup",
        "console", "david", "guest", "john", "owner", "root", "server", "sql", "support", "support_388945a0", "sys", "test2", "test3", "user4", "user5",
    };

    private static readonly HashSet<string> ForbiddenPasswords = new(StringComparer.Ordinal)
    {
        "abc@123", "P@$$w0rd", "P@ssw0rd", "P@ssword123", "Pa$$word", "pass@word1", "Password!", "Password1", "Password22", "iloveyou!",
    };

    /// <param name="osType">The image's; when it isn't known, the profile tells.</param>
    public static IEnumerable<ArmError> Check(OsProfile profile, string name, string? osType)
    {
        if (string.IsNullOrEmpty(profile.AdminUsername))
        {
            yield return ComputeErrors.Missing("osProfile.adminUsername");
        }

        var windows = (osType ?? (profile.WindowsConfiguration is null ? "Linux" : "Windows")) == "Windows";
        foreach (var error in windows ? WindowsProfileRules.Check(profile, name) : CheckLinux(profile, name))
        {
            yield return error;
        }

        if (profile.CustomData is { } data && !IsBase64(data))
        {
            yield return ArmErrors.InvalidParameter("customData", $"Custom data in OSProfile must be in Base64 encoding and with a maximum length of {MaxBase64} characters.");
        }

        if (profile.Secrets is { Count: > 0 })
        {
            yield return ComputeErrors.NotSupported("osProfile.secrets");
        }
    }

    public static bool IsForbiddenUser(string name) => ForbiddenUsers.Contains(name);

    /// <summary>Three kinds of characters, none of them a control character, and not one of those that everybody tries.</summary>
    public static bool IsComplex(string password)
    {
        var kinds = (password.Any(char.IsUpper) ? 1 : 0) + (password.Any(char.IsLower) ? 1 : 0) + (password.Any(char.IsDigit) ? 1 : 0)
            + (password.Any(c => !char.IsLetterOrDigit(c) && !char.IsControl(c)) ? 1 : 0);
        return kinds >= 3 && !password.Any(char.IsControl) && !ForbiddenPasswords.Contains(password);
    }

    public static ArmError BadPassword(int least, int most) => ArmErrors.InvalidParameter(
        "adminPassword",
        $"The supplied password must be between {least}-{most} characters long and must satisfy at least 3 of password complexity requirements from the following:\r\n"
        + "1) Contains an uppercase character\r\n2) Contains a lowercase character\r\n3) Contains a numeric digit\r\n4) Contains a special character\r\n5) Control characters are not allowed");

    public static ArmError? CheckUserData(string? userData)
        => userData is null || IsBase64(userData)
            ? null
            : ArmErrors.InvalidParameter("userData", $"User data must be in Base64 encoding and with a maximum length of {MaxBase64} characters.");

    private static IEnumerable<ArmError> CheckLinux(OsProfile profile, string name)
    {
        if (profile.WindowsConfiguration is not null)
        {
            yield return ArmErrors.InvalidParameter("windowsConfiguration", "Parameter 'windowsConfiguration' is not allowed.");
        }

        if (!IsHostName(profile.ComputerName ?? name))
        {
            yield return ArmErrors.InvalidParameter(
                "computerName",
                "Linux host name cannot exceed 64 characters in length or contain the following characters: ` ~ ! @ # $ % ^ & * ( ) = + _ [ ] { } \\ | ; : ' \" , < > / ?.");
        }

        if (profile.AdminUsername is { Length: > 0 } user && !IsUserName(user))
        {
            yield return ArmErrors.InvalidParameter("adminUsername", "The Admin Username specified is not allowed.");
        }

        var keys = profile.LinuxConfiguration?.Ssh?.PublicKeys ?? [];
        var keysOnly = profile.LinuxConfiguration?.DisablePasswordAuthentication is true;
        if (keysOnly ? keys.Count == 0 : profile.AdminPassword is null && keys.Count == 0)
        {
            yield return ArmErrors.InvalidParameter("linuxConfiguration", "Authentication using either SSH or by user name and password must be enabled in Linux profile.");
        }

        // Templates pass the key as the password, too: what isn't used isn't checked.
        if (!keysOnly && profile.AdminPassword is { } password && !(password.Length is >= 6 and <= 72 && IsComplex(password)))
        {
            yield return BadPassword(6, 72);
        }

        foreach (var error in keys.SelectMany(k => CheckKey(k, profile.AdminUsername)).Concat(CheckUnsupported(profile.LinuxConfiguration)))
        {
            yield return error;
        }
    }

    private static IEnumerable<ArmError> CheckUnsupported(LinuxConfiguration? linux)
    {
        foreach (var error in ComputeErrors.Refused(("osProfile.linuxConfiguration.patchSettings.automaticByPlatformSettings", linux?.PatchSettings?.AutomaticByPlatformSettings)))
        {
            yield return error;
        }

        if (linux?.PatchSettings is { PatchMode: "AutomaticByPlatform" } or { AssessmentMode: "AutomaticByPlatform" })
        {
            yield return ComputeErrors.NotSupported("osProfile.linuxConfiguration.patchSettings");
        }

        if (linux?.EnableVmAgentPlatformUpdates is true)
        {
            yield return ComputeErrors.NotSupported("osProfile.linuxConfiguration.enableVMAgentPlatformUpdates");
        }
    }

    private static IEnumerable<ArmError> CheckKey(SshPublicKey key, string? user)
    {
        if (key.Path is { } path && path != $"/home/{user}/.ssh/authorized_keys")
        {
            yield return ArmErrors.InvalidParameter(
                "linuxConfiguration.ssh.publicKeys.path",
                $"Destination path for SSH public keys is currently limited to its default value /home/{user}/.ssh/authorized_keys due to a known issue in Linux provisioning agent.");
        }

        if (!IsSshKey(key.KeyData))
        {
            yield return ComputeErrors.Invalid("linuxConfiguration.ssh.publicKeys.keyData", key.KeyData) with
            {
                Message = "The value of parameter linuxConfiguration.ssh.publicKeys.keyData is invalid.",
            };
        }
    }

    private static bool IsHostName(string name)
        => name.Length is > 0 and <= 64 && !name.AsSpan().ContainsAny(ForbiddenInHostNames) && name[0] != '-' && name[^1] != '-' && name.All(char.IsAscii);

    private static bool IsUserName(string name)
        => name.Length <= 64 && !ForbiddenUsers.Contains(name) && (char.IsAsciiLetterOrDigit(name[0]) || name[0] == '_')
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') && name[^1] != '.';

    private static bool IsBase64(string text) => text.Length <= MaxBase64 && Base64.IsValid(text);

    // OpenSSH: "ssh-rsa AAAA… comment", and the blob begins with its own type, as a length and a text.
    private static bool IsSshKey(string? key)
    {
        var parts = key?.Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (parts.Length < 2 || parts[0] is not ("ssh-rsa" or "ssh-ed25519"))
        {
            return false;
        }

        var blob = new byte[parts[1].Length];
        return Convert.TryFromBase64String(parts[1], blob, out var length)
            && length > 4 + parts[0].Length
            && System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(blob) == parts[0].Length
            && Encoding.ASCII.GetString(blob, 4, parts[0].Length) == parts[0];
    }
}
