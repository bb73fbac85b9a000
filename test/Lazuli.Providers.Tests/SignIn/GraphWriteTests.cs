using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Lazuli.Kernel.Identity;

namespace Lazuli.Providers.Tests.SignIn;

/// <summary>The directory changed through Microsoft Graph, and what a sign-in makes of it.</summary>
public sealed class GraphWriteTests : IAsyncLifetime
{
    private const string Graph = "https://graph.microsoft.com/.default";
    private SignInServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await SignInServer.StartAsync();
        await SignInAsync(_server.Credentials.ClientId, _server.Credentials.ClientSecret);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task An_application_with_a_secret_and_a_principal_signs_in_until_either_is_gone()
    {
        var application = await DoneAsync("POST", "/applications", """{"displayName":"deployer","web":{"homePageUrl":"https://x"}}""", 201);
        var id = (string)application["id"]!;
        var appId = (string)application["appId"]!;
        Assert.Equal("https://x", (string?)application["web"]?["homePageUrl"]);
        var secret = await DoneAsync("POST", $"/applications/{id}/addPassword", """{"passwordCredential":{"displayName":"rbac","endDateTime":"2099-01-01T00:00:00Z"}}""");
        var text = (string)secret["secretText"]!;
        Assert.Equal((text[..3], "2099-01-01T00:00:00Z", "rbac"), ((string?)secret["hint"], (string?)secret["endDateTime"], (string?)secret["displayName"]));
        Assert.Equal("invalid_client", await TokenErrorAsync(appId, text));

        var principal = await DoneAsync("POST", "/servicePrincipals", $$"""{"appId":"{{appId}}","accountEnabled":true}""", 201);
        Assert.Equal((appId, "deployer"), ((string?)principal["appId"], (string?)principal["displayName"]));
        Assert.Null(await TokenErrorAsync(appId, text));
        await RefusedAsync("POST", "/servicePrincipals", $$"""{"appId":"{{appId}}"}""", 409, "Request_MultipleObjectsWithSameKeyValue");
        await RefusedAsync("POST", "/servicePrincipals", $$"""{"appId":"{{Guid.NewGuid()}}"}""", 400, "Request_BadRequest");

        await DoneAsync("PATCH", $"/servicePrincipals/{principal["id"]}", """{"accountEnabled":false}""", 204);
        Assert.Equal("unauthorized_client", await TokenErrorAsync(appId, text));
        await DoneAsync("PATCH", $"/servicePrincipals(appId='{appId}')", """{"accountEnabled":true}""", 204);
        Assert.Null(await TokenErrorAsync(appId, text));

        var shown = await DoneAsync("GET", $"/applications(appId='{appId}')");
        Assert.Null(Assert.Single(shown["passwordCredentials"]!.AsArray())!["secretText"]);
        await DoneAsync("POST", $"/applications/{id}/removePassword", $$"""{"keyId":"{{secret["keyId"]}}"}""", 204);
        Assert.Equal("invalid_client", await TokenErrorAsync(appId, text));

        await DoneAsync("DELETE", $"/applications/{id}", null, 204);
        await RefusedAsync("GET", $"/servicePrincipals/{principal["id"]}", null, 404, "Request_ResourceNotFound");
        Assert.Equal("unauthorized_client", await TokenErrorAsync(appId, text));
    }

    [Theory]
    [InlineData("RS256", "x5t")]
    [InlineData("PS256", "x5t#S256")]
    public async Task A_certificate_signs_in_by_an_assertion(string algorithm, string named)
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=client", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(_server.Clock.GetUtcNow().AddDays(-1), _server.Clock.GetUtcNow().AddDays(30));
        var application = await DoneAsync("POST", "/applications", $$"""
            {"displayName":"c","keyCredentials":[{"type":"AsymmetricX509Cert","usage":"Verify","key":"{{Convert.ToBase64String(certificate.RawData)}}"}]}
            """, 201);
        var appId = (string)application["appId"]!;
        await DoneAsync("POST", "/servicePrincipals", $$"""{"appId":"{{appId}}"}""", 201);
        Assert.Equal(certificate.Thumbprint, (string?)application["keyCredentials"]![0]!["customKeyIdentifier"]);

