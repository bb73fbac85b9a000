using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Lazuli.Engines.Linux.Host;

/// <summary>
/// Named network namespaces (<c>ip netns</c>). Whatever is opened or started by code that runs in one, stays in it:
/// a socket may be used from any thread afterwards.
/// </summary>
public static partial class NetNamespace
{
    private const string Home = "/run/netns";
    private const int CloneNewNet = 0x40000000;

    // include/uapi/linux/mount.h; umount2(2)
    private const nuint MountBind = 0x1000;
    private const nuint MountRecursive = 0x4000;
    private const nuint MountShared = 0x100000;
    private const int Detach = 2;
    private static readonly Lock Sharing = new();

    /// <summary>The namespace's file, which <c>nsenter --net=</c> takes.</summary>
    public static string PathOf(string name) => Path.Combine(Home, name);

    /// <summary>The names that start with a prefix, ordered; half-made ones, too.</summary>
    public static IReadOnlyList<string> List(string prefix)
        => Directory.Exists(Home)
            ? [.. Directory.EnumerateFiles(Home, prefix + "*").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)]
            : [];

    /// <summary>Makes the namespace unless it is there; true when it is new.</summary>
    /// <exception cref="IOException">The kernel refused.</exception>
    /// <exception cref="UnauthorizedAccessException">The caller isn't root of its namespaces.</exception>
    public static Task<bool> EnsureAsync(string name, CancellationToken cancellationToken) => Task.Run(() =>
    {
        if (File.Exists(PathOf(name)))
        {
            if (CanEnter(name))
            {
                return false;
            }

            // Cut between the file and its mount, or left by a mount namespace that is gone.
            Remove(name);
        }

        Share();
        File.OpenHandle(PathOf(name), FileMode.CreateNew, FileAccess.Write).Dispose();
        return OnThread(name, () =>
        {
            Check(Unshare(CloneNewNet), name);
            Check(Mount("/proc/thread-self/ns/net", PathOf(name), "none", MountBind, null), name);
            return true;
        });
    }, cancellationToken);

    /// <summary>Removes the name; the namespace itself goes with its last process and socket.</summary>
    /// <exception cref="IOException">The kernel refused.</exception>
    /// <exception cref="UnauthorizedAccessException">The caller isn't root of its namespaces.</exception>
    public static Task RemoveAsync(string name, CancellationToken cancellationToken) => Task.Run(() => Remove(name), cancellationToken);

    /// <summary>Opens a socket inside a namespace.</summary>
    /// <exception cref="IOException">There is no such namespace.</exception>
    /// <exception cref="SocketException">As the constructor of <see cref="Socket"/>.</exception>
    public static Socket OpenSocket(string name, AddressFamily family, SocketType type, ProtocolType protocol)
        => Run(name, () => new Socket(family, type, protocol));

    /// <summary>Runs an action on a thread of its own inside a namespace and waits for it. It must not await.</summary>
    /// <exception cref="IOException">There is no such namespace.</exception>
    public static T Run<T>(string name, Func<T> action) => OnThread(name, () =>
    {
        Enter(name);
        return action();
    });

    // A thread that changes its namespace is of no use to anybody else.
    private static T OnThread<T>(string name, Func<T> action)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = action();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        })
        {
            IsBackground = true,
            Name = name,
        };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    // As ip-netns(8) does: mount namespaces made from this one see names come and go.
    private static void Share()
    {
        lock (Sharing)
        {
            Directory.CreateDirectory(Home);
            if (Mount("", Home, "none", MountShared | MountRecursive, null) != 0)
            {
                Check(Mount(Home, Home, "none", MountBind | MountRecursive, null), Home);
                Check(Mount("", Home, "none", MountShared | MountRecursive, null), Home);
            }
        }
    }

    private static void Remove(string name)
    {
        if (File.Exists(PathOf(name)))
        {
            // A name that was never mounted goes, too.
            _ = Unmount(PathOf(name), Detach);
            File.Delete(PathOf(name));
        }
    }

    private static void Check(int outcome, string name)
    {
        if (outcome != 0)
        {
            throw new IOException($"Can't make the network namespace '{name}': {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    private static bool CanEnter(string name)
    {
        try
        {
            return Run(name, () => true);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static void Enter(string name)
    {
        using var file = File.OpenHandle(PathOf(name));
        if (SetNamespace(file, CloneNewNet) != 0)
        {
            throw new IOException($"Can't enter the network namespace '{name}': {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeFileHandle namespaceFile, int kind);

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int kinds);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, nuint flags, string? data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);
}
