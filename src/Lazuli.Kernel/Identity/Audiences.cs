namespace Lazuli.Kernel.Identity;

/// <summary>
/// The resources that tokens are issued for. Azure's public names are always accepted beside this installation's own endpoints, so that a
/// client that can't be configured works too. A trailing slash makes no difference.
/// </summary>
public sealed class Audiences
{
    private static readonly string[] ManagerNames =
    [
        "https://management.azure.com", "https://management.core.windows.net", "797f4846-ba00-4fd7-ba43-dac1f8f63013",
    ];

    private static readonly string[] GraphNames =
    [
        "https://graph.microsoft.com", "https://graph.windows.net", "00000003-0000-0000-c000-000000000000", "00000002-0000-0000-c000-000000000000",
    ];

    private static readonly string[] DataNames =
    [
        "https://vault.azure.net", "https://managedhsm.azure.net", "https://storage.azure.com", "https://api.loganalytics.io", "https://batch.core.windows.net",
        "https://database.windows.net", "https://ossrdbms-aad.database.windows.net", "https://azconfig.io", "https://servicebus.azure.net", "https://eventhubs.azure.net",
        "https://redis.azure.com", "https://containerregistry.azure.net", "6dae42f8-4368-4678-94ff-3960e28e3630", "https://monitor.azure.com",
    ];

    private static readonly string[] OwnHosts = ["localhost", "127.0.0.1", "[::1]"];

    private readonly HashSet<string> _hosts;
    private readonly HashSet<string> _manager;
    private readonly HashSet<string> _graph;
    private readonly HashSet<string> _all;

    /// <param name="hosts">Host names or base addresses by which this installation is reached, besides the loopback ones. Their port makes no difference.</param>
    public Audiences(params IEnumerable<string> hosts)
    {
        _hosts = new([.. OwnHosts, .. hosts.Select(h => Uri.TryCreate(h, UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? uri.Host : h)], StringComparer.OrdinalIgnoreCase);
        var own = _hosts.Select(host => "https://" + host).ToList();
        _manager = new([.. ManagerNames, .. own], StringComparer.OrdinalIgnoreCase);
        _graph = new([.. GraphNames, .. own], StringComparer.OrdinalIgnoreCase);
        _all = new([.. _manager, .. _graph, .. DataNames], StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Every name of Resource Manager, as the error for a wrong audience lists them.</summary>
    public IEnumerable<string> ResourceManager => _manager.Select(name => name.Contains("//", StringComparison.Ordinal) ? name + "/" : name);

    public bool IsResourceManager(string audience) => _manager.Contains(Normal(audience));

    public bool IsGraph(string audience) => _graph.Contains(Normal(audience));

    /// <summary>Whether tokens are issued for <paramref name="audience"/> at all.</summary>
    public bool IsKnown(string audience) => _all.Contains(Normal(audience));

    private string Normal(string audience)
        => Uri.TryCreate(audience, UriKind.Absolute, out var uri) && uri.Scheme == "https" && uri.AbsolutePath == "/" && _hosts.Contains(uri.Host)
            ? "https://" + uri.Host
            : audience.TrimEnd('/');
}
