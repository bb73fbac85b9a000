namespace Lazuli.Providers.Network.DnsZones.A;

/// <summary>Microsoft.Network/dnsZones/A: a public zone's A record sets.</summary>
public sealed class AType() : PublicRecordSetType("A");
