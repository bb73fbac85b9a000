using System.Text.Json;
using Lazuli.Engines.Dns;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.PublicIPAddresses;
using Lazuli.Providers.Network.TrafficManagerProfiles;

namespace Lazuli.Providers.Network.DnsZones;

/// <summary>The kinds of record sets that a zone's type has below it.</summary>
/// <param name="Zone">The zone's type.</param>
/// <param name="Kinds">The last names of the record sets' types.</param>
/// <param name="MostSets">Record sets in a zone.</param>
internal sealed record ZoneKind(ResourceTypeName Zone, IReadOnlyList<string> Kinds, int MostSets)
{
    public IEnumerable<ResourceTypeName> Types => Kinds.Select(Zone.Child);

    /// <summary>The record sets of a zone.</summary>
    public IEnumerable<Resource<T>> In<T>(IResourceView view, ResourceId zone)
        where T : class
        => Types.SelectMany(t => view.List<T>(t, zone));

    public int CountIn(IResourceView view, ResourceId zone) => Types.Sum(t => view.Store.ListByType(t.Key, zone.Key).Count());
}

/// <summary>The record sets of one type (dnsZones/A, privateDnsZones/MX, …). They are written down at once; their zone's reconciler brings them to the machine.</summary>
public abstract class RecordSetType<T> : ResourceType<T>
    where T : class, IRecordSet
{
    private readonly ZoneKind _zone;
    private readonly string _kind;

    internal RecordSetType(ZoneKind zone, string kind)
    {
        (_zone, _kind) = (zone, kind);
        Name = zone.Zone.Child(kind);
    }

    public override ResourceTypeName Name { get; }

    public override bool IsTracked => false;

    public override bool EtagInBody => true;

    /// <summary>Roughly; <see cref="Validate"/> looks at each label.</summary>
    public override string NamePattern => @"^(@|\*|(\*\.)?[A-Za-z0-9_][A-Za-z0-9_.-]*)$";

    public override ArmError InvalidName(ResourceId id) => DnsErrors.Invalid($"The record set name '{id.Name}' is invalid.", id.Name);

    public override IEnumerable<ResourceReference> References(Resource<T> resource)
    {
        if (resource.Id.Parent is { } zone)
        {
            yield return new(zone.ToString(), "id");
        }

        if (resource.Properties.Target is { Length: > 0 } target)
        {
            yield return new(target, "properties.targetResource.id");
        }
    }

    public override IEnumerable<ArmError> Validate(Resource<T> desired, Resource<T>? current)
    {
        foreach (var error in RecordRules.Check(desired.Properties, _kind, desired.Name))
        {
            yield return error;
        }

        var labels = desired.Name.StartsWith("*.", StringComparison.Ordinal) ? desired.Name[2..] : desired.Name;
        if (current is null && labels is not ("@" or "*") && (!RecordRules.IsName(labels) || labels.EndsWith('.')))
        {
            yield return InvalidName(desired.Id);
        }

        if (FullNameOf(desired.Id) is { Length: > 253 } longer)
        {
            yield return DnsErrors.InvalidName(longer);
        }

        if (desired.Properties.Target is { Length: > 0 } target && !MayFollow(target, desired.Id))
        {
            yield return DnsErrors.Invalid($"The resource '{target}' cannot be the target of an alias record set of type '{_kind}'.", "properties.targetResource.id");
        }
    }

    public override Resource<T> Default(Resource<T> desired, Resource<T>? current, IResourceView view)
    {
        desired.Properties.Ttl ??= 3600;
        desired.Properties.Fqdn = FullNameOf(desired.Id) + ".";
        if (desired.Properties.Start is { } start && current?.Properties.Start is { } before)
        {
            // The server is Azure's to name.
            start.Host = before.Host;
            start.Email ??= before.Email;
            start.SerialNumber ??= before.SerialNumber;
            start.RefreshTime ??= before.RefreshTime;
            start.RetryTime ??= before.RetryTime;
            start.ExpireTime ??= before.ExpireTime;
            start.MinimumTtl ??= before.MinimumTtl;
        }

        return desired;
    }

    public override IEnumerable<ArmError> Admit(Resource<T> desired, Resource<T>? current, IResourceView view)
    {
        var zone = desired.Id.Parent ?? throw new InvalidOperationException(desired.Id.ToString());
        if (current is null && _zone.Kinds.Any(k => k != _kind && (k == "CNAME" || _kind == "CNAME") && view.Store.Get(zone.Child(k, desired.Name).Key) is not null))
        {
            yield return DnsErrors.CnameConflict(desired.Name, FullNameOf(desired.Id));
        }

        if (current is null && _zone.CountIn(view, zone) >= _zone.MostSets)
        {
            yield return DnsErrors.Invalid($"The zone '{zone.Name}' has reached its limit of {_zone.MostSets} record sets.", zone.Name);
        }

        if (_kind == "SOA" && desired.Properties.Start is null)
        {
            yield return DnsErrors.Invalid("The SOA record set must have its record.", desired.Name);
        }

        if (_kind == "NS" && desired.Name == "@" && !DnsNames.Servers.All(s => (desired.Properties.NsRecords ?? []).Any(r => r.Nsdname is { } name && DnsName.Canonical(name) == s)))
        {
            yield return DnsErrors.Invalid("The name servers that were assigned to the zone cannot be removed from the NS record set at its apex.", desired.Name);
        }
    }

    public override IEnumerable<ArmError> AdmitDelete(Resource<T> current, IResourceView view)
        => _kind == "SOA" || (_kind == "NS" && current.Name == "@")
            ? [DnsErrors.Invalid($"The record set of type '{_kind}' with name '{current.Name}' cannot be deleted: it exists as long as its zone.", current.Name)]
            : [];

    public override Func<ReadOnlyMemory<byte>, bool>? Kept(ArmRequest request) => RecordSetLists.Kept(request);

    // A public address (of its kind), a Traffic Manager profile, or a record set of the same type in the same zone.
    private bool MayFollow(string target, ResourceId self)
        => ResourceId.TryParse(target, out var id) && id.IsResource
            && ((_kind != "CNAME" && id.Type.Equals(PublicIPAddressType.TypeName)) || id.Type.Equals(TrafficManagerProfileType.TypeName)
                || (id.Type.Equals(Name) && !id.Equals(self) && self.Parent is { } zone && zone.Equals(id.Parent)));

    private static string FullNameOf(ResourceId id) => RecordSetLists.FullNameOf(id);
}

