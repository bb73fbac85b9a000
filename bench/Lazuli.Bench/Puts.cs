using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Store.Sqlite;

namespace Lazuli.Bench;

/// <summary>
/// Durable writes of resource groups by 16 clients, beside SQLite alone: the same records, activity log events and changes, in groups of the sizes that the
/// server's commits had in the round before, <c>synchronous=FULL</c>, one after the other from one thread.
/// </summary>
internal static class Puts
{
    private const int Clients = 16;
    private const int NamesPerClient = 64;
    private const double EnoughPerSecond = 5000;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1.5);

    public static async Task<BenchResult> RunAsync(Lab lab, CancellationToken cancellationToken)
    {
        var state = lab.Folder("state");
        using var server = await LazuliProcess.HostAsync(lab, state);
        using var load = await TlsLoad.OpenAsync(server.Endpoint, Clients);
        var counts = new int[Clients];
        byte[] Next(int client)
        {
            var number = counts[client]++;
            return server.Request(
                "PUT",
                FormattableString.Invariant($"/subscriptions/{server.Subscription}/resourceGroups/group-{client}-{number % NamesPerClient}?api-version=2021-04-01"),
                FormattableString.Invariant($"{{\"location\":\"westeurope\",\"tags\":{{\"written\":\"{number}\"}}}}"));
        }

        for (var i = 0; i < 4; i++)
        {
            await load.RunAsync(Round, c => Next(c));
        }

        var (writes, events, changes) = Sample(state, server.Subscription);
        var sizes = await SizesAsync(server);
        lab.Say($"{Bytes(writes[0])} bytes per record, {events[0].Body.Length} per event, {changes[0].Body.Length} per change");
        using var journal = new SqliteJournal(Path.Combine(lab.Folder("floor"), "lazuli.db"));
        long sequence = 0;
        var measured = await Pair.AlternateAsync(
            9,
            async () =>
            {
                var rate = await load.RunAsync(Round, c => Next(c));
                sizes = await SizesAsync(server);
                return rate;
            },
            () => Task.FromResult(Floor(journal, writes, events, changes, sizes, ref sequence)));
        lab.Say($"{sizes.Average():F1} writes per commit in the last round, {Clients} at most");
        return BenchResult.Rate(lab.Name, measured, goal: 0.5, also: measured.Value >= EnoughPerSecond || measured.Floor < EnoughPerSecond);
    }

    private static double Floor(SqliteJournal journal, StoreWrite[] writes, StoreEvent[] events, StoreEvent[] changes, List<int> sizes, ref long sequence)
    {
        var clock = Stopwatch.StartNew();
        long count = 0;
        for (var i = 0; clock.Elapsed < Round; i++)
        {
            var size = sizes[i % sizes.Count];
            var group = new StoreWrite[size];
            var log = new StoreEvent[size * 2];
            for (var n = 0; n < size; n++, count++)
            {
                (group[n], log[2 * n], log[(2 * n) + 1]) = (writes[count % writes.Length], events[count % events.Length], changes[count % changes.Length]);
            }

            journal.Append(group, log, ++sequence);
        }

        return count / clock.Elapsed.TotalSeconds;
    }

    // What the server itself has written, from its own file.
    private static (StoreWrite[] Writes, StoreEvent[] Events, StoreEvent[] Changes) Sample(string state, string subscription)
    {
        using var journal = new SqliteJournal(Path.Combine(state, "lazuli.db"));
        var records = journal.Load().Records.Where(r => r.Key.Contains("/resourcegroups/group-", StringComparison.Ordinal));
        StoreEvent[] Of(string stream) => [.. journal.Events(stream, DateTimeOffset.MinValue, DateTimeOffset.MaxValue).Take(1000)];
        var own = subscription.ToLowerInvariant();
        return ([.. records.Select(r => new StoreWrite(r.Key, r))], Of(own), Of($"changes/{own}"));
    }

    private static async Task<List<int>> SizesAsync(LazuliProcess server)
    {
        await server.Process.StandardInput.WriteLineAsync();
        await server.Process.StandardInput.FlushAsync();
        var line = await server.Process.StandardOutput.ReadLineAsync() ?? throw new BenchFailureException("the server ended.");
        return JsonSerializer.Deserialize(line, BenchJson.Default.ListInt32) is { Count: > 0 } sizes ? sizes : throw new BenchFailureException("the server committed nothing.");
    }

    private static string Bytes(StoreWrite write) => (write.Key.Length + (write.Record?.Body.Length ?? 0)).ToString(CultureInfo.InvariantCulture);
}
