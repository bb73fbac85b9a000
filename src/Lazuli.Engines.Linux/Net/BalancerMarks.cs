using System.Security.Cryptography;
using System.Text;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Linux.Net;

/// <summary>Names and connection marks of rules: they follow from keys alone, so that they mean the same after a restart.</summary>
internal static class BalancerMarks
{
    /// <summary>Every connection of a load balancer.</summary>
    public const uint Balanced = 0x0100_0000;

    /// <summary>Its packets keep the frontend's address.</summary>
    public const uint Floating = 0x0200_0000;

    /// <param name="balancer">The owner.</param>
    /// <param name="rule">The rule's name.</param>
    /// <param name="kind">r: rule, n: inbound NAT rule, o: outbound.</param>
    public static uint Of(LoadBalancerItem balancer, string rule, char kind)
        => Balanced | (BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes($"{balancer.Key} {kind} {rule}"))) & 0x00FF_FFFF);

    public static string NameOf(LoadBalancerItem balancer, string rule, char kind) => MachineName.Of($"lb{kind}", $"{balancer.Key} {rule}");
}
