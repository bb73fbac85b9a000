using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using Lazuli.Engines.Dns;
using Lazuli.Engines.Node;

namespace Lazuli.Guest;

/// <summary>An immutable index of a <see cref="GuestVnet"/>: who has which address and name. Swapped whole, so each request sees one state.</summary>
internal sealed class VnetView
{
    private readonly FrozenDictionary<IPAddress, NicView> _byAddress;
    private readonly FrozenDictionary<string, NicView> _nics;
    private readonly FrozenDictionary<string, NicView> _byHostName;

    public VnetView(GuestVnet source)
    {
        Vnet = source.Vnet;
        Disks = source.Disks.ToFrozenDictionary(d => d.Key, StringComparer.Ordinal);
        Prefixes = [.. source.Vnet.AddressPrefixes.Select(Parse).OfType<IPNetwork>()];
        var subnets = source.Vnet.Subnets
            .ToDictionary(s => s.Key, s => s.AddressPrefixes.Select(Parse).OfType<IPNetwork>().ToArray(), StringComparer.Ordinal);
        var vms = new Dictionary<string, VmItem>(StringComparer.Ordinal);
        foreach (var vm in source.Vms)
        {
            foreach (var key in vm.NicKeys)
            {
                vms.TryAdd(key, vm);
            }
        }

        var nics = new Dictionary<string, NicView>(StringComparer.Ordinal);
        foreach (var nic in source.Nics)
        {
            nics.TryAdd(nic.Key, new NicView(nic, vms.GetValueOrDefault(nic.Key), subnets));
        }

        _nics = nics.ToFrozenDictionary(StringComparer.Ordinal);
        var byAddress = new Dictionary<IPAddress, NicView>();
        var byHostName = new Dictionary<string, NicView>(StringComparer.OrdinalIgnoreCase);
        foreach (var nic in nics.Values.OrderBy(n => n.IsPrimary ? 0 : 1).ThenBy(n => n.Nic.Key, StringComparer.Ordinal))
        {
            foreach (var address in nic.Addresses)
            {
                byAddress.TryAdd(address.Address, nic);
            }

            if (nic.Nic.HostName is { Length: > 0 } name)
            {
                byHostName.TryAdd(name, nic);
            }
        }

        _byAddress = byAddress.ToFrozenDictionary();
        _byHostName = byHostName.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    public VnetItem Vnet { get; }
    public IReadOnlyDictionary<string, DiskItem> Disks { get; }
    public IReadOnlyList<IPNetwork> Prefixes { get; }
    public IEnumerable<string> NicKeys => _nics.Keys;

    /// <summary>Its machines' names, each with the primary address of each family of its primary NIC; what zones register.</summary>
    public IReadOnlyList<DnsHost> Hosts
        => [.. from named in _byHostName
               where named.Value.IsPrimary
               orderby named.Key
               from address in named.Value.Addresses.DistinctBy(a => a.IsV4)
               select new DnsHost(named.Key.ToLowerInvariant(), address.Address)];

    public NicView? NicOf(string nicKey) => _nics.GetValueOrDefault(nicKey);

    /// <summary>The NIC that a packet from <paramref name="address"/> comes from: the network lets no guest send from another's address.</summary>
    public NicView? NicAt(IPAddress address) => _byAddress.GetValueOrDefault(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    /// <summary>A VM's primary NIC by its host name, ignoring case.</summary>
    public NicView? NicNamed(string hostName) => _byHostName.GetValueOrDefault(hostName);

    private static IPNetwork? Parse(string prefix) => IPNetwork.TryParse(prefix, out var network) ? network : null;
}

/// <summary>A private address of a NIC with the subnet's prefix that holds it.</summary>
internal sealed record NicAddress(IPAddress Address, IPNetwork Subnet, string? PublicAddress)
{
    public bool IsV4 => Address.AddressFamily == AddressFamily.InterNetwork;
}

/// <summary>A NIC, the VM that has it, and its addresses, the primary one first.</summary>
internal sealed class NicView
{
    public NicView(NicItem nic, VmItem? vm, Dictionary<string, IPNetwork[]> subnets)
    {
        Nic = nic;
        Vm = vm;
        var addresses = new List<NicAddress>();
        foreach (var config in nic.IpConfigs.OrderBy(c => c.Primary ? 0 : 1))
        {
            if (IPAddress.TryParse(config.PrivateAddress, out var address) && subnets.TryGetValue(config.SubnetKey, out var prefixes)
                && prefixes.FirstOrDefault(p => p.Contains(address)) is { PrefixLength: > 0 } subnet)
            {
                addresses.Add(new NicAddress(address, subnet, config.PublicAddress));
            }
        }

        Addresses = addresses;
    }

    public NicItem Nic { get; }
    public VmItem? Vm { get; }
    public IReadOnlyList<NicAddress> Addresses { get; }
    public bool IsPrimary => Vm is not null && Vm.NicKeys.Count > 0 && Vm.NicKeys[0] == Nic.Key;

    /// <summary>The address that DHCP gives; null when the NIC has no IPv4 address.</summary>
    public NicAddress? PrimaryV4 => Addresses.FirstOrDefault(a => a.IsV4);

    /// <summary>The address that DHCPv6 gives, or null.</summary>
    public NicAddress? PrimaryV6 => Addresses.FirstOrDefault(a => !a.IsV4);
}
