using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Lazuli.Engines.Dns;
using Lazuli.Engines.Net;
using Lazuli.Node;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lazuli.Bench;

/// <summary>
/// The name server of public zones, in a process of its own, beside Knot, both with a thread for each processor, over one zone of 10,000 record sets (as many as Azure allows), asked the same questions
/// by dnsperf: existing names of several types, empty answers, names that don't exist, with EDNS. What counts is how many answers a second of processor time gives: asker and server share the machine.
/// </summary>
internal static class NameServers
{
    private const string Zone = "contoso.test";
    private const int Names = 2_000;
    private const int Questions = 20_000;
    private const int Strangers = 400_000;
    private const int Rounds = 5;
    private const double TicksPerSecond = 100;
    private static readonly IPEndPoint Knot = new(IPAddress.Loopback, 5300);
    private static readonly IPEndPoint Own = new(new NetOptions().NameServer, 53);

    public static async Task<BenchResult> RunAsync(Lab lab, CancellationToken cancellationToken)
    {
        var folder = lab.Folder("dns");
        var questions = Path.Combine(folder, "questions");
        await File.WriteAllTextAsync(Path.Combine(folder, Zone + ".zone"), string.Join('\n', Records().Select(r => r.Text)) + "\n", cancellationToken);
        await File.WriteAllLinesAsync(questions, Enumerable.Range(0, Questions).Select(Question), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "knot.conf"), string.Create(CultureInfo.InvariantCulture, $"""
            server:
                rundir: "{folder}"
                listen: {Knot.Address}@{Knot.Port}
                udp-workers: {Environment.ProcessorCount}
                tcp-workers: 1
                background-workers: 1
            database:
                storage: "{folder}"
            zone:
              - domain: {Zone}
                storage: "{folder}"
                file: "{Zone}.zone"
            """), cancellationToken);
        var (own, knot) = (lab.Start(Lab.Self, "nameserver"), lab.Start("knotd", "-c", Path.Combine(folder, "knot.conf")));
        await AnswersAsync(own, Own, cancellationToken);
        await AnswersAsync(knot, Knot, cancellationToken);

