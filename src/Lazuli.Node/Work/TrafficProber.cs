using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Engines.Dns;
using Microsoft.Extensions.Logging;

namespace Lazuli.Node.Work;

/// <summary>
/// Checks the endpoints of Traffic Manager profiles, each at its profile's pace, and tells the name servers. Names are looked up here, in what this machine's own name servers know: what isn't
/// known, or isn't a public address of this machine, is never asked, and is Unmonitored. What was found out is kept in a file, so that a node that starts again sends nobody to who is down.
/// </summary>
internal sealed partial class TrafficProber(ITrafficProbe probe, DnsCatalogue names, string directory, TimeProvider time, Action<string> changed, ILogger logger) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<string, Watch>> _profiles = new(StringComparer.Ordinal);
    private readonly string _file = Path.Combine(directory, "traffic.json");
    private Dictionary<string, Dictionary<string, EndpointHealth>> _known = new(StringComparer.Ordinal);

    /// <summary>Takes up what an earlier life knew.</summary>
    public void Load()
    {
        try
        {
            _known = JsonSerializer.Deserialize(File.ReadAllText(_file), TrafficJson.Default.DictionaryStringDictionaryStringEndpointHealth) ?? _known;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            // Nothing is known: everybody is asked at once anyway.
        }

        foreach (var (key, endpoints) in _known)
        {
            names.SetTraffic(key, new(endpoints));
        }
    }

    /// <summary>From now on these endpoints are checked; those that were checked before in the same way go on from where they are.</summary>
    public TrafficStatus Keep(TrafficItem profile)
    {
        lock (_gate)
        {
            if (!_profiles.TryGetValue(profile.Key, out var watches))
            {
                _profiles[profile.Key] = watches = new(StringComparer.Ordinal);
            }

            var wanted = profile.Enabled ? profile.Endpoints.Where(e => e is { ProfileKey: null, AlwaysServe: false, Target.Length: > 0 }).ToDictionary(e => e.Name, StringComparer.Ordinal) : [];
            var before = watches.ToDictionary(StringComparer.Ordinal);
            foreach (var (name, gone) in before.Where(w => !wanted.TryGetValue(w.Key, out var endpoint) || !w.Value.IsFor(profile, endpoint)))
            {
                watches.Remove(name);
                gone.Dispose();
            }

            foreach (var endpoint in wanted.Values.Where(e => !watches.ContainsKey(e.Name)))
            {
                // Another way to look at the same place: what is known of it holds until then.
                var known = before.TryGetValue(endpoint.Name, out var old) && old.Target == endpoint.Target ? old.Health : _known.GetValueOrDefault(profile.Key)?.GetValueOrDefault(endpoint.Name);
                var watch = new Watch(profile, endpoint, known ?? EndpointHealth.CheckingEndpoint);
                watches[endpoint.Name] = watch;
                watch.Running = Task.Run(() => AskAsync(watch), CancellationToken.None);
            }

            _known.Remove(profile.Key);
            return Tell(profile.Key, watches);
        }
    }

    /// <summary>The profile has gone.</summary>
    public void Forget(string key)
    {
        lock (_gate)
        {
            _known.Remove(key);
            if (_profiles.Remove(key, out var watches))
            {
                foreach (var watch in watches.Values)
                {
                    watch.Dispose();
                }
            }

            names.SetTraffic(key, null);
            Save();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_gate)
        {
            var all = _profiles.Values.SelectMany(p => p.Values).ToList();
            all.ForEach(w => w.Dispose());
            running = [.. all.Select(w => w.Running)];
            _profiles.Clear();
        }

        await Task.WhenAll(running);
    }

    private async Task AskAsync(Watch watch)
    {
        var interval = TimeSpan.FromSeconds(watch.Monitor.IntervalSeconds);
        try
        {
            while (true)
            {
                var started = time.GetTimestamp();
                Hear(watch, await IsWellAsync(watch));
                var rest = interval - time.GetElapsedTime(started);
                await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, time, watch.Ending);
            }
        }
        catch (OperationCanceledException) when (watch.Ending.IsCancellationRequested)
        {
            // Nobody wants to know any more.
        }
    }

    // Null when it can't be asked.
    private async Task<bool?> IsWellAsync(Watch watch)
    {
        try
        {
            return AddressOf(watch.Target) switch
            {
                (true, null) => false,
                (true, { } address) when probe.Reaches(address) => await probe.IsWellAsync(address, watch.Target, watch.Monitor, watch.Headers, watch.Ending),
                _ => null,
            };
        }
#pragma warning disable CA1031 // Whatever it is: it is told, and tried again.
        catch (Exception e) when (!watch.Ending.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.Failed(logger, watch.ProfileKey, watch.Target, e);
            return null;
        }
    }

    // Whether somebody here knows the name, and its address.
    private (bool Known, IPAddress? Address) AddressOf(string target)
    {
        if (IPAddress.TryParse(target, out var literal))
        {
            return (true, literal);
        }

        if (names.World.Answer(new(target, DnsType.A)) is not { Open: null } answer)
        {
            return (false, null);
        }

        var record = answer.Answers.Find(r => r.Type == DnsType.A);
        return (true, record.Data is null ? null : new IPAddress(record.Data));
    }

    private void Hear(Watch watch, bool? well)
    {
        lock (_gate)
        {
            if (!watch.Hear(well) || !_profiles.TryGetValue(watch.ProfileKey, out var watches) || !watches.ContainsValue(watch))
            {
                return;
            }

            Tell(watch.ProfileKey, watches);
            Save();
        }

        changed(watch.ProfileKey);
    }

    private TrafficStatus Tell(string key, Dictionary<string, Watch> watches)
    {
        var status = new TrafficStatus(watches.ToDictionary(w => w.Key, w => w.Value.Health, StringComparer.Ordinal));
        names.SetTraffic(key, status);
        return status;
    }

    // Torn by a crash it is as good as lost, and everybody is asked anew.
    private void Save()
    {
        try
        {
            File.WriteAllText(_file, JsonSerializer.Serialize(
                _profiles.ToDictionary(p => p.Key, p => p.Value.ToDictionary(w => w.Key, w => w.Value.Health)), TrafficJson.Default.DictionaryStringDictionaryStringEndpointHealth));
        }
        catch (IOException e)
        {
            Log.NotSaved(logger, e);
        }
    }

    /// <summary>One endpoint being checked.</summary>
    private sealed class Watch : IDisposable
    {
        private readonly CancellationTokenSource _ending = new();
        private readonly string _how;
        private int _failures;

        public Watch(TrafficItem profile, TrafficEndpoint endpoint, EndpointHealth health)
        {
            (ProfileKey, Monitor, Target, Headers, Health, Ending) = (profile.Key, profile.Monitor, endpoint.Target ?? "", endpoint.Headers, health, _ending.Token);
            _how = How(profile, endpoint);
        }

        public string ProfileKey { get; }
        public TrafficMonitor Monitor { get; }
        public string Target { get; }
        public IReadOnlyList<TrafficHeader> Headers { get; }
        public EndpointHealth Health { get; private set; }
        public CancellationToken Ending { get; }
        public Task Running { get; set; } = Task.CompletedTask;

        public bool IsFor(TrafficItem profile, TrafficEndpoint endpoint) => How(profile, endpoint) == _how;

        /// <summary>Takes an answer in (null: it can't be asked); true when what is known changed.</summary>
        public bool Hear(bool? well)
        {
            var before = Health;
            _failures = well == false ? _failures + 1 : 0;
            Health = well switch
            {
                null => EndpointHealth.Unmonitored,
                true => EndpointHealth.Online,
                false when _failures > Monitor.Tolerated => EndpointHealth.Degraded,
                _ => Health == EndpointHealth.Unmonitored ? EndpointHealth.CheckingEndpoint : Health,
            };
            return Health != before;
        }

        public void Dispose()
        {
            _ending.Cancel();
            _ending.Dispose();
        }

        private static string How(TrafficItem profile, TrafficEndpoint endpoint)
            => JsonSerializer.Serialize(profile.Monitor, TrafficJson.Default.TrafficMonitor) + endpoint.Target + JsonSerializer.Serialize(endpoint.Headers, TrafficJson.Default.IReadOnlyListTrafficHeader);
    }

    private static partial class Log
    {
        [LoggerMessage(4050, LogLevel.Error, "The endpoint {Target} of {Profile} can't be checked")]
        public static partial void Failed(ILogger logger, string profile, string target, Exception exception);

        [LoggerMessage(4051, LogLevel.Warning, "What is known of Traffic Manager's endpoints can't be kept")]
        public static partial void NotSaved(ILogger logger, Exception exception);
    }
}

[JsonSerializable(typeof(Dictionary<string, Dictionary<string, EndpointHealth>>))]
[JsonSerializable(typeof(TrafficMonitor))]
[JsonSerializable(typeof(IReadOnlyList<TrafficHeader>))]
internal sealed partial class TrafficJson : JsonSerializerContext;
