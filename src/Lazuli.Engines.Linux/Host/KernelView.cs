using System.Globalization;
using System.Net;
using Lazuli.Engines.Net;

namespace Lazuli.Engines.Linux.Host;

/// <summary>What the kernel says about a network namespace, read from <c>/proc</c> without starting a program.</summary>
public sealed record KernelView
{
    /// <summary>Names and traffic of all devices.</summary>
    public required IReadOnlyDictionary<string, DeviceTraffic> Devices { get; init; }

    /// <summary>IPv4 unicast routes of the main table.</summary>
    public required IReadOnlySet<DeviceRoute> Routes { get; init; }

    /// <summary>IPv6 routes by device of the main table, but those that come with addresses.</summary>
    public required IReadOnlySet<DeviceRoute6> Routes6 { get; init; }

    /// <summary>Permanent IPv4 neighbours and their link-layer addresses.</summary>
    public required IReadOnlyDictionary<DeviceNeighbour, string> Neighbours { get; init; }

    /// <summary>Reads a named namespace, or with null the caller's own.</summary>
    /// <exception cref="IOException">There is no such namespace.</exception>
    public static KernelView Read(string? networkNamespace) => networkNamespace is null ? Read() : NetNamespace.Run(networkNamespace, Read);

    private static KernelView Read()
    {
        const string home = "/proc/thread-self/net/";
        return new KernelView
        {
            Devices = File.ReadLines(home + "dev").Skip(2).Select(ReadDevice).ToDictionary(d => d.Name, d => d.Traffic, StringComparer.Ordinal),
            Routes = File.ReadLines(home + "route").Skip(1).Select(Words).Where(w => w.Length > 7 && w[0] != "*").Select(ReadRoute).ToHashSet(),
            Routes6 = File.Exists(home + "ipv6_route") ? File.ReadLines(home + "ipv6_route").Select(Words).Where(IsOrdinary).Select(ReadRoute6).ToHashSet() : [],
            Neighbours = File.ReadLines(home + "arp").Skip(1).Select(Words)
                .Where(w => w.Length > 5 && (Convert.ToInt32(w[2], 16) & PermanentNeighbour) != 0)
                .ToDictionary(w => new DeviceNeighbour(w[5], Ipv4.Number(IPAddress.Parse(w[0]))), w => w[3]),
        };
    }

    // include/uapi/linux/ipv6_route.h, route.h: not RTF_LOCAL, RTF_ANYCAST, RTF_REJECT. Tables aren't told apart here: a metric of its own keeps routes of others out.
    private static bool IsOrdinary(string[] words) => words.Length > 9 && words[5] == "00000400" && (Convert.ToUInt32(words[8], 16) & 0x8010_0200) == 0 && !words[0].StartsWith("ff", StringComparison.Ordinal);

    private static DeviceRoute6 ReadRoute6(string[] words) => new(words[9], new(new IPAddress(Convert.FromHexString(words[0])), Convert.ToInt32(words[1], 16)));

    // include/uapi/linux/if_arp.h: ATF_PERM
    private const int PermanentNeighbour = 4;

    private static string[] Words(string line) => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static (string Name, DeviceTraffic Traffic) ReadDevice(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var numbers = Words(line[(colon + 1)..]);
        return (line[..colon].Trim(), new DeviceTraffic(Number(0), Number(1), Number(8), Number(9)));

        long Number(int i) => long.Parse(numbers[i], CultureInfo.InvariantCulture);
    }

    private static DeviceRoute ReadRoute(string[] words)
        => new(words[0], FromHex(words[1]), System.Numerics.BitOperations.PopCount(FromHex(words[7])));

    // The kernel prints the four bytes as a number of the machine's own byte order.
    private static uint FromHex(string word) => (uint)IPAddress.NetworkToHostOrder((int)uint.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
}

/// <summary>Counters of a device, seen from the machine: what a guest sends is received here.</summary>
public readonly record struct DeviceTraffic(long ReceivedBytes, long ReceivedPackets, long SentBytes, long SentPackets);

public readonly record struct DeviceRoute(string Device, uint Address, int PrefixLength);

public readonly record struct DeviceRoute6(string Device, IPNetwork Prefix);

public readonly record struct DeviceNeighbour(string Device, uint Address);
