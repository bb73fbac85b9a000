namespace Lazuli.Providers.Network.PrivateDnsZones.PTR;

/// <summary>Microsoft.Network/privateDnsZones/PTR: a private zone's PTR record sets.</summary>
public sealed class PtrType() : PrivateRecordSetType("PTR");
