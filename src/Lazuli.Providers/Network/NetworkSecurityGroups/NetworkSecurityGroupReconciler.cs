using Lazuli.Engines.Node;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NetworkSecurityGroups.SecurityRules;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Network.NetworkSecurityGroups;

/// <summary>Puts the group's rules on the machine.</summary>
public sealed class NetworkSecurityGroupReconciler(IResourceView view, NodeLink link) : NodeReconciler<NetworkSecurityGroupProperties>(view, link)
{
    protected override IEnumerable<NodeItem> Project(Resource<NetworkSecurityGroupProperties> resource) => [ItemOf(resource)];

    /// <summary>The group as the machine gets it.</summary>
    public static NsgItem ItemOf(Resource<NetworkSecurityGroupProperties> resource) => new()
    {
        Key = resource.Id.Key,
        Rules = [.. (resource.Properties.SecurityRules ?? []).Select(Rule).OfType<NsgRule>().OrderBy(r => r.Inbound ? 0 : 1).ThenBy(r => r.Priority)],
    };

    // A rule about a public service of Azure alone matches no packet: there are none.
    private static NsgRule? Rule(Embedded<SecurityRuleProperties> rule)
    {
        var properties = rule.Properties ?? throw new InvalidDataException($"The rule '{rule.Id}' is empty.");
        var (from, to) = (Groups(properties.SourceApplicationSecurityGroups), Groups(properties.DestinationApplicationSecurityGroups));
        var sources = from.Length > 0 ? [] : Prefixes(properties.SourceAddressPrefix, properties.SourceAddressPrefixes);
        var destinations = to.Length > 0 ? [] : Prefixes(properties.DestinationAddressPrefix, properties.DestinationAddressPrefixes);
        return sources.Length + from.Length == 0 || destinations.Length + to.Length == 0 ? null : new()
        {
            Name = rule.Name ?? "",
            Priority = properties.Priority ?? 0,
            Inbound = properties.Direction == "Inbound",
            Allow = properties.Access == "Allow",
            Protocol = (properties.Protocol ?? "*").ToLowerInvariant(),
            Sources = sources,
            SourcePorts = Ports(properties.SourcePortRange, properties.SourcePortRanges),
            Destinations = destinations,
            DestinationPorts = Ports(properties.DestinationPortRange, properties.DestinationPortRanges),
            SourceGroups = from,
            DestinationGroups = to,
        };
    }

    private static string[] Groups(IReadOnlyList<ResourceLink>? links) => [.. (links ?? []).Select(l => l.Id?.ToLowerInvariant()).OfType<string>()];

    private static string[] Ports(string? one, IReadOnlyList<string>? many) => many is { Count: > 0 } ? [.. many] : [one ?? "*"];

    private static string[] Prefixes(string? one, IReadOnlyList<string>? many)
        => [.. (many is { Count: > 0 } ? many : [one ?? "*"]).Where(p => SecurityRuleRules.Tag(p) is not null || !ServiceTags.IsKnown(p)).Select(Spelled).Distinct(StringComparer.Ordinal)];

    private static string Spelled(string prefix)
        => SecurityRuleRules.Tag(prefix) ?? (Cidr.TryParse(prefix, out var cidr) ? cidr.ToString() : Cidr6.TryParse(prefix, out var cidr6) ? cidr6.ToString() : prefix);
}
