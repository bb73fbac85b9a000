using System.Text;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Store.Sqlite;

namespace Lazuli.Kernel.Tests.Store;

/// <summary>What every store must do.</summary>
public abstract class StoreConformance : IAsyncLifetime
{
    protected IResourceStore Store { get; set; } = null!;

    protected abstract IJournal Open();

    public ValueTask InitializeAsync()
    {
        Store = new ResourceStore(Open());
        return default;
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static StoreRecord Record(string key, string type = "t", string body = "{}", params string[] references)
        => new() { Key = key, Type = type, Body = Encoding.UTF8.GetBytes(body), References = references };

    protected Task<string?> PutAsync(StoreRecord record, long? expected = null)
        => Store.CommitAsync(new StoreTransaction { Writes = [new(record.Key, record) { ExpectedVersion = expected }] }, TestContext.Current.CancellationToken);

    [Fact]
    public async Task What_was_committed_can_be_read()
    {
        Assert.Null(await PutAsync(Record("/a", body: "{\"x\":1}")));
        Assert.Equal("{\"x\":1}", Encoding.UTF8.GetString(Store.Get("/a")!.Body.Span));
        Assert.Null(Store.Get("/b"));
    }

    [Fact]
    public async Task Each_commit_gives_a_higher_version()
    {
        await PutAsync(Record("/a"));
        var first = Store.Get("/a")!.Version;
        await PutAsync(Record("/a"));
        Assert.True(Store.Get("/a")!.Version > first);
        Assert.Equal(Store.Sequence, Store.Get("/a")!.Version);
    }

    [Fact]
    public async Task A_write_on_another_version_than_expected_changes_nothing()
    {
        await PutAsync(Record("/a", body: "1"));
        var conflict = await Store.CommitAsync(
            new StoreTransaction { Writes = [new("/b", Record("/b")), new("/a", Record("/a", body: "2")) { ExpectedVersion = 77 }] }, TestContext.Current.CancellationToken);
        Assert.Equal("/a", conflict);
        Assert.Null(Store.Get("/b"));
        Assert.Equal("1", Encoding.UTF8.GetString(Store.Get("/a")!.Body.Span));
    }

    [Fact]
    public async Task Absence_can_be_expected()
    {
        Assert.Null(await PutAsync(Record("/a"), expected: 0));
        Assert.Equal("/a", await PutAsync(Record("/a"), expected: 0));
    }

    [Fact]
    public async Task A_required_version_of_another_key_is_checked()
    {
        await PutAsync(Record("/group"));
        var version = Store.Get("/group")!.Version;
        var transaction = new StoreTransaction { Writes = [new("/group/a", Record("/group/a"))], Requires = [("/group", version)] };
        Assert.Null(await Store.CommitAsync(transaction, TestContext.Current.CancellationToken));
        await PutAsync(Record("/group"));
        Assert.Equal("/group", await Store.CommitAsync(transaction with { Writes = [new("/group/b", Record("/group/b"))] }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Of_many_writers_that_expect_the_same_version_one_wins()
    {
        await PutAsync(Record("/a"));
        var version = Store.Get("/a")!.Version;
        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => PutAsync(Record("/a"), version)));
        Assert.Single(results, r => r is null);
    }

    [Fact]
    public async Task A_scope_lists_itself_and_what_is_below_in_order_and_no_neighbour()
    {
        foreach (var key in new[] { "/s/g", "/s/g/b", "/s/g/a", "/s/g-1/x", "/s/g1/x", "/s" })
        {
            await PutAsync(Record(key));
        }

        Assert.Equal(["/s/g", "/s/g/a", "/s/g/b"], Store.List("/s/g").Select(r => r.Key));
        Assert.Equal(["/s/g/b"], Store.List("/s/g", after: "/s/g/a").Select(r => r.Key));
    }

    [Fact]
    public async Task A_type_is_listed_below_a_scope_or_everywhere()
    {
        await PutAsync(Record("/s/g/vm/1", "vm"));
        await PutAsync(Record("/s/g/vm/2", "vm"));
        await PutAsync(Record("/s/g/nic/1", "nic"));
        await PutAsync(Record("/s/h/vm/3", "vm"));
        await PutAsync(Record("/s/g/vmx/1", "vmx"));
        Assert.Equal(["/s/g/vm/1", "/s/g/vm/2"], Store.ListByType("vm", "/s/g").Select(r => r.Key));
        Assert.Equal(["/s/g/vm/2", "/s/h/vm/3"], Store.ListByType("vm", after: "/s/g/vm/1").Select(r => r.Key));
    }

    [Fact]
    public async Task Referrers_follow_the_references()
    {
        await PutAsync(Record("/vnet"));
        await PutAsync(Record("/nic", references: ["/vnet/subnets/a", "/nsg"]));
        Assert.Equal(["/nic"], Store.Referrers("/vnet").Select(r => r.Key));
        Assert.Equal(["/nic"], Store.Referrers("/vnet/subnets/a").Select(r => r.Key));
        Assert.Equal(["/nic"], Store.Referrers("/vnet/subnets/a", below: false).Select(r => r.Key));
        Assert.Empty(Store.Referrers("/vnet", below: false));
        Assert.Empty(Store.Referrers("/vnet/subnets/ab"));
        await PutAsync(Record("/nic", references: ["/nsg"]));
        Assert.Empty(Store.Referrers("/vnet"));
        await Store.CommitAsync(new StoreTransaction { Writes = [new("/nic", null)] }, TestContext.Current.CancellationToken);
        Assert.Empty(Store.Referrers("/nsg"));
    }

    [Fact]
    public async Task A_document_is_touched_when_a_referrer_of_it_or_of_what_is_in_it_comes_or_goes()
    {
        await PutAsync(Record("/vnet"));
        var version = Store.Get("/vnet")!.Version;
        await PutAsync(Record("/nic", references: "/vnet/subnets/a"));
        Assert.Equal(version, Store.Get("/vnet")!.Version);
        Assert.Equal(Store.Sequence, Store.Get("/vnet")!.Touched);
    }

    [Fact]
    public async Task Commits_are_told_in_order()
    {
        var told = new List<string>();
        Store.Committed += changes => told.AddRange(changes.Select(c => c.Key));
        for (var i = 0; i < 20; i++)
        {
            await PutAsync(Record($"/{i}"));
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"/{i}"), told);
    }

    [Fact]
    public async Task Events_come_back_newest_first_by_subscription_and_time()
    {
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < 3; i++)
        {
            var entry = new StoreEvent { Subscription = i == 2 ? "other" : "s", Time = start.AddHours(i), Body = Encoding.UTF8.GetBytes($"{i}") };
            await Store.CommitAsync(new StoreTransaction { Events = [entry] }, TestContext.Current.CancellationToken);
        }

        Assert.Equal(["1", "0"], Store.Events("s", start, start.AddDays(1)).Select(e => Encoding.UTF8.GetString(e.Body.Span)));
        Assert.Equal(["0"], Store.Events("s", start, start.AddMinutes(1)).Select(e => Encoding.UTF8.GetString(e.Body.Span)));
    }

