using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Lazuli.Engines.Dns;
using Lazuli.Kernel.Errors;

namespace Lazuli.Providers.Network.DnsZones;

/// <summary>What makes a record set valid in itself, and its records' data as name servers have them.</summary>
internal static partial class RecordRules
{
    public const int MostRecords = 20;
    private const int MostText = 4096;
    private const int MostNotes = 10;

    public static ushort TypeOf(string recordType) => recordType switch
    {
        "A" => DnsType.A,
        "AAAA" => DnsType.Aaaa,
        "CNAME" => DnsType.Cname,
        "MX" => DnsType.Mx,
        "NS" => DnsType.Ns,
        "PTR" => DnsType.Ptr,
        "SOA" => DnsType.Soa,
        "SRV" => DnsType.Srv,
        "TXT" => DnsType.Txt,
        "CAA" => DnsType.Caa,
        _ => throw new ArgumentOutOfRangeException(nameof(recordType), recordType, "No such record type."),
    };

    /// <summary>Labels of letters, digits, hyphens and underscores; a dot may stand at the end.</summary>
    public static bool IsName(string? name) => name is { Length: > 0 and <= 254 } && NamePattern().IsMatch(name);

    public static IEnumerable<ArmError> Check(IRecordSet set, string recordType, string name)
    {
        var errors = new List<ArmError>();
        void Unless(bool holds, string message, string? target = null)
        {
            if (!holds)
            {
                errors.Add(DnsErrors.Invalid(message, target ?? name));
            }
        }

        void Names(string? target) => Unless(IsName(target), $"The domain name '{target}' is invalid.");
        void Number(int? number, int most, string what) => Unless(number is >= 0 && number <= most, $"The value '{number}' of {what} is not valid: it must be between 0 and {most}.");

        Unless(set.Ttl is null or (>= 1 and <= int.MaxValue), $"The TTL value '{set.Ttl}' is not valid. The TTL must be between 1 and 2147483647.");
        Unless((set.Metadata?.Count ?? 0) <= MostNotes, $"A record set can have at most {MostNotes} metadata entries.");
        Unless(recordType != "CNAME" || name != "@", "A CNAME record set cannot be created at the zone apex.");
        Unless(recordType != "SOA" || name == "@", "A SOA record set can only exist at the zone apex '@'.");
        Unless(Given(set).All(g => g == recordType), $"The record set of type '{recordType}' has records of another type.");
        var count = Count(set);
        Unless(count <= MostRecords, $"The number of records in the record set ({count.ToString(CultureInfo.InvariantCulture)}) exceeds the limit of {MostRecords}.");
        if (set.Target is { Length: > 0 } target)
        {
            Unless(recordType is "A" or "AAAA" or "CNAME", $"A record set of type '{recordType}' cannot be an alias record set.");
            Unless(count == 0, "A record set cannot have records and a target resource at the same time.");
            _ = target;
        }

        foreach (var record in set.ARecords ?? [])
        {
            Unless(IsAddress(record.Ipv4Address, AddressFamily.InterNetwork), $"The value '{record.Ipv4Address}' is not a valid IPv4 address.");
        }

        foreach (var record in set.AaaaRecords ?? [])
        {
            Unless(IsAddress(record.Ipv6Address, AddressFamily.InterNetworkV6), $"The value '{record.Ipv6Address}' is not a valid IPv6 address.");
        }

        foreach (var record in set.MxRecords ?? [])
        {
            Number(record.Preference, ushort.MaxValue, "preference");
            Names(record.Exchange);
        }

        foreach (var record in set.SrvRecords ?? [])
        {
            Number(record.Priority, ushort.MaxValue, "priority");
            Number(record.Weight, ushort.MaxValue, "weight");
            Number(record.Port, ushort.MaxValue, "port");
            Unless(record.Target == "." || IsName(record.Target), $"The domain name '{record.Target}' is invalid.");
        }

        foreach (var pointer in (set.NsRecords ?? []).Select(r => r.Nsdname).Concat((set.PtrRecords ?? []).Select(r => r.Ptrdname)))
        {
            Names(pointer);
        }

        if (set.CnameRecord is { } alias)
        {
            Names(alias.Cname);
        }

        foreach (var record in set.TxtRecords ?? [])
        {
            Unless(record.Value is { Count: > 0 }, "A TXT record must have a value.");
            Unless((record.Value ?? []).Sum(Encoding.UTF8.GetByteCount) <= MostText, $"A TXT record can be at most {MostText} characters long.");
        }

        foreach (var record in set.CaaRecords ?? [])
        {
            Number(record.Flags, byte.MaxValue, "flags");
            Unless(record.Tag is { Length: > 0 and <= 15 } tag && tag.All(char.IsAsciiLetterOrDigit), $"The CAA tag '{record.Tag}' is not valid.");
            Unless(record.Value is { Length: <= 1024 }, "A CAA record must have a value.");
        }

        if (set.Start is { } start)
        {
            Unless(start.Email is null || IsName(start.Email), $"The domain name '{start.Email}' is invalid.");
            foreach (var number in new[] { start.SerialNumber, start.RefreshTime, start.RetryTime, start.ExpireTime, start.MinimumTtl })
            {
                Unless(number is null or (>= 0 and <= uint.MaxValue), $"The value '{number}' of the SOA record is not valid.");
            }
        }

        return errors;
    }

