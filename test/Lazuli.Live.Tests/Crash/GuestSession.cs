using System.Diagnostics;
using System.Globalization;
using Lazuli.Engines.Linux.Host;
using Lazuli.Live.Tests.Cloud;

namespace Lazuli.Live.Tests.Crash;

/// <summary>One SSH session that stays open: it answers each number with itself, the guest's uptime and the id of its boot.</summary>
internal sealed class GuestSession : IDisposable
{
    private const string Loop = "while read -r n; do read -r up rest </proc/uptime; read -r boot </proc/sys/kernel/random/boot_id; echo \"$n $up $boot\"; done";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private int _number;
    private string? _boot;
    private double _uptime;

    public GuestSession(LiveCloud cloud, string address)
    {
        var words = cloud.Ssh(address);
        _process = HostProgram.Start(new(words[0], [.. words.Skip(1), Loop]) { RedirectStandardInput = true, RedirectStandardOutput = true });
    }

    /// <summary>Fails unless the session is the same as ever, in the same boot of the guest, and time has passed in there.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        cut.CancelAfter(Patience);
        await _process.StandardInput.WriteLineAsync((++_number).ToString(CultureInfo.InvariantCulture));
        await _process.StandardInput.FlushAsync(cut.Token);
        string? line;
        try
        {
            line = await _process.StandardOutput.ReadLineAsync(cut.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            line = null;
        }

        Assert.True(line is not null, $"The guest doesn't answer any more; before: {_number - 1} answers, uptime {_uptime} s.");
        var words = line.Split(' ');
        Assert.Equal(_number, int.Parse(words[0], CultureInfo.InvariantCulture));
        Assert.Equal(_boot ??= words[2], words[2]);
        var uptime = double.Parse(words[1], CultureInfo.InvariantCulture);
        Assert.True(uptime > _uptime, $"The guest's uptime went from {_uptime} to {uptime} s.");
        _uptime = uptime;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
