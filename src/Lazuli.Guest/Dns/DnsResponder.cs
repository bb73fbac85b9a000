using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Lazuli.Guest.Dns;

/// <summary>
/// Answers for a VNet: its VMs' names under its suffix, the reverse names of its addresses, and the public names that it is given. Everything else is REFUSED at once, since there is no
/// way out to ask anybody. Pure.
/// </summary>
internal static class DnsResponder
{
    /// <summary>The longest UDP answer, small enough never to be fragmented.</summary>
    public const int MaxUdp = 1232;

    /// <summary>Seconds that an answer, also a negative one, may be kept; machines come and go.</summary>
    public const uint Ttl = 10;

    /// <summary>
    /// Writes the answer to <paramref name="packet"/> into <paramref name="reply"/> and returns its length; 0 means that nothing is answered. An answer longer than
    /// the client takes over UDP comes empty, with the truncation bit, so that it asks again over TCP.
    /// </summary>
    public static int Answer(VnetView view, IReadOnlyDictionary<string, IPAddress> publicNames, ReadOnlySpan<byte> packet, bool udp, Span<byte> reply)
    {
        if (!DnsQuery.TryParse(packet, out var query))
        {
            return 0;
        }

        var writer = new DnsWriter(reply, packet, query);
        if (query.Opcode != 0)
        {
            return writer.End(DnsCode.NotImplemented, authoritative: false, limit: 512);
        }

        if (query.Name is not { } name)
        {
            return writer.End(DnsCode.FormatError, authoritative: false, limit: 512);
        }

        var limit = udp ? query.UdpSize : reply.Length;
        if (query.EdnsVersion > 0)
        {
            return writer.End(DnsCode.BadVersion, authoritative: false, limit);
        }

        if (query.Class is not 1 and not 255)
        {
            return writer.End(DnsCode.Refused, authoritative: false, limit);
        }

        var code = Resolve(view, publicNames, name, query.Type, ref writer);
        return writer.End(code, code is DnsCode.NoError or DnsCode.NameError, limit);
    }

    private static DnsCode Resolve(VnetView view, IReadOnlyDictionary<string, IPAddress> publicNames, string name, ushort type, ref DnsWriter writer)
    {
        var suffix = view.Vnet.DnsSuffix.ToLowerInvariant();
        if (name == suffix)
        {
            writer.Soa(suffix, authority: type is not (DnsType.Soa or DnsType.Any));
            return DnsCode.NoError;
        }

        if (name.EndsWith("." + suffix, StringComparison.Ordinal))
        {
            if (view.NicNamed(name[..^(suffix.Length + 1)]) is not { } nic)
            {
                writer.Soa(suffix, authority: true);
                return DnsCode.NameError;
            }

            // As on Azure, a name stands for the primary address of each family only.
            Addresses(nic.Addresses.DistinctBy(a => a.IsV4).Select(a => a.Address), type, suffix, ref writer);
            return DnsCode.NoError;
        }

        if (Reverse(name) is { } address && view.Prefixes.Any(p => p.Contains(address)))
        {
            if (view.NicAt(address) is not { Nic.HostName: { Length: > 0 } host })
            {
                writer.Soa(name, authority: true);
                return DnsCode.NameError;
            }

            if (type is DnsType.Ptr or DnsType.Any)
            {
                writer.Ptr($"{host}.{suffix}", Ttl);
            }
            else
            {
                writer.Soa(name, authority: true);
            }

            return DnsCode.NoError;
        }

        if (publicNames.TryGetValue(name, out var found))
        {
            Addresses([found], type, name, ref writer);
            return DnsCode.NoError;
        }

        return DnsCode.Refused;
    }

    private static void Addresses(IEnumerable<IPAddress> addresses, ushort type, string zone, ref DnsWriter writer)
    {
        var any = false;
        foreach (var address in addresses)
        {
            var its = address.AddressFamily == AddressFamily.InterNetwork ? DnsType.A : DnsType.Aaaa;
            if (type == its || type == DnsType.Any)
            {
                writer.Address(address, its, Ttl);
                any = true;
            }
        }

        if (!any)
        {
            writer.Soa(zone, authority: true);
        }
    }

    /// <summary>The address that a reverse name stands for, or null.</summary>
    private static IPAddress? Reverse(string name)
    {
        if (name.EndsWith(".in-addr.arpa", StringComparison.Ordinal))
        {
            var parts = name[..^13].Split('.');
            Span<byte> bytes = stackalloc byte[4];
            if (parts.Length != 4)
            {
                return null;
            }

            for (var i = 0; i < 4; i++)
            {
                if (!byte.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out bytes[3 - i]))
                {
                    return null;
                }
            }

            return new IPAddress(bytes);
        }

        if (name.EndsWith(".ip6.arpa", StringComparison.Ordinal) && name.Length == 72)
        {
            Span<byte> bytes = stackalloc byte[16];
            for (var i = 0; i < 32; i++)
            {
                if (!char.IsAsciiHexDigit(name[i * 2]) || name[(i * 2) + 1] != '.')
                {
                    return null;
                }

                bytes[15 - (i / 2)] |= (byte)(Convert.ToInt32(name[i * 2].ToString(), 16) << (i % 2 * 4));
            }

            return new IPAddress(bytes);
        }

        return null;
    }
}
