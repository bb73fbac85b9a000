using System.Text.Json.Serialization;

namespace Lazuli.Kernel.Identity;

/// <summary>The tenant itself: made at first start, never changed.</summary>
public sealed record Tenant
{
    public required string TenantId { get; init; }

    /// <summary>The subscription that is there from the start.</summary>
    public required string SubscriptionId { get; init; }
    public required string DisplayName { get; init; }

    /// <summary>The domain of its users, e.g. <c>lazuli.local</c>.</summary>
    public required string Domain { get; init; }
}

public enum ApplicationKind
{
    Application,
    ManagedIdentity,
}

/// <summary>An application and its service principal in this tenant.</summary>
public sealed record DirectoryApplication
{
    /// <summary>The client id.</summary>
    public required string ApplicationId { get; init; }

    /// <summary>The object id of the application's registration.</summary>
    public required string ObjectId { get; init; }

    /// <summary>The object id of the service principal: <c>oid</c> in tokens. Null until a service principal was made.</summary>
    public string? PrincipalId { get; init; }
    public required string DisplayName { get; init; }
    public ApplicationKind Kind { get; init; }
    public required DateTimeOffset Created { get; init; }
    public IReadOnlyList<ApplicationSecret> Secrets { get; init; } = [];
}

/// <summary>A client secret: only its hash is kept.</summary>
public sealed record ApplicationSecret
{
    public required string KeyId { get; init; }
    public string? DisplayName { get; init; }

    /// <summary>Its first three characters, to tell one from another.</summary>
    public required string Hint { get; init; }
    public required string Hash { get; init; }
    public required DateTimeOffset Start { get; init; }
    public required DateTimeOffset End { get; init; }
}

public sealed record DirectoryUser
{
    public required string ObjectId { get; init; }
    public required string UserPrincipalName { get; init; }
    public required string DisplayName { get; init; }
    public required string PasswordHash { get; init; }
    public bool Enabled { get; init; } = true;
}

public sealed record DirectoryGroup
{
    public required string ObjectId { get; init; }
    public required string DisplayName { get; init; }

    /// <summary>Object ids of direct members: users, service principals, groups.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];
}

/// <summary>Any object of the directory, by its id.</summary>
public sealed record DirectoryObject(string ObjectId, PrincipalKind Kind, string DisplayName, object Value);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Tenant))]
[JsonSerializable(typeof(DirectoryApplication))]
[JsonSerializable(typeof(DirectoryUser))]
[JsonSerializable(typeof(DirectoryGroup))]
[JsonSerializable(typeof(RefreshGrant))]
[JsonSerializable(typeof(FirstCredentials))]
internal sealed partial class DirectoryJson : JsonSerializerContext;
