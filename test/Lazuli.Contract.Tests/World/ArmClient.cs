using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Server;

namespace Lazuli.Contract.Tests.World;

/// <summary>A client of the public REST API: TLS that trusts one authority only, and what every answer must carry is asserted on every answer.</summary>
public sealed class ArmClient : IDisposable
{
    private const string ResourceManagerVersion = "2024-03-01";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private readonly HttpClient _http;

    public ArmClient(string endpoint, string caFile)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(caFile));
        _http = new HttpClient(handler) { BaseAddress = new Uri(endpoint), Timeout = Patience };
    }

    /// <summary>Everything that is listed; what a test of "every type" goes through.</summary>
    public static TypeRegistry Registry { get; } = new(ProviderList.Declared());

    /// <summary>An access token by client credentials, from the public token endpoint.</summary>
    public async Task<string> TokenAsync(string tenant, string clientId, string clientSecret, string scope = "https://management.azure.com/.default")
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = clientId,
            ["client_secret"] = clientSecret,
            ["scope"] = scope,
        });
        using var response = await _http.PostAsync($"/{tenant}/oauth2/v2.0/token", form);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return (string?)JsonNode.Parse(text)?["access_token"] ?? throw new InvalidOperationException(text);
    }

    /// <summary>Sends one request; a path without <c>api-version</c> gets the newest of what it names.</summary>
    public async Task<Answer> SendAsync(string method, string path, string? token, string? body = null, params (string Name, string Value)[] headers)
    {
        var url = path.Contains("api-version", StringComparison.Ordinal) ? path : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}api-version={VersionOf(path)}";
        using var request = new HttpRequestMessage(new HttpMethod(method), url);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _http.SendAsync(request);
        var answer = new Answer($"{method} {url}", (int)response.StatusCode, response.Headers, await response.Content.ReadAsStringAsync());
        AssertHeaders(answer, response);
        return answer;
    }

    /// <summary>
    /// Follows a long-running answer to its end as clients do: by <c>Azure-AsyncOperation</c>, and by <c>Location</c> where there is one.
    /// Returns the status document; fails when the operation did.
    /// </summary>
    public async Task<Answer> FollowAsync(Answer started, string? token)
    {
        if (started.Header("Azure-AsyncOperation") is not { } status)
        {
            started.Expect(200, 201, 204);
            return started;
        }

        Assert.NotNull(started.Header("Retry-After"));
        var end = await EndAsync(new Uri(status).PathAndQuery, token);
        Assert.True((string?)end.Json["status"] == "Succeeded", $"{started.Request}: {end.Text}");
        if (started.Header("Location") is { } location)
        {
            (await SendAsync("GET", new Uri(location).PathAndQuery, token)).Expect(200, 204);
        }

        return end;
    }

    /// <summary>The status document of an operation that has ended.</summary>
    public async Task<Answer> EndAsync(string statusUrl, string? token, string context = "")
    {
        var started = Stopwatch.StartNew();
        while (true)
        {
            var answer = (await SendAsync("GET", statusUrl, token)).Expect(200);
            if ((string?)answer.Json["status"] is "Succeeded" or "Failed" or "Canceled")
            {
                return answer;
            }

            Assert.NotNull(answer.Header("Retry-After"));
            Assert.True(started.Elapsed < Patience, $"{statusUrl} does not end: {answer.Text} {context}");
            await Task.Delay(Look);
        }
    }

    public void Dispose() => _http.Dispose();

    private static string VersionOf(string path)
    {
        if (!ResourcePath.TryParse(path.Split('?')[0], out var parsed))
        {
            return ResourceManagerVersion;
        }

        var name = parsed.Namespace is { } ns && parsed.Tail is { } tail ? $"{ns}/{tail}"
            : parsed.Tail is { } below && parsed.Id.IsResource && Registry.Type(parsed.Id.Type.Child(below)) is { } child ? child.Name.ToString()
            : parsed.Id.Type.ToString();
        return ResourceTypeName.TryParse(name, out var type) && Registry.Type(type) is { } known ? known.ApiVersions[0] : ResourceManagerVersion;
    }

    private static void AssertHeaders(Answer answer, HttpResponseMessage response)
    {
        Assert.True(Guid.TryParse(answer.Header("x-ms-request-id"), out _), $"{answer.Request}: no x-ms-request-id");
        Assert.True(Guid.TryParse(answer.Header("x-ms-correlation-request-id"), out _), $"{answer.Request}: no x-ms-correlation-request-id");
        Assert.Contains("no-cache", answer.Header("Cache-Control") ?? "", StringComparison.Ordinal);
        Assert.StartsWith("max-age=", answer.Header("Strict-Transport-Security") ?? "", StringComparison.Ordinal);
        if (answer.Text.Length > 0)
        {
            Assert.Equal(answer.Status == 200 && answer.Request.Contains("/download?", StringComparison.Ordinal) ? "application/vnd.tcpdump.pcap" : "application/json", response.Content.Headers.ContentType?.MediaType);
        }
    }
}
