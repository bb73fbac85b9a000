using System.Runtime.InteropServices;

namespace Lazuli.Engines.Linux.Host;

/// <summary>Frames of one device, as they come from it and go to it (packet(7)). Not thread-safe.</summary>
internal sealed partial class PacketSocket : IDisposable
{
    private const int Packet = 17;
    private const int EveryProtocolInNetworkOrder = 0x0300;
    private const int Outgoing = 4;
    private const int RealLength = 0x20;
    private const int AddressLength = 20;
    private readonly byte[] _from = new byte[AddressLength];
    private readonly KernelSocket _socket;

    private PacketSocket(KernelSocket socket) => _socket = socket;

    /// <exception cref="IOException">There is no such namespace or device.</exception>
    public static PacketSocket Open(string networkNamespace, string device, int bufferBytes = 1 << 22) => NetNamespace.Run(networkNamespace, () =>
    {
        var index = IndexOf(device);
        if (index == 0)
        {
            throw new IOException($"There is no device '{device}' in '{networkNamespace}'.");
        }

        var address = new byte[AddressLength];
        BitConverter.TryWriteBytes(address, (short)Packet);
        BitConverter.TryWriteBytes(address.AsSpan(2), (short)EveryProtocolInNetworkOrder);
        BitConverter.TryWriteBytes(address.AsSpan(4), index);

        // Without a protocol nothing is heard before the socket belongs to its device.
        return new PacketSocket(KernelSocket.Open("Packets can't be watched", Packet, 0, bufferBytes, address));
    });

    /// <summary>Waits until one of the sockets has a frame; the indices of those that have.</summary>
    public static IEnumerable<int> Wait(IReadOnlyList<PacketSocket> sockets, int milliseconds) => KernelSocket.Wait([.. sockets.Select(s => s._socket)], milliseconds);

    /// <summary>The next frame.</summary>
    /// <returns>Bytes of the whole frame, which may be more than fit.</returns>
    /// <exception cref="IOException">The device has gone.</exception>
    public int Receive(byte[] frame, out bool toGuest)
    {
        var read = _socket.Receive(frame, RealLength, _from);
        toGuest = _from[10] == Outgoing;
        return read;
    }

    /// <exception cref="IOException">The device doesn't take it.</exception>
    public void Send(byte[] frame) => _socket.Send(frame);

    public void Dispose() => _socket.Dispose();

    [LibraryImport("libc", EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int IndexOf(string device);
}
