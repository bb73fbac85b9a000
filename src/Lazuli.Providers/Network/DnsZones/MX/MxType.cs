namespace Lazuli.Providers.Network.DnsZones.MX;

/// <summary>Microsoft.Network/dnsZones/MX: a public zone's MX record sets.</summary>
public sealed class MxType() : PublicRecordSetType("MX");
