using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Lazuli.Engines.Linux.Host;

/// <summary>Answers a datagram.</summary>
/// <param name="packet">What came; cut at <see cref="DatagramServer.LongestPacket"/> bytes.</param>
/// <param name="from">The caller's IPv4 address, in network order.</param>
/// <param name="reply">Where the answer goes: <see cref="DatagramServer.LongestReply"/> bytes.</param>
/// <returns>The answer's length; 0 answers nothing.</returns>
public delegate int DatagramHandler(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> from, Span<byte> reply);

/// <summary>
/// Answers datagrams at an address on several threads, each with a socket of its own among which the kernel divides the callers (SO_REUSEPORT), and in batches (recvmmsg, sendmmsg): a
/// thread under load makes two system calls for up to 64 answers, and allocates nothing. For few addresses with many callers; a thread waits at each.
/// </summary>
public sealed unsafe partial class DatagramServer : IDisposable
{
    public const int LongestPacket = 1536;
    public const int LongestReply = 1536;
    private const int Batch = 64;

    // What waits at a socket, as far as the kernel's own limit lets it: many callers at once mustn't be lost.
    private const int QueueBytes = 4 << 20;

    // include/uapi/asm-generic/socket.h, include/linux/socket.h
    private const int SolSocket = 1;
    private const int SoReusePort = 15;
    private const int MsgWaitForOne = 0x10000;
    private const int ShutBoth = 2;
    private const int Interrupted = 4;

    private readonly DatagramHandler _answer;
    private readonly List<Socket> _sockets = [];
    private readonly List<Thread> _threads = [];
    private volatile bool _stopping;

    /// <summary>Answers until disposed. <paramref name="answer"/> is called by all threads, and must not throw.</summary>
    /// <exception cref="SocketException">The address can't be had.</exception>
    public DatagramServer(IPEndPoint endpoint, int threads, DatagramHandler answer)
    {
        _answer = answer;
        try
        {
            for (var i = 0; i < threads; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = QueueBytes };
                _sockets.Add(socket);
                socket.SetRawSocketOption(SolSocket, SoReusePort, BitConverter.GetBytes(1));
                socket.Bind(endpoint);
            }
        }
        catch
        {
            _sockets.ForEach(s => s.Dispose());
            throw;
        }

        foreach (var socket in _sockets)
        {
            var thread = new Thread(() => Serve((int)socket.Handle)) { IsBackground = true, Name = "datagrams" };
            _threads.Add(thread);
            thread.Start();
        }
    }

    /// <summary>Returns when no thread answers any more.</summary>
    public void Dispose()
    {
        _stopping = true;

        // Also an unconnected socket wakes who waits at it, whatever the call says.
        foreach (var socket in _sockets)
        {
            _ = Shutdown((int)socket.Handle, ShutBoth);
        }

        _threads.ForEach(t => t.Join());
        _sockets.ForEach(s => s.Dispose());
    }

    private void Serve(int socket)
    {
        var memory = NativeMemory.AlignedAlloc(Buffers.Size, 64);
        try
        {
            NativeMemory.Clear(memory, Buffers.Size);
            var buffers = new Buffers((byte*)memory);
            while (!_stopping)
            {
                for (var i = 0; i < Batch; i++)
                {
                    buffers.Incoming[i].NameSize = Message.NameLength;
                }

                var received = Receive(socket, buffers.Incoming, Batch, MsgWaitForOne, null);
                if (received > 0)
                {
                    Send(socket, buffers.Outgoing, AnswerAll(buffers, received));
                }
            }
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private int AnswerAll(in Buffers buffers, int received)
    {
        var answers = 0;
        for (var i = 0; i < received; i++)
        {
            ref var message = ref buffers.Incoming[i];
            ref var answer = ref buffers.Outgoing[answers];
            var length = _answer(
                new(message.Parts->Data, (int)Math.Min(message.Length, LongestPacket)), new(message.Name + Message.AddressAt, Message.AddressLength), new(answer.Parts->Data, LongestReply));
            if (length > 0)
            {
                answer.Parts->Length = (nuint)length;
                answer.Name = message.Name;
                answer.NameSize = message.NameSize;
                answers++;
            }
        }

        return answers;
    }

    // Whom an answer can't reach doesn't get it; the others do.
    private static void Send(int socket, Message* messages, int count)
    {
        for (var sent = 0; sent < count;)
        {
            var more = Send(socket, messages + sent, (uint)(count - sent), 0);
            sent += more > 0 ? more : Marshal.GetLastPInvokeError() == Interrupted ? 0 : 1;
        }
    }

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    private static partial int Receive(int socket, Message* messages, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    private static partial int Send(int socket, Message* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown")]
    private static partial int Shutdown(int socket, int how);

    /// <summary>struct iovec.</summary>
    private struct Part
    {
        public byte* Data;
        public nuint Length;
    }

    /// <summary>struct mmsghdr of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct Message
    {
        // struct sockaddr_in: family, port, address.
        public const int NameLength = 16;
        public const int AddressAt = 4;
        public const int AddressLength = 4;

        [FieldOffset(0)]
        public byte* Name;

        [FieldOffset(8)]
        public uint NameSize;

        [FieldOffset(16)]
        public Part* Parts;

        [FieldOffset(24)]
        public nuint PartCount;

        [FieldOffset(56)]
        public uint Length;
    }

    /// <summary>A thread's memory: messages in and out, each with its one part, and the callers' names.</summary>
    private readonly struct Buffers
    {
        public static readonly nuint Size = (nuint)(Batch * ((2 * (sizeof(Message) + sizeof(Part))) + Message.NameLength + LongestPacket + LongestReply));

        public readonly Message* Incoming;
        public readonly Message* Outgoing;

        public Buffers(byte* memory)
        {
            Incoming = (Message*)memory;
            Outgoing = Incoming + Batch;
            var parts = (Part*)(Outgoing + Batch);
            var names = (byte*)(parts + (2 * Batch));
            var packets = names + (Batch * Message.NameLength);
            var replies = packets + (Batch * LongestPacket);
            for (var i = 0; i < Batch; i++)
            {
                Incoming[i].Parts = parts + i;
                Outgoing[i].Parts = parts + Batch + i;
                Incoming[i].PartCount = Outgoing[i].PartCount = 1;
                Incoming[i].Name = names + (i * Message.NameLength);
                *Incoming[i].Parts = new() { Data = packets + (i * LongestPacket), Length = LongestPacket };
                Outgoing[i].Parts->Data = replies + (i * LongestReply);
            }
        }
    }
}