    /// <summary>Each record's data in wire form; of a valid set.</summary>
    public static IReadOnlyList<byte[]> Data(IRecordSet set) =>
    [
        .. (set.ARecords ?? []).Select(r => IPAddress.Parse(r.Ipv4Address ?? "").GetAddressBytes()),
        .. (set.AaaaRecords ?? []).Select(r => IPAddress.Parse(r.Ipv6Address ?? "").GetAddressBytes()),
        .. (set.MxRecords ?? []).Select(r => DnsData.Mx((ushort)(r.Preference ?? 0), r.Exchange ?? "")),
        .. (set.NsRecords ?? []).Select(r => DnsData.Name(r.Nsdname ?? "")),
        .. (set.PtrRecords ?? []).Select(r => DnsData.Name(r.Ptrdname ?? "")),
        .. (set.SrvRecords ?? []).Select(r => DnsData.Srv((ushort)(r.Priority ?? 0), (ushort)(r.Weight ?? 0), (ushort)(r.Port ?? 0), r.Target ?? "")),
        .. (set.TxtRecords ?? []).Select(r => DnsData.Txt(r.Value ?? [])),
        .. (set.CaaRecords ?? []).Select(r => DnsData.Caa((byte)(r.Flags ?? 0), r.Tag ?? "", r.Value ?? "")),
        .. set.CnameRecord?.Cname is { } cname ? (byte[][])[DnsData.Name(cname)] : [],
        .. set.Start is { } s
            ? (byte[][])[DnsData.Soa(s.Host ?? "", s.Email ?? "", [(uint)(s.SerialNumber ?? 1), (uint)(s.RefreshTime ?? 3600), (uint)(s.RetryTime ?? 300), (uint)(s.ExpireTime ?? 2419200), (uint)(s.MinimumTtl ?? 300)])]
            : [],
    ];

    private static int Count(IRecordSet set)
        => (set.ARecords?.Count ?? 0) + (set.AaaaRecords?.Count ?? 0) + (set.MxRecords?.Count ?? 0) + (set.NsRecords?.Count ?? 0) + (set.PtrRecords?.Count ?? 0) + (set.SrvRecords?.Count ?? 0)
            + (set.TxtRecords?.Count ?? 0) + (set.CaaRecords?.Count ?? 0) + (set.CnameRecord is null ? 0 : 1) + (set.Start is null ? 0 : 1);

    private static IEnumerable<string> Given(IRecordSet set)
    {
        (string Type, bool Given)[] all =
        [
            ("A", set.ARecords is { Count: > 0 }), ("AAAA", set.AaaaRecords is { Count: > 0 }), ("MX", set.MxRecords is { Count: > 0 }), ("NS", set.NsRecords is { Count: > 0 }),
            ("PTR", set.PtrRecords is { Count: > 0 }), ("SRV", set.SrvRecords is { Count: > 0 }), ("TXT", set.TxtRecords is { Count: > 0 }), ("CAA", set.CaaRecords is { Count: > 0 }),
            ("CNAME", set.CnameRecord is not null), ("SOA", set.Start is not null),
        ];
        return all.Where(a => a.Given).Select(a => a.Type);
    }

    private static bool IsAddress(string? text, AddressFamily family)
        => IPAddress.TryParse(text, out var address) && address.AddressFamily == family && (family != AddressFamily.InterNetwork || text.Count(c => c == '.') == 3);

    [GeneratedRegex(@"^([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\.?$", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
