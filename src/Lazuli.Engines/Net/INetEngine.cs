namespace Lazuli.Engines.Net;

/// <summary>
/// Makes virtual networks real: for each one a routed layer-3 domain of its own, a device per NIC, the security rules and the
/// public addresses. Each call is idempotent and may be cut at any instruction: calling it again completes it.
/// Calls about different networks may run side by side; calls about one network are taken one after the other.
/// </summary>
public interface INetEngine
{
    /// <summary>
    /// Makes the network exactly as the state says: what is missing is made, what is there under its name is adopted, what is
    /// too much is removed. Established connections live on. When it fails nothing is open that the state closes: rules are
    /// swapped as a whole, before any device.
    /// </summary>
    /// <exception cref="NetException">The state can't be made true; the network stays as it was.</exception>
    Task ApplyAsync(VnetState state, CancellationToken cancellationToken);

    /// <summary>Removes the network and all that is in it; nothing happens when it isn't there. Its VMs must have stopped.</summary>
    Task RemoveAsync(string vnetKey, CancellationToken cancellationToken);

    /// <summary>
    /// Removes every network whose key is not in <paramref name="keep"/>, which is asked after looking at what is there, so that what is made meanwhile stays;
    /// answers the machine names of those removed.
    /// </summary>
    Task<IReadOnlyList<string>> SweepAsync(Func<IReadOnlySet<string>> keep, CancellationToken cancellationToken);

    /// <summary>What is on the machine, ordered by name.</summary>
    Task<IReadOnlyList<VnetPresence>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Bytes and packets of every NIC of a network since its device was made; empty when the network isn't there.</summary>
    Task<IReadOnlyList<NicCounters>> ReadCountersAsync(string vnetKey, CancellationToken cancellationToken);
}
