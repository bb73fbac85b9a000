using System.Diagnostics;
using System.Globalization;
using System.Text;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;

namespace Lazuli.Engines.Linux.Net;

/// <summary>
/// Looks at NICs' devices by packet sockets. A probe's frames are sent into a wire of their own, whose other end hands all it gets to the NIC's device as if it had come from there
/// (<c>tc … mirred ingress redirect</c>).
/// </summary>
internal sealed class LinuxPacketWatching : IPacketWatching
{
    private const string Out = "lz-probe";
    private const string In = "lz-probed";
    private const int Snap = 256;
    private const int LargestFrame = 1 << 16;
    private const int FirstId = 0xc000;
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);
    private readonly KeyedGate _gate = new();
    private int _next;

    public Task CaptureAsync(string vnetKey, IReadOnlyList<string> nicKeys, int most, FrameSink take, CancellationToken cancellationToken)
    {
        // Who got the task sees what comes from then on.
        var sockets = new List<PacketSocket>();
        try
        {
            foreach (var nic in nicKeys)
            {
                sockets.Add(PacketSocket.Open(NicDevice.NamespaceOf(vnetKey), NicDevice.InterfaceOf(nic)));
            }
        }
        catch (IOException e)
        {
            sockets.ForEach(s => s.Dispose());
            return Task.FromException(e);
        }

        return Task.Factory.StartNew(() => Capture(sockets, most, take, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public async Task<PathProbe> ProbeAsync(ProbeRequest request, CancellationToken cancellationToken)
    {
        var name = NicDevice.NamespaceOf(request.VnetKey);
        PathProbe? probe = null;
        await _gate.RunAsync(name, async () =>
        {
            try
            {
                await MakeAsync(name, NicDevice.InterfaceOf(request.NicKey), cancellationToken);
                probe = await Task.Run(() => Probe(name, request, cancellationToken), cancellationToken);
            }
            catch (HostProgramException e)
            {
                throw new IOException(e.Message, e);
            }
            finally
            {
                await RemoveAsync(name);
            }
        }, cancellationToken);
        return probe ?? throw new UnreachableException();
    }

    private static void Capture(List<PacketSocket> sockets, int most, FrameSink take, CancellationToken cancellationToken)
    {
        try
        {
            var frame = new byte[Math.Min(most, LargestFrame)];
            while (!cancellationToken.IsCancellationRequested)
            {
                foreach (var i in PacketSocket.Wait(sockets, (int)Breath.TotalMilliseconds))
                {
                    var length = sockets[i].Receive(frame, out var toGuest);
                    if (!take(!toGuest, length, frame.AsSpan(0, Math.Min(length, frame.Length))))
                    {
                        return;
                    }
                }
            }
        }
        finally
        {
            sockets.ForEach(s => s.Dispose());
        }
    }

    private PathProbe Probe(string name, ProbeRequest request, CancellationToken cancellationToken)
    {
        using var ear = PacketSocket.Open(name, NicDevice.InterfaceOf(request.NicKey));
        using var mouth = PacketSocket.Open(name, Out);
        var (times, answers, frame) = (new List<double>(), new HashSet<ProbePackets.Answer>(), new byte[Snap]);
        for (var i = 0; i < request.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var id = (ushort)(FirstId | (Interlocked.Increment(ref _next) & 0x3fff));
            var question = ProbePackets.Ask(request, id);
            var started = Stopwatch.GetTimestamp();
            mouth.Send(question);
            var answer = Hear(ear, frame, request, id, started);
            answers.Add(answer);
            if (answer == ProbePackets.Answer.Yes)
            {
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        return new() { Sent = request.Count, Milliseconds = times, Refused = answers.Contains(ProbePackets.Answer.Refused), Unreachable = answers.Contains(ProbePackets.Answer.NoWay) };
    }

    private static ProbePackets.Answer Hear(PacketSocket ear, byte[] frame, ProbeRequest request, ushort id, long started)
    {
        PacketSocket[] ears = [ear];
        while (Stopwatch.GetElapsedTime(started).TotalMilliseconds is var passed && passed < request.PatienceMilliseconds)
        {
            foreach (var _ in PacketSocket.Wait(ears, Math.Max(1, request.PatienceMilliseconds - (int)passed)))
            {
                var length = ear.Receive(frame, out var toGuest);
                if (toGuest && ProbePackets.Read(frame.AsSpan(0, Math.Min(length, frame.Length)), request, id) is not ProbePackets.Answer.None and var answer)
                {
                    return answer;
                }
            }
        }

        return ProbePackets.Answer.None;
    }

    // What an earlier life left goes first.
    private static async Task MakeAsync(string name, string device, CancellationToken cancellationToken)
    {
        var left = KernelView.Read(name).Devices.ContainsKey(Out) ? $"link del {Out}\n" : "";
        await HostProgram.RunAsync("ip", ["-batch", "-"],
            $"{left}link add {Out} type veth peer name {In} address {WellKnown.NeighbourMac}\nlink set {Out} arp off up\nlink set {In} arp off up\n", name, cancellationToken: cancellationToken);
        await HostProgram.RunAsync("tc", ["-batch", "-"],
            $"qdisc add dev {In} ingress\nfilter add dev {In} parent ffff: protocol all u32 match u32 0 0 action mirred ingress redirect dev {device}\n", name, cancellationToken: cancellationToken);
    }

    private static async Task RemoveAsync(string name)
    {
        try
        {
            if (KernelView.Read(name).Devices.ContainsKey(Out))
            {
                await IpBatch.RunAsync(name, new StringBuilder().Append(CultureInfo.InvariantCulture, $"link del {Out}\n"), CancellationToken.None);
            }
        }
        catch (Exception e) when (e is IOException or HostProgramException)
        {
            // The network has gone, and the wire with it.
        }
    }
}
