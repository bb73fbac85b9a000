using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Engines;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Node.Work;

/// <summary>What must not be forgotten about a packet capture.</summary>
internal sealed record CaptureRecord
{
    public required string Key { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public string? StopReason { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CaptureRecord))]
internal sealed partial class CaptureRecordJson : JsonSerializerContext;

/// <summary>Runs packet captures: a file and a record each. A capture that the node's end has cut goes on in the same file at its next start, until its limits.</summary>
internal sealed class CaptureKeeper(Board board, IPacketWatching? net, string directory, TimeProvider time, Action<string> poke)
{
    private const string Prefix = "cap";
    private const int WholeFrames = 1 << 16;
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<string, Run> _runs = new(StringComparer.Ordinal);

    public async Task<TimeSpan?> KeepAsync(ItemState state)
    {
        var item = (PacketCaptureItem)state.Item;
        if (net is null)
        {
            board.Update(state, s => s with { Phase = ItemPhase.Failed, Error = new("FeatureNotSupported", "This machine captures no packets.") });
            return null;
        }

        if (state.Leaving)
        {
            await EndAsync(state.Key);
            File.Delete(PathOf(state.Key, ".pcap"));
            File.Delete(PathOf(state.Key, ".json"));
            board.Remove(state.Key);
            return null;
        }

        var record = Load(state.Key);
        if (_runs.TryGetValue(state.Key, out var run) && run.Work.IsCompleted)
        {
            _runs.TryRemove(state.Key, out _);
            record = record is null || run.StopReason is null ? record : Save(record with { StopReason = run.StopReason });
            if (run.Fault is { } fault && !item.Stopped)
            {
                board.Update(state, s => s with { Phase = ItemPhase.Applied, Error = null, Capture = StatusOf(record, fault) });
                return Retry;
            }
        }

        if (item.Stopped && record?.StopReason is null)
        {
            await EndAsync(state.Key);
            record = Save((record ?? Begun(state.Key)) with { StopReason = "Manual" });
        }

        string? error = null;
        if (record?.StopReason is null && !_runs.ContainsKey(state.Key))
        {
            (record, error) = Start(item, record);
        }

        board.Update(state, s => s with { Phase = ItemPhase.Applied, Error = null, Capture = StatusOf(record, error) });
        return error is null && record is not null ? null : Retry;
    }

    /// <summary>What has been written so far.</summary>
    public Stream? Open(string key)
        => File.Exists(PathOf(key, ".pcap")) ? new FileStream(PathOf(key, ".pcap"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete) : null;

    /// <summary>Removes the files of captures that nobody wants.</summary>
    public IEnumerable<string> Sweep(Func<IReadOnlySet<string>> keep)
    {
        if (!Directory.Exists(directory))
        {
            yield break;
        }

        var there = Directory.GetFiles(directory, Prefix + "*");
        var wanted = keep().Select(k => MachineName.Of(Prefix, k)).ToHashSet(StringComparer.Ordinal);
        foreach (var orphan in there.Where(f => !wanted.Contains(Path.GetFileNameWithoutExtension(f))))
        {
            File.Delete(orphan);
            yield return orphan;
        }
    }

    /// <summary>Ends all, to go on at the next start.</summary>
    public Task EndAllAsync() => Task.WhenAll(_runs.Keys.ToArray().Select(EndAsync));

    private (CaptureRecord? Record, string? Error) Start(PacketCaptureItem item, CaptureRecord? before)
    {
        var nics = ((board.Get(item.VmKey)?.Item as VmItem)?.NicKeys ?? []).Select(k => board.Get(k)?.Item).OfType<NicItem>().ToArray();
        if (nics.Length == 0 || net is null)
        {
            return (before, "The virtual machine has no network interface on this machine.");
        }

        Directory.CreateDirectory(directory);
        var record = before ?? Save(Begun(item.Key));
        var left = record.StartedAt.AddSeconds(item.TimeLimit) - time.GetUtcNow();
        if (left <= TimeSpan.Zero)
        {
            return (Save(record with { StopReason = "TimeExceeded" }), null);
        }

        PcapFile file;
        try
        {
            file = PcapFile.Open(PathOf(item.Key, ".pcap"));
        }
        catch (IOException e)
        {
            return (record, e.Message);
        }

        var run = new Run(new CancellationTokenSource(left, time));
        var filters = item.Filters.Select(CaptureFilter.Of).ToArray();
        run.Work = WorkAsync();
        _runs[item.Key] = run;
        return (record, null);

        async Task WorkAsync()
        {
            try
            {
                // A filter reads headers that the capture may not want to keep.
                var most = item.BytesPerPacket is > 0 and < WholeFrames ? (int)item.BytesPerPacket : WholeFrames;
                await net.CaptureAsync(nics[0].VnetKey, [.. nics.Select(n => n.Key)], Math.Max(most, 128), (fromGuest, length, frame) =>
                {
                    if (!IsTaken(filters, fromGuest, frame))
                    {
                        return true;
                    }

                    frame = frame[..Math.Min(most, frame.Length)];
                    if (file.Length + PcapFile.SizeOf(frame) > item.TotalBytes)
                    {
                        run.StopReason = "SizeExceeded";
                        return false;
                    }

                    file.Append(time.GetUtcNow(), length, frame);
                    return true;
                }, run.Cut.Token);
                run.StopReason ??= run.Ended ? null : "TimeExceeded";
            }
            catch (IOException e)
            {
                run.Fault = e.Message;
            }
            finally
            {
                file.Dispose();
            }

            poke(item.Key);
        }
    }

    private static bool IsTaken(CaptureFilter[] filters, bool fromGuest, ReadOnlySpan<byte> frame)
    {
        foreach (var filter in filters)
        {
            if (filter.Takes(fromGuest, frame))
            {
                return true;
            }
        }

        return filters.Length == 0;
    }

    private async Task EndAsync(string key)
    {
        if (_runs.TryRemove(key, out var run))
        {
            run.Ended = true;
            await run.Cut.CancelAsync();
            await run.Work;
        }
    }

    private static PacketCaptureStatus StatusOf(CaptureRecord? record, string? error) => new()
    {
        State = record?.StopReason is not null ? CaptureState.Stopped : error is not null ? CaptureState.Error : CaptureState.Running,
        StartedAt = record?.StartedAt,
        StopReason = record?.StopReason,
        Error = record?.StopReason is null ? error : null,
    };

    private CaptureRecord Begun(string key) => new() { Key = key, StartedAt = time.GetUtcNow() };

    private CaptureRecord? Load(string key)
        => File.Exists(PathOf(key, ".json")) ? JsonSerializer.Deserialize(File.ReadAllBytes(PathOf(key, ".json")), CaptureRecordJson.Default.CaptureRecord) : null;

    private CaptureRecord Save(CaptureRecord record)
    {
        Directory.CreateDirectory(directory);
        AtomicFile.Write(PathOf(record.Key, ".json"), JsonSerializer.SerializeToUtf8Bytes(record, CaptureRecordJson.Default.CaptureRecord));
        return record;
    }

    private string PathOf(string key, string suffix) => Path.Combine(directory, MachineName.Of(Prefix, key) + suffix);

    private sealed class Run(CancellationTokenSource cut)
    {
        public CancellationTokenSource Cut { get; } = cut;
        public Task Work { get; set; } = Task.CompletedTask;

        /// <summary>Somebody ended it: that is no reason of its own.</summary>
        public bool Ended { get; set; }
        public string? StopReason { get; set; }
        public string? Fault { get; set; }
    }
}
