namespace Lazuli.Providers.Network.DnsZones.SRV;

/// <summary>Microsoft.Network/dnsZones/SRV: a public zone's SRV record sets.</summary>
public sealed class SrvType() : PublicRecordSetType("SRV");
