namespace Lazuli.Engines.Node;

/// <summary>A private endpoint: addresses of a network whose TCP connections come out at a private link service, in whatever network that is.</summary>
public sealed record EndpointItem : NodeItem
{
    public required string VnetKey { get; init; }
    public required string SubnetKey { get; init; }

    /// <summary>IPv4, of the subnet.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>The service that lets it in; null as long as none does: nothing gets through, and what did is cut.</summary>
    public string? ServiceKey { get; init; }

    /// <summary>The application security groups that its addresses are members of.</summary>
    public IReadOnlyList<string> GroupKeys { get; init; } = [];

    /// <summary>The subnet's security group judges what comes to it.</summary>
    public bool Guarded { get; init; }

    public override IEnumerable<string> References() => [VnetKey];
}

/// <summary>A private link service: what comes for it from any network's endpoints goes on to a load balancer's frontend, from addresses of its own.</summary>
public sealed record LinkServiceItem : NodeItem
{
    public required string VnetKey { get; init; }

    /// <summary>The private address of the frontend; a load balancer of the same network has it, or nobody answers.</summary>
    public required string Frontend { get; init; }

    /// <summary>Addresses of the network that connections seem to come from; each serves one of them.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    public override IEnumerable<string> References() => [VnetKey];
}
