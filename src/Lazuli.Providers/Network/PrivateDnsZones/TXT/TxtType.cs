namespace Lazuli.Providers.Network.PrivateDnsZones.TXT;

/// <summary>Microsoft.Network/privateDnsZones/TXT: a private zone's TXT record sets.</summary>
public sealed class TxtType() : PrivateRecordSetType("TXT");
