namespace Lazuli.Providers.Network.DnsZones.CAA;

/// <summary>Microsoft.Network/dnsZones/CAA: a public zone's CAA record sets.</summary>
public sealed class CaaType() : PublicRecordSetType("CAA");
