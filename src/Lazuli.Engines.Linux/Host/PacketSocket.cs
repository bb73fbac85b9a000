using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Lazuli.Engines.Linux.Host;

/// <summary>Frames of one device, as they come from it and go to it (packet(7)). Not thread-safe.</summary>
internal sealed partial class PacketSocket : IDisposable
{
    private const int Packet = 17;
    private const int RawSocket = 3 | 0x80000;
    private const int EveryProtocolInNetworkOrder = 0x0300;
    private const int Outgoing = 4;
    private const int RealLength = 0x20;
    private const int AddressLength = 20;
    private const int SocketLevel = 1;
    private const int ForcedReceiveBuffer = 33;
    private const short Readable = 1;
    private readonly byte[] _from = new byte[AddressLength];
    private int _descriptor;

    private PacketSocket(int descriptor) => _descriptor = descriptor;

    /// <exception cref="IOException">There is no such namespace or device.</exception>
    public static PacketSocket Open(string networkNamespace, string device, int bufferBytes = 1 << 22) => NetNamespace.Run(networkNamespace, () =>
    {
        var index = IndexOf(device);
        if (index == 0)
        {
            throw new IOException($"There is no device '{device}' in '{networkNamespace}'.");
        }

        // Without a protocol nothing is heard before the socket belongs to its device.
        var socket = new PacketSocket(Check(OpenSocket(Packet, RawSocket, 0)));
        try
        {
            _ = SetOption(socket._descriptor, SocketLevel, ForcedReceiveBuffer, ref bufferBytes, sizeof(int));
            var address = new byte[AddressLength];
            BitConverter.TryWriteBytes(address, (short)Packet);
            BitConverter.TryWriteBytes(address.AsSpan(2), (short)EveryProtocolInNetworkOrder);
            BitConverter.TryWriteBytes(address.AsSpan(4), index);
            Check(Bind(socket._descriptor, address, AddressLength));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    });

    /// <summary>Waits until one of the sockets has a frame; the indices of those that have.</summary>
    public static IEnumerable<int> Wait(IReadOnlyList<PacketSocket> sockets, int milliseconds)
    {
        var polls = sockets.Select(s => new Poll { Descriptor = s._descriptor, Wanted = Readable }).ToArray();
        return PollSockets(polls, (nuint)polls.Length, milliseconds) <= 0 ? [] : Enumerable.Range(0, polls.Length).Where(i => polls[i].Happened != 0);
    }

    /// <summary>The next frame.</summary>
    /// <returns>Bytes of the whole frame, which may be more than fit.</returns>
    /// <exception cref="IOException">The device has gone.</exception>
    public int Receive(byte[] frame, out bool toGuest)
    {
        var length = AddressLength;
        var read = Check((int)ReceiveFrom(_descriptor, frame, frame.Length, RealLength, _from, ref length));
        toGuest = _from[10] == Outgoing;
        return read;
    }

    /// <exception cref="IOException">The device doesn't take it.</exception>
    public void Send(byte[] frame) => Check((int)SendBytes(_descriptor, frame, frame.Length, 0));

    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _ = Close(_descriptor);
            _descriptor = -1;
        }
    }

    private static int Check(int result) => result >= 0 ? result : throw new IOException($"Packets can't be watched: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");

    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Descriptor;
        public short Wanted;
        public short Happened;
    }

    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int IndexOf(string device);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenSocket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(int socket, int level, int name, ref int value, int length);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(int socket, byte[] address, int length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int PollSockets([In, Out] Poll[] polls, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "recvfrom", SetLastError = true)]
    private static partial nint ReceiveFrom(int socket, [Out] byte[] buffer, nint length, int flags, [Out] byte[] address, ref int addressLength);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint SendBytes(int socket, byte[] buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
