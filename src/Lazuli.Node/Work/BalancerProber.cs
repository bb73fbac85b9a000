using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Microsoft.Extensions.Logging;

namespace Lazuli.Node.Work;

/// <summary>
/// Asks the members of load balancers whether they are well, each by each probe at its own pace, and tells the engine what follows. What it knows is kept in a
/// file, so that a node that starts again goes on with it: nobody loses his connections because a node was restarted.
/// </summary>
internal sealed partial class BalancerProber(ILoadBalancing net, string directory, TimeProvider time, Action<string> changed, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan HttpPatience = TimeSpan.FromSeconds(30);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Watched> _balancers = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _telling = new(1);
    private readonly string _file = Path.Combine(directory, "health.json");
    private Dictionary<string, List<MemberHealth>> _known = new(StringComparer.Ordinal);

    /// <summary>Takes up what an earlier life knew. Before anything is applied.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        try
        {
            _known = JsonSerializer.Deserialize(await File.ReadAllTextAsync(_file, cancellationToken), HealthJson.Default.DictionaryStringListMemberHealth) ?? _known;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            // Nothing is known: everybody is asked at once anyway.
        }

        foreach (var (key, members) in _known)
        {
            await net.SetHealthAsync(key, members.Where(m => m.IsUp).Select(m => new ProbedMember(m.Probe, m.Address)).ToHashSet(), cancellationToken);
        }
    }

    /// <summary>From now on these members are asked by these probes; those that were asked before go on from where they are.</summary>
    public void Watch(LoadBalancerItem balancer)
    {
        var wanted = (from rule in balancer.Rules
                      where rule.Probe is not null && balancer.VnetKey is not null
                      let probe = balancer.Probes.First(p => p.Name == rule.Probe)
                      from member in rule.Members
                      select (Probe: probe, member.Address)).Distinct().ToHashSet();
        lock (_gate)
        {
            if (!_balancers.TryGetValue(balancer.Key, out var watched))
            {
                _balancers[balancer.Key] = watched = new();
            }

            var stays = watched.Item?.VnetKey == balancer.VnetKey;
            watched.Item = balancer;
            var before = watched.Members.ToDictionary(m => m.Key, m => m.Value.Health);
            foreach (var (key, gone) in watched.Members.Where(m => !stays || !wanted.Contains((m.Value.Probe, m.Key.Address))).ToList())
            {
                watched.Members.Remove(key);
                gone.Dispose();
            }

            foreach (var (probe, address) in wanted.Where(w => !watched.Members.ContainsKey(new(w.Probe.Name, w.Address))))
            {
                var known = before.GetValueOrDefault(new(probe.Name, address)) ?? _known.GetValueOrDefault(balancer.Key)?.FirstOrDefault(m => m.Probe == probe.Name && m.Address == address);
                var member = new Member(probe, known ?? new(probe.Name, address, false, "NA"));
                watched.Members[new(probe.Name, address)] = member;
                member.Running = Task.Run(() => AskAsync(balancer.Key, balancer.VnetKey ?? "", address, member), CancellationToken.None);
            }
        }
    }

    /// <summary>The load balancer has gone.</summary>
    public async Task ForgetAsync(string key, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_balancers.Remove(key, out var watched))
            {
                return;
            }

            _known.Remove(key);
            foreach (var member in watched.Members.Values)
            {
                member.Dispose();
            }
        }

        await net.SetHealthAsync(key, new HashSet<ProbedMember>(), cancellationToken);
        await SaveAsync(cancellationToken);
    }

    /// <summary>What is known of a load balancer's members; of a global one's, whether anybody is behind them.</summary>
    public LoadBalancerStatus StatusOf(LoadBalancerItem balancer)
    {
        lock (_gate)
        {
            return new()
            {
                Members = balancer.VnetKey is null && balancer.Regional.Count > 0
                    ? [.. balancer.Rules.SelectMany(r => r.Members).Select(m => m.Address).Distinct().Order(StringComparer.Ordinal).Select(Regional)]
                    : _balancers.TryGetValue(balancer.Key, out var watched)
                        ? [.. watched.Members.Values.Select(m => m.Shown(watched)).OrderBy(m => m.Probe, StringComparer.Ordinal).ThenBy(m => m.Address, StringComparer.Ordinal)]
                        : [],
            };
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_gate)
        {
            var all = _balancers.Values.SelectMany(b => b.Members.Values).ToList();
            all.ForEach(m => m.Dispose());
            running = [.. all.Select(m => m.Running)];
            _balancers.Clear();
        }

        await Task.WhenAll(running);
        _telling.Dispose();
    }

    private MemberHealth Regional(string address)
    {
        var alive = _balancers.Values.Any(b => b.Item is { } item && LoadBalancerPlan.IsAlive(item, address, b.Up()));
        return new("", address, alive, alive ? "Up_Probe_Success" : "Down_Probe_NoHealthyBackend");
    }

    private async Task AskAsync(string key, string vnetKey, string address, Member member)
    {
        var interval = TimeSpan.FromSeconds(member.Probe.IntervalSeconds);
        var patience = member.Probe.Protocol == "tcp" || interval < HttpPatience ? interval : HttpPatience;
        try
        {
            while (true)
            {
                var started = time.GetTimestamp();
                var answer = await net.ProbeAsync(vnetKey, address, member.Probe, patience, member.Ending);
                if (member.Hear(answer))
                {
                    await TellAsync(key, member.Ending);
                }

                var rest = interval - time.GetElapsedTime(started);
                await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, time, member.Ending);
            }
        }
        catch (OperationCanceledException) when (member.Ending.IsCancellationRequested)
        {
            // Nobody wants to know any more.
        }
