using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Lazuli.Live.Tests.Net;

namespace Lazuli.Live.Tests.Matrix;

/// <summary>What came of an attempt: who heard the request and from whom, and whether an answer came back.</summary>
internal sealed record Outcome
{
    public string? Receiver { get; set; }
    public string? Seen { get; set; }

    /// <summary>Who else heard the same connection.</summary>
    public string? Other { get; set; }
    public bool Answered { get; set; }
}

/// <summary>Real packets between guests: each listens on every port and answers what it hears; each attempt has a source port, or an ICMP id, of its own.</summary>
/// <param name="outside">The namespace that attempts without a card come from; null is the own one.</param>
internal sealed class Exchange(string? outside = null) : IDisposable
{
    private static readonly int[] Ports = [53, 80, 443];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);
    private readonly ConcurrentDictionary<string, Outcome> _outcomes = new(StringComparer.Ordinal);
    private readonly List<Socket> _listeners = [];
    private readonly HashSet<(string Card, IPEndPoint At)> _ears = [];

    /// <summary>Opens a guest's ears, those that aren't open yet.</summary>
    public void Listen(Card card)
    {
        var guest = LiveNetWorld.GuestOf(card.Name);
        foreach (var port in Ports)
        {
            // A socket per address, so that an answer comes from where the question went.
            foreach (var own in card.Addresses.Select(a => a.Private).Concat(card.Loopback).Select(a => new IPEndPoint(IPAddress.Parse(a), port)).Where(e => _ears.Add((card.Name, e))))
            {
                var udp = Sockets.Open(guest, "udp", own.AddressFamily);
                udp.Bind(own);
                _listeners.Add(udp);
                _ = AnswerAsync(card.Name, udp);
            }

            var families = card.Addresses.Select(a => a.IsSix ? IPAddress.IPv6Any : IPAddress.Any).Distinct();
            foreach (var any in families.Select(a => new IPEndPoint(a, port)).Where(e => _ears.Add((card.Name, e))))
            {
                var tcp = Sockets.Open(guest, "tcp", any.AddressFamily);
                tcp.Bind(any);
                tcp.Listen(1000);
                _listeners.Add(tcp);
                _ = AcceptAsync(card.Name, tcp);
            }
        }
    }

    /// <summary>Tries all at once, and waits until what is expected has come, then a little longer for what isn't.</summary>
    /// <param name="attempts">Each with all that may come of it.</param>
    public async Task<IReadOnlyList<Outcome>> TryAsync(IReadOnlyList<(Attempt Attempt, IReadOnlyList<Fate> Fates)> attempts)
    {
        using var end = new CancellationTokenSource();
        var outcomes = attempts.Select(_ => new Outcome()).ToList();
        List<Socket> sockets = [];
        var running = new List<Task>();
        for (var i = 0; i < attempts.Count; i++)
        {
            var attempt = attempts[i].Attempt;
            _outcomes[TokenOf(attempt)] = outcomes[i];
            var source = new IPEndPoint(IPAddress.Parse(attempt.Source), IsEcho(attempt) ? 0 : attempt.SourcePort);
            var socket = Sockets.Open(attempt.Card is null ? outside : LiveNetWorld.GuestOf(attempt.Card), attempt.Protocol, source.AddressFamily);
            sockets.Add(socket);
            socket.Bind(source);
            running.Add(OneAsync(socket, attempt, outcomes[i], end.Token));
        }

        var until = DateTime.UtcNow + Patience;
        bool All(Func<Attempt, IReadOnlyList<Fate>, Outcome, bool> holds) => attempts.Select((a, i) => holds(a.Attempt, a.Fates, outcomes[i])).All(d => d);
        while (DateTime.UtcNow < until && !All((a, fates, outcome) => fates.Any(f => Done(a, f, outcome))))
        {
            await Task.Delay(20);
        }

        // What may be lost may as well be on its way.
        await Task.Delay(Grace);
        while (DateTime.UtcNow < until && !All(Agrees))
        {
            await Task.Delay(20);
        }

        await end.CancelAsync();
        sockets.ForEach(s => s.Dispose());
        await Task.WhenAll(running);
        attempts.ToList().ForEach(a => _outcomes.TryRemove(TokenOf(a.Attempt), out _));
        return outcomes;
    }

    /// <summary>Whether an outcome is one of those that may be; an ICMP echo is answered by the guest's kernel, which tells nobody.</summary>
    public static bool Agrees(Attempt attempt, IReadOnlyList<Fate> fates, Outcome outcome) => outcome.Other is null && fates.Any(fate =>
        (fate.Answered is not { } answered || answered == outcome.Answered)
            && (attempt.Protocol != "udp" || (fate.Receiver == outcome.Receiver && (fate.Receiver is null || fate.Seen.Contains(outcome.Seen))))
            && (attempt.Protocol != "tcp" || fate.Answered != true || (fate.Receiver == outcome.Receiver && fate.Seen.Contains(outcome.Seen))));

    private static bool Done(Attempt attempt, Fate fate, Outcome outcome)
        => (fate.Answered != true || outcome.Answered) && (attempt.Protocol != "udp" || fate.Receiver is null || outcome.Receiver is not null);

    public void Dispose() => _listeners.ForEach(s => s.Dispose());

    private static string TokenOf(Attempt attempt) => $"{attempt.SourcePort.ToString(CultureInfo.InvariantCulture)}/{attempt.Card}";

    private static async Task OneAsync(Socket socket, Attempt attempt, Outcome outcome, CancellationToken end)
    {
        var buffer = new byte[2048];
        var to = new IPEndPoint(IPAddress.Parse(attempt.Target), attempt.TargetPort);
        var token = Encoding.ASCII.GetBytes(TokenOf(attempt));
        try
        {
            if (IsEcho(attempt))
            {
                // What comes by ICMP comes with its IP header, what comes by ICMPv6 without.
                var (at, reply) = attempt.Protocol == "icmp" ? (20, 0) : (0, 129);
                await socket.SendToAsync(attempt.Protocol == "icmp" ? Echo(attempt.SourcePort) : [128, 0, 0, 0, (byte)(attempt.SourcePort >> 8), (byte)attempt.SourcePort, 0, 1], to, end);
                while (!outcome.Answered)
                {
                    var heard = await socket.ReceiveFromAsync(buffer, new IPEndPoint(to.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0), end);
                    outcome.Answered = heard.ReceivedBytes >= at + 8 && buffer[at] == reply && ((buffer[at + 4] << 8) | buffer[at + 5]) == attempt.SourcePort
                        && to.Address.Equals(((IPEndPoint)heard.RemoteEndPoint).Address);
                }
            }
            else
            {
                await socket.ConnectAsync(to, end);
                await socket.SendAsync(token, end);
                outcome.Answered = await socket.ReceiveAsync(buffer, end) == token.Length && buffer.AsSpan(0, token.Length).SequenceEqual(token);
                if (attempt.Protocol == "udp")
                {
                    // The same five-tuple once more finds the same guest.
                    await socket.SendAsync(token, end);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // No answer.
        }
    }

    private static bool IsEcho(Attempt attempt) => attempt.Protocol is "icmp" or "icmpv6";

    private static byte[] Echo(int id)
    {
        byte[] packet = [8, 0, 0, 0, (byte)(id >> 8), (byte)id, 0, 1];
        var sum = 0x0800 + id + 1;
        sum = ~((sum & 0xffff) + (sum >> 16));
        (packet[2], packet[3]) = ((byte)(sum >> 8), (byte)sum);
        return packet;
    }

    private async Task AnswerAsync(string name, Socket socket)
    {
        var buffer = new byte[2048];
        while (true)
        {
            try
            {
                var heard = await socket.ReceiveFromAsync(buffer, new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0));
                Note(name, heard.RemoteEndPoint, buffer.AsSpan(0, heard.ReceivedBytes));
                await socket.SendToAsync(buffer.AsMemory(0, heard.ReceivedBytes), heard.RemoteEndPoint);
            }
            catch (SocketException)
            {
                // An earlier answer was refused.
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task AcceptAsync(string name, Socket listener)
    {
        try
        {
            while (true)
            {
                _ = TalkAsync(name, await listener.AcceptAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private async Task TalkAsync(string name, Socket caller)
    {
        using (caller)
        {
            try
            {
                var buffer = new byte[100];
                var from = caller.RemoteEndPoint;
                var length = await caller.ReceiveAsync(buffer);
                Note(name, from, buffer.AsSpan(0, length));
                await caller.SendAsync(buffer.AsMemory(0, length));
                await caller.ReceiveAsync(buffer);
            }
            catch (SocketException)
            {
                // The caller has gone.
            }
        }
    }

    private void Note(string name, EndPoint? from, ReadOnlySpan<byte> token)
    {
        if (_outcomes.TryGetValue(Encoding.ASCII.GetString(token), out var outcome))
        {
            outcome.Other = outcome.Receiver is { } before && before != name ? before : outcome.Other;
            (outcome.Receiver, outcome.Seen) = (name, (from as IPEndPoint)?.Address.ToString());
        }
    }
}
