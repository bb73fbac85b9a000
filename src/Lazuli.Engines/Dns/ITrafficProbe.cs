using System.Net;

namespace Lazuli.Engines.Dns;

/// <summary>Asks an endpoint of a Traffic Manager profile whether it is well.</summary>
public interface ITrafficProbe
{
    /// <summary>Whether it can be asked from here: only public addresses of this machine can.</summary>
    bool Reaches(IPAddress address);

    /// <summary>One check. False whatever the reason.</summary>
    /// <param name="address">Of the endpoint.</param>
    /// <param name="host">The name that it is asked by.</param>
    /// <param name="monitor">How.</param>
    /// <param name="headers">The endpoint's own.</param>
    /// <param name="cancellationToken">Throws.</param>
    Task<bool> IsWellAsync(IPAddress address, string host, TrafficMonitor monitor, IReadOnlyList<TrafficHeader> headers, CancellationToken cancellationToken);
}
