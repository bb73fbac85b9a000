using Lazuli.Engines.Node;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.LoadBalancers;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.PrivateLinkServices;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Network.PrivateEndpoints;

/// <summary>Puts the endpoint on the machine, open as long as the other side lets it in, and writes down what the other side says.</summary>
public sealed class PrivateEndpointReconciler(KernelServices kernel, NodeLink link) : NodeReconciler<PrivateEndpointProperties>(kernel.View, link)
{
    protected override IEnumerable<NodeItem> Project(Resource<PrivateEndpointProperties> resource)
    {
        var endpoint = resource.Properties;
        if (PrivateEndpointRules.NetworkOf(endpoint, View) is not { } network || endpoint.Subnet?.Id is not { } subnet)
        {
            yield break;
        }

        yield return new EndpointItem
        {
            Key = resource.Id.Key,
            VnetKey = network.Id.Key,
            SubnetKey = subnet.ToLowerInvariant(),
            Addresses = [.. (endpoint.Nic?.Addresses ?? []).Select(a => a.Address).OfType<string>()],
            ServiceKey = OutcomeOf(endpoint)?.State.Status == ConnectionState.Approved && ResourceId.TryParse(endpoint.Target, out var target) ? target.Key : null,
            GroupKeys = [.. (endpoint.ApplicationSecurityGroups ?? []).Select(g => g.Id?.ToLowerInvariant()).OfType<string>()],
            Guarded = PrivateLinkServiceRules.SubnetOf(network, subnet)?.PrivateEndpointNetworkPolicies is "Enabled" or "NetworkSecurityGroupEnabled",
        };
    }

    protected override Outcome Observe(Resource<PrivateEndpointProperties> resource, IReadOnlyList<NodeItem> items, Outcome outcome)
        => OutcomeOf(resource.Properties) is not { } said ? new Outcome.LookAgain(Patience, "The other side has not heard of it yet.")
            : said.Equals(resource.Properties.Outcome) ? outcome
            : outcome with { Update = resource with { Properties = resource.Properties with { Outcome = said } } };

    protected override async Task<Outcome> VanishAsync(Resource<PrivateEndpointProperties> resource, CancellationToken cancellationToken)
        => await PlatformNics.RemoveAsync(resource.Properties.Nic, kernel, cancellationToken) ? new Outcome.Settled() : new Outcome.LookAgain(Patience, "Its network interface is still there.");

    // Null before the service has noted the endpoint. A service that is gone, or that has thrown it out, is a disconnection.
    private EndpointOutcome? OutcomeOf(PrivateEndpointProperties endpoint)
    {
        if (View.Get<PrivateLinkServiceProperties>(endpoint.Target) is not { Properties.ProvisioningState: not "Deleting" } service)
        {
            return new() { State = new() { Status = ConnectionState.Disconnected, Description = "The private link service is gone.", ActionsRequired = "" } };
        }

        return (service.Properties.Links ?? []).FirstOrDefault(l => LoadBalancerLinks.Same(l.EndpointGuid, endpoint.ResourceGuid)) is { } own
            ? new() { State = own.State, Fqdns = own.State.Status == ConnectionState.Approved ? service.Properties.Fqdns ?? [] : [] }
            : null;
    }
}
