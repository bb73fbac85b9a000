using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Lazuli.Engines.Linux.Host;

/// <summary>A netlink socket of a network namespace's netfilter, that messages come to unasked (include/uapi/linux/netfilter/nfnetlink.h).</summary>
internal sealed partial class NetfilterSocket : IDisposable
{
    /// <summary>Bytes of a message before its attributes.</summary>
    public const int Header = 20;

    private const int Netlink = 16;
    private const int RawSocket = 3 | 0x80000;
    private const int Netfilter = 12;
    private const int SocketLevel = 1;
    private const int ForcedReceiveBuffer = 33;
    private const int NoBufferSpace = 105;
    private const short Readable = 1;
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _descriptor;

    private NetfilterSocket(int descriptor) => _descriptor = descriptor;

    public delegate void Hear(ushort kind, ReadOnlySpan<byte> attributes);

    /// <param name="networkNamespace">Where.</param>
    /// <param name="groups">Multicast groups, a bit each.</param>
    /// <exception cref="IOException">There is no such namespace, or the kernel refused.</exception>
    public static NetfilterSocket Open(string networkNamespace, uint groups) => NetNamespace.Run(networkNamespace, () =>
    {
        var socket = new NetfilterSocket(Check(OpenSocket(Netlink, RawSocket, Netfilter)));
        try
        {
            var size = 1 << 23;
            _ = SetOption(socket._descriptor, SocketLevel, ForcedReceiveBuffer, ref size, sizeof(int));
            var address = new byte[12];
            address[0] = Netlink;
            BitConverter.TryWriteBytes(address.AsSpan(8), groups);
            Check(Bind(socket._descriptor, address, address.Length));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    });

    /// <summary>Sends a message; an error comes back as one of kind 2.</summary>
    public void Send(ushort kind, ushort resource, byte[] attributes)
    {
        const ushort requestAndAcknowledge = 5;
        var message = new byte[Header + attributes.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, message.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(4), kind);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(6), requestAndAcknowledge);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(18), resource);
        attributes.CopyTo(message, Header);
        Check((int)SendBytes(_descriptor, message, message.Length, 0));
    }

    /// <summary>Waits for messages and hands on what came; false when none did.</summary>
    /// <exception cref="IOException">The kernel said that something it was told is wrong.</exception>
    public bool Receive(int milliseconds, Hear hear)
    {
        var poll = new Poll { Descriptor = _descriptor, Wanted = Readable };
        if (PollSockets(ref poll, 1, milliseconds) <= 0)
        {
            return false;
        }

        var length = (int)ReceiveBytes(_descriptor, _buffer, _buffer.Length, 0);
        if (length < 0)
        {
            // Messages were lost, for nobody took them in time; those to come are not.
            return Marshal.GetLastPInvokeError() == NoBufferSpace || Check(length) > 0;
        }

        ReadOnlySpan<byte> rest = _buffer.AsSpan(0, length);
        while (rest.Length >= 16 && BinaryPrimitives.ReadInt32LittleEndian(rest) is var size && size >= 16 && size <= rest.Length)
        {
            var kind = BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]);
            if (kind == 2 && BinaryPrimitives.ReadInt32LittleEndian(rest[16..]) is < 0 and var error)
            {
                throw new IOException($"Netfilter can't be asked: {new Win32Exception(-error).Message}.");
            }

            if (kind != 2 && size >= Header)
            {
                hear(kind, rest[Header..size]);
            }

            rest = rest[Math.Min((size + 3) & ~3, rest.Length)..];
        }

        return true;
    }

    /// <summary>The name of a device; of the calling thread's namespace.</summary>
    public static string? NameOf(uint index)
    {
        var name = new byte[16];
        return NameOfIndex(index, name) == 0 ? null : Encoding.ASCII.GetString(name.AsSpan(0, name.AsSpan().IndexOf((byte)0)));
    }

    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _ = Close(_descriptor);
            _descriptor = -1;
        }
    }

    private static int Check(int result) => result >= 0 ? result : throw new IOException($"Netfilter can't be heard: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");

    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Descriptor;
        public short Wanted;
        public short Happened;
    }

    [LibraryImport("libc", EntryPoint = "if_indextoname")]
    private static partial nint NameOfIndex(uint index, [Out] byte[] name);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenSocket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(int socket, int level, int name, ref int value, int length);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(int socket, byte[] address, int length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int PollSockets(ref Poll poll, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint ReceiveBytes(int socket, [Out] byte[] buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint SendBytes(int socket, byte[] buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
