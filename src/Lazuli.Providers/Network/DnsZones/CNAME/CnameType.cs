namespace Lazuli.Providers.Network.DnsZones.CNAME;

/// <summary>Microsoft.Network/dnsZones/CNAME: a public zone's CNAME record sets.</summary>
public sealed class CnameType() : PublicRecordSetType("CNAME");
