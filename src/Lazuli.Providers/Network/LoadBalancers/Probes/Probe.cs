using System.ComponentModel.DataAnnotations;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.LoadBalancers.Probes;

public sealed record Probe
{
    [Computed]
    public IReadOnlyList<ResourceLink>? LoadBalancingRules { get; set; }

    [Required]
    [AllowedValues("Http", "Tcp", "Https")]
    public string? Protocol { get; set; }

    [Required]
    [Range(1, 65535)]
    public int? Port { get; set; }

    [Range(5, 2147483646)]
    public int? IntervalInSeconds { get; set; }

    [AllowedValues("AllProbedDown", "AllProbedUp")]
    public string? NoHealthyBackendsBehavior { get; set; }

    /// <summary>Without <see cref="ProbeThreshold"/>: after so many failures in a row a backend is down; one success brings it up.</summary>
    [Range(1, 429496729)]
    public int? NumberOfProbes { get; set; }

    /// <summary>So many failures, or successes, in a row bring a backend down, or up.</summary>
    [Range(1, 100)]
    public int? ProbeThreshold { get; set; }
    public string? RequestPath { get; set; }

    [Computed]
    public string? ProvisioningState { get; set; }
}
