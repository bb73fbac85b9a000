using System.Globalization;
using Lazuli.Kernel.Errors;

namespace Lazuli.Kernel.Identity;

/// <summary>Why a call was not authenticated: Azure's codes and messages, all with status 401.</summary>
public static class TokenErrors
{
    public static ArmError MissingHeader() => Error("AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.");

    public static ArmError InvalidHeader() => Error("AuthenticationFailedInvalidHeader", "Authentication failed. The 'Authorization' header is provided in an invalid format.");

    public static ArmError MissingToken() => Error("AuthenticationFailedMissingToken", "Authentication failed. The 'Authorization' header is missing the access token.");

    public static ArmError Invalid() => Error("InvalidAuthenticationToken", "The access token is invalid.");

    public static ArmError InvalidSignature() => Error("InvalidAuthenticationToken", "The access token is invalid: its signature could not be validated.");

    public static ArmError NotYetValid(DateTimeOffset notBefore, DateTimeOffset now)
        => Error("InvalidAuthenticationToken", $"The access token is not valid before UTC time '{Text(notBefore)}'; current UTC time is '{Text(now)}'.");

    public static ArmError Expired(DateTimeOffset expiry, DateTimeOffset now)
        => Error("ExpiredAuthenticationToken", $"The access token expiry UTC time '{Text(expiry)}' is earlier than current UTC time '{Text(now)}'.");

    public static ArmError WrongAudience(string audience, IEnumerable<string> allowed) => Error(
        "InvalidAuthenticationTokenAudience",
        $"The access token has been obtained for wrong audience or resource '{audience}'. "
        + $"It should exactly match with one of the allowed audiences '{string.Join("','", allowed)}'.");

    public static ArmError WrongIssuer(string issuer, string expected) => Error(
        "InvalidAuthenticationTokenTenant",
        $"The access token is from the wrong issuer '{issuer}'. It must match the tenant '{expected}' associated with this subscription.");

    private static ArmError Error(string code, string message) => new() { Code = code, Message = message, Status = 401 };

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("M/d/yyyy h:mm:ss tt", CultureInfo.InvariantCulture);
}
