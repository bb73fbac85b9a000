namespace Lazuli.Providers.Network.TrafficManagerProfiles.NestedEndpoints;

/// <summary>Microsoft.Network/trafficManagerProfiles/nestedEndpoints: other profiles.</summary>
public sealed class NestedEndpointType() : EndpointType("nestedEndpoints");
