using Lazuli.Kernel.Identity;

namespace Lazuli.Server.SignIn;

/// <summary>
/// Checks of passwords and client secrets: in constant time, with the same effort for names that don't exist, slowed after failures, and no
/// more than two expensive ones at a time.
/// </summary>
internal sealed class Credentials(TenantDirectory directory, TimeProvider time) : IDisposable
{
    private readonly Throttle _users = new(time);
    private readonly Throttle _clients = new(time);
    private readonly SemaphoreSlim _slots = new(2);

    /// <summary>The user, or why not.</summary>
    public async Task<(DirectoryUser? User, OAuthError? Error)> CheckUserAsync(string name, string password, CancellationToken cancellationToken)
    {
        if (_users.IsLocked(name))
        {
            return (null, OAuthError.Locked());
        }

        var user = directory.FindUser(name);
        bool good;
        await _slots.WaitAsync(cancellationToken);
        try
        {
            good = user is null ? PasswordHash.VerifyNobody(password) : PasswordHash.Verify(password, user.PasswordHash);
        }
        finally
        {
            _slots.Release();
        }

        if (!good || user is null)
        {
            _users.Failed(name);
            return (null, OAuthError.BadPassword());
        }

        _users.Succeeded(name);
        return user.Enabled ? (user, null) : (null, OAuthError.UserGone());
    }

    /// <summary>The application, or why not. <paramref name="address"/> is where the request came from: failures of one place don't lock out another.</summary>
    public (DirectoryApplication? Application, OAuthError? Error) CheckClient(string clientId, string secret, string address)
    {
        var subject = $"{address} {clientId}";
        if (_clients.IsLocked(subject))
        {
            return (null, OAuthError.TooManyRequests());
        }

        if (directory.FindApplication(clientId) is not { } application)
        {
            _clients.Failed(subject);
            return (null, OAuthError.UnknownApplication(clientId, directory.Tenant.DisplayName));
        }

        if (application.Secrets.FirstOrDefault(s => PasswordHash.Verify(secret, s.Hash)) is not { } match)
        {
            _clients.Failed(subject);
            return (null, OAuthError.InvalidSecret(clientId));
        }

        _clients.Succeeded(subject);
        var now = time.GetUtcNow();
        return match.Start <= now && now < match.End ? (application, null) : (null, OAuthError.ExpiredSecret(clientId));
    }

    public void Dispose() => _slots.Dispose();
}
