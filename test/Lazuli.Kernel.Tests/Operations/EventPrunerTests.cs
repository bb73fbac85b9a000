using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lazuli.Kernel.Tests.Operations;

/// <summary>How long activity and changes are kept.</summary>
public sealed class EventPrunerTests
{
    [Fact]
    public async Task Activity_is_kept_for_90_days_and_changes_for_14()
    {
        const string Subscription = "00000000-0000-0000-0000-000000000001";
        var cancellation = TestContext.Current.CancellationToken;
        var now = TimeProvider.System.GetUtcNow();
        await using var store = new ResourceStore(new MemoryJournal());
        StoreEvent Event(string stream, int days) => new() { Subscription = stream, Time = now.AddDays(-days), Body = "{}"u8.ToArray() };
        await store.CommitAsync(new StoreTransaction
        {
            Writes = [new($"/subscriptions/{Subscription}", new StoreRecord { Key = $"/subscriptions/{Subscription}", Type = "microsoft.resources/subscriptions", Body = "{}"u8.ToArray() })],
            Events = [.. from stream in new[] { "", Subscription, "changes/" + Subscription } from days in new[] { 1, 13, 15, 89, 91, 400 } select Event(stream, days)],
        }, cancellation);

        using var pruner = new EventPruner(store, TimeProvider.System, NullLogger<EventPruner>.Instance);
        Assert.Equal(2 + 2 + 4, await pruner.PassAsync(cancellation));
        int Left(string stream) => store.Events(stream, DateTimeOffset.MinValue, now).Count();
        Assert.Equal((4, 4, 2), (Left(""), Left(Subscription), Left("changes/" + Subscription)));
        Assert.Equal(0, await pruner.PassAsync(cancellation));
    }
}
