using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Authorization.DenyAssignments;
using Lazuli.Providers.Authorization.Locks;
using Lazuli.Providers.Authorization.RoleAssignments;
using Lazuli.Providers.Authorization.RoleDefinitions;

namespace Lazuli.Providers.Authorization;

/// <summary>Microsoft.Authorization.</summary>
public sealed class AuthorizationProvider(TimeProvider time) : Provider
{
    private const string Group = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}";
    private const string Tail = "/providers/Microsoft.Authorization/permissions";

    public override string Namespace => "Microsoft.Authorization";

    public override IReadOnlyList<ResourceType> Types { get; } =
    [
        new RoleDefinitionType(time),
        new RoleAssignmentType(time),
        new LockType(),
        new DenyAssignmentType(time),
    ];

    public override IReadOnlyList<ProviderOperation> Operations { get; } =
    [
        .. ProviderOperationsOperations.All,
        new(HttpMethod.Get, "/subscriptions/{subscriptionId}/providers/Microsoft.Authorization/classicAdministrators", "Microsoft.Authorization/classicAdministrators/read", NoClassics)
        {
            ApiVersions = ["2015-07-01", "2015-06-01"],
            MetadataType = "classicAdministrators",
        },
        Permissions("/subscriptions/{subscriptionId}" + Tail) with { MetadataType = "permissions" },
        Permissions(Group + Tail),
        Permissions(Group + "/providers/{namespace}/{type}/{name}" + Tail),
        Permissions(Group + "/providers/{namespace}/{parentType}/{parentName}/{type}/{name}" + Tail),
    ];

    // Azure has retired them; clients still ask.
    private static Task<Result<ArmResponse>> NoClassics(ProviderRequest request, CancellationToken cancellationToken)
        => Task.FromResult<Result<ArmResponse>>(ArmResponse.Json("""{"value":[]}"""u8.ToArray()));

    /// <summary>What the caller may do at a scope: anybody may ask for their own.</summary>
    private static ProviderOperation Permissions(string template) => new(HttpMethod.Get, template, "Microsoft.Authorization/permissions/read", Answer)
    {
        ApiVersions = ["2022-04-01", "2018-01-01-preview", "2015-07-01"],
        IsAuthorized = false,
    };

    private static Task<Result<ArmResponse>> Answer(ProviderRequest request, CancellationToken cancellationToken)
    {
        var permissions = request.Kernel.Authorizer is Authorizer authorizer && ResourcePath.TryParse(request.Request.Path, out var path)
            ? authorizer.PermissionsAt(request.Request.Principal, path.Id)
            : [];
        var body = JsonSerializer.SerializeToUtf8Bytes(new PermissionList([.. permissions]), PermissionJson.Default.PermissionList);
        return Task.FromResult<Result<ArmResponse>>(ArmResponse.Json(body));
    }
}

internal sealed record PermissionList(IReadOnlyList<RolePermission> Value);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PermissionList))]
internal sealed partial class PermissionJson : JsonSerializerContext;
