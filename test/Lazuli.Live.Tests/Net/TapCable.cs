using System.Runtime.InteropServices;
using System.Text;
using Lazuli.Engines.Linux.Host;
using Microsoft.Win32.SafeHandles;

namespace Lazuli.Live.Tests.Net;

/// <summary>Joins a NIC's TAP, which it opens as QEMU does, with a device in a namespace that stands for the guest. Cut by disposing.</summary>
internal sealed class TapCable : IDisposable
{
    private readonly SafeFileHandle _nic;
    private readonly SafeFileHandle _guest;
    private volatile bool _cut;

    private TapCable(SafeFileHandle nic, SafeFileHandle guest)
    {
        (_nic, _guest) = (nic, guest);
        new Thread(() => Carry(_nic, _guest)) { IsBackground = true }.Start();
        new Thread(() => Carry(_guest, _nic)) { IsBackground = true }.Start();
    }

    /// <param name="place">The namespace of the NIC, by name or path.</param>
    /// <param name="tap">Its device.</param>
    /// <param name="guest">The guest's namespace, which gets the device <c>eth0</c>.</param>
    /// <exception cref="IOException">There is no such device.</exception>
    public static TapCable Open(string place, string tap, string guest)
    {
        // Opening a TAP that isn't there would make one.
        var nic = NetNamespace.Run(place, () => Find(tap) != 0 ? OpenTap(tap) : throw new IOException($"There is no {tap} in {place}."));
        return new(nic, NetNamespace.Run(guest, () => OpenTap("eth0")));
    }

    public void Dispose()
    {
        _cut = true;
        _nic.Dispose();
        _guest.Dispose();
    }

    internal static SafeFileHandle OpenTap(string name)
    {
        var file = File.OpenHandle("/dev/net/tun", FileMode.Open, FileAccess.ReadWrite);
        var request = new byte[40];
        Encoding.ASCII.GetBytes(name).CopyTo(request, 0);
        // linux/if_tun.h: TUNSETIFF with IFF_TAP | IFF_NO_PI
        BitConverter.GetBytes((short)0x1002).CopyTo(request, 16);
        return Control(file, 0x400454ca, request) == 0 ? file : throw new IOException($"{name}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private void Carry(SafeFileHandle from, SafeFileHandle to)
    {
        var held = false;
        try
        {
            from.DangerousAddRef(ref held);
            var buffer = new byte[4096];
            var question = new Poll { File = (int)from.DangerousGetHandle(), Events = Readable };
            while (!_cut)
            {
                // A read that waits would keep the device open for ever.
                if (Wait(ref question, 1, 100) > 0)
                {
                    if ((int)Read(from, buffer, buffer.Length) is not (> 0 and var length))
                    {
                        return;
                    }

                    _ = Write(to, buffer, length);
                }
            }
        }
        catch (ObjectDisposedException)
        {
            // Cut.
        }
        finally
        {
            if (held)
            {
                from.DangerousRelease();
            }
        }
    }

    private const short Readable = 1;

    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int File;
        public short Events;
        public short Answer;
    }

    [DllImport("libc", EntryPoint = "if_nametoindex", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern uint Find([MarshalAs(UnmanagedType.LPStr)] string name);

    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static extern int Wait(ref Poll question, nuint count, int milliseconds);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static extern int Control(SafeFileHandle file, ulong request, byte[] argument);

    [DllImport("libc", EntryPoint = "read", SetLastError = true)]
    private static extern nint Read(SafeFileHandle file, byte[] buffer, nint length);

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    private static extern nint Write(SafeFileHandle file, byte[] buffer, nint length);
}
