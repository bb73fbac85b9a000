using System.Diagnostics;

namespace Lazuli.Bench;

/// <summary>Real machines: from the PUT to their own health report, beside a bare QEMU that boots the same kernel and image.</summary>
internal static class Machines
{
    public const string MicroReference = """{"publisher":"lazuli","offer":"micro","sku":"1","version":"latest"}""";
    private const string DebianReference = """{"publisher":"Debian","offer":"debian-12","sku":"12","version":"latest"}""";
    private const double MicroSlack = 0.5;
    private const double DebianGoal = 1.15;
    private const double MostOverhead = 2;
    private const int ManyVms = 6;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(20);

    public static async Task<BenchResult> MicroAsync(Lab lab, CancellationToken cancellationToken)
    {
        var measured = await ColdAsync(lab, MicroReference, await BareMachine.OfAsync(lab, "Micro", "", "] ready", withMedia: true), rounds: 9, cancellationToken);
        return BenchResult.Limit(lab.Name, measured, "seconds", measured.Floor + MicroSlack);
    }

    public static async Task<BenchResult> DebianAsync(Lab lab, CancellationToken cancellationToken)
    {
        // Without a network there is no Azure to ask: cloud-init is told on the kernel's command line that there is nothing more to know.
        var bare = await BareMachine.OfAsync(lab, "Debian12", " ci.ds=NoCloud ds=nocloud;i=bench;h=bench systemd.mask=systemd-networkd-wait-online.service", "finished at", withMedia: false);
        return BenchResult.Relative(lab.Name, await ColdAsync(lab, DebianReference, bare, rounds: 3, cancellationToken), "seconds", DebianGoal);
    }

    /// <summary>What the server's memory grows by with each running machine; the floor is QEMU's own memory.</summary>
    public static async Task<BenchResult> OverheadAsync(Lab lab, CancellationToken cancellationToken)
    {
        var state = lab.Folder("state");
        using var server = await LazuliProcess.UpAsync(lab, state, "linux");
        try
        {
            await Seed.NetworkAsync(server);
            // The first machine warms up what all share; it stays, and does not count.
            await BootAsync(server, "warm", MicroReference, cancellationToken);
            await Task.Delay(Settle, cancellationToken);
            var before = Lab.ResidentMegabytes(server.Process.Id);
            for (var i = 0; i < ManyVms; i++)
            {
                await BootAsync(server, $"vm{i}", MicroReference, cancellationToken);
            }

            await Task.Delay(Settle, cancellationToken);
            var each = (Lab.ResidentMegabytes(server.Process.Id) - before) / ManyVms;
            double[] machines = [.. Qemu().Select(p => Lab.ResidentMegabytes(p.Id))];
            lab.Say($"the server has {Lab.ResidentMegabytes(server.Process.Id):F0} MB with {ManyVms + 1} machines, {before:F0} MB with one; QEMU has {machines.Average():F0} MB per machine of 1 GiB");
            return BenchResult.Limit(lab.Name, new(each, machines.Average()), "MB", MostOverhead);
        }
        finally
        {
            await DownAsync(lab, state);
        }
    }

    private static async Task<Pair> ColdAsync(Lab lab, string image, BareMachine bare, int rounds, CancellationToken cancellationToken)
    {
        var state = lab.Folder("state");
        using var server = await LazuliProcess.UpAsync(lab, state, "linux");
        try
        {
            await Seed.NetworkAsync(server);
            var count = 0;
            async Task<double> MeasuredAsync()
            {
                var name = $"vm{count++}";
                var seconds = await BootAsync(server, name, image, cancellationToken);
                bare.Like(Qemu().Single());
                await server.SendAsync("DELETE", Seed.VmPath(server, name));
                while (Qemu().Any())
                {
                    await Task.Delay(50, cancellationToken);
                }

                lab.Say($"{seconds:F2} s from PUT to Ready");
                return seconds;
            }

            async Task<double> BareAsync()
            {
                var seconds = await bare.BootAsync(cancellationToken);
                lab.Say($"{seconds:F2} s bare");
                return seconds;
            }

            await MeasuredAsync();
            await BareAsync();
            return await Pair.AlternateAsync(rounds, MeasuredAsync, BareAsync);
        }
        finally
        {
            await DownAsync(lab, state);
        }
    }

    private static async Task<double> BootAsync(LazuliProcess server, string name, string image, CancellationToken cancellationToken)
    {
        await Seed.NicAsync(server, $"{name}-nic", cancellationToken);
        var clock = Stopwatch.StartNew();
        await Seed.PutVmAsync(server, name, $"{name}-nic", image);
        await Seed.SettledAsync(server, Seed.VmPath(server, name), cancellationToken, milliseconds: 5);
        return clock.Elapsed.TotalSeconds;
    }

    // In the process namespace that this runs in there are only our own.
    private static IEnumerable<Process> Qemu()
        => Process.GetProcesses().Where(p => File.Exists($"/proc/{p.Id}/cmdline") && File.ReadAllText($"/proc/{p.Id}/cmdline").StartsWith("qemu-system-x86_64\0", StringComparison.Ordinal));

    private static Task DownAsync(Lab lab, string state) => lab.Start(Lab.Program, "down", "--all", "--state", state).WaitForExitAsync();
}
