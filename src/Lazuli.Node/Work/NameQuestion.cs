using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;

namespace Lazuli.Node.Work;

/// <summary>Asks the name server of a network, 168.63.129.16, as a guest would (RFC 1035).</summary>
internal static class NameQuestion
{
    private const int Port = 53;
    private const int TypeA = 1;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The first IPv4 address of a name; null when nobody knows one.</summary>
    /// <exception cref="IOException">The network isn't there.</exception>
    public static async Task<IPAddress?> AskAsync(string vnetKey, string name, CancellationToken cancellationToken)
    {
        var labels = name.TrimEnd('.').Split('.');
        if (name.Length > 253 || labels.Any(l => l.Length is 0 or > 63 || !Ascii.IsValid(l)))
        {
            return null;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var socket = NetNamespace.OpenSocket(NicDevice.NamespaceOf(vnetKey), AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            await socket.ConnectAsync(new IPEndPoint(WellKnown.Platform, Port), patience.Token);
            byte[] question = [0x4c, 0x5a, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. labels.SelectMany(l => Encoding.ASCII.GetBytes(l).Prepend((byte)l.Length)), 0, 0, TypeA, 0, 1];
            await socket.SendAsync(question, patience.Token);
            var answer = new byte[2048];
            var length = await socket.ReceiveAsync(answer, patience.Token);
            return Read(answer.AsSpan(0, length), question.Length);
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    private static IPAddress? Read(ReadOnlySpan<byte> answer, int at)
    {
        var count = answer.Length < at ? 0 : BinaryPrimitives.ReadUInt16BigEndian(answer[6..]);
        for (var i = 0; i < count; i++)
        {
            // A name ends with an empty label or with a pointer.
            while (at < answer.Length && answer[at] is > 0 and < 0xc0)
            {
                at += answer[at] + 1;
            }

            at += at < answer.Length && answer[at] >= 0xc0 ? 2 : 1;
            if (at + 10 > answer.Length)
            {
                return null;
            }

            var (type, length) = (BinaryPrimitives.ReadUInt16BigEndian(answer[at..]), BinaryPrimitives.ReadUInt16BigEndian(answer[(at + 8)..]));
            at += 10;
            if (type == TypeA && length == 4 && at + 4 <= answer.Length)
            {
                return new IPAddress(answer.Slice(at, 4));
            }

            at += length;
        }

        return null;
    }
}
