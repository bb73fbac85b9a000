namespace Lazuli.Providers.Network.DnsZones.TXT;

/// <summary>Microsoft.Network/dnsZones/TXT: a public zone's TXT record sets.</summary>
public sealed class TxtType() : PublicRecordSetType("TXT");
