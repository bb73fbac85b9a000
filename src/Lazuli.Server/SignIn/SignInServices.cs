using Lazuli.Kernel.Identity;

namespace Lazuli.Server.SignIn;

/// <summary>What the authority works with.</summary>
public sealed class SignInServices
{
    public required TenantDirectory Directory { get; init; }
    public required SigningKey Key { get; init; }
    public required TokenIssuer Issuer { get; init; }
    public required RefreshTokens RefreshTokens { get; init; }
    public required Audiences Audiences { get; init; }
    public required TimeProvider Time { get; init; }

    /// <summary>Who may change the directory is who may give roles at the tenant's root.</summary>
    public required IAuthorizer Authorizer { get; init; }

    /// <summary>Image aliases of <c>az vm create --image</c>: alias → URN (publisher:offer:sku:version).</summary>
    public Func<IReadOnlyDictionary<string, string>> ImageAliases { get; init; } = () => new Dictionary<string, string>();

    /// <summary>The DNS suffix of data-plane host names, e.g. <c>account.blob.core.SUFFIX</c>.</summary>
    public string DnsSuffix { get; init; } = "lazuli.localhost";

    internal bool IsTenant(string segment)
        => segment is "adfs" or "common" or "organizations"
            || segment.Equals(Directory.Tenant.TenantId, StringComparison.OrdinalIgnoreCase)
            || segment.Equals(Directory.Tenant.Domain, StringComparison.OrdinalIgnoreCase);

    /// <summary>The issuer of id tokens, as the discovery document of the same authority states it.</summary>
    internal string IdTokenIssuer(string login, string tenant) => tenant == "adfs" ? $"{login}/adfs" : $"{login}/{Directory.Tenant.TenantId}/v2.0";
}
