namespace Lazuli.Providers.Network.PrivateDnsZones.SRV;

/// <summary>Microsoft.Network/privateDnsZones/SRV: a private zone's SRV record sets.</summary>
public sealed class SrvType() : PrivateRecordSetType("SRV");
