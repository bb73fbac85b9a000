using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.LoadBalancers.LoadBalancingRules;
using static Lazuli.Providers.Network.LoadBalancers.LoadBalancerLinks;

namespace Lazuli.Providers.Network.LoadBalancers;

/// <summary>What is asked of parts of load balancers, or of several at once.</summary>
internal sealed class LoadBalancerOperations(LoadBalancerHealth health)
{
    private const string Group = "/subscriptions/{subscriptionId}/resourceGroups/{group}/providers/Microsoft.Network/";
    private const string Balancer = Group + "loadBalancers/{loadBalancer}/";
    private const int Attempts = 20;

    public IReadOnlyList<ProviderOperation> All =>
    [
        new(HttpMethod.Post, Balancer + "backendAddressPools/{pool}/queryInboundNatRulePortMapping",
            "Microsoft.Network/loadBalancers/backendAddressPools/queryInboundNatRulePortMapping/action", (r, _) => Task.FromResult(QueryPorts(r)))
        {
            ApiVersions = NetworkVersions.All,
        },
        new(HttpMethod.Post, Balancer + "loadBalancingRules/{rule}/health", "Microsoft.Network/loadBalancers/loadBalancingRules/health/action", (r, _) => Task.FromResult(Health(r)))
        {
            ApiVersions = NetworkVersions.All,
        },
        new(HttpMethod.Get, Group + "networkInterfaces/{nic}/loadBalancers", "Microsoft.Network/networkInterfaces/loadBalancers/read", (r, _) => Task.FromResult(OfNic(r)))
        {
            ApiVersions = NetworkVersions.All,
        },
        new(HttpMethod.Post, "/subscriptions/{subscriptionId}/providers/Microsoft.Network/locations/{location}/setLoadBalancerFrontendPublicIpAddresses",
            "Microsoft.Network/locations/setLoadBalancerFrontendPublicIpAddresses/action", SwapAsync)
        {
            ApiVersions = NetworkVersions.All,
            MetadataType = "locations/setLoadBalancerFrontendPublicIpAddresses",
        },
    ];

    private static ResourceId IdOf(ProviderRequest request)
        => ResourceId.Parse($"/subscriptions/{request["subscriptionId"]}/resourceGroups/{request["group"]}/providers/Microsoft.Network/loadBalancers/{request["loadBalancer"]}");

    private static Result<ArmResponse> QueryPorts(ProviderRequest request)
    {
        if (request.View.Get<LoadBalancerProperties>(IdOf(request)) is not { } balancer)
        {
            return ArmErrors.ResourceNotFound(IdOf(request));
        }

        if (!Read(request.Request.Body).Ok(out var query, out var error))
        {
            return error;
        }

        var pool = $"{balancer.Id}/backendAddressPools/{request["pool"]}";
        var member = PoolMembers.Of(request.View, balancer, pool).FirstOrDefault(
            m => query.IpAddress is { } address ? m.Address == address : query.IpConfiguration?.Id is { } id && Same(m.ConfigurationId, id));
        if (member is null)
        {
            return ArmErrors.InvalidReference(query.IpAddress ?? query.IpConfiguration?.Id ?? "", balancer.Id);
        }

        var rules = (balancer.Properties.InboundNatRules ?? []).Where(r => Same(r.Properties?.BackendAddressPool?.Id, pool) && r.Properties?.Ports?.ContainsKey(member.Key) == true);
        return ArmResponse.Json(JsonWriting.ToBytes(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("inboundNatRulePortMappings");
            foreach (var rule in rules)
            {
                json.WriteStartObject();
                json.WriteString("inboundNatRuleName", rule.Name);
                json.WriteString("protocol", rule.Properties?.Protocol);
                json.WriteNumber("frontendPort", rule.Properties?.Ports?[member.Key] ?? 0);
                json.WriteNumber("backendPort", rule.Properties?.BackendPort ?? 0);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }));
    }

