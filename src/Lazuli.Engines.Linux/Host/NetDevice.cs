using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Lazuli.Engines.Linux.Host;

/// <summary>One device of a named network namespace, by the kernel's calls alone (netdevice(7)): no program is started.</summary>
internal static partial class NetDevice
{
    private const uint ReadFlags = 0x8913;
    private const uint WriteFlags = 0x8914;
    private const int NoDevice = 19;
    private const int RequestSize = 40;
    private const int NameSize = 16;
    private const ushort Up = 1;
    private const ushort NoArp = 0x80;

    /// <exception cref="IOException">There is no such namespace.</exception>
    public static bool Exists(string networkNamespace, string device)
    {
        using var socket = Open(networkNamespace);
        return Control(socket, ReadFlags, RequestOf(device));
    }

    /// <summary>Turns a device on, and ARP on it off.</summary>
    /// <exception cref="IOException">There is no such namespace or device.</exception>
    public static void UpWithoutArp(string networkNamespace, string device)
    {
        using var socket = Open(networkNamespace);
        var request = RequestOf(device);
        if (Control(socket, ReadFlags, request))
        {
            BitConverter.TryWriteBytes(request.AsSpan(NameSize), (ushort)(BitConverter.ToUInt16(request, NameSize) | Up | NoArp));
            if (Control(socket, WriteFlags, request))
            {
                return;
            }
        }

        throw new IOException($"There is no device '{device}' in the network namespace '{networkNamespace}'.");
    }

    private static Socket Open(string networkNamespace) => NetNamespace.OpenSocket(networkNamespace, AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    private static byte[] RequestOf(string device)
    {
        var request = new byte[RequestSize];
        Encoding.ASCII.GetBytes(device, request.AsSpan(0, NameSize - 1));
        return request;
    }

    // False: no such device.
    private static bool Control(Socket socket, uint code, byte[] request)
        => Control(socket.SafeHandle, code, request) == 0
            || (Marshal.GetLastPInvokeError() == NoDevice ? false : throw new IOException($"The kernel refuses a device's flags: {Marshal.GetLastPInvokeErrorMessage()}."));

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeSocketHandle socket, nuint request, [In, Out] byte[] argument);
}
