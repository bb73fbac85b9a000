namespace Lazuli.Providers.Network.PrivateDnsZones.CNAME;

/// <summary>Microsoft.Network/privateDnsZones/CNAME: a private zone's CNAME record sets.</summary>
public sealed class CnameType() : PrivateRecordSetType("CNAME");
