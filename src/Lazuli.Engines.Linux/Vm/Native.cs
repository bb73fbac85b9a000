using System.Runtime.InteropServices;
using Lazuli.Engines.Linux.Host;

namespace Lazuli.Engines.Linux.Vm;

/// <summary>The few calls of the kernel that the framework doesn't offer.</summary>
internal static partial class Native
{
    private const int SignalKill = 9;

    // include/uapi/linux/if_tun.h
    private const uint TunSetInterface = 0x400454ca;
    private const uint TunSetOwner = 0x400454cc;
    private const short TapWithoutPacketInformation = 0x0002 | 0x1000;
    private const int InterfaceRequestSize = 40;
    private const int InterfaceNameSize = 16;

    /// <summary>Gives a file to a user (and his group of the same number). Nothing happens when it isn't there.</summary>
    public static void Give(string path, int user)
    {
        if (LChown(path, user, user) != 0 && (File.Exists(path) || Directory.Exists(path)))
        {
            throw new IOException($"{path} can't be given to user {user}: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    public static void Kill(int processId) => _ = Signal(processId, SignalKill);

    /// <summary>Lets a user open a persistent TAP device. Nobody may have it open.</summary>
    public static void GiveTap(string networkNamespace, string name, int user) => NetNamespace.Run(networkNamespace, () =>
    {
        using var tun = File.OpenHandle("/dev/net/tun", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Span<byte> request = stackalloc byte[InterfaceRequestSize];
        request.Clear();
        System.Text.Encoding.ASCII.GetBytes(name, request);
        MemoryMarshal.Write(request[InterfaceNameSize..], TapWithoutPacketInformation);
        if (Control(tun, TunSetInterface, ref MemoryMarshal.GetReference(request)) != 0 || ControlNumber(tun, TunSetOwner, user) != 0)
        {
            throw new IOException($"The TAP device {name} can't be given to user {user}: {Marshal.GetLastPInvokeErrorMessage()}.");
        }

        return true;
    });

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LChown(string path, int user, int group);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeHandle file, nuint request, ref byte argument);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int ControlNumber(SafeHandle file, nuint request, nint argument);
}
