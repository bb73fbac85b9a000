using System.Globalization;
using System.Text.Json;
using Lazuli.Bench;

// The processes that a benchmark is measured against or in: not for people.
switch (args)
{
    case ["floor", var directory, var port]:
        return await FloorServer.RunAsync(directory, int.Parse(port, CultureInfo.InvariantCulture));
    case ["host", var state]:
        return await GroupSizesHost.RunAsync(state);
    case ["nameserver"]:
        return await NameServers.ServeAsync();
}

var json = args.Contains("--json");
string[] names = [.. args.Where(a => a != "--json")];
var all = Benchmarks.All;
if (names.Length > 1 || names.Any(n => !all.ContainsKey(n)))
{
    await Console.Error.WriteLineAsync($"lazuli: there is no benchmark '{string.Join(' ', names)}'. Usage: lazuli bench [NAME] [--json]; NAME is one of {string.Join(", ", all.Keys)}.");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) => (e.Cancel, _) = (true, stop.CancelAsync());
var results = new List<BenchResult>();
foreach (var name in names.Length == 0 ? all.Keys : names)
{
    using var lab = new Lab(name);
    try
    {
        results.Add(await all[name](lab, stop.Token));
    }
    catch (BenchFailureException e)
    {
        await Console.Error.WriteLineAsync($"lazuli: {name}: {e.Message}");
        return 1;
    }
    catch (OperationCanceledException) when (stop.IsCancellationRequested)
    {
        return 130;
    }
}

Console.WriteLine(json ? JsonSerializer.Serialize(results, BenchJson.Default.ListBenchResult) : BenchResult.Table(results));
return 0;
