using Lazuli.Engines.Disk.Fake;
using Lazuli.Engines.Image.Fake;
using Lazuli.Engines.Linux.Net;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Lazuli.Engines.Vm.Fake;
using Lazuli.Node;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lazuli.Live.Tests.Net;

/// <summary>A node on the real network engine, with fakes for the others; it may die and come back.</summary>
internal sealed class LiveNode : IAsyncDisposable
{
    private HostNode? _node;
    private long _generation;

    public LinuxNetEngine Engine { get; } = new(new NetOptions());

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("lazuli-node-").FullName;

    public HostNode Node => _node ?? throw new InvalidOperationException();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task StartAsync()
    {
        var vms = new FakeVmEngine(TimeProvider.System);
        _node = new(new() { StateDirectory = Directory, ImageDirectory = Directory, FlowLogInterval = TimeSpan.FromMilliseconds(300) },
            new(Engine, vms, new FakeDiskEngine(vms.Uses), new FakeImageEngine()), null, TimeProvider.System, NullLoggerFactory.Instance);
        await _node.StartAsync(Token);
    }

    public async Task SendAsync(IReadOnlyList<NodeItem> items, params IReadOnlyList<string> removed)
    {
        var document = new NodeDocument { Generation = _generation + 1, BaseGeneration = _generation == 0 ? null : _generation, Items = items, Removed = removed };
        _generation++;
        Assert.Equal(ApplyResult.Accepted, await Node.ApplyAsync(document, Token));
    }

    public static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        while (!await holds())
        {
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Leaves nothing behind.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
            await Engine.SweepAsync(() => new HashSet<string>(), default);
        }

        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
