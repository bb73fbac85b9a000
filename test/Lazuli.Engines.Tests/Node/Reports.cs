using Lazuli.Engines.Node;

namespace Lazuli.Engines.Tests.Node;

/// <summary>What a node reports.</summary>
public static class Reports
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits until the latest report of each item there is, by key, is as wanted.</summary>
    public static async Task ReportAsync(this INode node, Func<IReadOnlyDictionary<string, ItemReport>, bool> holds)
    {
        var reports = new Dictionary<string, ItemReport>(StringComparer.Ordinal);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        await foreach (var report in node.WatchAsync(patience.Token))
        {
            foreach (var item in report.Items)
            {
                reports[item.Key] = item;
                if (item.Phase == ItemPhase.Removed)
                {
                    reports.Remove(item.Key);
                }
            }

            if (holds(reports))
            {
                return;
            }
        }
    }
}
