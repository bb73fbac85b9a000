namespace Lazuli.Providers.Network.TrafficManagerProfiles.AzureEndpoints;

/// <summary>Microsoft.Network/trafficManagerProfiles/azureEndpoints: resources of this cloud: public addresses with names.</summary>
public sealed class AzureEndpointType() : EndpointType("azureEndpoints");
