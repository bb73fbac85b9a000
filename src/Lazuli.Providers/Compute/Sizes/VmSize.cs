using System.Text.Json.Serialization;

namespace Lazuli.Providers.Compute.Sizes;

/// <summary>What a VM size promises. Figures are Azure's.</summary>
public sealed record VmSize
{
    public string Name { get; set; } = "";
    public string Family { get; set; } = "";

    [JsonPropertyName("vCPUs")]
    public int VCpus { get; set; }
    public double MemoryGB { get; set; }
    public int MaxDataDisks { get; set; }
    public int MaxNics { get; set; }

    /// <summary>The size of Azure's temporary disk. Machines here have none.</summary>
    public int TempGB { get; set; }

    /// <summary>May have Premium SSDs.</summary>
    public bool Premium { get; set; }

    /// <summary><c>V1</c> or <c>V1,V2</c>.</summary>
    public string Generations { get; set; } = "";
    public bool Accelerated { get; set; }

    public int MemoryMiB => (int)(MemoryGB * 1024);
}
