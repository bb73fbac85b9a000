using System.Net;
using System.Text.Json;
using Lazuli.Kernel.Identity;

namespace Lazuli.Providers.Tests.SignIn;

public sealed class TokenEndpointTests : IAsyncLifetime
{
    private const string Az = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
    private SignInServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await SignInServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("https://management.azure.com/.default", "https://management.azure.com")]
    [InlineData("https://management.azure.com//.default", "https://management.azure.com/")]
    [InlineData("https://management.core.windows.net//.default", "https://management.core.windows.net/")]
    [InlineData("797f4846-ba00-4fd7-ba43-dac1f8f63013/.default", "797f4846-ba00-4fd7-ba43-dac1f8f63013")]
    public async Task A_service_principal_gets_a_token_for_resource_manager(string scope, string audience)
    {
        var (status, json) = await SecretAsync(scope: scope);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("Bearer", json.GetProperty("token_type").GetString());
        Assert.Equal(3600, json.GetProperty("expires_in").GetInt64());
        Assert.True(_server.Validator.Validate(json.GetProperty("access_token").GetString()!).Ok(out var principal, out _));
        Assert.Equal(_server.Credentials.ClientId, principal.ApplicationId);
        Assert.Equal(PrincipalKind.ServicePrincipal, principal.Kind);
        Assert.Equal(audience, Claims(json).GetProperty("aud").GetString());
    }

    [Fact]
    public async Task The_v1_endpoint_answers_with_strings_and_the_resource()
    {
        var (status, json) = await _server.PostAsync(
            $"/{_server.Tenant}/oauth2/token", ("grant_type", "client_credentials"), ("client_id", _server.Credentials.ClientId),
            ("client_secret", _server.Credentials.ClientSecret), ("resource", "https://management.azure.com/"));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("3600", json.GetProperty("expires_in").GetString());
        Assert.Equal("https://management.azure.com/", json.GetProperty("resource").GetString());
        Assert.True(_server.Validator.Validate(json.GetProperty("access_token").GetString()!).Ok(out _, out _));
    }

    [Fact]
    public async Task The_adfs_endpoint_takes_scopes_and_answers_with_numbers()
    {
        var (status, json) = await _server.PostAsync(
            "/adfs/oauth2/token", ("grant_type", "client_credentials"), ("client_id", _server.Credentials.ClientId),
            ("client_secret", _server.Credentials.ClientSecret), ("scope", _server.Base + "//.default"));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(3600, json.GetProperty("expires_in").GetInt64());
        Assert.True(_server.Validator.Validate(json.GetProperty("access_token").GetString()!).Ok(out _, out _));
    }

    [Fact]
    public async Task A_secret_in_the_basic_header_is_as_good()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/{_server.Tenant}/oauth2/v2.0/token");
        var pair = $"{_server.Credentials.ClientId}:{_server.Credentials.ClientSecret}";
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(pair)));
        request.Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("scope", "https://management.azure.com/.default")]);
        using var answer = await _server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Errors_have_the_codes_and_statuses_of_entra()
    {
        await RefusedAsync(SecretAsync(secret: "wrong"), HttpStatusCode.Unauthorized, "invalid_client", 7000215);
        await RefusedAsync(SecretAsync(client: Guid.NewGuid().ToString()), HttpStatusCode.BadRequest, "unauthorized_client", 700016);
        await RefusedAsync(SecretAsync(tenant: Guid.NewGuid().ToString()), HttpStatusCode.BadRequest, "invalid_request", 90002);
        await RefusedAsync(SecretAsync(scope: "https://management.azure.com/user_impersonation"), HttpStatusCode.BadRequest, "invalid_scope", 1002012);
        await RefusedAsync(SecretAsync(scope: "https://example.org/.default"), HttpStatusCode.BadRequest, "invalid_resource", 500011);
        await RefusedAsync(SecretAsync(scope: "https://graph.microsoft.com/.default https://management.azure.com/.default"), HttpStatusCode.BadRequest, "invalid_scope", 70011);
        await RefusedAsync(TokenAsync(("grant_type", "client_credentials"), ("client_id", _server.Credentials.ClientId)), HttpStatusCode.Unauthorized, "invalid_client", 7000218);
        await RefusedAsync(TokenAsync(("grant_type", "magic")), HttpStatusCode.BadRequest, "unsupported_grant_type", 70003);
        await RefusedAsync(TokenAsync(("client_id", Az)), HttpStatusCode.BadRequest, "invalid_request", 900144);
        await RefusedAsync(PasswordAsync("wrong"), HttpStatusCode.BadRequest, "invalid_grant", 50126);
        await RefusedAsync(PasswordAsync("wrong", user: "nobody@lazuli.local"), HttpStatusCode.BadRequest, "invalid_grant", 50126);
        await RefusedAsync(RefreshAsync("1.unknown"), HttpStatusCode.BadRequest, "invalid_grant", 70000);
    }

    [Fact]
    public async Task A_user_signs_in_by_password_and_refreshes()
    {
        var (status, json) = await PasswordAsync(_server.Credentials.UserPassword);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(_server.Validator.Validate(json.GetProperty("access_token").GetString()!).Ok(out var principal, out _));
        Assert.Equal("admin@lazuli.local", principal.Name);
        Assert.Equal(PrincipalKind.User, principal.Kind);

        var id = Claims(json, "id_token");
        Assert.Equal(Az, id.GetProperty("aud").GetString());
        Assert.Equal($"{_server.Base}/{_server.Tenant}/v2.0", id.GetProperty("iss").GetString());
        Assert.Equal("admin@lazuli.local", id.GetProperty("preferred_username").GetString());
        var info = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(json.GetProperty("client_info").GetString())).RootElement;
        Assert.Equal(principal.ObjectId, info.GetProperty("uid").GetString());
        Assert.Equal(_server.Tenant, info.GetProperty("utid").GetString());

        var (refreshed, second) = await RefreshAsync(json.GetProperty("refresh_token").GetString()!);
        Assert.Equal(HttpStatusCode.OK, refreshed);
        Assert.NotEqual(json.GetProperty("refresh_token").GetString(), second.GetProperty("refresh_token").GetString());
        Assert.Equal("https://graph.microsoft.com", Claims(second).GetProperty("aud").GetString());
    }

    [Fact]
    public async Task A_replaced_refresh_token_serves_parallel_clients_and_later_ends_the_sign_in()
    {
        var (_, json) = await PasswordAsync(_server.Credentials.UserPassword);
        var first = json.GetProperty("refresh_token").GetString()!;
        var (_, next) = await RefreshAsync(first);
        Assert.Equal(HttpStatusCode.OK, (await RefreshAsync(first)).Status);
        _server.Clock.Now += TimeSpan.FromMinutes(11);
        await RefusedAsync(RefreshAsync(first), HttpStatusCode.BadRequest, "invalid_grant", 70000);
        await RefusedAsync(RefreshAsync(next.GetProperty("refresh_token").GetString()!), HttpStatusCode.BadRequest, "invalid_grant", 70000);
    }

    [Fact]
    public async Task Refresh_tokens_end_when_all_sign_ins_are_revoked_and_when_the_user_is_disabled()
    {
        var user = _server.Services.Directory.FindUser("admin@lazuli.local")!;
        var (_, json) = await PasswordAsync(_server.Credentials.UserPassword);
        await _server.Services.RefreshTokens.RevokeAllAsync(user.ObjectId, CancellationToken.None);
        await RefusedAsync(RefreshAsync(json.GetProperty("refresh_token").GetString()!), HttpStatusCode.BadRequest, "invalid_grant", 70000);

        (_, json) = await PasswordAsync(_server.Credentials.UserPassword);
        await _server.Services.Directory.SaveAsync(CancellationToken.None, TenantDirectory.Write(user with { Enabled = false }));
        await RefusedAsync(RefreshAsync(json.GetProperty("refresh_token").GetString()!), HttpStatusCode.BadRequest, "invalid_grant", 50057);
    }

    [Fact]
    public async Task Ten_wrong_passwords_lock_the_account_for_a_minute()
    {
        for (var i = 0; i < 10; i++)
        {
            await RefusedAsync(PasswordAsync("wrong"), HttpStatusCode.BadRequest, "invalid_grant", 50126);
        }

        await RefusedAsync(PasswordAsync(_server.Credentials.UserPassword), HttpStatusCode.BadRequest, "invalid_grant", 50053);
        _server.Clock.Now += TimeSpan.FromSeconds(61);
        Assert.Equal(HttpStatusCode.OK, (await PasswordAsync(_server.Credentials.UserPassword)).Status);
    }

    [Fact]
    public async Task An_expired_secret_is_refused()
    {
        _server.Clock.Now += TimeSpan.FromDays(3651);
        await RefusedAsync(SecretAsync(), HttpStatusCode.Unauthorized, "invalid_client", 7000222);
    }

    private Task<(HttpStatusCode Status, JsonElement Json)> SecretAsync(
        string? secret = null, string? client = null, string? tenant = null, string scope = "https://management.azure.com/.default")
        => _server.PostAsync(
            $"/{tenant ?? _server.Tenant}/oauth2/v2.0/token", ("grant_type", "client_credentials"), ("client_id", client ?? _server.Credentials.ClientId),
            ("client_secret", secret ?? _server.Credentials.ClientSecret), ("scope", scope));

    private Task<(HttpStatusCode Status, JsonElement Json)> PasswordAsync(string password, string user = "admin@lazuli.local")
        => TokenAsync(
            ("grant_type", "password"), ("client_id", Az), ("username", user), ("password", password), ("client_info", "1"),
            ("scope", "https://management.core.windows.net//.default openid profile offline_access"));

    private Task<(HttpStatusCode Status, JsonElement Json)> RefreshAsync(string token)
        => TokenAsync(("grant_type", "refresh_token"), ("client_id", Az), ("refresh_token", token), ("scope", "https://graph.microsoft.com/.default offline_access"));

    private Task<(HttpStatusCode Status, JsonElement Json)> TokenAsync(params (string Name, string Value)[] form)
        => _server.PostAsync($"/{_server.Tenant}/oauth2/v2.0/token", form);

    private static async Task RefusedAsync(Task<(HttpStatusCode Status, JsonElement Json)> call, HttpStatusCode status, string error, int number)
    {
        var (actual, json) = await call;
        Assert.Equal(error, json.GetProperty("error").GetString());
        Assert.Equal(number, json.GetProperty("error_codes")[0].GetInt32());
        Assert.StartsWith($"AADSTS{number}:", json.GetProperty("error_description").GetString(), StringComparison.Ordinal);
        Assert.Equal(status, actual);
    }

    private static JsonElement Claims(JsonElement answer, string token = "access_token")
        => JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(answer.GetProperty(token).GetString()!.Split('.')[1])).RootElement;
}
