using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Lazuli.Engines.Net;

/// <summary>
/// What connections of private endpoints have for addresses between two networks. They follow from keys alone, and come from a range that no network can have (RFC 1112's
/// class E), so that networks with the same addresses can be joined by them.
/// </summary>
public static class LinkAddress
{
    /// <summary>All of them.</summary>
    public const string Range = "240.0.0.0/4";

    /// <summary>The address of a network with endpoints: 240 to 247.</summary>
    public static IPAddress OfNetwork(string vnetKey) => Ipv4.Address(0xF000_0000 | (Hash(vnetKey) & 0x07FF_FFFF));

    /// <summary>The address of a private link service: 248 to 251.</summary>
    public static IPAddress OfService(string serviceKey) => Ipv4.Address(0xF800_0000 | (Hash(serviceKey) & 0x03FF_FFFF));

    private static uint Hash(string key) => BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
