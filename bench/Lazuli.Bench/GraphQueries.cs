using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Lazuli.Providers.ResourceGraph.Kql;
using Lazuli.Providers.ResourceGraph.Kql.Binding;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Bench;

/// <summary>A query of Resource Graph over 10,000 virtual machines, parsed, bound and run, beside what it says written in C#, over the same documents; one core each.</summary>
internal static class GraphQueries
{
    private const int Machines = 10_000;
    private const string Query = """
        Resources
        | where type =~ 'Microsoft.Compute/virtualMachines' and properties.hardwareProfile.vmSize == 'Standard_B2s'
        | summarize machines = count() by location
        | order by machines desc
        """;

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    public static async Task<BenchResult> RunAsync(Lab lab, CancellationToken cancellationToken)
    {
        Machine[] machines = [.. Enumerable.Range(0, Machines).Select(Read)];
        var tables = new MachineTable(machines);
        var expected = Linq(machines);
        var found = Ask(tables, cancellationToken);
        if (!found.SequenceEqual(expected))
        {
            throw new BenchFailureException($"the query gave {string.Join(", ", found)}, not {string.Join(", ", expected)}.");
        }

        var measured = await Pair.AlternateAsync(7, () => Rate(() => Ask(tables, cancellationToken)), () => Rate(() => Linq(machines)));
        lab.Say($"a query over {Machines} machines takes {1000 / measured.Value:F1} ms, the same in C# {1000 / measured.Floor:F1} ms");
        return BenchResult.Rate(lab.Name, measured, goal: 0.5);
    }

    private static List<(string Location, long Count)> Ask(MachineTable tables, CancellationToken cancellationToken)
        => [.. QueryBinder.Bind(KqlQuery.Parse(Query), new QueryContext(tables, TimeProvider.System, cancellationToken)).Rows.Select(r => (r[0].AsText, r[1].AsLong))];

    private static List<(string Location, long Count)> Linq(Machine[] machines)
        => [.. from machine in machines
               where machine.Type.Equals("Microsoft.Compute/virtualMachines", StringComparison.OrdinalIgnoreCase)
                   && machine.Properties.GetProperty("hardwareProfile").GetProperty("vmSize").GetString() == "Standard_B2s"
               group machine by machine.Location into place
               orderby place.LongCount() descending
               select (place.Key, place.LongCount())];

    private static Task<double> Rate(Func<object> run)
    {
        var (clock, count) = (Stopwatch.StartNew(), 0);
        for (; clock.Elapsed < Round; count++)
        {
            run();
        }

        return Task.FromResult(count / clock.Elapsed.TotalSeconds);
    }

    private static Machine Read(int number)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $$$"""
            {"provisioningState":"Succeeded","vmId":"{{{number:d8}}}-0000-4000-8000-000000000000","hardwareProfile":{"vmSize":"{{{(number % 3 == 0 ? "Standard_B2s" : "Standard_D8s_v5")}}}"},
             "storageProfile":{"osDisk":{"osType":"Linux","name":"os{{{number}}}","createOption":"FromImage","caching":"ReadWrite","diskSizeGB":30},"dataDisks":[]},
             "osProfile":{"computerName":"vm{{{number}}}","adminUsername":"azureuser","linuxConfiguration":{"disablePasswordAuthentication":true}},
             "networkProfile":{"networkInterfaces":[{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkInterfaces/nic{{{number}}}"}]}}
            """);
        var location = (number % 10) switch { < 5 => "westeurope", < 8 => "eastus", _ => "northeurope" };
        return new Machine($"vm{number}", "microsoft.compute/virtualmachines", location, JsonDocument.Parse(text).RootElement);
    }

    private sealed record Machine(string Name, string Type, string Location, JsonElement Properties);

    private sealed class MachineTable(Machine[] machines) : ITables
    {
        private readonly Table _table = new(
            [new("name", ValueKind.String), new("type", ValueKind.String), new("location", ValueKind.String), new("properties", ValueKind.Dynamic)],
            [.. machines.Select(m => new[] { Value.Of(m.Name), Value.Of(m.Type), Value.Of(m.Location), Value.OfJson(m.Properties) })]);

        public string Default => "Resources";

        public Table? Find(string name) => name == Default ? _table : null;
    }
}
