using System.Diagnostics;
using System.Text;

namespace Lazuli.Bench;

/// <summary>Reads over HTTPS with a token and role checks, beside a bare Kestrel that answers the same bytes.</summary>
internal static class Requests
{
    private const int Connections = 16;
    private const int Vms = 1000;
    private const int MoreVms = 20_000;
    private const double MostGrowth = 1.25;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    public static async Task<BenchResult> GetAsync(Lab lab, CancellationToken cancellationToken)
    {
        using var server = await LazuliProcess.UpAsync(lab, lab.Folder("state"), "fake");
        await Seed.VmAsync(server, cancellationToken);
        var path = Seed.VmPath(server);
        var (endpoint, floorPath) = await FloorAsync(lab, server, path);
        var measured = await CompareAsync(server, endpoint, server.Request("GET", path), server.Request("GET", floorPath), Connections, rounds: 9);
        return BenchResult.Rate(lab.Name, measured, goal: 0.6);
    }

    /// <summary>A page of 1,000 machines, from a store with 1,000 and from one with 20,000 more in another group.</summary>
    public static async Task<BenchResult> ListAsync(Lab lab, CancellationToken cancellationToken)
    {
        var (small, large) = (lab.Folder("small"), lab.Folder("large"));
        foreach (var (state, more) in new[] { (small, 0), (large, MoreVms) })
        {
            using var first = await LazuliProcess.UpAsync(lab, state, "fake");
            await Seed.VmAsync(first, cancellationToken);
            await lab.EndAsync(first.Process);
            await Seed.CloneAsync(state, Vms, more);
        }

        using var server = await LazuliProcess.UpAsync(lab, small, "fake");
        using var larger = await LazuliProcess.UpAsync(lab, large, "fake");
        var path = $"{server.Group}/providers/Microsoft.Compute/virtualMachines?api-version={Seed.ComputeVersion}";
        var (endpoint, floorPath) = await FloorAsync(lab, server, path);
        lab.Say("waiting until both servers are idle");
        await Task.WhenAll(Idle.WaitAsync(server.Process, cancellationToken), Idle.WaitAsync(larger.Process, cancellationToken));

        var measured = await CompareAsync(server, endpoint, server.Request("GET", path), server.Request("GET", floorPath), connections: 2, rounds: 7);
        var inLarge = $"{larger.Group}/providers/Microsoft.Compute/virtualMachines?api-version={Seed.ComputeVersion}";
        using var small1 = await TlsLoad.OpenAsync(server.Endpoint, 1);
        using var large1 = await TlsLoad.OpenAsync(larger.Endpoint, 1);
        var growth = await Pair.AlternateAsync(
            7,
            () => ProcessorAsync(larger.Process, large1, larger.Request("GET", inLarge)),
            () => ProcessorAsync(server.Process, small1, server.Request("GET", path)));
        lab.Say($"a page costs the server {growth.Floor:F2} ms of processor time with {Vms} machines in the store, {growth.Value:F2} ms with {Vms + MoreVms}: {growth.Ratio:F2} times as much (at most {MostGrowth})");
        return BenchResult.Rate(lab.Name, measured, goal: 0.5, also: growth.Ratio <= MostGrowth);
    }

    private static async Task<(Uri Endpoint, string Path)> FloorAsync(Lab lab, LazuliProcess server, string path)
    {
        var body = await server.SendAsync("GET", path);
        lab.Say($"{Encoding.UTF8.GetByteCount(body)} bytes of JSON per answer");
        var folder = lab.Folder("floor");
        await File.WriteAllTextAsync(Path.Combine(folder, "answer"), body);
        await File.WriteAllLinesAsync(Path.Combine(folder, "answer.headers"), server.OwnHeaders());
        var floor = lab.Start(Lab.Self, "floor", folder, "0");
        return (new Uri(await floor.StandardOutput.ReadLineAsync() ?? throw new BenchFailureException("the floor did not start.")), "/answer");
    }

    // Milliseconds of the server's processor time per answer, which does not depend on what else the machine does. The first pages, for which code is still
    // being compiled, don't count.
    private static async Task<double> ProcessorAsync(Process server, TlsLoad load, byte[] request)
    {
        await load.RunAsync(Round, _ => request);
        server.Refresh();
        var before = server.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        var rate = await load.RunAsync(Round * 2, _ => request);
        var count = rate * clock.Elapsed.TotalSeconds;
        server.Refresh();
        return (server.TotalProcessorTime - before).TotalMilliseconds / count;
    }

    // The same generator for both, in turn; each has run for a while before it counts.
    private static async Task<Pair> CompareAsync(LazuliProcess server, Uri other, byte[] request, byte[] otherRequest, int connections, int rounds)
    {
        using var load = await TlsLoad.OpenAsync(server.Endpoint, connections);
        using var otherLoad = await TlsLoad.OpenAsync(other, connections);
        for (var i = 0; i < 3; i++)
        {
            await load.RunAsync(Round, _ => request);
            await otherLoad.RunAsync(Round, _ => otherRequest);
        }

        return await Pair.AlternateAsync(rounds, () => load.RunAsync(Round, _ => request), () => otherLoad.RunAsync(Round, _ => otherRequest));
    }
}
