using Lazuli.Engines.Net;
using Lazuli.Engines.Net.Fake;

namespace Lazuli.Engines.Tests.Net;

public sealed class FakeNetTests : NetConformance
{
    protected override INetWorld Create() => new FakeWorld();
}

public sealed class FakeDualStackTests : DualStackConformance
{
    protected override INetWorld Create() => new FakeWorld();
}

internal sealed class FakeWorld : INetWorld
{
    private readonly FakeNetEngine _engine = new(new NetOptions());

    public INetEngine Engine => _engine;

    public Task ApplyAsync(VnetState state) => _engine.ApplyAsync(state, default);

    public Task<FlowVerdict> SendAsync(Flow flow) => Task.FromResult(_engine.Evaluate(flow));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
