using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Store;
using Lazuli.Providers.Authorization;

namespace Lazuli.Server.SignIn;

/// <summary>
/// Makes what a new installation needs to be used at all: tenant, subscription id, a service principal and a user, both Owner of everything. All of
/// it is random and exists nowhere else. Interrupted at any point it goes on with the same credentials.
/// </summary>
public static class FirstStart
{
    private const string Domain = "lazuli.local";
    private static readonly TimeSpan SecretLifetime = TimeSpan.FromDays(3650);

    /// <summary>The tenant, made at first.</summary>
    public static async Task<Tenant> RunAsync(string stateDirectory, IResourceStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var directory = new TenantDirectory(store);
        if (directory.FindTenant() is { } existing)
        {
            return existing;
        }

        if (FirstCredentials.Read(stateDirectory) is not { } credentials)
        {
            credentials = new()
            {
                TenantId = NewId(),
                SubscriptionId = NewId(),
                ClientId = NewId(),
                ClientSecret = PasswordHash.Generate(40),
                UserName = $"admin@{Domain}",
                UserPassword = PasswordHash.Generate(20),
            };
            credentials.Write(stateDirectory);
        }

        var now = time.GetUtcNow();
        var tenant = new Tenant { TenantId = credentials.TenantId, SubscriptionId = credentials.SubscriptionId, DisplayName = "Lazuli", Domain = Domain };
        var (principalId, userId) = (NewId(), NewId());
        var application = new DirectoryApplication
        {
            ApplicationId = credentials.ClientId,
            ObjectId = NewId(),
            PrincipalId = principalId,
            DisplayName = "lazuli-operator",
            Created = now,
            Secrets =
            [
                new()
                {
                    KeyId = NewId(),
                    DisplayName = "First start",
                    Hint = credentials.ClientSecret[..3],
                    Hash = PasswordHash.OfGenerated(credentials.ClientSecret),
                    Start = now,
                    End = now + SecretLifetime,
                },
            ],
        };
        var user = new DirectoryUser
        {
            ObjectId = userId,
            UserPrincipalName = credentials.UserName,
            DisplayName = "Administrator",
            PasswordHash = PasswordHash.OfPassword(credentials.UserPassword),
        };
        await directory.SaveAsync(
            cancellationToken,
            TenantDirectory.Write(application),
            TenantDirectory.Write(user),
            OwnerAssignment.AtTenant(principalId, PrincipalKind.ServicePrincipal, now),
            OwnerAssignment.AtTenant(userId, PrincipalKind.User, now),
            TenantDirectory.Write(tenant));
        return tenant;
    }

    private static string NewId() => Guid.NewGuid().ToString();
}
