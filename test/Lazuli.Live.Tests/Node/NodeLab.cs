using Lazuli.Engines.Image;
using Lazuli.Engines.Linux.Image;
using Lazuli.Engines.Node;
using Lazuli.Node.Api;
using Lazuli.Node.Launch;

namespace Lazuli.Live.Tests.Node;

/// <summary>A node in namespaces of its own, as the product launches it, and the micro image.</summary>
internal sealed class NodeLab : IAsyncDisposable
{
    public const string Vnet = "net";
    public const string Image = "lazuli:micro:1:1.0.0";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private readonly string _directory = Directory.CreateTempSubdirectory("lz-").FullName;
    private readonly string _images = LinuxImageEngine.SharedCache;
    private long _generation;

    public NodeLab()
    {
        Options = new() { Directory = Path.Combine(_directory, "node"), ImageDirectory = _images };
        Launcher = new(Options);
    }

    public NodeLaunchOptions Options { get; }
    public NodeLauncher Launcher { get; }
    public NodeClient Client { get; private set; } = new("/nowhere");
    public string Urn { get; private set; } = Image;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task StartAsync()
    {
        var image = ImageCatalogue.Default.Resolve("lazuli:micro:1:latest") ?? throw new InvalidOperationException("No micro image in the catalogue.");
        Urn = image.Urn;
        await new LinuxImageEngine(_images, null).EnsureAsync(image.Source, null, Token);
        Client.Dispose();
        Client = await Launcher.EnsureAsync(Token);
    }

    public static IReadOnlyList<NodeItem> Network() =>
    [
        new VnetItem { Key = Vnet, AddressPrefixes = ["10.0.0.0/16"], Subnets = [new() { Key = "net/a", AddressPrefixes = ["10.0.0.0/24"] }], DnsSuffix = "x.internal.cloudapp.net" },
    ];

    public IReadOnlyList<NodeItem> Machine(string name, int number, VmPower power = VmPower.Running) =>
    [
        new NicItem
        {
            Key = name + "/nic",
            VnetKey = Vnet,
            MacAddress = $"00-0D-3A-00-00-{number:X2}",
            IpConfigs = [new() { Name = "a", SubnetKey = "net/a", PrivateAddress = $"10.0.0.{number}", Primary = true }],
            HostName = name,
        },
        new DiskItem { Key = name + "/os", SizeBytes = 1L << 30, Source = new() { ImageUrn = Urn } },
        Vm(name, power),
    ];

    public static VmItem Vm(string name, VmPower power = VmPower.Running) => new()
    {
        Key = name,
        VmId = new Guid(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)).AsSpan(0, 16)),
        Name = name,
        Cpus = 1,
        MemoryMiB = 192,
        Power = power,
        OsDisk = new() { DiskKey = name + "/os" },
        NicKeys = [name + "/nic"],
        Provisioning = new() { ComputerName = name, AdminUsername = "azureuser", AdminPassword = "Passw0rd!Passw0rd" },
        Metadata = new() { ResourceId = name, Location = "westeurope", SubscriptionId = "00000000-0000-0000-0000-000000000001", ResourceGroupName = "g", VmSize = "Standard_B1s" },
    };

    public async Task SendAsync(IReadOnlyList<NodeItem> items, params IReadOnlyList<string> removed)
    {
        var document = _generation == 0
            ? new NodeDocument { Generation = 1, Items = items }
            : new NodeDocument { Generation = _generation + 1, BaseGeneration = _generation, Items = items, Removed = removed };
        Assert.Equal(ApplyResult.Accepted, await Client.ApplyAsync(document, Token));
        _generation = document.Generation;
    }

    /// <summary>Waits until the reports show it; fails with the last ones after a while.</summary>
    public async Task<VmStatus> UntilAsync(string vm, Func<ItemReport, bool> condition)
    {
        var last = "nothing";
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(Token);
        cut.CancelAfter(Limit);
        try
        {
            await foreach (var report in Client.WatchAsync(cut.Token))
            {
                foreach (var item in report.Items)
                {
                    last = item.Key == vm || item.Error is not null ? item.ToString() : last;
                    if (item.Key == vm && condition(item))
                    {
                        return item.Vm ?? throw new InvalidOperationException("No status.");
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told below.
        }

        throw new Xunit.Sdk.XunitException($"Not in time; last: {last}\n{await File.ReadAllTextAsync(Options.LogPath, Token)}");
    }

    public async Task UntilGoneAsync(params IReadOnlyList<string> keys)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(Token);
        cut.CancelAfter(Limit);
        var left = keys.ToHashSet();
        await foreach (var report in Client.WatchAsync(cut.Token))
        {
            if (report.Snapshot)
            {
                left.IntersectWith(report.Items.Select(i => i.Key));
            }

            left.ExceptWith(report.Items.Where(i => i.Phase == ItemPhase.Removed).Select(i => i.Key));
            if (left.Count == 0)
            {
                return;
            }
        }
    }

    /// <summary>The QEMU processes of this node, by their state directory's lock on the same holder: all that share its mount namespace.</summary>
    public IReadOnlyList<int> Machines()
    {
        var holder = File.ReadAllText(Path.Combine(Options.Directory, "holder")).Split(' ')[0];
        var home = new FileInfo($"/proc/{holder}/ns/mnt").LinkTarget;
        return [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(n => int.TryParse(n, out _)).Where(n =>
        {
            try
            {
                return File.ReadAllText($"/proc/{n}/cmdline").StartsWith("qemu-system", StringComparison.Ordinal) && new FileInfo($"/proc/{n}/ns/mnt").LinkTarget == home;
            }
            catch (IOException)
            {
                return false;
            }
        }).Select(n => int.Parse(n ?? "0", System.Globalization.CultureInfo.InvariantCulture))];
    }

    public int NodeProcess => int.Parse(File.ReadAllText(Path.Combine(Options.Directory, "node")).Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await Launcher.StopAsync(machines: true, CancellationToken.None);
        Client.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
