using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Lazuli.Engines.Linux.Host;

/// <summary>A raw socket of a family that .NET doesn't know (netlink(7), packet(7)), in the network namespace of the thread that opens it. Not thread-safe.</summary>
internal sealed partial class KernelSocket : IDisposable
{
    private const int RawSocket = 3 | 0x80000;
    private const int SocketLevel = 1;
    private const int ForcedReceiveBuffer = 33;
    private const short Readable = 1;
    private readonly string _complaint;
    private int _descriptor;

    private KernelSocket(string complaint, int domain, int protocol) => (_complaint, _descriptor) = (complaint, Check(OpenSocket(domain, RawSocket, protocol), complaint));

    /// <param name="complaint">What errors begin with.</param>
    /// <param name="domain">Address family.</param>
    /// <param name="protocol">Of the family.</param>
    /// <param name="receiveBytes">What waits at the socket, as far as the kernel lets it; 0 leaves it as it is.</param>
    /// <param name="address">What it is bound to, as the family writes it.</param>
    /// <exception cref="IOException">The kernel refused.</exception>
    public static KernelSocket Open(string complaint, int domain, int protocol, int receiveBytes, byte[] address)
    {
        var socket = new KernelSocket(complaint, domain, protocol);
        try
        {
            if (receiveBytes > 0)
            {
                _ = SetOption(socket._descriptor, SocketLevel, ForcedReceiveBuffer, ref receiveBytes, sizeof(int));
            }

            socket.Check(Bind(socket._descriptor, address, address.Length));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Waits until one of the sockets has something; the indices of those that have.</summary>
    public static IEnumerable<int> Wait(IReadOnlyList<KernelSocket> sockets, int milliseconds)
    {
        var polls = sockets.Select(s => new Poll { Descriptor = s._descriptor, Wanted = Readable }).ToArray();
        return PollSockets(polls, (nuint)polls.Length, milliseconds) <= 0 ? [] : Enumerable.Range(0, polls.Length).Where(i => polls[i].Happened != 0);
    }

    /// <exception cref="IOException">The kernel doesn't take it.</exception>
    public void Send(byte[] bytes) => Check((int)SendBytes(_descriptor, bytes, bytes.Length, 0));

    /// <returns>How many bytes came; negative for an error, which the caller looks at.</returns>
    public int Receive(byte[] buffer) => (int)ReceiveBytes(_descriptor, buffer, buffer.Length, 0);

    /// <param name="buffer">Gets the message.</param>
    /// <param name="flags">As recv(2) has them.</param>
    /// <param name="from">Gets the sender's address.</param>
    /// <exception cref="IOException">Nothing can be had any more.</exception>
    public int Receive(byte[] buffer, int flags, byte[] from)
    {
        var length = from.Length;
        return Check((int)ReceiveFrom(_descriptor, buffer, buffer.Length, flags, from, ref length));
    }

    /// <summary>The result of a call that went well.</summary>
    /// <exception cref="IOException">It didn't.</exception>
    public int Check(int result) => Check(result, _complaint);

    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _ = Close(_descriptor);
            _descriptor = -1;
        }
    }

    private static int Check(int result, string complaint)
        => result >= 0 ? result : throw new IOException($"{complaint}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");

    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Descriptor;
        public short Wanted;
        public short Happened;
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenSocket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(int socket, int level, int name, ref int value, int length);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(int socket, byte[] address, int length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int PollSockets([In, Out] Poll[] polls, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint ReceiveBytes(int socket, [Out] byte[] buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recvfrom", SetLastError = true)]
    private static partial nint ReceiveFrom(int socket, [Out] byte[] buffer, nint length, int flags, [Out] byte[] address, ref int addressLength);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint SendBytes(int socket, byte[] buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
