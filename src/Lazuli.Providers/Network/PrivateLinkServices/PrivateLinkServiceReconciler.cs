using System.Globalization;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.LoadBalancers;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.PrivateEndpoints;
using Lazuli.Providers.Network.PublicIPAddresses;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Network.PrivateLinkServices;

/// <summary>Puts the service on the machine, and notes which endpoints ask for it: those that may come in by themselves are approved, the others wait.</summary>
public sealed class PrivateLinkServiceReconciler(KernelServices kernel, NodeLink link) : NodeReconciler<PrivateLinkServiceProperties>(kernel.View, link)
{
    // Azure's link identifiers are 32 bits that start high.
    private const uint FirstIdentifier = 536_870_912;

    protected override IEnumerable<NodeItem> Project(Resource<PrivateLinkServiceProperties> resource)
    {
        if (PrivateLinkServiceRules.NetworkOf(resource.Properties, View) is { } network && FrontendOf(resource.Properties) is { Length: > 0 } frontend
            && (resource.Properties.Nic?.Addresses ?? []).OrderByDescending(a => a.Primary).Select(a => a.Address).OfType<string>().ToArray() is { Length: > 0 } sources)
        {
            yield return new LinkServiceItem { Key = resource.Id.Key, VnetKey = network.Id.Key, Frontend = frontend, Sources = sources };
        }
    }

    protected override Outcome Observe(Resource<PrivateLinkServiceProperties> resource, IReadOnlyList<NodeItem> items, Outcome outcome)
    {
        var before = resource.Properties.Links ?? [];
        var asking = View.Referrers<PrivateEndpointProperties>(resource.Id).Where(e => e.Properties.ProvisioningState != "Deleting").ToDictionary(e => e.Properties.ResourceGuid ?? "", StringComparer.Ordinal);
        var after = before.Where(l => asking.ContainsKey(l.EndpointGuid ?? "")).ToList();
        foreach (var endpoint in asking.Values.Where(e => before.All(l => l.EndpointGuid != e.Properties.ResourceGuid)).OrderBy(e => e.Id.Key, StringComparer.Ordinal))
        {
            after.Add(Asked(resource, endpoint, after));
        }

        return after.Count == before.Count && after.Zip(before).All(p => ReferenceEquals(p.First, p.Second))
            ? outcome
            : outcome with { Update = resource with { Properties = resource.Properties with { Links = after } } };
    }

    protected override async Task<Outcome> VanishAsync(Resource<PrivateLinkServiceProperties> resource, CancellationToken cancellationToken)
        => await PlatformNics.RemoveAsync(resource.Properties.Nic, kernel, cancellationToken) ? new Outcome.Settled() : new Outcome.LookAgain(Patience, "Its network interface is still there.");

    private static EndpointLink Asked(Resource<PrivateLinkServiceProperties> service, Resource<PrivateEndpointProperties> endpoint, List<EndpointLink> links)
    {
        var (name, asked) = ($"{endpoint.Name}.{endpoint.Properties.ResourceGuid}", endpoint.Properties.Connection);
        var approved = !endpoint.Properties.IsManual || service.Properties.AutoApproval?.Has(endpoint.Id.SubscriptionId) == true;
        var last = links.Select(l => uint.TryParse(l.Identifier, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0).Append(FirstIdentifier).Max();
        return new()
        {
            Id = service.Id.Child("privateEndpointConnections", name).ToString(),
            Name = name,
            Endpoint = endpoint.Id.ToString(),
            EndpointGuid = endpoint.Properties.ResourceGuid,
            Identifier = (last + 1).ToString(CultureInfo.InvariantCulture),
            Location = endpoint.Location,
            State = new()
            {
                Status = approved ? ConnectionState.Approved : ConnectionState.Pending,
                Description = approved ? "" : asked?.RequestMessage ?? "",
                ActionsRequired = "",
            },
        };
    }

    private string? FrontendOf(PrivateLinkServiceProperties service)
        => service.LoadBalancerFrontendIpConfigurations is [{ Id: { } id }] && LoadBalancerLinks.FrontendOf(View, id) is var (_, frontend)
            ? frontend.Properties?.PublicIPAddress?.Id is { } address ? View.Get<PublicIPAddressProperties>(address)?.Properties.Allocated : frontend.Properties?.PrivateIPAddress
            : null;
}
