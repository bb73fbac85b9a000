using Lazuli.Kernel.Errors;
using Microsoft.AspNetCore.Http;

namespace Lazuli.Server.Arm;

/// <summary>The <c>WWW-Authenticate</c> header of a 401: where a token is to be had, and what was wrong with the one given (RFC 6750).</summary>
public sealed class TenantChallenge(string tenantId)
{
    public string For(HttpRequest request, ArmError error)
        => $"Bearer authorization_uri=\"{request.Scheme}://{request.Host}/{tenantId}\", error=\"invalid_token\", error_description=\"{error.Message.Replace('"', '\'')}\"";
}