#pragma warning disable CA1031 // Whatever it is: the others go on, and this one is asked again when its load balancer is looked at next.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.Failed(logger, key, address, e);
            lock (_gate)
            {
                if (_balancers.TryGetValue(key, out var watched) && watched.Members.GetValueOrDefault(new(member.Probe.Name, address)) == member)
                {
                    watched.Members.Remove(new(member.Probe.Name, address));
                }
            }

            changed(key);
        }
    }

    private async Task TellAsync(string key, CancellationToken cancellationToken)
    {
        await _telling.WaitAsync(cancellationToken);
        try
        {
            IReadOnlySet<ProbedMember> up;
            lock (_gate)
            {
                if (!_balancers.TryGetValue(key, out var watched))
                {
                    return;
                }

                up = watched.Up();
            }

            await net.SetHealthAsync(key, up, cancellationToken);
            await SaveAsync(cancellationToken);
        }
        finally
        {
            _telling.Release();
        }

        changed(key);
    }

    private Task SaveAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, List<MemberHealth>> all;
        lock (_gate)
        {
            all = _balancers.ToDictionary(b => b.Key, b => b.Value.Members.Values.Select(m => m.Health).ToList(), StringComparer.Ordinal);
        }

        // Torn by a crash it is as good as lost, and asked anew.
        return File.WriteAllTextAsync(_file, JsonSerializer.Serialize(all, HealthJson.Default.DictionaryStringListMemberHealth), cancellationToken);
    }

    private sealed class Watched
    {
        public LoadBalancerItem? Item { get; set; }
        public Dictionary<ProbedMember, Member> Members { get; } = [];

        public HashSet<ProbedMember> Up() => [.. Members.Where(m => m.Value.Health.IsUp).Select(m => m.Key)];
    }

    private sealed class Member : IDisposable
    {
        private readonly CancellationTokenSource _ending = new();
        private int _streak;

        public Member(BalancerProbe probe, MemberHealth health) => (Probe, Health, Ending) = (probe, health, _ending.Token);

        public BalancerProbe Probe { get; }
        public MemberHealth Health { get; private set; }
        public Task Running { get; set; } = Task.CompletedTask;
        public CancellationToken Ending { get; }

        /// <summary>Asks no more.</summary>
        public void Dispose()
        {
            _ending.Cancel();
            _ending.Dispose();
        }

        /// <summary>All are down, and the probe says that all get connections then.</summary>
        public MemberHealth Shown(Watched watched)
            => !Health.IsUp && Probe.AllDownIsUp && watched.Members.Values.Where(m => m.Probe == Probe).All(m => !m.Health.IsUp) ? Health with { IsUp = true, Reason = "Up_Probe_AllDownIsUp" } : Health;

        /// <summary>Takes an answer in; true when what is known changed.</summary>
        public bool Hear(ProbeAnswer answer)
        {
            var well = answer == ProbeAnswer.Well;
            _streak = well == Health.IsUp ? 0 : _streak + 1;
            var turned = _streak >= (well ? Probe.UpAfter : Probe.DownAfter);
            var up = Health.IsUp != turned;
            if (turned)
            {
                _streak = 0;
            }

            var reason = (up, well) switch
            {
                (true, true) => "Up_Probe_Success",
                (true, false) => "Up_Probe_ApproachingUnhealthyThreshold",
                (false, true) => "Down_Probe_ApproachingHealthyThreshold",
                _ => answer switch
                {
                    ProbeAnswer.BadStatus => "Down_Probe_HttpStatusCodeError",
                    ProbeAnswer.NoHttp => "Down_Probe_HttpEndpointUnreachable",
                    ProbeAnswer.NoResponse => "Down_Probe_HttpNoResponse",
                    _ => "Down_Probe_TcpProbeTimeout",
                },
            };
            var before = Health;
            Health = Health with { IsUp = up, Reason = reason };
            return Health != before;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4020, LogLevel.Error, "{Key}: {Address} can't be asked")]
        public static partial void Failed(ILogger logger, string key, string address, Exception exception);
    }
}

[JsonSerializable(typeof(Dictionary<string, List<MemberHealth>>))]
internal sealed partial class HealthJson : JsonSerializerContext;
