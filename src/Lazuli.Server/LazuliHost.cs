using System.Net;
using System.Net.Sockets;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Store.Sqlite;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Authorization;
using Lazuli.Providers.Management;
using Lazuli.Providers.Node;
using Lazuli.Providers.Resources.Locations;
using Lazuli.Providers.Resources.Subscriptions;
using Lazuli.Server.Arm;
using Lazuli.Server.SignIn;
using Lazuli.Server.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lazuli.Server;

/// <summary>
/// The whole control plane in one process: store, identity, kernel, providers, endpoints, TLS. Read from top to bottom it says what Lazuli is made of.
/// </summary>
public sealed class LazuliHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly StateLock _lock;

    private LazuliHost(WebApplication app, StateLock held, KernelServices kernel, Tenant tenant, LocalCertificates certificates)
    {
        _app = app;
        _lock = held;
        Kernel = kernel;
        Tenant = tenant;
        CaFile = certificates.AuthorityFile;
    }

    public KernelServices Kernel { get; }

    public Tenant Tenant { get; }

    /// <summary>The certificate that clients must trust.</summary>
    public string CaFile { get; }

    /// <summary>The base address that the server listens on: <c>https://localhost:8443</c>.</summary>
    public required string Endpoint { get; init; }

    public IServiceProvider Services => _app.Services;

    /// <exception cref="IOException">The state directory is in use by another server, or can't be read.</exception>
    /// <exception cref="InvalidDataException">The state directory is of a newer Lazuli.</exception>
    public static async Task<LazuliHost> CreateAsync(LazuliOptions options, INode node, CancellationToken cancellationToken, Action<ILoggingBuilder>? logging = null)
    {
        var time = TimeProvider.System;
        StateLock.MakeDirectory(options.StateDirectory);
        var held = await StateLock.TakeAsync(options.StateDirectory, time, cancellationToken);
        var socket = Bind(options);
        var port = ((IPEndPoint)(socket.LocalEndPoint ?? throw new InvalidOperationException())).Port;

        // What is kept. Keys are opened while everything else is read.
        var signing = Task.Run(() => SigningKey.Open(options.StateDirectory), CancellationToken.None);
        var tls = Task.Run(() => LocalCertificates.Open(options.StateDirectory, [.. PublicEndpoints.AzureHosts, .. options.HostNames], time), CancellationToken.None);
        var store = new ResourceStore(new SqliteJournal(Path.Combine(options.StateDirectory, "lazuli.db")));
        var secrets = SecretBox.Open(options.StateDirectory);

        // What there is.
        var registry = new TypeRegistry(ProviderList.All(options, time, node.ProvisionsWindows));
        var kernel = new KernelServices
        {
            Store = store,
            Registry = registry,
            Authorizer = new Authorizer(store),
            Secrets = secrets,
            Time = time,
            Locks = new KeyedLocks(),
            Operations = new OperationLog(store, time),
            Queue = new ReconcileQueue(time),
            Locations = AzureLocations.Catalogue,
        };
        registry.Bind(kernel);

        // Who may come in.
        var tenant = await FirstStart.RunAsync(options.StateDirectory, store, time, cancellationToken);
        await FirstScopesAsync(store, tenant, time, cancellationToken);
        var certificates = await tls;
        var key = await signing;
        var audiences = new Audiences(Endpoints(options, port));
        var directory = new TenantDirectory(store);
        var validator = new TokenValidator(key, tenant.TenantId, audiences, time);

        // Nothing is configured by files or variables beside our own, and no directory is watched for any.
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = options.StateDirectory });
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning);
        logging?.Invoke(builder.Logging);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Listen(kestrel, socket, options.SocketPath, certificates));
        builder.Services.AddRoutingCore();
        builder.Services
            .AddSingleton(kernel)
            .AddSingleton(kernel.View)
            .AddSingleton(kernel.Queue)
            .AddSingleton(time)
            .AddSingleton(node)
            .AddSingleton(new NodeNames(store))
            .AddSingleton<NodeLink>()
            .AddSingleton<ReconcileWorker>()
            .AddHostedService<NodeLinkService>()
            .AddHostedService(s => s.GetRequiredService<ReconcileWorker>())
            .AddHostedService(_ => new QuietMemory(time))
            .AddHostedService(s => new EventPruner(store, time, s.GetRequiredService<ILogger<EventPruner>>()));
        ProviderList.AddServices(builder.Services, options);

        var app = builder.Build();
        app.UseSingleSlash();
        app.UseRouting();
        app.MapSignIn(new SignInServices
        {
            Directory = directory,
            Key = key,
            Issuer = new TokenIssuer(key, time),
            RefreshTokens = new RefreshTokens(store, time),
            Audiences = audiences,
            Time = time,
            Authorizer = kernel.Authorizer,
            ImageAliases = ProviderList.ImageAliases,
        });
        ProviderList.MapEndpoints(app, kernel, node);
        options.Network.Packets = node as INodePackets;
        var arm = new ArmEndpoint(kernel.Dispatcher, validator, new TenantChallenge(tenant.TenantId), app.Services.GetRequiredService<ILogger<ArmEndpoint>>());
        app.Map("/{**path}", (RequestDelegate)arm.HandleAsync);
        return new LazuliHost(app, held, kernel, tenant, certificates) { Endpoint = $"https://localhost:{port}" };
    }

    public Task StartAsync(CancellationToken cancellationToken) => _app.StartAsync(cancellationToken);

    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => ((IHost)_app).WaitForShutdownAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Kernel.Store.DisposeAsync();
        _lock.Dispose();
    }

    // Bound before anything else is made: a port in use is told at once, and one of the system's choice is known to everybody who needs it.
    private static Socket Bind(LazuliOptions options)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse(options.Address), options.Port));
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"{options.Address}:{options.Port} can't be listened on: {e.Message}. Choose another port with --port.", e);
        }
    }

    private static void Listen(KestrelServerOptions kestrel, Socket socket, string path, LocalCertificates certificates)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = ArmEndpoint.LargestRead;
        kestrel.ListenHandle((ulong)socket.Handle, l => l.UseHttps(certificates.Server));
        File.Delete(path);
        kestrel.ListenUnixSocket(path, l => l.UseHttps(certificates.Server));
    }

    private static IEnumerable<string> Endpoints(LazuliOptions options, int port)
        => from host in (string[])["localhost", "127.0.0.1", .. options.HostNames]
           select $"https://{host}:{port}";

    // What every tenant has from the start: a subscription, and the root of the hierarchy that it is in.
    private static async Task FirstScopesAsync(ResourceStore store, Tenant tenant, TimeProvider time, CancellationToken cancellationToken)
    {
        var writes = new List<StoreWrite>();
        if (!StoredSubscription.List(store).Any())
        {
            writes.Add(new StoredSubscription(tenant.SubscriptionId, tenant.TenantId, "Lazuli").ToWrite() with { ExpectedVersion = 0 });
        }

        if (RootGroup.Missing(store, tenant, time.GetUtcNow()) is { } root)
        {
            writes.Add(root);
        }

        if (writes.Count > 0)
        {
            await store.CommitAsync(new StoreTransaction { Writes = writes }, cancellationToken);
        }
    }
}
