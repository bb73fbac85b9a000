using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.LoadBalancers.BackendAddressPools;
using Lazuli.Providers.Network.NetworkInterfaces;
using static Lazuli.Providers.Network.LoadBalancers.LoadBalancerLinks;

namespace Lazuli.Providers.Network.LoadBalancers;

/// <summary>Actions on a load balancer.</summary>
internal static class LoadBalancerActions
{
    /// <summary><c>GET …/networkInterfaces</c>: the NICs in its pools and behind its inbound NAT rules.</summary>
    public static Result<ActionResult<LoadBalancerProperties>> NetworkInterfaces(ActionContext<LoadBalancerProperties> context)
    {
        var own = context.Resource.Properties;
        var nics = (own.BackendAddressPools ?? []).SelectMany(p => MembersOf(context.View, p.Id ?? ""))
            .Concat((own.InboundNatRules ?? []).SelectMany(r => UsersOf(context.View, r.Id ?? "")))
            .Select(m => m.Nic.Id).DistinctBy(n => n.Key).OrderBy(n => n.Key, StringComparer.Ordinal);
        return new ActionResult<LoadBalancerProperties> { Body = ResourceList(context.Kernel, nics) };
    }

    /// <summary><c>POST …/migrateToIpBased</c>: pools that hold IP configurations hold their addresses instead, and nobody else's connections change.</summary>
    public static Result<ActionResult<LoadBalancerProperties>> MigrateToIpBased(ActionContext<LoadBalancerProperties> context)
    {
        var (balancer, view) = (context.Resource, context.View);
        if (!PoolNames(context.Request.Body).Ok(out var names, out var error))
        {
            return error;
        }

        var pools = balancer.Properties.BackendAddressPools ?? [];
        if (names.FirstOrDefault(n => !pools.Any(p => Same(p.Name, n))) is { } missing)
        {
            return ArmErrors.InvalidReference($"{balancer.Id}/backendAddressPools/{missing}", balancer.Id);
        }

        if (!IsStandard(balancer))
        {
            return LoadBalancerErrors.Invalid("Addresses in backend address pools need a load balancer of the Standard sku.", "pools");
        }

        var chosen = pools.Where(p => (names.Length == 0 || names.Contains(p.Name, StringComparer.OrdinalIgnoreCase)) && !IsByAddress(p.Properties)).ToArray();
        return new ActionResult<LoadBalancerProperties>
        {
            Desired = balancer with
            {
                Properties = balancer.Properties with { BackendAddressPools = [.. pools.Select(p => chosen.Contains(p) ? ByAddress(balancer, p, view) : p)] },
            },
        };
    }

    /// <summary><c>{ "value": [ … ] }</c> of whole resources.</summary>
    public static ReadOnlyMemory<byte> ResourceList(KernelServices kernel, IEnumerable<Kernel.Ids.ResourceId> ids) => JsonWriting.List(
        from id in ids
        let record = kernel.Store.Get(id.Key)
        where record is not null
        let type = kernel.Registry.Type(record.Type)
        where type is not null
        select kernel.Registry.Handler(type).Render(record),
        (json, body) => json.WriteRawValue(body.Span));

    private static Embedded<BackendAddressPool> ByAddress(Resource<LoadBalancerProperties> balancer, Embedded<BackendAddressPool> pool, IResourceView view)
    {
        var members = PoolMembers.Of(view, balancer, pool.Id);
        var network = MembersOf(view, pool.Id ?? "").Select(m => NetworkInterfaceRules.NetworkOf(m.Nic.Properties)).FirstOrDefault();
        return network is null ? pool : pool with
        {
            Properties = (pool.Properties ?? new()) with
            {
                VirtualNetwork = ResourceLink.To(network),
                SyncMode = pool.Properties?.SyncMode,
                LoadBalancerBackendAddresses = [.. members.Select(m => new BackendAddress
                {
                    Name = m.Name,
                    Properties = new() { IpAddress = m.Address, VirtualNetwork = ResourceLink.To(network), AdminState = m.AdminState == "None" ? null : m.AdminState },
                })],
            },
        };
    }

    private static Result<string[]> PoolNames(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = body.IsEmpty ? null : JsonDocument.Parse(body);
            return document is not null && document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("pools", out var pools)
                ? pools.EnumerateArray().Select(p => p.GetString() ?? "").ToArray()
                : Array.Empty<string>();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return ArmErrors.InvalidRequestContent(e.Message);
        }
    }
}
