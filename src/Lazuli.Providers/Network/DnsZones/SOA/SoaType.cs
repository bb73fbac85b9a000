namespace Lazuli.Providers.Network.DnsZones.SOA;

/// <summary>Microsoft.Network/dnsZones/SOA: a public zone's SOA record sets. They come with their zone and go with it.</summary>
public sealed class SoaType() : PublicRecordSetType("SOA");
