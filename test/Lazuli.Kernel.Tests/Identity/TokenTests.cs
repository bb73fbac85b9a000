using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Identity;

namespace Lazuli.Kernel.Tests.Identity;

public sealed class TokenTests : IDisposable
{
    private const string Tenant = "6f2e8a34-2c4e-4b0e-9c43-1f0e7a3d9b11";
    private const string Manager = "https://management.azure.com/";

    private static readonly Principal Caller = new()
    {
        ObjectId = "oid-1",
        Kind = PrincipalKind.ServicePrincipal,
        ApplicationId = "app-1",
        TenantId = Tenant,
        Name = "app-1",
        Groups = ["group-1"],
    };

    private readonly ManualClock _clock = new();
    private readonly SigningKey _key = new(RSA.Create(2048));
    private readonly TokenIssuer _issuer;
    private readonly TokenValidator _validator;

    public TokenTests()
    {
        _issuer = new(_key, _clock);
        _validator = new(_key, Tenant, new Audiences("https://lazuli.example:443"), _clock);
    }

    public void Dispose() => _key.Dispose();

    [Theory]
    [InlineData("https://management.azure.com")]
    [InlineData("https://management.azure.com/")]
    [InlineData("https://management.core.windows.net/")]
    [InlineData("https://localhost:9443/")]
    [InlineData("https://lazuli.example:8443")]
    public void An_issued_token_names_its_principal(string audience)
    {
        var token = _issuer.Issue(Caller, audience).Value;
        Assert.True(_validator.Validate(token).Ok(out var principal, out _));
        Assert.Equivalent(Caller, principal);
        Assert.True(_validator.ValidateHeader("bearer  " + token).Ok(out var again, out _));
        Assert.Same(principal, again);
    }

    [Fact]
    public void A_user_keeps_its_kind_and_name()
    {
        var user = Caller with { Kind = PrincipalKind.User, Name = "admin@lazuli.local", Groups = [] };
        Assert.True(_validator.Validate(_issuer.Issue(user, Manager).Value).Ok(out var principal, out _));
        Assert.Equivalent(user, principal);
    }

    [Theory]
    [InlineData(null, "AuthenticationFailed")]
    [InlineData("Basic abc", "AuthenticationFailedInvalidHeader")]
    [InlineData("Bearer", "AuthenticationFailedMissingToken")]
    [InlineData("Bearerabc", "AuthenticationFailedInvalidHeader")]
    [InlineData("Bearer abc", "InvalidAuthenticationToken")]
    [InlineData("Bearer ..", "InvalidAuthenticationToken")]
    [InlineData("Bearer a.b", "InvalidAuthenticationToken")]
    [InlineData("Bearer !!.%%.\"\"", "InvalidAuthenticationToken")]
    [InlineData("Bearer MQ.MQ.MQ", "InvalidAuthenticationToken")]
    public void A_header_that_is_no_token_is_refused(string? header, string code) => Refused(_validator.ValidateHeader(header), code);

    [Fact]
    public void A_token_ends_five_minutes_after_its_expiry_even_when_it_was_accepted_before()
    {
        var token = _issuer.Issue(Caller, Manager);
        Assert.True(_validator.Validate(token.Value).Ok(out _, out _));
        _clock.Now = token.Expires + TimeSpan.FromSeconds(299);
        Assert.True(_validator.Validate(token.Value).Ok(out _, out _));
        _clock.Now = token.Expires + TimeSpan.FromSeconds(300);
        Refused(_validator.Validate(token.Value), "ExpiredAuthenticationToken");
        Refused(_validator.Validate(token.Value), "ExpiredAuthenticationToken");
    }

    [Fact]
    public void A_token_from_the_future_is_refused_until_its_time()
    {
        var start = _clock.Now;
        _clock.Now = start.AddMinutes(10);
        var token = _issuer.Issue(Caller, Manager).Value;
        _clock.Now = start;
        Refused(_validator.Validate(token), "InvalidAuthenticationToken");
        _clock.Now = start.AddMinutes(5);
        Assert.True(_validator.Validate(token).Ok(out _, out _));
    }

    [Fact]
    public void A_token_for_another_resource_is_refused_by_resource_manager_and_taken_by_that_resource()
    {
        var token = _issuer.Issue(Caller, "https://graph.microsoft.com").Value;
        Refused(_validator.Validate(token), "InvalidAuthenticationTokenAudience");
        Assert.True(_validator.Validate(token, new Audiences().IsGraph).Ok(out _, out _));
        Refused(_validator.Validate(_issuer.Issue(Caller, Manager).Value, new Audiences().IsGraph), "InvalidAuthenticationTokenAudience");
    }

    [Fact]
    public void A_token_of_another_tenant_is_refused()
        => Refused(_validator.Validate(_issuer.Issue(Caller with { TenantId = "other" }, Manager).Value), "InvalidAuthenticationTokenTenant");

    [Fact]
    public void A_token_of_another_key_is_refused()
    {
        using var other = new SigningKey(RSA.Create(2048));
        Refused(_validator.Validate(new TokenIssuer(other, _clock).Issue(Caller, Manager).Value), "InvalidAuthenticationToken");
    }

    [Fact]
    public void A_changed_claim_is_noticed()
    {
        var parts = _issuer.Issue(Caller, Manager).Value.Split('.');
        var claims = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1])).Replace("oid-1", "oid-2", StringComparison.Ordinal);
        parts[1] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims));
        Refused(_validator.Validate(string.Join('.', parts)), "InvalidAuthenticationToken");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("RS512")]
    public void No_other_algorithm_is_taken(string algorithm)
    {
        var parts = _issuer.Issue(Caller, Manager).Value.Split('.');
        parts[0] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"{{algorithm}}","kid":"{{_key.KeyId}}"}"""));
        var signed = Encoding.ASCII.GetBytes(parts[0] + "." + parts[1]);
        parts[2] = algorithm switch
        {
            "none" => "AA",
            "HS256" => Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.ASCII.GetBytes(_key.Modulus), signed)),
            _ => Base64Url.EncodeToString(_key.Sign(signed)),
        };
        Refused(_validator.Validate(string.Join('.', parts)), "InvalidAuthenticationToken");
    }

    private static void Refused(Result<Principal> result, string code)
    {
        Assert.False(result.Ok(out _, out var error));
        Assert.Equal(code, error.Code);
        Assert.Equal(401, error.Status);
    }
}
