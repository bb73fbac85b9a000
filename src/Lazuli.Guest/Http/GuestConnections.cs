using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Lazuli.Guest.Http;

/// <summary>The one endpoint that Kestrel listens on: connections of all VNets' sockets come through it.</summary>
internal sealed class GuestEndPoint : EndPoint
{
    public override AddressFamily AddressFamily => AddressFamily.Unspecified;
}

/// <summary>
/// A Kestrel transport fed by hand: whoever accepts a socket in some namespace hands the connection over here, so that VNets come and go while
/// one server with one set of limits serves them all.
/// </summary>
internal sealed class GuestConnections : IConnectionListenerFactory, IConnectionListener
{
    private readonly Channel<ConnectionContext> _accepted = Channel.CreateBounded<ConnectionContext>(
        new BoundedChannelOptions(64) { SingleReader = true });

    public EndPoint EndPoint { get; } = new GuestEndPoint();

    public ValueTask HandOverAsync(ConnectionContext connection, CancellationToken cancellationToken) => _accepted.Writer.WriteAsync(connection, cancellationToken);

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => ValueTask.FromResult<IConnectionListener>(this);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await _accepted.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException)
        {
            return null;
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _accepted.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _accepted.Writer.TryComplete();
        while (_accepted.Reader.TryRead(out var connection))
        {
            await connection.DisposeAsync();
        }
    }
}
