using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lazuli.Kernel.Store;

namespace Lazuli.Kernel.Identity;

/// <summary>What a refresh token stands for.</summary>
public sealed record RefreshGrant
{
    public required string UserId { get; init; }
    public required string ClientId { get; init; }

    /// <summary>All tokens that came from one sign-in.</summary>
    public required string Family { get; init; }
    public required DateTimeOffset Expires { get; init; }

    /// <summary>When it was first exchanged for a newer one.</summary>
    public DateTimeOffset? Replaced { get; init; }
}

/// <summary>
/// Refresh tokens: durable, kept as digests only, good for 90 days, replaced at each use. Clients run in parallel, so a replaced one still works for
/// ten minutes; used later, it is taken for stolen, and the whole sign-in ends.
/// </summary>
public sealed class RefreshTokens(IResourceStore store, TimeProvider time)
{
    private const string Type = "lazuli/refreshtokens";
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan KeepReplaced = TimeSpan.FromDays(7);

    /// <summary>The first token of a sign-in.</summary>
    public async Task<string> IssueAsync(string userId, string clientId, CancellationToken cancellationToken)
    {
        var (token, write) = Make(userId, clientId, Guid.NewGuid().ToString("N"));
        await store.CommitAsync(new StoreTransaction { Writes = [write, .. Outdated()] }, cancellationToken);
        return token;
    }

    /// <summary>Exchanges a token for the next one. Null when it is unknown, expired, revoked, of another client, or replaced too long ago.</summary>
    public async Task<(RefreshGrant Grant, string Next)?> RedeemAsync(string token, string clientId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var record = store.Get(Key(token));
        if (record is null || Read(record) is not { } grant || grant.Expires <= now || !grant.ClientId.Equals(clientId, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (grant.Replaced is { } replaced && now - replaced > Grace)
        {
            await RevokeAsync(g => g.Family == grant.Family, cancellationToken);
            return null;
        }

        var (next, write) = Make(grant.UserId, grant.ClientId, grant.Family);
        IReadOnlyList<StoreWrite> used = grant.Replaced is null ? [Write(record.Key, grant with { Replaced = now }) with { ExpectedVersion = record.Version }] : [];
        var failed = await store.CommitAsync(
            new StoreTransaction { Writes = [.. used, write, .. Outdated()], Requires = [(record.Key, record.Version)] }, cancellationToken);
        // Someone used it at the same moment: once more, now as a replaced one. Or it was revoked: then it is gone.
        return failed is null ? (grant, next) : await RedeemAsync(token, clientId, cancellationToken);
    }

    /// <summary>Ends every sign-in of a user.</summary>
    public Task RevokeAllAsync(string userId, CancellationToken cancellationToken) => RevokeAsync(g => g.UserId == userId, cancellationToken);

    private Task<string?> RevokeAsync(Func<RefreshGrant, bool> which, CancellationToken cancellationToken)
        => store.CommitAsync(
            new StoreTransaction { Writes = [.. store.ListByType(Type).Where(r => which(Read(r))).Select(r => new StoreWrite(r.Key, null))] },
            cancellationToken);

    private IEnumerable<StoreWrite> Outdated()
    {
        var now = time.GetUtcNow();
        return store.ListByType(Type).Where(r => Read(r) is var g && (g.Expires <= now || g.Replaced + KeepReplaced <= now)).Select(r => new StoreWrite(r.Key, null));
    }

    private (string Token, StoreWrite Write) Make(string userId, string clientId, string family)
    {
        var token = "1." + PasswordHash.Generate(64);
        return (token, Write(Key(token), new() { UserId = userId, ClientId = clientId, Family = family, Expires = time.GetUtcNow() + Lifetime }));
    }

    private static StoreWrite Write(string key, RefreshGrant grant)
        => new(key, new StoreRecord { Key = key, Type = Type, Body = JsonSerializer.SerializeToUtf8Bytes(grant, DirectoryJson.Default.RefreshGrant) });

    private static RefreshGrant Read(StoreRecord record)
        => record.Cache as RefreshGrant ?? JsonSerializer.Deserialize(record.Body.Span, DirectoryJson.Default.RefreshGrant)
            ?? throw new JsonException("A refresh token's record is empty.");

    private static string Key(string token) => $"{Type}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)))}";
}
