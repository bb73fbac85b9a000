using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Lazuli.Contract.Tests.Deployments;

/// <summary>A web server on loopback that serves texts by path.</summary>
internal sealed class Web : IDisposable
{
    private readonly HttpListener _listener = new();

    public Web()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = $"http://localhost:{((IPEndPoint)probe.LocalEndpoint).Port}";
        }

        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address { get; }

    /// <summary>What it serves, by path and query.</summary>
    public Dictionary<string, string> Texts { get; } = [];

    /// <summary>When it begins to answer; at once unless set.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                await Gate;
                var found = Texts.TryGetValue(context.Request.RawUrl ?? "", out var text);
                context.Response.StatusCode = found ? 200 : 404;
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text ?? ""));
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // The client cut the connection, or the test is over.
            }
        }
    }
}
