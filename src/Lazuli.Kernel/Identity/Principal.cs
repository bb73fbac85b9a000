namespace Lazuli.Kernel.Identity;

public enum PrincipalKind
{
    User,
    ServicePrincipal,
    Group,
}

/// <summary>Who calls: what an accepted access token says. Lazuli's own background work acts as the principal who asked for it.</summary>
public sealed record Principal
{
    /// <summary>The directory object id (<c>oid</c>): role assignments name it.</summary>
    public required string ObjectId { get; init; }

    public required PrincipalKind Kind { get; init; }

    /// <summary>The application (<c>appid</c>) that the token was issued to.</summary>
    public required string ApplicationId { get; init; }

    public required string TenantId { get; init; }

    /// <summary>What people call it: a user principal name or an application id.</summary>
    public required string Name { get; init; }

    /// <summary>Object ids of the groups it is a member of.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>The deployment stack in whose work the caller is engaged; never from a token. What the stack itself denies everybody is not denied there.</summary>
    public string? ActsFor { get; init; }
}
