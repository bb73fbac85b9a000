namespace Lazuli.Providers.Compute;

/// <summary>How Microsoft.Compute behaves on this machine.</summary>
public sealed class ComputeOptions
{
    public const string Section = "Compute";

    /// <summary>How long a guest may take from its first start to its Ready before the creation fails with <c>OSProvisioningTimedOut</c>. Azure's own is 20 minutes on Linux.</summary>
    public TimeSpan ProvisioningTimeout { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>The most memory that one guest gets, in MiB, whatever its size promises; 0 for what its size promises. For laptops.</summary>
    public int MaxGuestMemoryMiB { get; set; }

    /// <summary>The most vCPUs that one guest gets, whatever its size promises; 0 for what its size promises.</summary>
    public int MaxGuestCpus { get; set; }
}
