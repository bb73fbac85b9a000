namespace Lazuli.Providers.Network.DnsZones.AAAA;

/// <summary>Microsoft.Network/dnsZones/AAAA: a public zone's AAAA record sets.</summary>
public sealed class AaaaType() : PublicRecordSetType("AAAA");