        Assert.Null(await AssertAsync(appId, Sign(key, certificate, algorithm, named, appId)));
        using var other = RSA.Create(2048);
        Assert.Equal("invalid_client", await AssertAsync(appId, Sign(other, certificate, algorithm, named, appId)));
        Assert.Equal("invalid_client", await AssertAsync(appId, Sign(key, certificate, "none", named, appId)));
        Assert.Equal("invalid_client", await AssertAsync(appId, Sign(key, certificate, algorithm, named, Guid.NewGuid().ToString())));
        Assert.Equal("invalid_client", await AssertAsync(appId, Sign(key, certificate, algorithm, named, appId, audience: "https://elsewhere.example/other/oauth2/v2.0/token")));
        Assert.Equal("invalid_client", await AssertAsync(appId, Sign(key, certificate, algorithm, named, appId, lifetime: TimeSpan.FromHours(-1))));
        Assert.Equal("invalid_client", await AssertAsync(appId, "a.b.c"));

        await DoneAsync("PATCH", $"/applications/{application["id"]}", """{"keyCredentials":[]}""", 204);
        Assert.Equal("invalid_client", await AssertAsync(appId, Sign(key, certificate, algorithm, named, appId)));
        await RefusedAsync("PATCH", $"/applications/{application["id"]}", """{"keyCredentials":[{"key":"AAAA"}]}""", 400, "Request_BadRequest");
    }

    [Fact]
    public async Task A_user_signs_in_with_the_newest_password_and_in_the_groups_that_it_is_in()
    {
        var name = $"eve@{_server.Services.Directory.Tenant.Domain}";
        string Body(string upn, string password) => $$$"""{"accountEnabled":true,"displayName":"Eve","mailNickname":"eve","userPrincipalName":"{{{upn}}}","passwordProfile":{"password":"{{{password}}}"}}""";
        var user = await DoneAsync("POST", "/users", Body(name, "first-password"), 201);
        await RefusedAsync("POST", "/users", Body(name, "first-password"), 400, "Request_BadRequest");
        await RefusedAsync("POST", "/users", Body("eve@example.com", "first-password"), 400, "Request_BadRequest");
        await RefusedAsync("POST", "/users", Body("x" + name, "short"), 400, "Request_BadRequest");
        Assert.Equal((string?)user["id"], (string?)(await DoneAsync("GET", $"/users/{name}"))["id"]);

        var group = await DoneAsync("POST", "/groups", """{"displayName":"People","mailEnabled":false,"mailNickname":"people","securityEnabled":true,"description":"d"}""", 201);
        var reference = $$"""{"@odata.id":"https://graph.microsoft.com/v1.0/directoryObjects/{{user["id"]}}"}""";
        await DoneAsync("POST", $"/groups/{group["id"]}/members/$ref", reference, 204);
        await RefusedAsync("POST", $"/groups/{group["id"]}/members/$ref", reference, 400, "Request_BadRequest");
        await RefusedAsync("POST", $"/groups/{group["id"]}/members/$ref", $$"""{"@odata.id":"x/{{group["id"]}}"}""", 400, "Request_BadRequest");
        Assert.Equal((string?)user["id"], (string?)Assert.Single((await DoneAsync("GET", $"/groups/{group["id"]}/members"))["value"]!.AsArray())!["id"]);
        Assert.Equal((string?)group["id"], (string?)Assert.Single((await DoneAsync("POST", $"/users/{name}/getMemberGroups", """{"securityEnabledOnly":true}"""))["value"]!.AsArray()));
        Assert.Empty((await DoneAsync("POST", $"/directoryObjects/{user["id"]}/checkMemberGroups", $$"""{"groupIds":["{{Guid.NewGuid()}}"]}"""))["value"]!.AsArray());

        var token = await PasswordAsync(name, "first-password");
        Assert.True(_server.Validator.Validate(token!).Ok(out var principal, out _));
        Assert.Equal([(string)group["id"]!], principal!.Groups);

        await DoneAsync("PATCH", $"/users/{user["id"]}", """{"passwordProfile":{"password":"second-password"},"jobTitle":"boss"}""", 204);
        Assert.Null(await PasswordAsync(name, "first-password"));
        Assert.NotNull(await PasswordAsync(name, "second-password"));
        Assert.Equal("boss", (string?)(await DoneAsync("GET", $"/users/{user["id"]}"))["jobTitle"]);

        await DoneAsync("DELETE", $"/users/{name}", null, 204);
        Assert.Null(await PasswordAsync(name, "second-password"));
        Assert.Empty((await DoneAsync("GET", $"/groups/{group["id"]}/members"))["value"]!.AsArray());
        await DoneAsync("DELETE", $"/groups/{group["id"]}", null, 204);
    }

    [Fact]
    public async Task Only_who_may_give_roles_and_owners_change_the_directory()
    {
        var (appId, secret, principalId) = await DeployerAsync("plain");
        var own = await DoneAsync("POST", "/applications", """{"displayName":"own"}""", 201);
        var group = await DoneAsync("POST", "/groups", """{"displayName":"g"}""", 201);
        await DoneAsync("POST", $"/applications/{own["id"]}/owners/$ref", $$"""{"@odata.id":"https://graph.microsoft.com/v1.0/directoryObjects/{{principalId}}"}""", 204);

        await SignInAsync(appId, secret);
        foreach (var (method, path, body) in new[]
        {
            ("POST", "/applications", """{"displayName":"x"}"""), ("POST", "/groups", """{"displayName":"x"}"""), ("DELETE", $"/groups/{group["id"]}", null),
            ("POST", $"/applications(appId='{_server.Credentials.ClientId}')/addPassword", "{}"), ("POST", $"/groups/{group["id"]}/members/$ref", $$"""{"@odata.id":"x/{{principalId}}"}"""),
            ("POST", "/users", $$$"""{"displayName":"x","userPrincipalName":"x@{{{_server.Services.Directory.Tenant.Domain}}}","passwordProfile":{"password":"long-enough"}}"""),
        })
        {
            await RefusedAsync(method, path, body, 403, "Authorization_RequestDenied");
        }

        await DoneAsync("POST", $"/applications/{own["id"]}/addPassword", "{}");
        await DoneAsync("GET", $"/groups/{group["id"]}");
    }

    [Fact]
    public async Task Lists_are_filtered_selected_and_paged()
    {
        foreach (var name in new[] { "Alpha", "Alpine", "Beta" })
        {
            await DoneAsync("POST", "/groups", $$"""{"displayName":"{{name}}","mailNickname":"n-{{name}}"}""", 201);
        }

        async Task<string[]> NamesAsync(string query) => [.. (await DoneAsync("GET", "/groups?" + query))["value"]!.AsArray().Select(g => (string)g!["displayName"]!).Order()];
        Assert.Equal(["Alpha", "Alpine"], await NamesAsync("$filter=startswith(displayName,'alp')"));
        Assert.Equal(["Alpha", "Beta"], await NamesAsync("$filter=displayName eq 'Alpha' or (displayName eq 'beta' and mailNickname eq 'n-Beta')"));
        Assert.Equal(["Beta"], await NamesAsync("$filter=not startswith(displayName,'A') and displayName ne 'x'"));
        Assert.Equal(["Alpine", "Beta"], await NamesAsync("$filter=displayName in ('Beta', 'Alpine')"));
        Assert.Equal(["Alpha", "Alpine", "Beta"], await NamesAsync("$filter=securityEnabled eq true"));
        Assert.Equal(["@odata.type", "displayName"], (await DoneAsync("GET", "/groups?$select=displayName"))["value"]![0]!.AsObject().Select(p => p.Key).Order());
        foreach (var bad in new[] { "displayName", "displayName eq", "displayName eq 'x", "(displayName eq 'x'", "eq eq eq eq", "displayName eq 'a' 'b'", "a&&b" })
        {
            await RefusedAsync("GET", "/groups?$filter=" + Uri.EscapeDataString(bad), null, 400, "Request_UnsupportedQuery");
        }

        var seen = new List<string>();
        for (var next = "/groups?$top=2&$count=true"; next is not null;)
        {
            var page = await DoneAsync("GET", next);
            seen.AddRange(page["value"]!.AsArray().Select(g => (string)g!["displayName"]!));
            next = (string?)page["@odata.nextLink"] is { } link ? new Uri(link).PathAndQuery["/v1.0".Length..] : null;
        }

        Assert.Equal(["Alpha", "Alpine", "Beta"], seen.Order());
        Assert.Equal(_server.Tenant, (string?)(await DoneAsync("GET", "/organization"))["value"]![0]!["id"]);
    }

    private async Task<(string AppId, string Secret, string PrincipalId)> DeployerAsync(string name)
    {
        var application = await DoneAsync("POST", "/applications", $$"""{"displayName":"{{name}}"}""", 201);
        var secret = await DoneAsync("POST", $"/applications/{application["id"]}/addPassword", "{}");
        var principal = await DoneAsync("POST", "/servicePrincipals", $$"""{"appId":"{{application["appId"]}}"}""", 201);
        return ((string)application["appId"]!, (string)secret["secretText"]!, (string)principal["id"]!);
    }

    private string Sign(RSA key, X509Certificate2 certificate, string algorithm, string named, string appId, string? audience = null, TimeSpan? lifetime = null)
    {
        var now = _server.Clock.GetUtcNow();
        var thumbprint = Base64Url.EncodeToString(named == "x5t" ? certificate.GetCertHash() : SHA256.HashData(certificate.RawData));
        var header = new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT", [named] = thumbprint };
        var claims = new JsonObject
        {
            ["aud"] = audience ?? $"{_server.Base}/{_server.Tenant}/oauth2/v2.0/token",
            ["iss"] = appId,
            ["sub"] = appId,
            ["jti"] = Guid.NewGuid().ToString(),
            ["exp"] = (now + (lifetime ?? TimeSpan.FromMinutes(10))).ToUnixTimeSeconds() + 0.25,
            ["nbf"] = now.AddHours(-2).ToUnixTimeSeconds(),
        };
        var content = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.ToJsonString())) + "." + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()));
        var padding = algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        return content + "." + Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256, padding));
    }

    private async Task<string?> AssertAsync(string appId, string assertion) => await ErrorAsync(
        ("grant_type", "client_credentials"), ("client_id", appId), ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), ("client_assertion", assertion), ("scope", Graph));

    private Task<string?> TokenErrorAsync(string appId, string secret) => ErrorAsync(("grant_type", "client_credentials"), ("client_id", appId), ("client_secret", secret), ("scope", Graph));

    private async Task<string?> ErrorAsync(params (string, string)[] form)
    {
        var (status, json) = await _server.PostAsync($"/{_server.Tenant}/oauth2/v2.0/token", form);
        return status == HttpStatusCode.OK ? null : json.GetProperty("error").GetString();
    }

    private async Task<string?> PasswordAsync(string name, string password)
    {
        var (status, json) = await _server.PostAsync(
            $"/{_server.Tenant}/oauth2/v2.0/token", ("grant_type", "password"), ("client_id", "04b07795-8ddb-461a-bbee-02f9e1bf7b46"), ("username", name), ("password", password),
            ("scope", "https://management.azure.com/.default"));
        return status == HttpStatusCode.OK ? json.GetProperty("access_token").GetString() : null;
    }

    private async Task SignInAsync(string clientId, string secret)
    {
        var (_, json) = await _server.PostAsync($"/{_server.Tenant}/oauth2/v2.0/token", ("grant_type", "client_credentials"), ("client_id", clientId), ("client_secret", secret), ("scope", Graph));
        _server.Client.DefaultRequestHeaders.Authorization = new("Bearer", json.GetProperty("access_token").GetString());
    }

    private async Task<(int Status, JsonNode Json)> SendAsync(string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/v1.0" + path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var answer = await _server.Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!);
    }

    private async Task<JsonNode> DoneAsync(string method, string path, string? body = null, int status = 200)
    {
        var (actual, json) = await SendAsync(method, path, body);
        Assert.True(actual == status, $"{method} {path}: {actual} {json}");
        return json;
    }

    private async Task RefusedAsync(string method, string path, string? body, int status, string code)
    {
        var (actual, json) = await SendAsync(method, path, body);
        Assert.True(actual == status && (string?)json["error"]?["code"] == code, $"{method} {path}: {actual} {json}");
    }
}
