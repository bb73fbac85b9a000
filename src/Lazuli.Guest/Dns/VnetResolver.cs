using System.Globalization;
using System.Net;
using Lazuli.Engines.Dns;

namespace Lazuli.Guest.Dns;

/// <summary>
/// Answers for a VNet in Azure's order: its private zones, its VMs' names under its suffix and the reverse names of its addresses, then public zones and names. Everything else
/// is refused at once, since there is no way out to ask anybody. Pure.
/// </summary>
internal static class VnetResolver
{
    /// <summary>Seconds that an answer about a machine, also a negative one, may be kept; machines come and go.</summary>
    public const uint Ttl = DnsNames.HostTtl;

    /// <summary>Null for a name that nobody here knows.</summary>
    public static DnsAnswer? Resolve(VnetView view, DnsWorld world, DnsQuestion question)
    {
        var privately = world.IsPrivate(view.Vnet.Key, question.Name);
        var answer = privately ? null : Machine(view, question) ?? Reverse(view, world, question);
        if (answer is not null || world.Answer(question) is not { } found)
        {
            return answer;
        }

        if (found.Open is { } open)
        {
            // A referral would have to be followed, and so would an alias; only one to a machine can be.
            if (found.Answers.Count == 0)
            {
                return new() { Code = DnsCode.ServerFailure };
            }

            found.Authorities.Clear();
            found.Additional.Clear();
            if (Machine(view, question with { Name = open }) is { } machine)
            {
                found.Answers.AddRange(machine.Answers);
                found.Authorities.AddRange(machine.Authorities);
                found.Code = machine.Code;
            }
        }

        return found;
    }

    private static DnsAnswer? Machine(VnetView view, DnsQuestion question)
    {
        var suffix = view.Vnet.DnsSuffix.ToLowerInvariant();
        if (!DnsName.IsWithin(question.Name, suffix))
        {
            return null;
        }

        var answer = new DnsAnswer { Authoritative = true };
        if (question.Name == suffix)
        {
            (question.Type is DnsType.Soa or DnsType.Any ? answer.Answers : answer.Authorities).Add(Authority(suffix));
            return answer;
        }

        if (view.NicNamed(question.Name[..^(suffix.Length + 1)]) is not { } nic)
        {
            return Negative(suffix, DnsCode.NameError);
        }

        // As on Azure, a name stands for the primary address of each family only.
        answer.Answers.AddRange(from address in nic.Addresses.DistinctBy(a => a.IsV4)
                                let type = address.IsV4 ? DnsType.A : DnsType.Aaaa
                                where question.Type == type || question.Type == DnsType.Any
                                select new DnsRecord(question.Name, type, Ttl, DnsData.Address(address.Address)));
        return answer.Answers.Count > 0 ? answer : Negative(suffix, DnsCode.NoError);
    }

    // As on Azure, a machine of a network that registers has its name in that zone, too.
    private static DnsAnswer? Reverse(VnetView view, DnsWorld world, DnsQuestion question)
    {
        if (AddressOf(question.Name) is not { } address || !view.Prefixes.Any(p => p.Contains(address)))
        {
            return null;
        }

        if (view.NicAt(address) is not { Nic.HostName: { Length: > 0 } host })
        {
            return Negative(question.Name, DnsCode.NameError);
        }

        if (question.Type is not (DnsType.Ptr or DnsType.Any))
        {
            return Negative(question.Name, DnsCode.NoError);
        }

        var answer = new DnsAnswer { Authoritative = true };
        answer.Answers.AddRange(from suffix in world.RegistrationZones(view.Vnet.Key).Prepend(view.Vnet.DnsSuffix)
                                let name = DnsName.Encode($"{host}.{suffix}")
                                where name is not null
                                select new DnsRecord(question.Name, DnsType.Ptr, Ttl, name));
        return answer;
    }

    private static DnsAnswer Negative(string zone, DnsCode code)
    {
        var answer = new DnsAnswer { Authoritative = true, Code = code };
        answer.Authorities.Add(Authority(zone));
        return answer;
    }

    private static DnsRecord Authority(string zone) => new(zone, DnsType.Soa, Ttl, DnsData.Soa(zone, "hostmaster", 1, 900, 300, 604800, Ttl));

    /// <summary>The address that a reverse name stands for, or null.</summary>
    private static IPAddress? AddressOf(string name)
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
