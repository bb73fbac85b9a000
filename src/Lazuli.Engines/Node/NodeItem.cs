using System.Text.Json.Serialization;
using Lazuli.Engines.Dns;

namespace Lazuli.Engines.Node;

/// <summary>
/// One thing that a machine shall have. Items refer to each other by <see cref="Key"/>; a missing referent makes an item
/// wait, never fail. An item holds everything that the node needs to know, and no more.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(VnetItem), "vnet")]
[JsonDerivedType(typeof(NsgItem), "nsg")]
[JsonDerivedType(typeof(NicItem), "nic")]
[JsonDerivedType(typeof(RouteTableItem), "routes")]
[JsonDerivedType(typeof(NatItem), "nat")]
[JsonDerivedType(typeof(LoadBalancerItem), "loadBalancer")]
[JsonDerivedType(typeof(EndpointItem), "endpoint")]
[JsonDerivedType(typeof(LinkServiceItem), "linkService")]
[JsonDerivedType(typeof(DnsZoneItem), "dnsZone")]
[JsonDerivedType(typeof(DnsRecordsItem), "dnsRecords")]
[JsonDerivedType(typeof(DnsHostItem), "dnsHost")]
[JsonDerivedType(typeof(TrafficItem), "traffic")]
[JsonDerivedType(typeof(DiskItem), "disk")]
[JsonDerivedType(typeof(VmItem), "vm")]
[JsonDerivedType(typeof(PacketCaptureItem), "packetCapture")]
[JsonDerivedType(typeof(FlowLogItem), "flowLog")]
[JsonDerivedType(typeof(ConnectionMonitorItem), "connectionMonitor")]
public abstract record NodeItem
{
    /// <summary>The lower-cased resource id that the item was made from; names on the machine are hashes of it (<see cref="MachineName"/>).</summary>
    public required string Key { get; init; }

    /// <summary>Keys of the items that must be true on the machine before this one can be.</summary>
    public virtual IEnumerable<string> References() => [];
}

/// <summary>A virtual network: one routed layer-3 domain, isolated from every other.</summary>
public sealed record VnetItem : NodeItem
{
    /// <summary>CIDR prefixes, IPv4 or IPv6.</summary>
    public required IReadOnlyList<string> AddressPrefixes { get; init; }
    public required IReadOnlyList<SubnetSpec> Subnets { get; init; }

    /// <summary>Custom DNS servers handed out by DHCP; empty means Azure's own, 168.63.129.16.</summary>
    public IReadOnlyList<string> DnsServers { get; init; } = [];

    /// <summary>The DNS suffix of the network's VM names, e.g. <c>abc123.internal.cloudapp.net</c>.</summary>
    public required string DnsSuffix { get; init; }

    /// <summary>The networks that this one is joined with: only those whose own side agrees.</summary>
    public IReadOnlyList<PeerSpec> Peers { get; init; } = [];

    /// <summary>The public address behind which NICs without any other way out go out (default outbound access), or none.</summary>
    public string? OutboundAddress { get; init; }

    /// <summary>The network has IPv6, too.</summary>
    [JsonIgnore]
    public bool IsDualStack => AddressPrefixes.Any(p => p.Contains(':', StringComparison.Ordinal));

    public override IEnumerable<string> References()
        => Subnets.SelectMany(s => new[] { s.NsgKey, s.RouteTableKey, s.NatKey }).OfType<string>().Distinct(StringComparer.Ordinal);
}

/// <summary>One side of a peering: what this network thinks of the other.</summary>
public sealed record PeerSpec
{
    public required string VnetKey { get; init; }

    /// <summary>The other network's address space as it was when the sides last agreed.</summary>
    public required IReadOnlyList<string> AddressPrefixes { get; init; }

    /// <summary>The service tag VirtualNetwork holds the other network's space.</summary>
    public bool Access { get; init; } = true;

    /// <summary>What comes from there may have a source outside of the other network's space.</summary>
    public bool Forwarded { get; init; }

    /// <summary>The other network is in another region.</summary>
    public bool Global { get; init; }
}

/// <summary>A subnet of a <see cref="VnetItem"/>. The first usable address of each prefix is the gateway, as on Azure.</summary>
public sealed record SubnetSpec
{
    public required string Key { get; init; }
    public required IReadOnlyList<string> AddressPrefixes { get; init; }
    public string? NsgKey { get; init; }
    public string? RouteTableKey { get; init; }
    public string? NatKey { get; init; }

