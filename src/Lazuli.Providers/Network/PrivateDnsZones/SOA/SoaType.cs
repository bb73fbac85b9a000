namespace Lazuli.Providers.Network.PrivateDnsZones.SOA;

/// <summary>Microsoft.Network/privateDnsZones/SOA: a private zone's SOA record sets. They come with their zone and go with it.</summary>
public sealed class SoaType() : PrivateRecordSetType("SOA");
