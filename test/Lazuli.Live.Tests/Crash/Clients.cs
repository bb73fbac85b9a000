using Lazuli.Live.Tests.Cloud;

namespace Lazuli.Live.Tests.Crash;

/// <summary>A client that makes, changes, turns on and off, and deletes one machine with its NIC and a data disk.</summary>
internal sealed class Machinist(LiveCloud cloud, string name, string network, int seed)
{
    private readonly Random _random = new(seed);
    private readonly Owned _nic = new(cloud, $"{cloud.InGroup}/providers/Microsoft.Network/networkInterfaces/{name}-nic", Bodies.NetworkVersion);
    private readonly Owned _disk = new(cloud, $"{cloud.InGroup}/providers/Microsoft.Compute/disks/{name}-data", Bodies.DiskVersion);
    private bool _attached;

    public Owned Machine { get; } = new(cloud, $"{cloud.InGroup}/providers/Microsoft.Compute/virtualMachines/{name}", Bodies.ComputeVersion);

    public IReadOnlyList<Owned> All => [_nic, _disk, Machine];

    /// <summary>What the machine shall do at last.</summary>
    public string Power { get; private set; } = "running";

    /// <summary>Acts until told to stop; then brings the machine into a state that is known.</summary>
    public async Task RunAsync(CancellationToken stopping, CancellationToken cancellationToken)
    {
        while (!stopping.IsCancellationRequested)
        {
            foreach (var owned in All)
            {
                await owned.CheckAsync(cancellationToken);
            }

            await ActAsync(cancellationToken);
            await Task.Delay(_random.Next(1200), cancellationToken);
        }

        await CreateAsync(cancellationToken);
        await PowerAsync(_random.Next(3) == 0 ? "deallocate" : "start", cancellationToken);
    }

    private async Task ActAsync(CancellationToken cancellationToken)
    {
        if (!Machine.Exists)
        {
            await CreateAsync(cancellationToken);
            return;
        }

        switch (_random.Next(8))
        {
            case 0:
                await PowerAsync("start", cancellationToken);
                break;
            case 1 when Power == "running":
                await PowerAsync("powerOff", cancellationToken);
                break;
            case 2:
                await PowerAsync("deallocate", cancellationToken);
                break;
            case 3 when Power == "running":
                await PowerAsync("restart", cancellationToken);
                break;
            case 4:
                await _disk.PutAsync(Bodies.EmptyDisk(), cancellationToken);
                _attached = true;
                await PutAsync(cancellationToken);
                break;
            case 5 or 6:
                _attached = false;
                await PutAsync(cancellationToken);
                break;
            case 7:
                await Machine.DeleteAsync(cancellationToken);
                await _nic.DeleteAsync(cancellationToken);
                await _disk.DeleteAsync(cancellationToken);
                break;
            default:
                break;
        }
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        if (!Machine.Exists)
        {
            _attached = false;
            await _nic.PutAsync(Bodies.Nic(network, null), cancellationToken);
            await PutAsync(cancellationToken);
            Power = "running";
        }
    }

    private Task PutAsync(CancellationToken cancellationToken)
        => Machine.PutAsync(Bodies.Machine(name, _nic.Path, cloud.PublicKey, _attached ? [_disk.Path] : []), cancellationToken);

    private async Task PowerAsync(string action, CancellationToken cancellationToken)
    {
        await Machine.PostAsync(action, cancellationToken);
        Power = action switch
        {
            "powerOff" => "stopped",
            "deallocate" => "deallocated",
            _ => "running",
        };
    }
}

/// <summary>A client that edits the rules of a network in use, and makes and deletes networks, NICs and public addresses.</summary>
internal sealed class Networker(LiveCloud cloud, Owned rules, int seed)
{
    private readonly Random _random = new(seed);
    private readonly Owned _network = new(cloud, $"{cloud.InGroup}/providers/Microsoft.Network/virtualNetworks/other", Bodies.NetworkVersion);
    private readonly Owned _nic = new(cloud, $"{cloud.InGroup}/providers/Microsoft.Network/networkInterfaces/other-nic", Bodies.NetworkVersion);
    private readonly Owned _address = new(cloud, $"{cloud.InGroup}/providers/Microsoft.Network/publicIPAddresses/other-ip", Bodies.NetworkVersion);

    public IReadOnlyList<Owned> All => [_network, _nic, _address, rules];

    public async Task RunAsync(CancellationToken stopping, CancellationToken cancellationToken)
    {
        while (!stopping.IsCancellationRequested)
        {
            foreach (var owned in All)
            {
                await owned.CheckAsync(cancellationToken);
            }

            await ActAsync(cancellationToken);
            await Task.Delay(_random.Next(500), cancellationToken);
        }
    }

    private async Task ActAsync(CancellationToken cancellationToken)
    {
        switch (_random.Next(4))
        {
            case 0:
                await _network.PutAsync(Bodies.Network("10.1.0.0/16", "10.1.0.0/24", rules.Path), cancellationToken);
                await _nic.PutAsync(Bodies.Nic(_network.Path, _address.Exists ? _address.Path : null), cancellationToken);
                break;
            case 1:
                await _nic.DeleteAsync(cancellationToken);
                await _network.DeleteAsync(cancellationToken);
                break;
            case 2 when !_nic.Exists && _address.Exists:
                await _address.DeleteAsync(cancellationToken);
                break;
            case 2:
                await _address.PutAsync(Bodies.PublicAddress(), cancellationToken);
                break;
            default:
                await rules.PutAsync(Bodies.Rules([("ssh", 1000, "Allow", "22"), ("more", _random.Next(2000, 4000), "Deny", _random.Next(1, 65536).ToString(System.Globalization.CultureInfo.InvariantCulture))]), cancellationToken);
                break;
        }
    }
}
