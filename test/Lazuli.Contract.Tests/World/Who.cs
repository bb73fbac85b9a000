namespace Lazuli.Contract.Tests.World;

/// <summary>With whose token a request is made.</summary>
public enum Who
{
    /// <summary>Owner of everything.</summary>
    Owner,

    /// <summary>Reader of every group that <see cref="Lab.GroupAsync"/> made, and of nothing else.</summary>
    Reader,

    /// <summary>Signed in, with no role at all.</summary>
    Nobody,

    /// <summary>No token.</summary>
    Stranger,

    /// <summary>The owner, an hour too late.</summary>
    Late,

    /// <summary>The owner, with a token for Microsoft Graph.</summary>
    Elsewhere,

    /// <summary>A token whose signature is another's.</summary>
    Forger,
}
