using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Web;

namespace Lazuli.Providers.Tests.SignIn;

public sealed partial class PageTests : IAsyncLifetime
{
    private const string Az = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
    private const string Verifier = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
    private const string Back = "http://localhost:8400/";
    private static readonly string Challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));
    private SignInServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await SignInServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_authorization_code_flow_signs_a_user_in_once()
    {
        var code = HttpUtility.ParseQueryString((await SignInAsync(AuthorizeUrl())).Headers.Location!.Query);
        Assert.Equal("st ate", code["state"]);
        var (status, json) = await RedeemAsync(code["code"]!, Verifier);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(_server.Validator.Validate(json.GetProperty("access_token").GetString()!).Ok(out var principal, out _));
        Assert.Equal("admin@lazuli.local", principal.Name);
        Assert.Equal(HttpStatusCode.BadRequest, (await RedeemAsync(code["code"]!, Verifier)).Status);
    }

    [Fact]
    public async Task A_code_is_worth_nothing_without_its_verifier()
    {
        var code = HttpUtility.ParseQueryString((await SignInAsync(AuthorizeUrl())).Headers.Location!.Query);
        var (status, json) = await RedeemAsync(code["code"]!, "another");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(501481, json.GetProperty("error_codes")[0].GetInt32());
    }

    [Fact]
    public async Task Form_post_and_fragment_lead_back_too()
    {
        using var post = await SignInAsync(AuthorizeUrl(mode: "form_post"));
        var page = await post.Content.ReadAsStringAsync();
        Assert.Contains($"action=\"{Back}\"", page, StringComparison.Ordinal);
        Assert.Contains("name=\"code\"", page, StringComparison.Ordinal);
        using var fragment = await SignInAsync(AuthorizeUrl(mode: "fragment"));
        Assert.StartsWith("#code=", fragment.Headers.Location!.Fragment, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client_id", "ffffffff-0000-0000-0000-000000000000", "AADSTS700016")]
    [InlineData("redirect_uri", "https://evil.example/", "AADSTS50011")]
    [InlineData("redirect_uri", "http://localhost.evil.example/", "AADSTS50011")]
    [InlineData("redirect_uri", "http://localhost@evil.example/", "AADSTS50011")]
    [InlineData("response_type", "token", "AADSTS700054")]
    [InlineData("code_challenge_method", "plain", "AADSTS9002325")]
    public async Task A_bad_request_is_never_redirected(string name, string value, string error)
    {
        var query = HttpUtility.ParseQueryString(AuthorizeUrl().Split('?')[1]);
        query[name] = value;
        using var answer = await _server.Client.GetAsync($"/{_server.Tenant}/oauth2/v2.0/authorize?{query}");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(error, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_from_elsewhere_or_a_wrong_password_signs_nobody_in()
    {
        using var forged = await _server.Client.PostAsync(AuthorizeUrl(), new FormUrlEncodedContent(Fields("x")));
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        using var wrong = await SignInAsync(AuthorizeUrl(), password: "<script>");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        var page = await wrong.Content.ReadAsStringAsync();
        Assert.Contains("invalid username or password", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_cannot_be_framed_and_run_no_script()
    {
        using var answer = await _server.Client.GetAsync(AuthorizeUrl());
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.Contains("__Host-lazuli-signin", answer.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_device_code_flow_waits_for_a_person()
    {
        var (_, started) = await _server.PostAsync("/organizations/oauth2/v2.0/devicecode", ("client_id", Az), ("scope", "https://management.core.windows.net//.default offline_access openid profile"));
        Assert.Equal(_server.Base + "/devicelogin", started.GetProperty("verification_uri").GetString());
        var device = started.GetProperty("device_code").GetString()!;
        var (_, pending) = await PollAsync(device);
        Assert.Equal("authorization_pending", pending.GetProperty("error").GetString());

        using var wrong = await EnterAsync("WRONGCODE");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        using var done = await EnterAsync(started.GetProperty("user_code").GetString()!.ToLowerInvariant());
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);

        var (status, json) = await PollAsync(device);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(_server.Validator.Validate(json.GetProperty("access_token").GetString()!).Ok(out _, out _));
        Assert.NotNull(json.GetProperty("refresh_token").GetString());
        Assert.Equal("expired_token", (await PollAsync(device)).Json.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_device_code_can_be_declined_and_expires()
    {
        var (_, first) = await _server.PostAsync("/organizations/oauth2/v2.0/devicecode", ("client_id", Az), ("scope", "openid"));
        using var declined = await EnterAsync(first.GetProperty("user_code").GetString()!, decline: true);
        Assert.Equal("authorization_declined", (await PollAsync(first.GetProperty("device_code").GetString()!)).Json.GetProperty("error").GetString());

        var (_, second) = await _server.PostAsync("/organizations/oauth2/v2.0/devicecode", ("client_id", Az), ("scope", "openid"));
        _server.Clock.Now += TimeSpan.FromMinutes(15);
        Assert.Equal("expired_token", (await PollAsync(second.GetProperty("device_code").GetString()!)).Json.GetProperty("error").GetString());
    }

    private string AuthorizeUrl(string mode = "query")
        => $"/{_server.Tenant}/oauth2/v2.0/authorize?client_id={Az}&response_type=code&redirect_uri={Uri.EscapeDataString(Back)}&response_mode={mode}&state=st%20ate"
            + $"&scope={Uri.EscapeDataString("https://management.core.windows.net//.default offline_access openid profile")}&code_challenge={Challenge}&code_challenge_method=S256";

    private async Task<HttpResponseMessage> SignInAsync(string url, string? password = null)
    {
        var csrf = CsrfField().Match(await _server.Client.GetStringAsync(url)).Groups[1].Value;
        return await _server.Client.PostAsync(url, new FormUrlEncodedContent(Fields(csrf, password)));
    }

    private async Task<HttpResponseMessage> EnterAsync(string code, bool decline = false)
    {
        var csrf = CsrfField().Match(await _server.Client.GetStringAsync("/devicelogin")).Groups[1].Value;
        IEnumerable<KeyValuePair<string, string>> fields = [.. Fields(csrf), new("code", code), .. decline ? [new KeyValuePair<string, string>("decline", "1")] : Array.Empty<KeyValuePair<string, string>>()];
        return await _server.Client.PostAsync("/devicelogin", new FormUrlEncodedContent(fields));
    }

    private KeyValuePair<string, string>[] Fields(string csrf, string? password = null)
        => [new("csrf", csrf), new("user", "admin@lazuli.local"), new("password", password ?? _server.Credentials.UserPassword)];

    private Task<(HttpStatusCode Status, System.Text.Json.JsonElement Json)> RedeemAsync(string code, string verifier)
        => _server.PostAsync(
            $"/{_server.Tenant}/oauth2/v2.0/token", ("grant_type", "authorization_code"), ("client_id", Az), ("code", code), ("redirect_uri", Back), ("code_verifier", verifier),
            ("scope", "https://management.core.windows.net//.default offline_access openid profile"));

    private Task<(HttpStatusCode Status, System.Text.Json.JsonElement Json)> PollAsync(string code)
        => _server.PostAsync("/organizations/oauth2/v2.0/token", ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("client_id", Az), ("device_code", code));

    [GeneratedRegex("name=\"csrf\" value=\"([^\"]+)\"")]
    private static partial Regex CsrfField();
}
