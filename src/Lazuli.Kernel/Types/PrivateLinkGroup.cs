namespace Lazuli.Kernel.Types;

/// <summary>A part of a resource that private endpoints lead to: <c>blob</c> of a storage account, <c>vault</c> of a key vault.</summary>
/// <param name="GroupId">What an endpoint's connection names.</param>
/// <param name="RequiredMembers">The names behind it; an endpoint has an address for each.</param>
/// <param name="RequiredZoneNames">The private DNS zones that make the resource's names lead to an endpoint.</param>
public sealed record PrivateLinkGroup(string GroupId, IReadOnlyList<string> RequiredMembers, IReadOnlyList<string> RequiredZoneNames);
