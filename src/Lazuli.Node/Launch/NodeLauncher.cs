using System.Diagnostics;
using System.Globalization;
using Lazuli.Engines.Linux.Host;
using Lazuli.Node.Api;

namespace Lazuli.Node.Launch;

/// <summary>
/// Starts a node in namespaces of its own, from the host: user, network, mount, IPC and host name. A small process (the holder)
/// keeps them alive, so that networks and machines outlive the node; what is alive already is adopted. Nobody in there is
/// anybody outside: as root the namespaces' root is a user that nobody else has, else it is the caller. There is no way out:
/// the network namespace has no device but its own loopback.
/// </summary>
public sealed class NodeLauncher(NodeLaunchOptions options)
{
    // Mount points inside: other users need not be able to pass through the directories outside, and socket paths stay short.
    private const string Inside = "/run/lazuli";
    private const UnixFileMode PassThrough
        = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const int RangeSize = 65_536;
    private const int Attempts = 4;
    private static readonly long[] PossibleBases = [1_000_000_000, 100_000];
    private static readonly string[] Namespaces = ["--user", "--net", "--mount", "--ipc", "--uts"];

    /// <summary>Who enters becomes root in there: an ordinary user already is, and may not be allowed to set groups.</summary>
    private static string[] AsRoot => Environment.IsPrivilegedProcess ? ["--setuid", "0", "--setgid", "0"] : ["--preserve-credentials"];

    private string HolderFile => Path.Combine(options.Directory, "holder");

    /// <summary>A holder whose namespaces aren't ready yet.</summary>
    private string HolderDraft => Path.Combine(options.Directory, "holder.draft");
    private string NodeFile => Path.Combine(options.Directory, "node");
    private string ProgramFile => Path.Combine(options.Directory, "node.program");

    /// <summary>Machines' disks are here: whoever puts another engine over this directory leaves them behind.</summary>
    public bool HasDisks => options.DiskDirectory is var disks && Directory.Exists(disks) && Directory.EnumerateFileSystemEntries(disks).Any();

