using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.DnsZones;

/// <summary>What public and private zones have in common: global, named by a domain, written down at once, and with a start of authority from their first moment.</summary>
public abstract class ZoneType<T> : ResourceType<T>
    where T : class
{
    private const int MostLabels = 34;

    public override bool IsRegional => false;

    public override bool EtagInBody => true;

    public override bool WritesTakeTime => false;

    public override bool Presents => true;

    /// <summary>Roughly; <see cref="Validate"/> looks at each label.</summary>
    public override string NamePattern => @"^[A-Za-z0-9_][A-Za-z0-9_.-]*$";

    public override ArmError InvalidName(ResourceId id) => DnsErrors.Invalid($"The zone name '{id.Name}' is invalid: it must have 2 to 34 labels, each of 1 to 63 letters, digits, hyphens and underscores.", id.Name);

    public override IEnumerable<ArmError> Validate(Resource<T> desired, Resource<T>? current)
        => current is null && (!RecordRules.IsName(desired.Name) || desired.Name.EndsWith('.') || desired.Name.Split('.').Length is < 2 or > MostLabels) ? [InvalidName(desired.Id)] : [];

    /// <summary>A record set that the zone makes itself.</summary>
    private protected static Companion Made<TRecords>(ResourceId zone, ResourceTypeName type, TRecords records)
        where TRecords : class, IRecordSet
    {
        var id = zone.Child(type.TypePath[(type.TypePath.LastIndexOf('/') + 1)..], "@");
        records.Fqdn = zone.Name + ".";
        return new(type, new Resource<TRecords> { Id = id, Name = "@", Type = type.ToString(), Properties = records });
    }
}
