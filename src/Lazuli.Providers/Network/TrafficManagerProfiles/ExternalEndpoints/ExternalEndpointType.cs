namespace Lazuli.Providers.Network.TrafficManagerProfiles.ExternalEndpoints;

/// <summary>Microsoft.Network/trafficManagerProfiles/externalEndpoints: names and addresses anywhere.</summary>
public sealed class ExternalEndpointType() : EndpointType("externalEndpoints");
