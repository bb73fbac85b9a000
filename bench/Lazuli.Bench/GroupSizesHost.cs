using System.Text.Json;
using Lazuli.Engines.Node.Fake;
using Lazuli.Server;
using Microsoft.Extensions.Logging;

namespace Lazuli.Bench;

/// <summary>
/// The server as <c>lazuli up --engine fake</c> makes it, except that it notes how many writes each group commit had: the store tells. Each line on standard
/// input is answered by the sizes since the line before.
/// </summary>
internal static class GroupSizesHost
{
    public static async Task<int> RunAsync(string state)
    {
        var node = new FakeNode(TimeProvider.System, new FakeNodeOptions { Directory = Path.Combine(state, "fake-node") });
        await using var host = await LazuliHost.CreateAsync(new LazuliOptions { StateDirectory = state, Port = 0 }, node, CancellationToken.None, l => l.ClearProviders());
        var sizes = new List<int>();
        host.Kernel.Store.Committed += changes =>
        {
            lock (sizes)
            {
                sizes.Add(changes.Count);
            }
        };
        await host.StartAsync(CancellationToken.None);
        Console.WriteLine(host.Endpoint);
        while (await Console.In.ReadLineAsync() is not null)
        {
            lock (sizes)
            {
                Console.WriteLine(JsonSerializer.Serialize(sizes, BenchJson.Default.ListInt32).ReplaceLineEndings(""));
                sizes.Clear();
            }
        }

        return 0;
    }
}
