namespace Lazuli.Providers.Network.PrivateDnsZones.A;

/// <summary>Microsoft.Network/privateDnsZones/A: a private zone's A record sets.</summary>
public sealed class AType() : PrivateRecordSetType("A");
