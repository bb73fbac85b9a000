using System.Collections.Concurrent;
using System.Security.Cryptography;
using Lazuli.Kernel.Identity;

namespace Lazuli.Server.SignIn;

/// <summary>What was agreed on the sign-in page, until the client redeems its code.</summary>
internal sealed record AuthorizedCode(string UserId, string ClientId, string RedirectUri, string Challenge, string? Nonce, DateTimeOffset Expires);

/// <summary>A sign-in on a device that has no browser.</summary>
internal sealed class DeviceSignIn(string userCode, string clientId, string scope, DateTimeOffset expires)
{
    public string UserCode => userCode;
    public string ClientId => clientId;
    public string Scope => scope;
    public DateTimeOffset Expires => expires;
    public string? UserId { get; set; }
    public bool Declined { get; set; }
}

/// <summary>
/// Codes that wait to be redeemed: in memory only, each good once, ten or fifteen minutes, and no more than a thousand of each. A restart
/// of the server means signing in again.
/// </summary>
internal sealed class PendingSignIns(TimeProvider time)
{
    private const int Max = 1000;
    private const string UserCodeAlphabet = "BCDFGHJKLMNPQRSTVWXZ23456789";
    public static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan DeviceLifetime = TimeSpan.FromMinutes(15);
    private readonly ConcurrentDictionary<string, AuthorizedCode> _codes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DeviceSignIn> _devices = new(StringComparer.Ordinal);

    /// <summary>The code for a signed-in user, or null when too many are waiting.</summary>
    public string? Authorize(string userId, string clientId, string redirectUri, string challenge, string? nonce)
    {
        Sweep();
        var code = "1." + PasswordHash.Generate(48);
        return _codes.Count < Max && _codes.TryAdd(code, new(userId, clientId, redirectUri, challenge, nonce, time.GetUtcNow() + CodeLifetime)) ? code : null;
    }

    /// <summary>What a code stands for; the code is spent.</summary>
    public AuthorizedCode? Redeem(string code) => _codes.TryRemove(code, out var entry) && entry.Expires > time.GetUtcNow() ? entry : null;

    /// <summary>A new device code and its sign-in, or null when too many are waiting.</summary>
    public (string DeviceCode, DeviceSignIn SignIn)? StartDevice(string clientId, string scope)
    {
        Sweep();
        var code = PasswordHash.Generate(64);
        var signIn = new DeviceSignIn(RandomNumberGenerator.GetString(UserCodeAlphabet, 9), clientId, scope, time.GetUtcNow() + DeviceLifetime);
        return _devices.Count < Max && _devices.TryAdd(code, signIn) ? (code, signIn) : null;
    }

    public DeviceSignIn? FindDevice(string deviceCode) => _devices.TryGetValue(deviceCode, out var entry) && entry.Expires > time.GetUtcNow() ? entry : null;

    /// <summary>The sign-in that still waits for a person with this code, typed in any case, with or without dashes and spaces.</summary>
    public DeviceSignIn? FindByUserCode(string userCode)
    {
        var code = string.Concat(userCode.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        var now = time.GetUtcNow();
        return _devices.Values.FirstOrDefault(d => d.UserCode == code && d.Expires > now && d.UserId is null && !d.Declined);
    }

    /// <summary>Spends a device code; false when somebody else did.</summary>
    public bool FinishDevice(string deviceCode) => _devices.TryRemove(deviceCode, out _);

    private void Sweep()
    {
        var now = time.GetUtcNow();
        foreach (var (code, entry) in _codes)
        {
            if (entry.Expires <= now)
            {
                _codes.TryRemove(code, out _);
            }
        }

        foreach (var (code, entry) in _devices)
        {
            if (entry.Expires <= now)
            {
                _devices.TryRemove(code, out _);
            }
        }
    }
}
