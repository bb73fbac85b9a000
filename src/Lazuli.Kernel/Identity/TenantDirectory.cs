using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Lazuli.Kernel.Store;

namespace Lazuli.Kernel.Identity;

/// <summary>
/// The tenant's directory: applications, users, groups. Kept in the store, one record each, so that every change is durable when acknowledged;
/// reads are from memory. It holds hashes of secrets, never secrets.
/// </summary>
public sealed class TenantDirectory(IResourceStore store)
{
    private const string TenantKey = "lazuli/tenant";
    private const string ApplicationType = "lazuli/applications";
    private const string UserType = "lazuli/users";
    private const string GroupType = "lazuli/groups";

    /// <summary>The tenant; null before the first start is done.</summary>
    public Tenant? FindTenant() => Read(store.Get(TenantKey), DirectoryJson.Default.Tenant);

    /// <exception cref="InvalidOperationException">The first start is not done.</exception>
    public Tenant Tenant => FindTenant() ?? throw new InvalidOperationException("The directory has no tenant: the first start is not done.");

    public IEnumerable<DirectoryApplication> Applications => All(ApplicationType, DirectoryJson.Default.DirectoryApplication);

    public IEnumerable<DirectoryUser> Users => All(UserType, DirectoryJson.Default.DirectoryUser);

    public IEnumerable<DirectoryGroup> Groups => All(GroupType, DirectoryJson.Default.DirectoryGroup);

    /// <summary>An application by its client id.</summary>
    public DirectoryApplication? FindApplication(string applicationId)
        => Read(store.Get(Key(ApplicationType, applicationId)), DirectoryJson.Default.DirectoryApplication);

    public DirectoryUser? FindUser(string userPrincipalName)
        => Users.FirstOrDefault(u => u.UserPrincipalName.Equals(userPrincipalName, StringComparison.OrdinalIgnoreCase));

    /// <summary>A user, group or service principal by its object id.</summary>
    public DirectoryObject? Find(string objectId)
    {
        if (Read(store.Get(Key(UserType, objectId)), DirectoryJson.Default.DirectoryUser) is { } user)
        {
            return new(user.ObjectId, PrincipalKind.User, user.DisplayName, user);
        }

        if (Read(store.Get(Key(GroupType, objectId)), DirectoryJson.Default.DirectoryGroup) is { } group)
        {
            return new(group.ObjectId, PrincipalKind.Group, group.DisplayName, group);
        }

        return Applications.FirstOrDefault(a => objectId.Equals(a.PrincipalId, StringComparison.OrdinalIgnoreCase)) is { PrincipalId: { } id } application
            ? new(id, PrincipalKind.ServicePrincipal, application.DisplayName, application)
            : null;
    }

    /// <summary>Object ids of all groups that <paramref name="objectId"/> is in, directly or through other groups.</summary>
    public IReadOnlyList<string> GroupsOf(string objectId)
    {
        var groups = Groups.ToList();
        var found = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var open = new Queue<string>([objectId]);
        while (open.TryDequeue(out var member))
        {
            foreach (var group in groups)
            {
                if (group.Members.Contains(member, StringComparer.OrdinalIgnoreCase) && found.Add(group.ObjectId))
                {
                    open.Enqueue(group.ObjectId);
                }
            }
        }

        return [.. found];
    }

    /// <summary>Who a token for <paramref name="user"/> through the application <paramref name="clientId"/> speaks for.</summary>
    public Principal PrincipalOf(DirectoryUser user, string clientId) => new()
    {
        ObjectId = user.ObjectId,
        Kind = PrincipalKind.User,
        ApplicationId = clientId,
        TenantId = Tenant.TenantId,
        Name = user.UserPrincipalName,
        Groups = GroupsOf(user.ObjectId),
    };

    /// <summary>Who a token for an application's own sake speaks for; null while it has no service principal.</summary>
    public Principal? PrincipalOf(DirectoryApplication application) => application.PrincipalId is not { } id ? null : new()
    {
        ObjectId = id,
        Kind = PrincipalKind.ServicePrincipal,
        ApplicationId = application.ApplicationId,
        TenantId = Tenant.TenantId,
        Name = application.ApplicationId,
        Groups = GroupsOf(id),
    };

    public static StoreWrite Write(Tenant tenant) => Write(TenantKey, "lazuli/tenants", tenant, DirectoryJson.Default.Tenant);

    public static StoreWrite Write(DirectoryApplication application)
        => Write(Key(ApplicationType, application.ApplicationId), ApplicationType, application, DirectoryJson.Default.DirectoryApplication);

    public static StoreWrite Write(DirectoryUser user) => Write(Key(UserType, user.ObjectId), UserType, user, DirectoryJson.Default.DirectoryUser);

    public static StoreWrite Write(DirectoryGroup group) => Write(Key(GroupType, group.ObjectId), GroupType, group, DirectoryJson.Default.DirectoryGroup);

    public static StoreWrite Delete(DirectoryApplication application) => new(Key(ApplicationType, application.ApplicationId), null);

    public static StoreWrite Delete(DirectoryUser user) => new(Key(UserType, user.ObjectId), null);

    public static StoreWrite Delete(DirectoryGroup group) => new(Key(GroupType, group.ObjectId), null);

    /// <summary>Commits writes of directory objects.</summary>
    public Task SaveAsync(CancellationToken cancellationToken, params IReadOnlyList<StoreWrite> writes)
        => store.CommitAsync(new StoreTransaction { Writes = writes }, cancellationToken);

    private IEnumerable<T> All<T>(string type, JsonTypeInfo<T> json)
        where T : class
        => store.ListByType(type).Select(record => Read(record, json)).OfType<T>();

    private static string Key(string type, string id) => $"{type}/{id.ToLowerInvariant()}";

    private static StoreWrite Write<T>(string key, string type, T value, JsonTypeInfo<T> json)
        => new(key, new StoreRecord { Key = key, Type = type, Body = JsonSerializer.SerializeToUtf8Bytes(value, json) });

    private static T? Read<T>(StoreRecord? record, JsonTypeInfo<T> json)
        where T : class
    {
        if (record is null)
        {
            return null;
        }

        if (record.Cache is not T value)
        {
            value = JsonSerializer.Deserialize(record.Body.Span, json) ?? throw new JsonException($"The directory record '{record.Key}' is empty.");
            record.Cache = value;
        }

        return value;
    }
}
