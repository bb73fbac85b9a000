using Lazuli.Engines.Linux.Host;

namespace Lazuli.Live.Tests.Net;

/// <summary>
/// Packets are moved only where there is no way out: a network namespace of the tests' own (<c>unshare --net --mount</c>, with an own
/// <c>/run/netns</c>). Elsewhere the tests are skipped, or fail when LAZULI_LIVE is <c>required</c>.
/// </summary>
internal static class Isolation
{
    public static void Require()
    {
        var reason = Environment.IsPrivilegedProcess ? WayOut() : "not root";
        if (reason is not null && Environment.GetEnvironmentVariable("LAZULI_LIVE") == "required")
        {
            Assert.Fail("Live tests are required but can't run here: " + reason);
        }

        Assert.SkipWhen(reason is not null, "Run in a network namespace without a way out: " + reason);
    }

    private static string? WayOut()
    {
        var view = KernelView.Read(null);
        if (view.Devices.Keys.FirstOrDefault(d => d is not ("lo" or "lz-edge" or "sit0" or "tunl0" or "ip6tnl0")) is { } device)
        {
            return $"there is a device '{device}'";
        }

        // /run/netns must be a mount of its own: the names of namespaces are private then.
        return File.ReadLines("/proc/self/mounts").Any(l => l.Split(' ')[1] == "/run/netns") ? null : "/run/netns is shared";
    }
}