    /// <summary>NICs without a way out of their own may use <see cref="VnetItem.OutboundAddress"/>; false in a private subnet.</summary>
    public bool DefaultOutbound { get; init; } = true;
}

/// <summary>Routes that go before the system's own, for the subnets that refer to them.</summary>
public sealed record RouteTableItem : NodeItem
{
    public required IReadOnlyList<RouteSpec> Routes { get; init; }
}

/// <summary>Where packets to a prefix go next.</summary>
public sealed record RouteSpec
{
    public required string Name { get; init; }

    /// <summary>A prefix, IPv4 or IPv6.</summary>
    public required string Prefix { get; init; }
    public required NextHop NextHop { get; init; }

    /// <summary>The appliance, for <see cref="NextHop.VirtualAppliance"/>.</summary>
    public string? Appliance { get; init; }
}

/// <summary>Kinds of next hops, by Azure's names.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NextHop>))]
public enum NextHop
{
    VnetLocal,
    VNetPeering,
    VNetGlobalPeering,
    Internet,
    VirtualAppliance,
    VirtualNetworkGateway,
    None,
}

/// <summary>A NAT gateway: the TCP and UDP connections that subnets open to the Internet come from its addresses.</summary>
public sealed record NatItem : NodeItem
{
    /// <summary>Public addresses; none yet means that the subnets have no way out.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>4 to 120; of TCP.</summary>
    public int IdleTimeoutMinutes { get; init; } = 4;
}

/// <summary>A network security group's own rules; the default rules (65000 to 65500) are the engine's to add.</summary>
public sealed record NsgItem : NodeItem
{
    public required IReadOnlyList<NsgRule> Rules { get; init; }
}

/// <summary>One security rule, with prefixes and ports already merged from Azure's singular and plural properties.</summary>
public sealed record NsgRule
{
    public required string Name { get; init; }

    /// <summary>100 to 4096; lower wins.</summary>
    public required int Priority { get; init; }
    public required bool Inbound { get; init; }
    public required bool Allow { get; init; }

    /// <summary><c>*</c>, <c>tcp</c>, <c>udp</c>, <c>icmp</c>, <c>esp</c> or <c>ah</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>CIDRs, addresses, <c>*</c> or the service tags <c>VirtualNetwork</c>, <c>AzureLoadBalancer</c>, <c>Internet</c>, <c>AzureTrafficManager</c>.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary><c>*</c>, <c>80</c> or <c>80-90</c>.</summary>
    public required IReadOnlyList<string> SourcePorts { get; init; }
    public required IReadOnlyList<string> Destinations { get; init; }
    public required IReadOnlyList<string> DestinationPorts { get; init; }

    /// <summary>Application security groups, beside <see cref="Sources"/>: their members' addresses.</summary>
    public IReadOnlyList<string> SourceGroups { get; init; } = [];
    public IReadOnlyList<string> DestinationGroups { get; init; } = [];
}

/// <summary>A network interface. It exists in its network with or without a VM; packets flow only while its VM runs.</summary>
public sealed record NicItem : NodeItem
{
    public required string VnetKey { get; init; }

    /// <summary>Upper-case, dashed as Azure shows it: <c>00-0D-3A-01-02-03</c>.</summary>
    public required string MacAddress { get; init; }
    public required IReadOnlyList<IpConfigSpec> IpConfigs { get; init; }
    public string? NsgKey { get; init; }
    public bool IpForwarding { get; init; }

    /// <summary>Host name under the network's <see cref="VnetItem.DnsSuffix"/>, when a VM has the NIC.</summary>
    public string? HostName { get; init; }
    public IReadOnlyList<string> DnsServers { get; init; } = [];

    public override IEnumerable<string> References() => NsgKey is null ? [VnetKey] : [VnetKey, NsgKey];
}

/// <summary>One IP configuration of a NIC.</summary>
public sealed record IpConfigSpec
{
    public required string Name { get; init; }
    public required string SubnetKey { get; init; }

    /// <summary>The private address, IPv4 or IPv6, without prefix length.</summary>
    public required string PrivateAddress { get; init; }
    public bool Primary { get; init; }

    [JsonIgnore]
    public bool IsIpv6 => PrivateAddress.Contains(':', StringComparison.Ordinal);

    /// <summary>The public address translated one to one to the private one, or none.</summary>
    public string? PublicAddress { get; init; }

    /// <summary>A Standard public address: closed to the outside as long as neither the NIC nor its subnet has a security group.</summary>
    public bool PublicSecureByDefault { get; init; }

