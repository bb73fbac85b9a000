using Lazuli.Engines.Tests.Net;

namespace Lazuli.Live.Tests.Net;

/// <summary>The conformance suite with real packets.</summary>
[Collection("machine's network")]
public sealed class LinuxNetTests : NetConformance
{
    protected override INetWorld Create() => new LiveNetWorld();
}

/// <summary>The conformance suite of IPv6 with real packets.</summary>
[Collection("machine's network")]
public sealed class LinuxDualStackTests : DualStackConformance
{
    protected override INetWorld Create() => new LiveNetWorld();
}
