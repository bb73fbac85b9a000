namespace Lazuli.Providers.Compute.Disks;

/// <summary>A performance tier of managed disks: what a disk up to this size gets.</summary>
/// <param name="MBps">10^6 bytes per second.</param>
public sealed record DiskTier(string Name, int MaxGiB, int Iops, int MBps)
{
    public const int LargestGiB = 32767;

    private static readonly DiskTier[] Premium =
    [
        new("P1", 4, 120, 25), new("P2", 8, 120, 25), new("P3", 16, 120, 25), new("P4", 32, 120, 25), new("P6", 64, 240, 50),
        new("P10", 128, 500, 100), new("P15", 256, 1100, 125), new("P20", 512, 2300, 150), new("P30", 1024, 5000, 200), new("P40", 2048, 7500, 250),
        new("P50", 4096, 7500, 250), new("P60", 8192, 16000, 500), new("P70", 16384, 18000, 750), new("P80", LargestGiB, 20000, 900),
    ];

    private static readonly DiskTier[] StandardSsd =
    [
        new("E50", 4096, 500, 100), new("E60", 8192, 2000, 400), new("E70", 16384, 4000, 600), new("E80", LargestGiB, 6000, 750),
    ];

    private static readonly DiskTier[] StandardHdd = [new("S50", 4096, 500, 60), new("S60", 8192, 1300, 300), new("S80", LargestGiB, 2000, 500)];

    public static bool IsPremium(string? sku) => sku is "Premium_LRS" or "Premium_ZRS";

    /// <summary>The tier of a disk of a SKU and size; for Premium SSDs also a higher one by name.</summary>
    public static DiskTier Of(string? sku, int sizeGiB, string? named)
    {
        var table = IsPremium(sku) ? Premium : sku is "StandardSSD_LRS" or "StandardSSD_ZRS" ? StandardSsd : StandardHdd;
        var own = table.FirstOrDefault(t => sizeGiB <= t.MaxGiB) ?? table[^1];
        return IsPremium(sku) && Named(named) is { } better && better.MaxGiB > own.MaxGiB ? better : own;
    }

    public static DiskTier? Named(string? name) => name is null ? null : Array.Find(Premium, t => t.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
