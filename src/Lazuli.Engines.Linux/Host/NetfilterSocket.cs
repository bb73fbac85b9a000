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
    private const int Netfilter = 12;
    private const int NoBufferSpace = 105;
    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly KernelSocket _socket;
    private readonly KernelSocket[] _alone;

    private NetfilterSocket(KernelSocket socket) => (_socket, _alone) = (socket, [socket]);

    public delegate void Hear(ushort kind, ReadOnlySpan<byte> attributes);

    /// <param name="networkNamespace">Where.</param>
    /// <param name="groups">Multicast groups, a bit each.</param>
    /// <exception cref="IOException">There is no such namespace, or the kernel refused.</exception>
    public static NetfilterSocket Open(string networkNamespace, uint groups) => NetNamespace.Run(networkNamespace, () =>
    {
        var address = new byte[12];
        address[0] = Netlink;
        BitConverter.TryWriteBytes(address.AsSpan(8), groups);
        return new NetfilterSocket(KernelSocket.Open("Netfilter can't be heard", Netlink, Netfilter, 1 << 23, address));
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
        _socket.Send(message);
    }

    /// <summary>Waits for messages and hands on what came; false when none did.</summary>
    /// <exception cref="IOException">The kernel said that something it was told is wrong.</exception>
    public bool Receive(int milliseconds, Hear hear)
    {
        if (!KernelSocket.Wait(_alone, milliseconds).Any())
        {
            return false;
        }

        var length = _socket.Receive(_buffer);
        if (length < 0)
        {
            // Messages were lost, for nobody took them in time; those to come are not.
            return Marshal.GetLastPInvokeError() == NoBufferSpace || _socket.Check(length) > 0;
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

    public void Dispose() => _socket.Dispose();

    [LibraryImport("libc", EntryPoint = "if_indextoname")]
    private static partial nint NameOfIndex(uint index, [Out] byte[] name);
}
