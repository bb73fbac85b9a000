namespace Lazuli.Providers.Network.PrivateDnsZones.AAAA;

/// <summary>Microsoft.Network/privateDnsZones/AAAA: a private zone's AAAA record sets.</summary>
public sealed class AaaaType() : PrivateRecordSetType("AAAA");
