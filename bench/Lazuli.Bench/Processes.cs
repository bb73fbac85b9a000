using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Lazuli.Bench;

/// <summary>What a server costs by being there, beside a bare Kestrel process.</summary>
internal static class Processes
{
    private const int Starts = 7;
    private const double MostSeconds = 0.6;
    private const double MostMegabytes = 120;
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(60);

    /// <summary>From the start of the process to the first answered request for a resource, with a state directory that is there already.</summary>
    public static async Task<BenchResult> StartAsync(Lab lab, CancellationToken cancellationToken)
    {
        var state = lab.Folder("state");
        var floor = lab.Folder("floor");
        await File.WriteAllTextAsync(Path.Combine(floor, "answer"), "{}", cancellationToken);
        byte[] request;
        string path;
        using (var server = await LazuliProcess.UpAsync(lab, state, "fake"))
        {
            await server.SendAsync("PUT", $"{server.Group}?api-version=2021-04-01", """{"location":"westeurope"}""");
            path = $"{server.Group}?api-version=2021-04-01";
            request = server.Request("GET", path);
            await lab.EndAsync(server.Process);
        }

        var bare = Encoding.ASCII.GetBytes("GET /answer HTTP/1.1\r\nHost: localhost\r\n\r\n");
        var processor = new List<double>();
        var measured = await Pair.AlternateAsync(
            Starts,
            () => FirstAnswerAsync(lab, request, processor, p => lab.Start(Lab.Program, "up", "--state", state, "--engine", "fake", "--port", Text(p), "--json")),
            () => FirstAnswerAsync(lab, bare, [], p => lab.Start(Lab.Self, "floor", floor, Text(p))));
        lab.Say($"{Pair.Median(processor):F2} s of processor time until the first answer");
        return BenchResult.Limit(lab.Name, measured, "seconds", MostSeconds);
    }

    /// <summary>Resident memory a minute after the start and a few requests.</summary>
    public static async Task<BenchResult> IdleMemoryAsync(Lab lab, CancellationToken cancellationToken)
    {
        using var server = await LazuliProcess.UpAsync(lab, lab.Folder("state"), "fake");
        var folder = lab.Folder("floor");
        await File.WriteAllTextAsync(Path.Combine(folder, "answer"), "{}", cancellationToken);
        var floor = lab.Start(Lab.Self, "floor", folder, "0");
        var endpoint = new Uri(await floor.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new BenchFailureException("the floor did not start."));
        using var bare = await TlsConnection.OpenAsync(endpoint);
        await server.SendAsync("PUT", $"{server.Group}?api-version=2021-04-01", """{"location":"westeurope"}""");
        for (var i = 0; i < 10; i++)
        {
            await server.SendAsync("GET", $"{server.Group}?api-version=2021-04-01");
            await bare.ExchangeAsync(Encoding.ASCII.GetBytes("GET /answer HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        }

        lab.Say($"idle for {IdleTime.TotalSeconds} seconds");
        await Task.Delay(IdleTime, cancellationToken);
        return BenchResult.Limit(lab.Name, new(Lab.ResidentMegabytes(server.Process.Id), Lab.ResidentMegabytes(floor.Id)), "MB", MostMegabytes);
    }

    private static async Task<double> FirstAnswerAsync(Lab lab, byte[] request, List<double> processor, Func<int, Process> start)
    {
        var port = FreePort();
        var endpoint = new Uri($"https://127.0.0.1:{port}");
        var clock = Stopwatch.StartNew();
        var process = start(port);
        while (clock.Elapsed < TimeSpan.FromSeconds(30))
        {
            try
            {
                using var connection = await TlsConnection.OpenAsync(endpoint);
                var status = await connection.ExchangeAsync(request);
                var elapsed = clock.Elapsed.TotalSeconds;
                processor.Add(process.TotalProcessorTime.TotalSeconds);
                if (status != 200)
                {
                    throw new BenchFailureException($"the first answer was {status}: {connection.Body()}");
                }

                await lab.EndAsync(process);
                return elapsed;
            }
            catch (SocketException)
            {
                // Nobody listens yet.
                await Task.Delay(2);
            }
        }

        throw new BenchFailureException("no answer within 30 seconds.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
