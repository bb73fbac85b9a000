namespace Lazuli.Engines.Node;

/// <summary>A flow log of a security group, a network, a subnet or a NIC. Removing the item leaves what was written.</summary>
public sealed record FlowLogItem : NodeItem
{
    /// <summary>What is watched. It need not be there: a log neither holds it nor ends with it.</summary>
    public required string TargetKey { get; init; }

    /// <summary>The flow log's id as people see it.</summary>
    public required string ResourceId { get; init; }

    /// <summary>The target's id as people see it.</summary>
    public required string TargetId { get; init; }
    public required Guid Guid { get; init; }
    public required bool Enabled { get; init; }

    /// <summary>Of a security group's log 1 or 2; the logs of networks, subnets and NICs have but one form.</summary>
    public required int Version { get; init; }

    /// <summary>Days after which a file goes; 0 keeps all.</summary>
    public int RetentionDays { get; init; }

    /// <summary>Name of the storage account: a directory here.</summary>
    public required string Account { get; init; }

    public bool IsOfGroup => TargetKey.Contains("/networksecuritygroups/", StringComparison.Ordinal);
}
