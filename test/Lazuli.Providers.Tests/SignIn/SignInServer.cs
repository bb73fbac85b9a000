using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Store;
using Lazuli.Providers.Authorization;
using Lazuli.Server.SignIn;
using Lazuli.Server.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lazuli.Providers.Tests.SignIn;

/// <summary>The authority over real TLS on the loopback interface, with a fresh state directory and a client that trusts only its authority.</summary>
internal sealed class SignInServer : IAsyncDisposable
{
    private readonly DirectoryInfo _state;
    private readonly LocalCertificates _certificates;
    private readonly WebApplication _app;

    private SignInServer(DirectoryInfo state, SignInServices services, LocalCertificates certificates, WebApplication app, ManualClock clock)
    {
        (_state, _certificates, _app, Services, Clock) = (state, certificates, app, services, clock);
        Credentials = FirstCredentials.Read(state.FullName)!;
        Base = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(certificates.Authority);
        Client = new HttpClient(handler) { BaseAddress = new Uri(Base) };
        Validator = new TokenValidator(services.Key, Credentials.TenantId, services.Audiences, clock);
    }

    public string Base { get; }
    public HttpClient Client { get; }
    public FirstCredentials Credentials { get; }
    public SignInServices Services { get; }
    public ManualClock Clock { get; }
    public TokenValidator Validator { get; }
    public string Tenant => Credentials.TenantId;

    public static async Task<SignInServer> StartAsync()
    {
        var clock = new ManualClock(TimeProvider.System.GetUtcNow());
        var state = Directory.CreateTempSubdirectory("lazuli-test-");
        var store = new ResourceStore(new MemoryJournal());
        await FirstStart.RunAsync(state.FullName, store, clock, CancellationToken.None);
        var key = SigningKey.Open(state.FullName);
        var services = new SignInServices
        {
            Directory = new TenantDirectory(store),
            Key = key,
            Issuer = new TokenIssuer(key, clock),
            RefreshTokens = new RefreshTokens(store, clock),
            Audiences = new Audiences(),
            Time = clock,
            Authorizer = new Authorizer(store),
            ImageAliases = () => new Dictionary<string, string> { ["Debian12"] = "Debian:debian-12:12:latest" },
        };
        var certificates = LocalCertificates.Open(state.FullName, PublicEndpoints.AzureHosts, clock);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificates.Server)));
        var app = builder.Build();
        app.UseSingleSlash();
        app.UseRouting();
        app.MapSignIn(services);
        await app.StartAsync();
        return new(state, services, certificates, app, clock);
    }

    public async Task<(HttpStatusCode Status, JsonElement Json)> PostAsync(string path, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        using var answer = await Client.PostAsync(path, content);
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return (answer.StatusCode, document.RootElement.Clone());
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var document = JsonDocument.Parse(await Client.GetStringAsync(path));
        return document.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        Services.Key.Dispose();
        _certificates.Dispose();
        _state.Delete(recursive: true);
    }
}
