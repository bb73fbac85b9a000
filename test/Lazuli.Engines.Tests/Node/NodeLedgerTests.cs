using Lazuli.Engines.Node;

namespace Lazuli.Engines.Tests.Node;

public sealed class NodeLedgerTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("lazuli-ledger-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Lower_generations_and_other_content_under_the_same_are_stale()
    {
        using var ledger = NodeLedger.InMemory();
        Assert.Equal(ApplyResult.Accepted, ledger.Apply(Items.Document(5, Items.Disk())).Result);
        Assert.Equal(ApplyResult.Stale, ledger.Apply(Items.Document(4)).Result);
        Assert.Equal(ApplyResult.Stale, ledger.Apply(Items.Document(5, Items.Disk(size: 1))).Result);
        Assert.Equal(ApplyResult.Accepted, ledger.Apply(Items.Document(5, Items.Disk())).Result);
    }

    [Fact]
    public void A_change_on_another_base_needs_everything()
    {
        using var ledger = NodeLedger.InMemory();
        Assert.Equal(ApplyResult.NeedsEverything, ledger.Apply(Items.Change(8, [Items.Disk()])).Result);
        Assert.Empty(ledger.Items);
    }

    [Fact]
    public void What_was_accepted_is_there_after_a_crash_and_a_torn_line_is_not()
    {
        using (var ledger = NodeLedger.Open(_directory))
        {
            ledger.Apply(Items.Document(1, Items.Disk(), Items.Vnet()));
            ledger.Apply(Items.Change(2, [Items.Disk("second")], "net"));
        }

        File.AppendAllText(Path.Combine(_directory, "document.ndjson"), """{"generation":3,"baseGeneration":2,"items":[{"kind":"di""");
        using var again = NodeLedger.Open(_directory);
        Assert.Equal(2, again.Generation);
        Assert.Equal(["disk", "second"], again.Items.Keys.Order());
        Assert.Equal(ApplyResult.Accepted, again.Apply(Items.Change(3, [], "second")).Result);
        Assert.Single(again.Items);
    }
}
