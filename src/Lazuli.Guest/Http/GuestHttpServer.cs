using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Lazuli.Guest.Http;

/// <summary>
/// The HTTP server of all guest endpoints: Kestrel without a host. Limits are small, for guests are hostile: a request that is too long or too slow ends,
/// and one guest can hold only so many connections (<see cref="GuestListener"/>).
/// </summary>
internal sealed partial class GuestHttpServer : IHttpApplication<HttpContext>, IAsyncDisposable
{
    private readonly KestrelServer _kestrel;
    private readonly ILogger _log;

    public GuestHttpServer(ILoggerFactory loggers)
    {
        _log = loggers.CreateLogger<GuestHttpServer>();
        var options = new KestrelServerOptions { AddServerHeader = false, AllowSynchronousIO = false };
        options.Limits.MaxRequestBodySize = 1024 * 1024;
        options.Limits.MaxRequestHeaderCount = 50;
        options.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        options.Limits.MaxRequestLineSize = 8 * 1024;
        options.Limits.MaxRequestBufferSize = 64 * 1024;
        options.Limits.MaxResponseBufferSize = 64 * 1024;
        options.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        options.Listen(Connections.EndPoint, listen => listen.Protocols = HttpProtocols.Http1);
        _kestrel = new KestrelServer(Options.Create(options), Connections, loggers);
    }

    public GuestConnections Connections { get; } = new();

    public Task StartAsync(CancellationToken cancellationToken) => _kestrel.StartAsync(this, cancellationToken);

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        if (context.Features.Get<GuestListener>() is not { } listener)
        {
            context.Abort();
            return;
        }

        try
        {
            await listener.ProcessAsync(context);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException error)
        {
            context.Response.StatusCode = error.StatusCode;
        }
        catch (Exception error) when (error is not OperationCanceledException and not IOException and not ConnectionResetException)
        {
            Log.RequestFailed(_log, error);
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            }
        }
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _kestrel.StopAsync(atOnce.Token);
        _kestrel.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Error, "A guest's request failed")]
        public static partial void RequestFailed(ILogger logger, Exception error);
    }
}