        var rates = (Own: new List<double>(), Knot: new List<double>());
        await AskAsync(own, Own, questions, [], cancellationToken);
        var measured = await Pair.AlternateAsync(Rounds, () => AskAsync(own, Own, questions, rates.Own, cancellationToken), () => AskAsync(knot, Knot, questions, rates.Knot, cancellationToken));
        var strangers = Path.Combine(folder, "strangers");
        await File.WriteAllLinesAsync(strangers, Enumerable.Range(0, Strangers).Select(i => $"s{i:x}r{i * 31:x}.{Zone} A"), cancellationToken);
        var (missed, knotMissed) = (await AskAsync(own, Own, strangers, [], cancellationToken), await AskAsync(knot, Knot, strangers, [], cancellationToken));
        lab.Say(string.Create(CultureInfo.InvariantCulture, $"names that were never asked for, and don't exist: {missed:F0} per second of processor time, Knot {knotMissed:F0}"));
        lab.Say(string.Create(CultureInfo.InvariantCulture, $"{Pair.Median(rates.Own):F0} queries per second, Knot {Pair.Median(rates.Knot):F0}, with dnsperf on the same {Environment.ProcessorCount} processors; the column is per second of the server's processor time"));
        await lab.EndAsync(own);
        await lab.EndAsync(knot);
        return BenchResult.Rate(lab.Name, measured, 0.5);
    }

    /// <summary>The server of the measurement, until it is ended.</summary>
    public static async Task<int> ServeAsync()
    {
        var names = new DnsCatalogue();
        names.Set(new DnsZoneItem { Key = "z", Name = Zone });
        foreach (var set in Records().GroupBy(r => (r.Name, r.Type)))
        {
            names.Set(new DnsRecordsItem { Key = $"z/{set.Key.Name}/{set.Key.Type}", ZoneKey = "z", Name = set.Key.Name, Type = set.Key.Type, Ttl = 3600, Data = [.. set.Select(r => r.Data)] });
        }

        await using var server = await NameServerHost.StartAsync(new(), names, NullLoggerFactory.Instance, CancellationToken.None);
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    private static IEnumerable<(string Name, ushort Type, byte[] Data, string Text)> Records()
    {
        yield return Of(Zone, DnsType.Soa, DnsData.Soa("ns1.test", "me.test", 1, 3600, 300, 2419200, 300), "SOA", "ns1.test. me.test. 1 3600 300 2419200 300");
        yield return Of(Zone, DnsType.Ns, DnsData.Name("ns1.test"), "NS", "ns1.test.");
        for (var i = 0; i < Names; i++)
        {
            var host = $"host{i}.{Zone}";
            var address = string.Create(CultureInfo.InvariantCulture, $"10.0.{i >> 8}.{i & 255}");
            yield return Of(host, DnsType.A, DnsData.Address(IPAddress.Parse(address)), "A", address);
            yield return Of(host, DnsType.Aaaa, DnsData.Address(IPAddress.Parse("fd00::" + address)), "AAAA", "fd00::" + address);
            yield return Of(host, DnsType.Mx, DnsData.Mx(10, $"mail.{Zone}"), "MX", $"10 mail.{Zone}.");
            yield return Of(host, DnsType.Txt, DnsData.Txt([$"v=spf1 include:{host} -all"]), "TXT", $"\"v=spf1 include:{host} -all\"");
            yield return Of($"alias{i}.{Zone}", DnsType.Cname, DnsData.Name(host), "CNAME", host + ".");
        }

        static (string, ushort, byte[], string) Of(string name, ushort type, byte[] data, string kind, string text) => (name, type, data, $"{name}. 3600 IN {kind} {text}");
    }

    private static string Question(int number)
    {
        var host = number * 7919 % Names;
        return (number % 10) switch
        {
            < 5 => $"host{host}.{Zone} A",
            5 => $"host{host}.{Zone} AAAA",
            6 => $"alias{host}.{Zone} A",
            7 => $"host{host}.{Zone} TXT",
            8 => $"host{host}.{Zone} SRV",
            _ => $"none{host}.{Zone} A",
        };
    }

    private static async Task AnswersAsync(Process server, IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        byte[] query = [1, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 5, .. "host0"u8, 7, .. "contoso"u8, 4, .. "test"u8, 0, 0, 1, 0, 1];
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        while (true)
        {
            using var client = new UdpClient();
            try
            {
                client.Connect(endpoint);
                await client.SendAsync(query, patience.Token);
                if ((await client.ReceiveAsync(patience.Token)).Buffer is [_, _, _, var code, _, _, 0, 1, ..] && (code & 15) == 0)
                {
                    return;
                }
            }
            catch (SocketException) when (!server.HasExited)
            {
                // Nobody there yet.
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                throw new BenchFailureException($"the server at {endpoint} doesn't answer: {(server.HasExited ? await server.StandardOutput.ReadToEndAsync(cancellationToken) : "no word")}");
            }

            await Task.Delay(20, cancellationToken);
        }
    }

    private static async Task<double> AskAsync(Process server, IPEndPoint endpoint, string questions, List<double> rates, CancellationToken cancellationToken)
    {
        var before = Ticks(server.Id);
        var start = new ProcessStartInfo(
            "dnsperf", ["-s", endpoint.Address.ToString(), "-p", endpoint.Port.ToString(CultureInfo.InvariantCulture), "-d", questions, "-l", "2", "-c", "16", "-T", "2", "-e"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var dnsperf = Process.Start(start) ?? throw new BenchFailureException("dnsperf did not start.");
        _ = dnsperf.StandardError.ReadToEndAsync(cancellationToken);
        var lines = (await dnsperf.StandardOutput.ReadToEndAsync(cancellationToken)).Split('\n').Select(l => l.Trim()).ToArray();
        var seconds = (Ticks(server.Id) - before) / TicksPerSecond;
        var (completed, lost) = (Number("Queries completed:"), Number("Queries lost:"));
        if (lost > completed / 1000 || completed == 0 || !lines.Any(l => l.StartsWith("Response codes:", StringComparison.Ordinal) && (l.Contains("(90.00%), NXDOMAIN", StringComparison.Ordinal) || l.EndsWith("(100.00%)", StringComparison.Ordinal))))
        {
            throw new BenchFailureException($"{endpoint} answered wrongly: {string.Join(" | ", lines.Where(l => l.Length > 0 && !l.StartsWith('[')))}");
        }

        rates.Add(Number("Queries per second:"));
        return completed / seconds;

        double Number(string label) => lines.FirstOrDefault(l => l.StartsWith(label, StringComparison.Ordinal)) is { } line
            ? double.Parse(line[label.Length..].Trim().Split(' ')[0], CultureInfo.InvariantCulture) : 0;
    }

    // User and system time, the 14th and 15th words (proc(5)); the second one may have spaces in it.
    private static double Ticks(int pid)
    {
        var text = File.ReadAllText($"/proc/{pid}/stat");
        var words = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return double.Parse(words[11], CultureInfo.InvariantCulture) + double.Parse(words[12], CultureInfo.InvariantCulture);
    }
}
