using Lazuli.Engines.Node;
using Lazuli.Engines.Tests.Net;
using static Lazuli.Engines.Tests.Net.Nets;

namespace Lazuli.Live.Tests.Net;

/// <summary>Whom the balancers of these tests stand before, who calls, and by what addresses.</summary>
internal static class BalancedGuests
{
    public const string Front = "10.0.0.100";
    public const string P1 = "198.18.0.4";
    public const string P2 = "198.18.0.5";
    public const string P3 = "198.18.0.6";
    public static readonly NicItem[] Three = [Nic("n", "10.0.0.4"), Nic("n", "10.0.0.5"), Nic("n", "10.0.0.6")];
    public static readonly NicItem Client = Nic("n", "10.0.1.9");
    public static readonly NsgItem Open = Nsg("open", Rule(100, allow: true));
}
