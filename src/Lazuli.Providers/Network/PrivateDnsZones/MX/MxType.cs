namespace Lazuli.Providers.Network.PrivateDnsZones.MX;

/// <summary>Microsoft.Network/privateDnsZones/MX: a private zone's MX record sets.</summary>
public sealed class MxType() : PrivateRecordSetType("MX");
