using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;

namespace Lazuli.Engines.Linux.Net;

/// <summary>
/// Decisions come by netfilter's log (a rule that is watched logs before its verdict), ends and traffic from the connection table, whose counting <see cref="RenderCounting"/> turns on.
/// </summary>
internal sealed class LinuxFlowWatching : IFlowWatching
{
    private const ushort LogGroup = 7;
    private const ushort LogConfigure = (4 << 8) | 1;
    private const ushort LogPacket = 4 << 8;
    private const ushort FlowDeleted = (1 << 8) | 2;
    private const uint FlowDeletions = 1 << 2;
    private const int Breath = 100;
    private const int Kept = 80;

    /// <summary>What a watched rule says before its verdict.</summary>
    /// <param name="nsgKey">Null for a NIC without any group.</param>
    public static string Log(string? nsgKey, string rule, bool inbound, bool allow)
        => string.Create(CultureInfo.InvariantCulture, $"log prefix \"{(allow ? 'A' : 'D')}{(inbound ? 'I' : 'O')} {(nsgKey is null ? "-" : FlowLogs.TagOf(nsgKey))} {rule}\" group {LogGroup} snaplen {Kept} ");

    /// <summary>A chain that no packet meets: a rule about bytes makes the kernel count them.</summary>
    public static void RenderCounting(StringBuilder text) => text.Append("  chain counting {\n    ct bytes 0 return\n  }\n");

    public Task WatchFlowsAsync(string vnetKey, Action<FlowDecision> decided, Action<FlowTraffic> ended, CancellationToken cancellationToken)
    {
        var name = NicDevice.NamespaceOf(vnetKey);
        NetfilterSocket? log = null, table = null;
        try
        {
            (log, table) = (NetfilterSocket.Open(name, 0), NetfilterSocket.Open(name, FlowDeletions));

            // include/uapi/linux/netfilter/nfnetlink_log.h: bind; packets, and at most this much of each; half a tenth of a second late at most.
            log.Send(LogConfigure, LogGroup, Conntrack.Attribute(1, [1]));
            log.Send(LogConfigure, LogGroup, Conntrack.Attribute(2, [0, 0, 0, Kept, 2, 0]));
            log.Send(LogConfigure, LogGroup, Conntrack.Attribute(4, [0, 0, 0, 5]));
        }
        catch (IOException e)
        {
            log?.Dispose();
            table?.Dispose();
            return Task.FromException(e);
        }

        // In the namespace, so that devices have their names.
        return Task.Factory.StartNew(() => NetNamespace.Run(name, () => Watch(log, table, decided, ended, cancellationToken)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public IReadOnlyList<FlowTraffic> ReadFlows(string vnetKey) => [.. Conntrack.Dump(NicDevice.NamespaceOf(vnetKey), ReadTraffic).OfType<FlowTraffic>()];

    private static bool Watch(NetfilterSocket log, NetfilterSocket table, Action<FlowDecision> decided, Action<FlowTraffic> ended, CancellationToken cancellationToken)
    {
        using var one = log;
        using var other = table;
        while (!cancellationToken.IsCancellationRequested)
        {
            while (table.Receive(0, (kind, attributes) =>
            {
                if (kind == FlowDeleted && ReadTraffic(attributes) is { } traffic)
                {
                    ended(traffic);
                }
            }))
            {
            }

            log.Receive(Breath, (kind, attributes) =>
            {
                if (kind == LogPacket && ReadDecision(attributes) is { } decision)
                {
                    decided(decision);
                }
            });
        }

        return true;
    }

    private static FlowDecision? ReadDecision(ReadOnlySpan<byte> message)
    {
        var (prefix, from, to) = ("", 0u, 0u);
        ReadOnlySpan<byte> packet = [];
        foreach (var (kind, range) in Conntrack.Attributes(message, 0..message.Length))
        {
            switch (kind)
            {
                case 4:
                    from = BinaryPrimitives.ReadUInt32BigEndian(message[range]);
                    break;
                case 5:
                    to = BinaryPrimitives.ReadUInt32BigEndian(message[range]);
                    break;
                case 9:
                    packet = message[range];
                    break;
                case 10:
                    prefix = Encoding.ASCII.GetString(message[range]).TrimEnd('\0');
                    break;
                default:
                    break;
            }
        }

        if (prefix.Split(' ', 3) is not [[var verdict, var direction], var group, var rule] || ReadTuple(packet) is not { } tuple
            || NetfilterSocket.NameOf(direction == 'I' ? to : from) is not { } device)
        {
            return null;
        }

        return new(tuple, device, direction == 'I', group == "-" ? "" : group, rule, verdict == 'A');
    }

    private static FlowTuple? ReadTuple(ReadOnlySpan<byte> packet)
    {
        var v6 = packet.Length > 0 && packet[0] >> 4 == 6;
        if (packet.Length < (v6 ? 40 : 20))
        {
            return null;
        }

        var protocol = packet[v6 ? 6 : 9];
        var content = packet[(v6 ? 40 : Math.Min((packet[0] & 15) * 4, packet.Length))..];
        var ported = protocol is 6 or 17 && content.Length >= 4;
        return new(protocol, new IPAddress(v6 ? packet[8..24] : packet[12..16]), new IPAddress(v6 ? packet[24..40] : packet[16..20]),
            ported ? BinaryPrimitives.ReadUInt16BigEndian(content) : (ushort)0, ported ? BinaryPrimitives.ReadUInt16BigEndian(content[2..]) : (ushort)0);
    }

    // include/uapi/linux/netfilter/nfnetlink_conntrack.h. Who answers is who was reached, whatever the address that was asked for.
    private static FlowTraffic? ReadTraffic(ReadOnlySpan<byte> message)
    {
        var (asked, answer, there, back, state) = (default(Range), default(Range), default(Range), default(Range), default(Range));
        foreach (var (kind, range) in Conntrack.Attributes(message, 0..message.Length))
        {
            switch (kind)
            {
                case 1:
                    asked = range;
                    break;
                case 2:
                    answer = range;
                    break;
                case 4:
                    state = range;
                    break;
                case 9:
                    there = range;
                    break;
                case 10:
                    back = range;
                    break;
                default:
                    break;
            }
        }

        var protocol = Conntrack.Leaf(message, asked, 2, 1);
        var (source, destination) = (Conntrack.Leaf(message, asked, 1, 1), Conntrack.Leaf(message, answer, 1, 1));
        if (source.Length == 0)
        {
            (source, destination) = (Conntrack.Leaf(message, asked, 1, 3), Conntrack.Leaf(message, answer, 1, 3));
        }

        if (protocol.Length != 1 || source.Length == 0 || destination.Length == 0)
        {
            return null;
        }

        // Last ACK, time wait, close.
        const int ending = 6;
        var tcp = Conntrack.Leaf(message, state, 1, 1);
        return new(new(protocol[0], new(source), new(destination), Port(Conntrack.Leaf(message, asked, 2, 2)), Port(Conntrack.Leaf(message, answer, 2, 2))),
            Number(message, there, 1), Number(message, there, 2), Number(message, back, 1), Number(message, back, 2), tcp is [>= ending and <= 8]);
    }

    private static ushort Port(byte[] value) => value.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(value) : (ushort)0;

    private static long Number(ReadOnlySpan<byte> message, Range within, int kind)
    {
        foreach (var (found, range) in Conntrack.Attributes(message, within))
        {
            if (found == kind)
            {
                return BinaryPrimitives.ReadInt64BigEndian(message[range]);
            }
        }

        return 0;
    }
}