    private Result<ArmResponse> Health(ProviderRequest request)
    {
        if (request.View.Get<LoadBalancerProperties>(IdOf(request)) is not { } balancer)
        {
            return ArmErrors.ResourceNotFound(IdOf(request));
        }

        var id = $"{balancer.Id}/loadBalancingRules/{request["rule"]}";
        if (Find(balancer.Id, balancer.Properties.LoadBalancingRules, "loadBalancingRules", id)?.Properties is not { } rule)
        {
            return ArmErrors.ResourceNotFound(ResourceId.Parse(id));
        }

        if (rule.Probe is null && !IsGlobal(balancer))
        {
            return LoadBalancerErrors.Invalid($"The load balancing rule {id} has no probe, so nobody knows the health of its backends.", id);
        }

        var members = PoolMembers.Of(request.View, balancer, rule.BackendAddressPool?.Id).Select(m => (Member: m, Health: HealthOf(balancer, rule, m))).ToArray();
        return ArmResponse.Json(JsonWriting.ToBytes(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("up", members.Count(m => m.Health.IsUp));
            json.WriteNumber("down", members.Count(m => !m.Health.IsUp));
            json.WriteStartArray("loadBalancerBackendAddresses");
            foreach (var (member, found) in members)
            {
                json.WriteStartObject();
                json.WriteString("ipAddress", member.Address);
                if (member.ConfigurationId is { } configuration)
                {
                    json.WriteString("networkInterfaceIPConfigurationId", configuration);
                }

                json.WriteString("state", found.IsUp ? "Up" : "Down");
                json.WriteString("reason", found.Reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }));
    }

    private MemberHealth HealthOf(Resource<LoadBalancerProperties> balancer, LoadBalancingRule rule, PoolMember member)
    {
        var probe = ResourceId.TryParse(rule.Probe?.Id, out var id) ? id.Name.ToLowerInvariant() : "";
        return member.AdminState switch
        {
            "Up" => new(probe, member.Address, true, "Up_Admin"),
            "Down" => new(probe, member.Address, false, "Down_Admin"),
            _ => health.Get(balancer.Id)?.Members.FirstOrDefault(m => m.Probe == probe && m.Address == member.Address) ?? new(probe, member.Address, false, "NA"),
        };
    }

    private static Result<ArmResponse> OfNic(ProviderRequest request)
    {
        var nic = ResourceId.Parse($"/subscriptions/{request["subscriptionId"]}/resourceGroups/{request["group"]}/providers/Microsoft.Network/networkInterfaces/{request["nic"]}");
        if (request.View.Get<NetworkInterfaces.NetworkInterfaceProperties>(nic) is not { } resource)
        {
            return ArmErrors.ResourceNotFound(nic);
        }

        var balancers = from configuration in resource.Properties.IpConfigurations ?? []
                        let own = configuration.Properties
                        from balancer in (own?.LoadBalancerBackendAddressPools ?? []).Select(l => PoolOf(request.View, l.Id)?.Balancer)
                            .Concat((own?.LoadBalancerInboundNatRules ?? []).Select(l => NatRuleOf(request.View, l.Id)?.Balancer))
                        where balancer is not null
                        select balancer.Id;
        return ArmResponse.Json(LoadBalancerActions.ResourceList(request.Kernel, balancers.DistinctBy(b => b.Key)));
    }

    // Both load balancers change in one transaction: at no moment has an address two users.
    private static async Task<Result<ArmResponse>> SwapAsync(ProviderRequest request, CancellationToken cancellationToken)
    {
        if (!Read(request.Request.Body).Ok(out var wanted, out var error))
        {
            return error;
        }

        var moves = (wanted.FrontendIPConfigurations ?? []).Select(f => (Id: f.Id ?? "", Address: f.Properties?.PublicIPAddress?.Id ?? "")).ToArray();
        if (moves.Length != 2 || moves.Any(m => m.Id.Length == 0 || m.Address.Length == 0))
        {
            return LoadBalancerErrors.Invalid("Two frontend IP configurations, each with the public IP address of the other, are needed.", "frontendIPConfigurations");
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var found = moves.Select(m => FrontendOf(request.View, m.Id)).ToArray();
            if (Array.FindIndex(found, f => f is null) is >= 0 and var missing)
            {
                return ArmErrors.InvalidReference(moves[missing].Id, request.Scope);
            }

            var balancers = found.Select(f => f?.Balancer ?? throw new InvalidOperationException()).DistinctBy(b => b.Id.Key).ToArray();
            foreach (var balancer in balancers)
            {
                if (!request.Kernel.Authorizer.IsAllowed(request.Request.Principal, "Microsoft.Network/loadBalancers/write", balancer.Id))
                {
                    return ArmErrors.AuthorizationFailed(request.Request.Principal.Name, request.Request.Principal.ObjectId, "Microsoft.Network/loadBalancers/write", balancer.Id.ToString());
                }

                if (LockRules.Check(request.Kernel.Store, balancer.Id, "write") is { } locked)
                {
                    return locked;
                }
            }

            var before = found.Select(f => f?.Frontend.Properties?.PublicIPAddress?.Id).ToArray();
            if (!Same(before[0], moves[1].Address) || !Same(before[1], moves[0].Address) || balancers.Any(b => !IsStandard(b)))
            {
                return LoadBalancerErrors.Invalid("The two frontends, of load balancers of the Standard sku, must exchange their public IP addresses.", "frontendIPConfigurations");
            }

            var writes = balancers.Select(b => Moved(request.Kernel, b, moves)).OfType<StoreWrite>().ToArray();
            if (await request.Kernel.Store.CommitAsync(new StoreTransaction { Writes = writes }, cancellationToken) is null)
            {
                return ArmResponse.Empty(200);
            }
        }

        return ArmErrors.AnotherOperationInProgress(request.Scope);
    }

    private static StoreWrite? Moved(KernelServices kernel, Resource<LoadBalancerProperties> balancer, (string Id, string Address)[] moves)
    {
        if (kernel.Store.Get(balancer.Id.Key) is not { } record || kernel.Registry.Type(record.Type) is not { } type)
        {
            return null;
        }

        var changed = balancer with
        {
            Properties = balancer.Properties with
            {
                FrontendIPConfigurations =
                [
                    .. (balancer.Properties.FrontendIPConfigurations ?? []).Select(f => moves.FirstOrDefault(m => Same(m.Id, f.Id)) is { Address.Length: > 0 } move
                        ? f with { Properties = (f.Properties ?? new()) with { PublicIPAddress = new() { Id = move.Address } } } : f),
                ],
            },
        };
        return ((IReconcileTarget)kernel.Registry.Handler(type)).Stated(record, "Updating", changed) is { } write ? write with { ExpectedVersion = balancer.Version } : null;
    }

    private static Result<BalancerRequest> Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body.IsEmpty ? "{}"u8 : body.Span, LoadBalancerRequestJson.Default.BalancerRequest) ?? new BalancerRequest();
        }
        catch (JsonException e)
        {
            return ArmErrors.InvalidRequestContent(e.Message);
        }
    }
}

/// <summary>The bodies of these operations, together.</summary>
internal sealed record BalancerRequest
{
    public ResourceLink? IpConfiguration { get; set; }
    public string? IpAddress { get; set; }
    public IReadOnlyList<FrontendMove>? FrontendIPConfigurations { get; set; }
}

internal sealed record FrontendMove
{
    public string? Id { get; set; }
    public FrontendMoveProperties? Properties { get; set; }
}

internal sealed record FrontendMoveProperties
{
    public ResourceLink? PublicIPAddress { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(BalancerRequest))]
internal sealed partial class LoadBalancerRequestJson : JsonSerializerContext;
