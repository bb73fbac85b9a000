namespace Lazuli.Providers.Network.DnsZones.NS;

/// <summary>Microsoft.Network/dnsZones/NS: a public zone's NS record sets.</summary>
public sealed class NsType() : PublicRecordSetType("NS");