    [Fact]
    public async Task Old_events_are_forgotten_by_the_part_and_nothing_else_is()
    {
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        static StoreEvent Event(string subscription, DateTimeOffset time) => new() { Subscription = subscription, Time = time, Body = "{}"u8.ToArray() };
        await Store.CommitAsync(new StoreTransaction
        {
            Events = [.. Enumerable.Range(0, 700).Select(i => Event("s", start.AddSeconds(i))), Event("s", start.AddDays(1)), Event("other", start)],
        }, TestContext.Current.CancellationToken);

        var counts = new List<int>();
        do
        {
            counts.Add(await Store.PruneEventsAsync("s", start.AddDays(1), TestContext.Current.CancellationToken));
        }
        while (counts[^1] > 0);

        Assert.Equal(700, counts.Sum());
        Assert.All(counts, c => Assert.InRange(c, 0, 500));
        Assert.Equal(start.AddDays(1), Assert.Single(Store.Events("s", start, start.AddDays(2))).Time);
        Assert.Single(Store.Events("other", start, start.AddDays(2)));
    }
}

public sealed class MemoryStoreTests : StoreConformance
{
    protected override IJournal Open() => new MemoryJournal();
}

public sealed class SqliteStoreTests : StoreConformance
{
    private readonly string _directory = Directory.CreateTempSubdirectory("lazuli-store-").FullName;

    private string File => Path.Combine(_directory, "state.db");

    protected override IJournal Open() => new SqliteJournal(File);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Everything_is_there_after_a_restart()
    {
        await PutAsync(Record("/a", "vm", "{\"x\":1}", "/b"));
        await PutAsync(Record("/gone"));
        await Store.CommitAsync(new StoreTransaction { Writes = [new("/gone", null)] }, TestContext.Current.CancellationToken);
        var (sequence, version) = (Store.Sequence, Store.Get("/a")!.Version);
        await Store.DisposeAsync();

        Store = new ResourceStore(Open());
        Assert.Equal(sequence, Store.Sequence);
        Assert.Equal(version, Store.Get("/a")!.Version);
        Assert.Equal(["/a"], Store.Referrers("/b").Select(r => r.Key));
        Assert.Equal(["/a"], Store.ListByType("vm").Select(r => r.Key));
        Assert.Null(Store.Get("/gone"));
    }

    [Fact]
    public async Task A_file_of_a_newer_program_is_refused_with_a_clear_message()
    {
        await Store.DisposeAsync();
        using (var connection = new Connection(File))
        {
            connection.Execute("PRAGMA user_version = 999");
        }

        var refused = Assert.Throws<InvalidDataException>(() => new SqliteJournal(File));
        Assert.Contains("newer Lazuli", refused.Message, StringComparison.Ordinal);
        using (var connection = new Connection(File))
        {
            connection.Execute("PRAGMA user_version = 1");
        }

        Store = new ResourceStore(Open());
    }
}
