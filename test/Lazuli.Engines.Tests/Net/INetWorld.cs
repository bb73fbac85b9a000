using Lazuli.Engines.Net;

namespace Lazuli.Engines.Tests.Net;

/// <summary>A machine with guests on its NICs, whichever engine makes it.</summary>
public interface INetWorld : IAsyncDisposable
{
    INetEngine Engine { get; }

    /// <summary>Applies a state and sees to it that a guest sits behind each NIC.</summary>
    Task ApplyAsync(VnetState state);

    /// <summary>Sends the first packet of a flow and tells who got it.</summary>
    Task<FlowVerdict> SendAsync(Flow flow);
}
