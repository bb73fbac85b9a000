using System.Globalization;
using System.Text;
using Lazuli.Kernel.Store;

namespace Lazuli.Providers.Node;

/// <summary>
/// Numbers for documents, strictly growing over the life of a state directory, crashes included. Taken from the store by the thousand,
/// so that sending a document costs no commit.
/// </summary>
public sealed class NodeGenerations(IResourceStore store)
{
    private const string Key = "/lazuli/node/generation";
    private const long Block = 1000;
    private long _last;
    private long _reserved;

    public async ValueTask<long> NextAsync(CancellationToken cancellationToken)
    {
        while (_last >= _reserved)
        {
            var record = store.Get(Key);
            var start = record is null ? 0 : long.Parse(Encoding.UTF8.GetString(record.Body.Span), CultureInfo.InvariantCulture);
            var write = new StoreWrite(Key, new StoreRecord
            {
                Key = Key,
                Type = "lazuli/node",
                Body = Encoding.UTF8.GetBytes((start + Block).ToString(CultureInfo.InvariantCulture)),
            })
            {
                ExpectedVersion = record?.Version ?? 0,
            };
            if (await store.CommitAsync(new StoreTransaction { Writes = [write] }, cancellationToken) is null)
            {
                (_last, _reserved) = (start, start + Block);
            }
        }

        return ++_last;
    }
}
