using System.Text.Json.Nodes;
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
    public IReadOnlyList<ApplicationCertificate> Certificates { get; init; } = [];

    /// <summary>False when the service principal may not sign in.</summary>
    public bool PrincipalEnabled { get; init; } = true;

    /// <summary>Object ids of those who may manage it.</summary>
    public IReadOnlyList<string> Owners { get; init; } = [];

    /// <summary>What else was said of it through Microsoft Graph: kept and shown, without effect here.</summary>
    public JsonObject? More { get; init; }
}

/// <summary>A certificate by whose key an application can prove itself (RFC 7523).</summary>
public sealed record ApplicationCertificate
{
    public required string KeyId { get; init; }
    public string? DisplayName { get; init; }

    /// <summary>SHA-1 of the certificate, upper-case hexadecimal, as Entra shows it.</summary>
    public required string Thumbprint { get; init; }

    /// <summary>DER in base64.</summary>
    public required string Certificate { get; init; }
    public required DateTimeOffset Start { get; init; }
    public required DateTimeOffset End { get; init; }
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

    /// <summary>As <see cref="DirectoryApplication.More"/>.</summary>
    public JsonObject? More { get; init; }
}

public sealed record DirectoryGroup
{
    public required string ObjectId { get; init; }
    public required string DisplayName { get; init; }

    /// <summary>Object ids of direct members: users, service principals, groups.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];

    /// <summary>Object ids of those who may manage it.</summary>
    public IReadOnlyList<string> Owners { get; init; } = [];

    /// <summary>As <see cref="DirectoryApplication.More"/>.</summary>
    public JsonObject? More { get; init; }
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
