using System.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Net;

/// <summary>A net engine that tells what its security groups decide, and how much goes through what they let pass. Only of what <see cref="VnetState.FlowLogs"/> asks for.</summary>
public interface IFlowWatching
{
    /// <summary>Calls back, by one thread, for every decision about the first packet of a flow, and for every flow that is forgotten; from the call on, until cancelled.</summary>
    /// <exception cref="IOException">The network isn't there.</exception>
    Task WatchFlowsAsync(string vnetKey, Action<FlowDecision> decided, Action<FlowTraffic> ended, CancellationToken cancellationToken);

    /// <summary>What went through every flow that there is, since it began.</summary>
    /// <exception cref="IOException">The network isn't there.</exception>
    IReadOnlyList<FlowTraffic> ReadFlows(string vnetKey);
}

/// <summary>Addresses and ports of a flow's first packet, as the NICs see them.</summary>
public readonly record struct FlowTuple(byte Protocol, IPAddress Source, IPAddress Destination, ushort SourcePort, ushort DestinationPort);

/// <summary>A group's decision about a flow.</summary>
/// <param name="Interface">The NIC's <see cref="NicDevice.Interface"/>.</param>
/// <param name="Group">The group's <see cref="FlowLogs.TagOf"/>; empty for a NIC without any.</param>
/// <param name="Rule">Its name, with the prefix that logs have.</param>
public sealed record FlowDecision(FlowTuple Flow, string Interface, bool Inbound, string Group, string Rule, bool Allowed);

/// <summary>What went through a flow. Bytes are those of IP packets.</summary>
/// <param name="Closed">It has ended, though it isn't forgotten yet.</param>
public sealed record FlowTraffic(FlowTuple Flow, long Packets, long Bytes, long AnswerPackets, long AnswerBytes, bool Closed);

/// <summary>What of a network is watched.</summary>
public static class FlowLogs
{
    /// <summary>A group by the name that decisions have.</summary>
    public static string TagOf(string nsgKey) => MachineName.Of("nsg", nsgKey);

    /// <summary>Whether a log is about a NIC with these groups. A group's log is about whoever has the group.</summary>
    public static bool IsAbout(FlowLogItem log, NicItem nic, SubnetSpec? subnet)
        => log.Enabled && (log.TargetKey == nic.Key || log.TargetKey == nic.VnetKey || log.TargetKey == subnet?.Key || log.TargetKey == nic.NsgKey || log.TargetKey == subnet?.NsgKey);

    /// <summary>The groups whose decisions are told, and the NICs without any group whose flows are.</summary>
    public static (IReadOnlySet<string> Groups, IReadOnlySet<string> Nics) Of(VnetState state)
    {
        var (groups, nics) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        if (state.FlowLogs.Count == 0)
        {
            return (groups, nics);
        }

        var subnets = state.Vnet.Subnets.ToDictionary(s => s.Key, StringComparer.Ordinal);
        foreach (var nic in state.Nics)
        {
            var subnet = subnets.GetValueOrDefault(nic.IpConfigs[0].SubnetKey);
            string[] own = [.. new[] { nic.NsgKey, subnet?.NsgKey }.OfType<string>()];
            foreach (var log in state.FlowLogs.Where(l => IsAbout(l, nic, subnet)))
            {
                groups.UnionWith(log.IsOfGroup ? own.Where(k => k == log.TargetKey) : own);
                if (own.Length == 0)
                {
                    nics.Add(nic.Key);
                }
            }
        }

        return (groups, nics);
    }
}
