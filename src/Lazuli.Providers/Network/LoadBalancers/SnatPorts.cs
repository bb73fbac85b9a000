namespace Lazuli.Providers.Network.LoadBalancers;

/// <summary>How many source ports a member of a pool gets for its outbound connections.</summary>
internal static class SnatPorts
{
    /// <summary>Ports of one public address that can be given.</summary>
    public const int PerAddress = 64_000;

    /// <summary>Ports are given in multiples of this.</summary>
    public const int Block = 8;

    /// <summary>Azure's table: the more members, the fewer ports for each.</summary>
    public static int ByPoolSize(int members) => members switch
    {
        <= 50 => 1024,
        <= 100 => 512,
        <= 200 => 256,
        <= 400 => 128,
        <= 800 => 64,
        _ => 32,
    };
}
