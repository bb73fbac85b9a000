using Lazuli.Engines.Dns;

namespace Lazuli.Engines.Node.Fake;

/// <summary>What a test turns to see what comes of it.</summary>
public sealed partial class FakeNode
{
    /// <summary>Keeps the item Pending, also when it comes only later.</summary>
    public void Hold(string key) => Dial(key, () => _held.Add(key));

    /// <summary>Makes the item fail, also when it comes only later.</summary>
    public void Fail(string key, ItemError error) => Dial(key, () => _failures[key] = error);

    /// <summary>Ends <see cref="Hold"/> and <see cref="Fail"/>.</summary>
    public void Release(string key) => Dial(key, () => _ = _held.Remove(key) | _failures.Remove(key));

    /// <summary>The guest shuts itself down: Stopped although Running is wanted, as on Azure.</summary>
    public void ShutDownGuest(string vmKey) => Dial(vmKey, () => FakeVm.ShutDown(Running(vmKey)));

    /// <summary>The guest reports its health; whatever <see cref="FakeNodeOptions.SilentGuests"/> says.</summary>
    public void ReportGuest(string vmKey, GuestState state, string? detail = null)
        => Do(() =>
        {
            var entry = Running(vmKey);
            _vms.Hear(entry, state, detail);
            Publish(entry);
        });

    /// <summary>From now on an endpoint of a Traffic Manager profile is so.</summary>
    public void ReportEndpoint(string profileKey, string endpoint, EndpointHealth health) => Dial(profileKey, () => _entries[profileKey].Traffic[endpoint] = health);

    /// <summary>From now on every call throws <see cref="IOException"/>, and who watches gets one; the machine goes on.</summary>
    public void Disconnect()
        => Do(() =>
        {
            _disconnected = true;
            _reports.End(_ledger.Generation, Unreachable());
        });

    public void Reconnect()
    {
        lock (_gate)
        {
            _disconnected = false;
        }
    }

    private void Dial(string key, Action action) => Do(() =>
    {
        action();
        _work.Enqueue(key);
    });

    private FakeEntry Running(string vmKey)
        => _entries.GetValueOrDefault(vmKey) is { Vm.Power: VmPowerState.Running } entry ? entry : throw new InvalidOperationException($"{vmKey} isn't running.");
}
