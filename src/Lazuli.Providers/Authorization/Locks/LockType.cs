using System.Text.Json;
using System.Text.Json.Serialization;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Authorization.Locks;

/// <summary>Microsoft.Authorization/locks, at any scope. The kernel asks the store for them before every change.</summary>
public sealed class LockType : ResourceType<LockProperties>
{
    public override ResourceTypeName Name { get; } = ResourceTypeName.Parse("Microsoft.Authorization/locks");

    public override IReadOnlyList<string> ApiVersions { get; } = ["2020-05-01", "2017-04-01", "2016-09-01", "2015-01-01"];

    public override ResourceScopes Scopes => ResourceScopes.Extension;

    public override bool IsTracked => false;

    public override bool CanPatch => false;

    public override string NamePattern => "^[^<>%&:\\\\?/]{1,260}$";

    public override JsonSerializerContext Json => LockJson.Default;

    public override Result<Func<ReadOnlyMemory<byte>, bool>> Filter(string filter, ArmRequest request, IResourceStore store)
    {
        if (!ODataFilter.TryParse(filter, out var parsed) || !parsed.UsesOnly("atScope") || !ResourcePath.TryParse(request.Path, out var path))
        {
            return base.Filter(filter, request, store);
        }

        return (Func<ReadOnlyMemory<byte>, bool>)(json => JsonSerializer.Deserialize(json.Span, LockJson.Default.ResourceLockProperties)?.Id.Scope.Equals(path.Id) == true);
    }
}
