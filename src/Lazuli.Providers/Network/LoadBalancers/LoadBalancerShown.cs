using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.LoadBalancers.BackendAddressPools;
using static Lazuli.Providers.Network.LoadBalancers.LoadBalancerLinks;

namespace Lazuli.Providers.Network.LoadBalancers;

/// <summary>What GET shows of a load balancer beyond what is stored: who refers to each part, the members of pools, entity tags and states.</summary>
internal static class LoadBalancerShown
{
    public static Resource<LoadBalancerProperties> Of(Resource<LoadBalancerProperties> stored, IResourceView view)
    {
        var (own, id, state) = (stored.Properties, stored.Id, stored.Properties.ProvisioningState);
        var (rules, nats, outbound) = (own.LoadBalancingRules ?? [], own.InboundNatRules ?? [], own.OutboundRules ?? []);
        return stored with
        {
            Properties = own with
            {
                FrontendIPConfigurations = [.. (own.FrontendIPConfigurations ?? []).Select(f => f with
                {
                    Etag = stored.Etag,
                    Properties = (f.Properties ?? new()) with
                    {
                        ProvisioningState = state,
                        LoadBalancingRules = Links(rules, r => Same(r.FrontendIPConfiguration?.Id, f.Id)),
                        InboundNatRules = Links(nats, r => Same(r.FrontendIPConfiguration?.Id, f.Id)),
                        InboundNatPools = Links(own.InboundNatPools ?? [], p => Same(p.FrontendIPConfiguration?.Id, f.Id)),
                        OutboundRules = Links(outbound, r => (r.FrontendIPConfigurations ?? []).Any(l => Same(l.Id, f.Id))),
                    },
                })],
                BackendAddressPools = [.. (own.BackendAddressPools ?? []).Select(p => p with { Etag = stored.Etag, Properties = Pool(stored, p, view) })],
                LoadBalancingRules = [.. rules.Select(r => r with { Etag = stored.Etag, Properties = (r.Properties ?? new()) with { ProvisioningState = state } })],
                Probes = [.. (own.Probes ?? []).Select(p => p with
                {
                    Etag = stored.Etag,
                    Properties = (p.Properties ?? new()) with { ProvisioningState = state, LoadBalancingRules = Links(rules, r => Same(r.Probe?.Id, p.Id)) },
                })],
                InboundNatRules = [.. nats.Select(r => r with
                {
                    Etag = stored.Etag,
                    Properties = (r.Properties ?? new()) with
                    {
                        ProvisioningState = state,
                        BackendIPConfiguration = UsersOf(view, r.Id ?? "") is [var user, ..] ? new() { Id = user.Id } : null,
                    },
                })],
                InboundNatPools = [.. (own.InboundNatPools ?? []).Select(p => p with { Etag = stored.Etag, Properties = (p.Properties ?? new()) with { ProvisioningState = state } })],
                OutboundRules = [.. outbound.Select(r => r with { Etag = stored.Etag, Properties = (r.Properties ?? new()) with { ProvisioningState = state } })],
            },
        };

        BackendAddressPool Pool(Resource<LoadBalancerProperties> balancer, Embedded<BackendAddressPool> pool, IResourceView all)
        {
            var given = pool.Properties ?? new();
            var members = PoolMembers.Of(all, balancer, pool.Id);
            var ranges = nats.Where(r => NatPorts.IsRange(r.Properties) && Same(r.Properties?.BackendAddressPool?.Id, pool.Id)).ToArray();
            var byNic = !IsByAddress(given);
            return given with
            {
                ProvisioningState = state,
                BackendIPConfigurations = members.Where(m => m.ConfigurationId is not null && byNic).Select(m => new ResourceLink { Id = m.ConfigurationId }).ToArray() is { Length: > 0 } nics ? nics : null,
                LoadBalancingRules = Links(rules, r => Same(r.BackendAddressPool?.Id, pool.Id)),
                OutboundRules = Links(outbound, r => Same(r.BackendAddressPool?.Id, pool.Id)),
                OutboundRule = Links(outbound, r => Same(r.BackendAddressPool?.Id, pool.Id)) is [var first, ..] ? first : null,
                InboundNatRules = Links(nats, r => Same(r.BackendAddressPool?.Id, pool.Id)),
                LoadBalancerBackendAddresses =
                [
                    .. from member in members
                       let entry = (given.LoadBalancerBackendAddresses ?? []).FirstOrDefault(e => Same(e.Name, member.Name))
                       let mapping = (from rule in ranges
                                      where rule.Properties?.Ports?.ContainsKey(member.Key) == true
                                      select new NatPortMapping
                                      {
                                          InboundNatRuleName = rule.Name,
                                          FrontendPort = rule.Properties?.Ports?[member.Key],
                                          BackendPort = rule.Properties?.BackendPort,
                                      }).ToArray()
                       select (entry ?? new() { Name = member.Name }) with
                       {
                           Id = $"{pool.Id}/loadBalancerBackendAddresses/{member.Name}",
                           Type = EntryType,
                           Etag = stored.Etag,
                           Properties = (entry?.Properties ?? new()) with
                           {
                               ProvisioningState = state,
                               NetworkInterfaceIPConfiguration = member.ConfigurationId is null ? null : new() { Id = member.ConfigurationId },
                               AdminState = entry?.Properties?.AdminState,
                               InboundNatRulesPortMapping = mapping.Length > 0 ? mapping : null,
                           },
                       },
                ],
            };
        }
    }

    private const string EntryType = "Microsoft.Network/loadBalancers/backendAddressPools/loadBalancerBackendAddresses";

    private static ResourceLink[]? Links<T>(IReadOnlyList<Embedded<T>> children, Func<T, bool> refers)
        where T : class
        => children.Where(c => c.Properties is { } own && refers(own)).Select(c => new ResourceLink { Id = c.Id }).ToArray() is { Length: > 0 } links ? links : null;
}