    /// <summary>The application security groups that it is a member of.</summary>
    public IReadOnlyList<string> GroupKeys { get; init; } = [];
}

/// <summary>A managed disk. It outlives its VM; removing the item removes the bytes.</summary>
public sealed record DiskItem : NodeItem
{
    public required long SizeBytes { get; init; }
    public required DiskSource Source { get; init; }

    /// <summary>Limits of the disk's tier; 0 is unlimited.</summary>
    public int Iops { get; init; }

    /// <summary>Megabytes (10^6) per second; 0 is unlimited.</summary>
    public int MBps { get; init; }

    public override IEnumerable<string> References() => Source.CopyOfDiskKey is { } origin ? [origin] : [];
}

/// <summary>Where a disk's first bytes come from; exactly one is set, or none for an empty disk.</summary>
public sealed record DiskSource
{
    /// <summary><c>publisher:offer:sku:version</c> with an exact version.</summary>
    public string? ImageUrn { get; init; }
    public string? CopyOfDiskKey { get; init; }
}

/// <summary>What the machine shall be doing.</summary>
public enum VmPower
{
    Running,

    /// <summary>Shut down (asked politely first, then cut) but still allocated.</summary>
    Stopped,

    /// <summary>As <see cref="Stopped"/> without asking the guest.</summary>
    PoweredOff,

    /// <summary>No process, no memory, no CPU: only disks and NICs stay.</summary>
    Deallocated,
}

/// <summary>A virtual machine.</summary>
public sealed record VmItem : NodeItem
{
    /// <summary>The vmId: SMBIOS system UUID and the id that guest services answer with.</summary>
    public required Guid VmId { get; init; }
    public required string Name { get; init; }
    public required int Cpus { get; init; }
    public required int MemoryMiB { get; init; }
    public required VmPower Power { get; init; }

    /// <summary>
    /// Each increment makes the node restart a running guest once (politely, then by reset). With <see cref="Power"/>
    /// Running it also starts a machine whose guest had shut itself down.
    /// </summary>
    public int RestartCount { get; init; }

    /// <summary>Each increment makes the node stop and start the machine in a new process (redeploy, reapply).</summary>
    public int RedeployCount { get; init; }
    public required VmDisk OsDisk { get; init; }
    public IReadOnlyList<VmDisk> DataDisks { get; init; } = [];

    /// <summary>In order; the first is primary.</summary>
    public required IReadOnlyList<string> NicKeys { get; init; }

    /// <summary>Null for a machine made from a specialized disk: nothing is provisioned.</summary>
    public VmProvisioning? Provisioning { get; init; }

    /// <summary>What IMDS says about the machine.</summary>
    public required VmMetadata Metadata { get; init; }

    public override IEnumerable<string> References() => DataDisks.Select(d => d.DiskKey).Prepend(OsDisk.DiskKey).Concat(NicKeys);
}

public sealed record VmDisk
{
    public required string DiskKey { get; init; }

    /// <summary>LUN of a data disk, 0 to 63; the OS disk has none.</summary>
    public int? Lun { get; init; }
    public bool ReadOnly { get; init; }

    /// <summary><c>None</c>, <c>ReadOnly</c> or <c>ReadWrite</c>.</summary>
    public string Caching { get; init; } = "None";
}

/// <summary>What the guest is told at its first boot (ovf-env.xml).</summary>
public sealed record VmProvisioning
{
    public required string ComputerName { get; init; }
    public required string AdminUsername { get; init; }
    public string? AdminPassword { get; init; }
    public bool DisablePasswordAuthentication { get; init; }
    public IReadOnlyList<SshKey> SshKeys { get; init; } = [];

    /// <summary>Base64, as the API got it.</summary>
    public string? CustomData { get; init; }
    public bool ProvisionGuestAgent { get; init; } = true;
}

public sealed record SshKey(string Path, string KeyData);

/// <summary>The facts that the Instance Metadata Service shows beside those of the other items.</summary>
public sealed record VmMetadata
{
    public required string ResourceId { get; init; }
    public required string Location { get; init; }
    public required string SubscriptionId { get; init; }
    public required string ResourceGroupName { get; init; }
    public required string VmSize { get; init; }
    public string? Zone { get; init; }
    public string? Publisher { get; init; }
    public string? Offer { get; init; }
    public string? Sku { get; init; }
    public string? Version { get; init; }
    public string OsType { get; init; } = "Linux";
    public string? LicenseType { get; init; }
    public string? Priority { get; init; }
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Base64; may change while the machine runs.</summary>
    public string? UserData { get; init; }
}
