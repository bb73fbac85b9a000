using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Lazuli.Kernel.Identity;

namespace Lazuli.Cli;

/// <summary>How to reach and sign in to the server of a state directory; and an HTTP client that does.</summary>
internal sealed class Connection : IDisposable
{
    private readonly HttpClient _http;

    private Connection(ConnectionInfo info, HttpClient http)
    {
        Info = info;
        _http = http;
    }

    public ConnectionInfo Info { get; }

    public static ConnectionInfo InfoOf(string state)
    {
        var server = ServerFile.Running(state);
        var credentials = FirstCredentials.Read(state) ?? throw new FailureException($"'{state}' has no credentials file.");
        return new(server.ArmEndpoint, server.TokenEndpoint, server.TenantId, server.SubscriptionId, credentials.ClientId, credentials.ClientSecret, server.CaFile);
    }

    /// <summary>A connection with a token of the first service principal.</summary>
    public static async Task<Connection> OpenAsync(string state, CancellationToken cancellationToken)
    {
        var info = InfoOf(state);
        var http = new HttpClient(Trusting(info.CaFile)) { BaseAddress = new Uri(info.ArmEndpoint) };
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = info.ClientId,
            ["client_secret"] = info.ClientSecret,
            ["scope"] = info.ArmEndpoint + "/.default",
        });
        using var answer = await http.PostAsync(new Uri(info.TokenEndpoint), form, cancellationToken);
        using var token = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync(cancellationToken));
        if (!answer.IsSuccessStatusCode)
        {
            throw new FailureException($"signing in failed: {token.RootElement}");
        }

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.RootElement.GetProperty("access_token").GetString());
        return new Connection(info, http);
    }

    /// <summary>Sends JSON, gets JSON; the error's own text on failure.</summary>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        }

        using var answer = await _http.SendAsync(request, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new FailureException($"{method} {path}: {(int)answer.StatusCode} {text}");
        }

        using var document = JsonDocument.Parse(text.Length == 0 ? "{}" : text);
        return document.RootElement.Clone();
    }

    public void Dispose() => _http.Dispose();

    private static SocketsHttpHandler Trusting(string caFile)
    {
        var ca = X509CertificateLoader.LoadCertificateFromFile(caFile);
        return new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions =
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { ca },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        };
    }
}
