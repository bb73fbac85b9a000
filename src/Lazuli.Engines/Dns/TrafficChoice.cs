using System.Net;

namespace Lazuli.Engines.Dns;

/// <summary>Whom a Traffic Manager profile sends somebody to. Pure. Who is degraded is chosen only when all are.</summary>
public static class TrafficChoice
{
    /// <summary>Addresses or names; several only of the MultiValue method.</summary>
    public static IEnumerable<string> Targets(TrafficItem profile, TrafficJudge judge, DnsQuestion question) => Targets(profile, judge, question, 0);

    private static IEnumerable<string> Targets(TrafficItem profile, TrafficJudge judge, DnsQuestion question, int depth)
    {
        var up = judge.Choosable(profile, depth);
        IEnumerable<TrafficEndpoint> chosen = profile.Routing switch
        {
            TrafficRouting.MultiValue => up.Take(profile.MaxReturn),
            TrafficRouting.Weighted => Drawn(up, question.Draw),
            TrafficRouting.Subnet => BySubnet(up, question.Client),
            TrafficRouting.Geographic => up.Where(e => e.Regions.Contains("WORLD")).Take(1),

            // Everything is on one machine, so all are equally near: the order of their names decides.
            TrafficRouting.Performance => up.OrderBy(e => e.Name, StringComparer.OrdinalIgnoreCase).Take(1),
            _ => up.OrderBy(e => e.Priority).Take(1),
        };
        foreach (var endpoint in chosen)
        {
            if (endpoint.ProfileKey is null)
            {
                yield return endpoint.Target ?? "";
            }
            else if (judge.Nested(endpoint) is { } nested)
            {
                foreach (var target in Targets(nested, judge, question, depth + 1))
                {
                    yield return target;
                }
            }
        }
    }

    private static IEnumerable<TrafficEndpoint> Drawn(IReadOnlyList<TrafficEndpoint> up, double draw)
    {
        var left = draw * up.Sum(e => (double)e.Weight);
        foreach (var endpoint in up)
        {
            left -= endpoint.Weight;
            if (left < 0)
            {
                return [endpoint];
            }
        }

        return up.TakeLast(1);
    }

    private static IEnumerable<TrafficEndpoint> BySubnet(IReadOnlyList<TrafficEndpoint> up, IPAddress? client)
        => up.Where(e => client is not null && e.Subnets.Any(s => Holds(s, client))).Concat(up.Where(e => e.Subnets.Count == 0)).Take(1);

    // A prefix, or the first and the last address.
    private static bool Holds(string subnet, IPAddress client)
    {
        if (IPNetwork.TryParse(subnet, out var network))
        {
            return network.Contains(client);
        }

        return subnet.Split('-') is [var first, var last] && IPAddress.TryParse(first, out var low) && IPAddress.TryParse(last, out var high)
            && low.AddressFamily == client.AddressFamily && high.AddressFamily == client.AddressFamily
            && low.GetAddressBytes().AsSpan().SequenceCompareTo(client.GetAddressBytes()) <= 0 && client.GetAddressBytes().AsSpan().SequenceCompareTo(high.GetAddressBytes()) <= 0;
    }
}
