namespace Lazuli.Providers.Network.DnsZones.PTR;

/// <summary>Microsoft.Network/dnsZones/PTR: a public zone's PTR record sets.</summary>
public sealed class PtrType() : PublicRecordSetType("PTR");
