using System.Net;
using System.Text.Json;

namespace Lazuli.Providers.Tests.SignIn;

public sealed class DiscoveryTests : IAsyncLifetime
{
    private SignInServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await SignInServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("/common/v2.0/.well-known/openid-configuration", "/common/oauth2/v2.0/token")]
    [InlineData("/organizations/v2.0/.well-known/openid-configuration", "/organizations/oauth2/v2.0/token")]
    [InlineData("/adfs/.well-known/openid-configuration", "/adfs/oauth2/token")]
    [InlineData("/lazuli.local/v2.0/.well-known/openid-configuration", "/lazuli.local/oauth2/v2.0/token")]
    public async Task Each_authority_describes_itself(string path, string token)
        => Assert.Equal(_server.Base + token, (await _server.GetAsync(path)).GetProperty("token_endpoint").GetString());

    [Fact]
    public async Task An_unknown_tenant_is_refused()
    {
        using var answer = await _server.Client.GetAsync($"/{Guid.NewGuid()}/v2.0/.well-known/openid-configuration");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("AADSTS90002", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_published_key_is_the_one_that_signs()
    {
        var configuration = await _server.GetAsync($"/{_server.Tenant}/v2.0/.well-known/openid-configuration");
        var key = (await _server.GetAsync(new Uri(configuration.GetProperty("jwks_uri").GetString()!).AbsolutePath)).GetProperty("keys")[0];
        Assert.Equal(_server.Services.Key.KeyId, key.GetProperty("kid").GetString());
        Assert.Equal(_server.Services.Key.Modulus, key.GetProperty("n").GetString());
    }

    [Theory]
    [InlineData("2015-01-01")]
    [InlineData("2019-05-01")]
    [InlineData("2022-09-01")]
    public async Task Metadata_has_the_shape_of_its_version(string version)
    {
        var body = await _server.GetAsync($"/metadata/endpoints?api-version={version}");
        Assert.Equal(version == "2019-05-01" ? JsonValueKind.Array : JsonValueKind.Object, body.ValueKind);
        var cloud = body.ValueKind == JsonValueKind.Array ? body[0] : body;
        Assert.Equal(_server.Base + "/", cloud.GetProperty("authentication").GetProperty("loginEndpoint").GetString());
        Assert.Equal(_server.Base + "/", cloud.GetProperty("authentication").GetProperty("audiences")[0].GetString());
        if (version != "2015-01-01")
        {
            Assert.Equal(_server.Base + "/", cloud.GetProperty("resourceManager").GetString());
            Assert.Equal("core.lazuli.localhost", cloud.GetProperty("suffixes").GetProperty("storage").GetString());
        }
    }

    [Fact]
    public async Task A_doubled_slash_at_the_start_makes_no_difference()
        => Assert.Equal("Lazuli", (await _server.GetAsync(_server.Base + "//metadata/endpoints?api-version=2022-09-01")).GetProperty("name").GetString());

    [Fact]
    public async Task Callers_by_azures_names_are_told_azures_names()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/common/v2.0/.well-known/openid-configuration") { Headers = { Host = "login.microsoftonline.com" } };
        using var answer = await _server.Client.SendAsync(request);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("https://login.microsoftonline.com/common/oauth2/v2.0/token", json.RootElement.GetProperty("token_endpoint").GetString());
    }

    [Fact]
    public async Task Image_aliases_are_found_through_the_metadata()
    {
        var doc = (await _server.GetAsync("/metadata/endpoints?api-version=2022-09-01")).GetProperty("vmImageAliasDoc").GetString()!;
        var aliases = (await _server.GetAsync(doc)).GetProperty("outputs").GetProperty("aliases").GetProperty("value");
        var debian = aliases.GetProperty("Linux").GetProperty("Debian12");
        Assert.Equal(("debian-12", "x64"), (debian.GetProperty("offer").GetString(), debian.GetProperty("architecture").GetString()));
    }

    [Fact]
    public async Task Instance_discovery_and_user_realm_answer_msal()
    {
        var instance = await _server.GetAsync($"/common/discovery/instance?api-version=1.1&authorization_endpoint={_server.Base}/organizations/oauth2/v2.0/authorize");
        Assert.Equal($"{_server.Base}/organizations/v2.0/.well-known/openid-configuration", instance.GetProperty("tenant_discovery_endpoint").GetString());
        Assert.Equal("Managed", (await _server.GetAsync("/common/userrealm/admin@lazuli.local?api-version=1.0")).GetProperty("account_type").GetString());
    }
}