/// <summary>Lists of record sets, over all types of a zone.</summary>
internal static class RecordSetLists
{
    private const int MostInPage = 1000;

    /// <summary>Without the dot at the end.</summary>
    public static string FullNameOf(ResourceId id) => id.Name == "@" ? id.Parent?.Name ?? "" : $"{id.Name}.{id.Parent?.Name}";

    /// <summary><c>$recordsetnamesuffix</c>: only sets whose relative name ends with it.</summary>
    public static Func<ReadOnlyMemory<byte>, bool>? Kept(ArmRequest request)
        => request.Query.GetValueOrDefault("$recordsetnamesuffix") is not { Length: > 0 } suffix
            ? null
            : json =>
            {
                using var document = JsonDocument.Parse(json);
                return document.RootElement.GetProperty("name").GetString()?.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) == true;
            };

    /// <summary><c>GET …/all</c>: every record set of the zone by name, the apex first, page by page.</summary>
    public static Result<ActionResult<T>> All<T>(ActionContext<T> context, ZoneKind kind)
        where T : class
    {
        var query = context.Request.Query;
        var top = MostInPage;
        if (query.GetValueOrDefault("$top") is { } asked && (!int.TryParse(asked, out top) || top is < 1 or > MostInPage))
        {
            return ArmErrors.InvalidParameter("$top", $"The value '{asked}' of $top must be between 1 and {MostInPage}.");
        }

        var skip = 0;
        if (query.GetValueOrDefault("$skiptoken") is { } token && (!int.TryParse(token, out skip) || skip < 0))
        {
            return ArmErrors.InvalidParameter("$skiptoken", "The value of $skiptoken is not one that this server gave.");
        }

        var kept = Kept(context.Request);
        var page = (from name in kind.Types
                    from slice in context.Kernel.Registry.Handler(context.Kernel.Registry.Type(name) ?? throw new InvalidOperationException(name.ToString())).List(context.Resource.Id, null)
                    where kept?.Invoke(slice.Json) != false
                    let own = slice.Key[(slice.Key.LastIndexOf('/') + 1)..]
                    orderby own != "@", own
                    select slice.Json).Skip(skip).Take(top + 1).ToList();
        return new ActionResult<T>
        {
            Body = JsonWriting.ToBytes(json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("value");
                foreach (var item in page.Take(top))
                {
                    json.WriteRawValue(item.Span);
                }

                json.WriteEndArray();
                if (page.Count > top)
                {
                    var rest = query.Where(q => q.Key != "$skiptoken").Select(q => $"{q.Key}={Uri.EscapeDataString(q.Value)}").Append($"$skiptoken={skip + top}");
                    json.WriteString("nextLink", $"{context.Request.BaseUrl}{context.Request.Path}?{string.Join('&', rest)}");
                }

                json.WriteEndObject();
            }),
        };
    }
}