    /// <summary>A client of a node that answers: of the one that runs, or of a new one.</summary>
    /// <exception cref="IOException">It can't be started; the message says why.</exception>
    public async Task<NodeClient> EnsureAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Directory);
        File.SetUnixFileMode(options.Directory, PassThrough);
        Directory.CreateDirectory(options.ImageDirectory);
        using var turn = await TurnAsync(cancellationToken);
        try
        {
            var holder = KnownProcess.Read(HolderFile) ?? await HoldAsync(cancellationToken);
            for (var attempt = 1; ; attempt++)
            {
                var node = await CurrentAsync(cancellationToken) ?? await StartAsync(holder, cancellationToken);
                if (node is not null && await ConnectAsync(node, cancellationToken) is { } client)
                {
                    return client;
                }

                // One that was killed before it answered is no reason not to start another.
                if (node is { IsAlive: true } || attempt == Attempts)
                {
                    throw Mute();
                }
            }
        }
        catch (HostProgramException e)
        {
            throw new IOException($"The node can't be started: {e.Message}", e);
        }
    }

    /// <summary>The words that run a program inside the node's namespaces, to be followed by its own; null when there are none.</summary>
    public IReadOnlyList<string>? Enter()
        => KnownProcess.Read(HolderFile) is { } holder ? ["nsenter", "--target", holder.Id.ToString(CultureInfo.InvariantCulture), .. Namespaces, .. AsRoot] : null;

    /// <summary>Ends the node. With <paramref name="machines"/> all machines and namespaces, too; else they go on and the next node adopts them.</summary>
    public async Task StopAsync(bool machines, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(options.Directory))
        {
            return;
        }

        using var turn = await TurnAsync(cancellationToken);
        var node = KnownProcess.Read(NodeFile);
        KnownProcess.Read(HolderDraft)?.Kill();
        if (machines && KnownProcess.Read(HolderFile) is { } holder)
        {
            node ??= await StartAsync(holder, cancellationToken) ?? throw Mute();
            using (var client = await ConnectAsync(node, cancellationToken) ?? throw Mute())
            {
                await client.EndAsync(cancellationToken);
            }

            await node.WaitAsync(cancellationToken);
            holder.Kill();
            await holder.WaitAsync(cancellationToken);
            File.Delete(HolderFile);
        }
        else if (node is not null)
        {
            // Killed on purpose: a node must be able to die at any instruction.
            node.Kill();
            await node.WaitAsync(cancellationToken);
        }

        File.Delete(NodeFile);
        File.Delete(options.SocketPath);
    }

    private async Task<KnownProcess> HoldAsync(CancellationToken cancellationToken)
    {
        // Whoever made it died over it.
        KnownProcess.Read(HolderDraft)?.Kill();
        var holder = Detach(Path.Combine(options.Directory, "holder.log"), HolderDraft, ["unshare", .. Namespaces, "sleep", "infinity"])
            ?? throw new IOException($"This machine's namespaces can't be held; see {options.Directory}/holder.log.");
        try
        {
            // It becomes sleep when its namespaces are there.
            while (holder.IsAlive && holder.Command != "sleep")
            {
                await Task.Delay(TimeSpan.FromMilliseconds(2), cancellationToken);
            }

            if (!holder.IsAlive)
            {
                throw new IOException($"This machine doesn't allow user namespaces: {await File.ReadAllTextAsync(Path.Combine(options.Directory, "holder.log"), cancellationToken)}");
            }

            var owner = await MapAsync(holder, cancellationToken);
            await FurnishAsync(holder, owner, cancellationToken);
            File.Move(HolderDraft, HolderFile, overwrite: true);
            return holder;
        }
        catch
        {
            holder.Kill();
            throw;
        }
    }

    /// <summary>Maps the namespaces' users; answers who their root is outside.</summary>
    private static async Task<long> MapAsync(KnownProcess holder, CancellationToken cancellationToken)
    {
        if (Environment.IsPrivilegedProcess)
        {
            var first = PossibleBases.FirstOrDefault(HasRange);
            var map = first > 0 ? Line(0, first, RangeSize) : Line(0, 0, 1);
            await File.WriteAllTextAsync($"/proc/{holder.Id}/uid_map", map, cancellationToken);
            await File.WriteAllTextAsync($"/proc/{holder.Id}/gid_map", map, cancellationToken);
            return first;
        }

        var user = (await HostProgram.RunAsync("id", ["-u"], cancellationToken: cancellationToken)).Trim();
        var group = (await HostProgram.RunAsync("id", ["-g"], cancellationToken: cancellationToken)).Trim();
        var id = holder.Id.ToString(CultureInfo.InvariantCulture);
        if (SubordinateRange("/etc/subuid", user) is { } users && SubordinateRange("/etc/subgid", user) is { } groups)
        {
            try
            {
                await HostProgram.RunAsync("newuidmap", [id, "0", user, "1", "1", users.First, users.Count], cancellationToken: cancellationToken);
                await HostProgram.RunAsync("newgidmap", [id, "0", group, "1", "1", groups.First, groups.Count], cancellationToken: cancellationToken);
                return 0;
            }
            catch (HostProgramException)
            {
                // Not installed, or not allowed: one user must do.
            }
        }

        await File.WriteAllTextAsync($"/proc/{id}/setgroups", "deny", cancellationToken);
        await File.WriteAllTextAsync($"/proc/{id}/uid_map", $"0 {user} 1\n", cancellationToken);
        await File.WriteAllTextAsync($"/proc/{id}/gid_map", $"0 {group} 1\n", cancellationToken);
        return 0;
    }

    /// <summary>Makes the mounts that last: a <c>/run</c> of our own, the state under a short name, and devices that a user may open.</summary>
    private Task FurnishAsync(KnownProcess holder, long owner, CancellationToken cancellationToken)
    {
        const string script = """
            set -e
            mount -n --make-rprivate /
            room=$(mktemp -d /tmp/lazuli.XXXXXX)
            mount -n -t tmpfs -o "mode=755$3" lazuli "$room"
            mkdir "$room/netns" "$room/lazuli" "$room/lazuli/state" "$room/lazuli/program" "$room/lazuli/dotnet" "$room/lazuli/images"
            mount -n --bind "$1" "$room/lazuli/state"
            if [ "$2" = root ]; then
                for device in net/tun kvm; do
                    [ -c "/dev/$device" ] || continue
                    copy="$room/lazuli/${device##*/}"
                    cp -a "/dev/$device" "$copy"
                    chmod 666 "$copy"
                    mount -n --bind "$copy" "/dev/$device"
                done
                chown "$4:$4" "$1" "$room/netns" "$room/lazuli"
            fi
            mount -n --move "$room" /run
            rmdir "$room"
            """;
        var number = owner.ToString(CultureInfo.InvariantCulture);
        var root = Environment.IsPrivilegedProcess;
        return InMountsAsync(holder, script, [options.Directory, root ? "root" : "user", root ? $",uid={number},gid={number}" : "", number], cancellationToken);
    }

    private static Task InMountsAsync(KnownProcess holder, string script, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        // Real root keeps its rights over the host's files in a mount namespace below; who isn't root has rights only as the root in there.
        string[] enter = Environment.IsPrivilegedProcess ? ["--mount"] : ["--user", "--mount", "--net", .. AsRoot];
        return HostProgram.RunAsync(
            "nsenter", ["--target", holder.Id.ToString(CultureInfo.InvariantCulture), .. enter, "--wd=/", "sh", "-c", script, "sh", .. arguments], cancellationToken: cancellationToken);
    }

    /// <summary>The node that runs, unless its program was replaced since: then it ends, and a new one takes over what it has.</summary>
    private async Task<KnownProcess?> CurrentAsync(CancellationToken cancellationToken)
    {
        if (KnownProcess.Read(NodeFile) is not { } node)
        {
            return null;
        }

        if (File.Exists(ProgramFile) && File.ReadAllText(ProgramFile) == Program())
        {
            return node;
        }

        node.Kill();
        await node.WaitAsync(cancellationToken);
        return null;
    }

    private string Program()
    {
        var file = new FileInfo(Path.Combine(options.ProgramDirectory, "Lazuli.Node.dll"));
        return string.Create(CultureInfo.InvariantCulture, $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}");
    }

    /// <summary>Null when it ended at once.</summary>
    private async Task<KnownProcess?> StartAsync(KnownProcess holder, CancellationToken cancellationToken)
    {
        const string script = """
            set -e
            for name in program dotnet images; do
                ! mountpoint -q "/run/lazuli/$name" || umount -n -l "/run/lazuli/$name"
                mount -n --bind "$1" "/run/lazuli/$name"
                shift
            done
            """;
        await InMountsAsync(holder, script, [options.ProgramDirectory, options.DotnetDirectory, options.ImageDirectory], cancellationToken);
        List<string> words = ["nsenter", "--target", holder.Id.ToString(CultureInfo.InvariantCulture), .. Namespaces, .. AsRoot, "--wd=/"];
        words.AddRange("env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", $"DOTNET_ROOT={Inside}/dotnet", "DOTNET_EnableDiagnostics=0",
            $"{Inside}/dotnet/dotnet", $"{Inside}/program/Lazuli.Node.dll", $"{Inside}/state", $"{Inside}/images");
        var node = Detach(options.LogPath, NodeFile, words);
        await File.WriteAllTextAsync(ProgramFile, Program(), cancellationToken);
        return node;
    }

    /// <summary>Null when the node ends, or doesn't answer in time.</summary>
    private async Task<NodeClient?> ConnectAsync(KnownProcess node, CancellationToken cancellationToken)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        cut.CancelAfter(options.StartLimit);
        var client = new NodeClient(options.SocketPath);
        try
        {
            while (node.IsAlive)
            {
                try
                {
                    await using var reports = client.WatchAsync(cut.Token).GetAsyncEnumerator(cut.Token);
                    await reports.MoveNextAsync();
                    return client;
                }
                catch (IOException)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(20), cut.Token);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The limit.
        }

        client.Dispose();
        return null;
    }

    private IOException Mute() => new($"The node doesn't answer; see {options.LogPath}.");

    /// <summary>
    /// Starts a program away from our session, with its words in a log. It is remembered in a file before it begins, by its own
    /// hand: if we die now, the next one finds it. Null when it ended at once.
    /// </summary>
    private static KnownProcess? Detach(string log, string file, List<string> words)
    {
        const string script = """
            start=$(read -r stat </proc/$$/stat; set -- $stat; echo ${22})
            read -r boot </proc/sys/kernel/random/boot_id
            printf '%s' "$$ $start $boot" >"$1.new" && mv "$1.new" "$1" || exit 1
            shift
            exec setsid "$@" </dev/null >>"$0" 2>&1
            """;
        using var process = HostProgram.Start(new ProcessStartInfo("/bin/sh", ["-c", script, log, file, .. words]) { WorkingDirectory = "/" });
        return KnownProcess.Of(process.Id);
    }

    private async Task<FileStream> TurnAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(options.Directory, "launch.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (!cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            }
        }
    }

    private static bool HasRange(long first)
        => File.ReadLines("/proc/self/uid_map").Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Any(w => long.Parse(w[0], CultureInfo.InvariantCulture) <= first
                && long.Parse(w[0], CultureInfo.InvariantCulture) + long.Parse(w[2], CultureInfo.InvariantCulture) >= first + RangeSize);

    private static (string First, string Count)? SubordinateRange(string file, string user)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        var line = File.ReadLines(file).Select(l => l.Split(':')).FirstOrDefault(w => w.Length == 3 && (w[0] == Environment.UserName || w[0] == user));
        return line is null ? null : (line[1], line[2]);
    }

    private static string Line(long inside, long outside, long count) => string.Create(CultureInfo.InvariantCulture, $"{inside} {outside} {count}\n");
}
