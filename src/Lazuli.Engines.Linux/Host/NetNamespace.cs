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

    /// <summary>The namespace's file, which <c>nsenter --net=</c> takes.</summary>
    public static string PathOf(string name) => Path.Combine(Home, name);

    /// <summary>The names that start with a prefix, ordered; half-made ones, too.</summary>
    public static IReadOnlyList<string> List(string prefix)
        => Directory.Exists(Home)
            ? [.. Directory.EnumerateFiles(Home, prefix + "*").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)]
            : [];

    /// <summary>Makes the namespace unless it is there; true when it is new.</summary>
    /// <exception cref="HostProgramException">The kernel refused.</exception>
    public static async Task<bool> EnsureAsync(string name, CancellationToken cancellationToken)
    {
        if (File.Exists(PathOf(name)))
        {
            if (CanEnter(name))
            {
                return false;
            }

            // Cut between the file and its mount, or left by a mount namespace that is gone.
            await RemoveAsync(name, cancellationToken);
        }

        await HostProgram.RunAsync("ip", ["netns", "add", name], cancellationToken: cancellationToken);
        return true;
    }

    /// <summary>Removes the name; the namespace itself goes with its last process and socket.</summary>
    /// <exception cref="HostProgramException">The kernel refused.</exception>
    public static async Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        if (File.Exists(PathOf(name)))
        {
            await HostProgram.RunAsync("ip", ["netns", "del", name], cancellationToken: cancellationToken);
        }
    }

    /// <summary>Opens a socket inside a namespace.</summary>
    /// <exception cref="IOException">There is no such namespace.</exception>
    /// <exception cref="SocketException">As the constructor of <see cref="Socket"/>.</exception>
    public static Socket OpenSocket(string name, AddressFamily family, SocketType type, ProtocolType protocol)
        => Run(name, () => new Socket(family, type, protocol));

    /// <summary>Runs an action on a thread of its own inside a namespace and waits for it. It must not await.</summary>
    /// <exception cref="IOException">There is no such namespace.</exception>
    public static T Run<T>(string name, Func<T> action)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter(name);
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
}
