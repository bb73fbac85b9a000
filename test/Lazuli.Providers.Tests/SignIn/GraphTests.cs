using System.Net;
using System.Text;
using System.Text.Json;

namespace Lazuli.Providers.Tests.SignIn;

public sealed class GraphTests : IAsyncLifetime
{
    private SignInServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await SignInServer.StartAsync();
        await SignInAsync("https://graph.microsoft.com");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Az_role_resolves_assignees_by_application_id_by_name_and_by_object_id()
    {
        var filter = Uri.EscapeDataString($"servicePrincipalNames/any(c:c eq '{_server.Credentials.ClientId}')");
        var principal = (await _server.GetAsync($"/v1.0/servicePrincipals?$filter={filter}")).GetProperty("value")[0];
        Assert.Equal(_server.Credentials.ClientId, principal.GetProperty("appId").GetString());
        var user = (await _server.GetAsync("/v1.0/users?$filter=userPrincipalName%20eq%20'admin@lazuli.local'")).GetProperty("value")[0];

        var body = $$"""{"ids":["{{principal.GetProperty("id")}}","{{user.GetProperty("id")}}","{{Guid.NewGuid()}}"],"types":["user","group","servicePrincipal"]}""";
        using var answer = await _server.Client.PostAsync("/v1.0/directoryObjects/getByIds", new StringContent(body, Encoding.UTF8, "application/json"));
        using var found = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(
            ["#microsoft.graph.servicePrincipal", "#microsoft.graph.user"],
            found.RootElement.GetProperty("value").EnumerateArray().Select(o => o.GetProperty("@odata.type").GetString()!));
    }

    [Fact]
    public async Task No_secret_and_no_hash_is_shown()
        => Assert.DoesNotContain("pbkdf2", await _server.Client.GetStringAsync("/v1.0/applications") + await _server.Client.GetStringAsync("/v1.0/users"), StringComparison.Ordinal);

    [Theory]
    [InlineData("/v1.0/me", HttpStatusCode.BadRequest, "BadRequest")]
    [InlineData("/v1.0/users/nobody", HttpStatusCode.NotFound, "Request_ResourceNotFound")]
    [InlineData("/v1.0/users?$filter=age gt 5", HttpStatusCode.BadRequest, "Request_UnsupportedQuery")]
    [InlineData("/v1.0/drives", HttpStatusCode.BadRequest, "BadRequest")]
    public async Task What_is_not_there_is_refused_as_graph_does(string path, HttpStatusCode status, string code)
    {
        using var answer = await _server.Client.GetAsync(path);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(code, json.RootElement.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task A_token_for_resource_manager_and_none_at_all_are_refused()
    {
        await SignInAsync("https://management.azure.com");
        using var wrong = await _server.Client.GetAsync("/v1.0/users");
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        _server.Client.DefaultRequestHeaders.Authorization = null;
        using var none = await _server.Client.GetAsync("/v1.0/users");
        Assert.Equal(HttpStatusCode.Unauthorized, none.StatusCode);
    }

    private async Task SignInAsync(string resource)
    {
        var (_, json) = await _server.PostAsync(
            $"/{_server.Tenant}/oauth2/v2.0/token", ("grant_type", "client_credentials"), ("client_id", _server.Credentials.ClientId),
            ("client_secret", _server.Credentials.ClientSecret), ("scope", resource + "/.default"));
        _server.Client.DefaultRequestHeaders.Authorization = new("Bearer", json.GetProperty("access_token").GetString());
    }
}
