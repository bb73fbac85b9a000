using System.Globalization;
using System.Text.RegularExpressions;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network.NetworkSecurityGroups.SecurityRules;

/// <summary>What makes security rules valid, alone and beside each other.</summary>
internal static class SecurityRuleRules
{
    public const int LowestPriority = 100;
    public const int HighestPriority = 4096;
    private const int MostRules = 1000;
    private const int MostGroups = 10;

    /// <summary>Service tags that packets are filtered by; the rest (<see cref="ServiceTags"/>) match none.</summary>
    private static readonly string[] Tags = ["VirtualNetwork", "AzureLoadBalancer", "Internet", "AzureTrafficManager"];

    public static IEnumerable<ArmError> Check(ResourceId group, IReadOnlyList<Embedded<SecurityRuleProperties>> rules, string namePattern)
    {
        var errors = new List<ArmError>();
        if (rules.Count > MostRules)
        {
            errors.Add(ArmErrors.BadRequest("MaxSecurityRulesPerNetworkSecurityGroupExceeded", $"A network security group has at most {MostRules} security rules.", "properties.securityRules"));
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var places = new Dictionary<(int?, string?), string>();
        foreach (var rule in rules)
        {
            if (rule.Name is not { Length: > 0 } name || rule.Properties is not { } properties)
            {
                errors.Add(NetworkErrors.InvalidRequestFormat("A security rule has no name or no properties.", "properties.securityRules"));
                continue;
            }

            if (!Regex.IsMatch(name, namePattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking))
            {
                errors.Add(ArmErrors.BadRequest("InvalidResourceName", $"Resource name {name} is invalid. The name must match '{namePattern}'.", name));
            }

            if (!names.Add(name))
            {
                errors.Add(NetworkErrors.DuplicateName(group.ToString(), name));
            }
            else if (!places.TryAdd((properties.Priority, properties.Direction), name))
            {
                errors.Add(NetworkErrors.SecurityRuleConflict(name, places[(properties.Priority, properties.Direction)]));
            }

            CheckOne(group.Child("securityRules", name).ToString(), properties, errors);
        }

        return errors;
    }

    /// <summary>The known spelling of a service tag, or null.</summary>
    public static string? Tag(string prefix) => Array.Find(Tags, t => t.Equals(prefix, StringComparison.OrdinalIgnoreCase));

    private static void CheckOne(string id, SecurityRuleProperties rule, List<ArmError> errors)
    {
        if (rule.Priority is < LowestPriority or > HighestPriority)
        {
            errors.Add(NetworkErrors.SecurityRuleInvalidPriority(rule.Priority));
        }

        foreach (var (groups, one, many, name) in new[]
        {
            (rule.SourceApplicationSecurityGroups, rule.SourceAddressPrefix, rule.SourceAddressPrefixes, "Source"),
            (rule.DestinationApplicationSecurityGroups, rule.DestinationAddressPrefix, rule.DestinationAddressPrefixes, "Destination"),
        })
        {
            if (groups is { Count: > MostGroups })
            {
                errors.Add(NetworkErrors.InvalidRequestFormat($"Security rule {id} names more than {MostGroups} application security groups.", $"{name}ApplicationSecurityGroups"));
            }

            if (groups is { Count: > 0 } && (!string.IsNullOrEmpty(one) || many is { Count: > 0 }))
            {
                errors.Add(NetworkErrors.SecurityRuleBoth(id, $"{name}AddressPrefix", $"{name}ApplicationSecurityGroups"));
            }
        }

        var written = Both(rule.SourceAddressPrefix, rule.SourceAddressPrefixes).Concat(Both(rule.DestinationAddressPrefix, rule.DestinationAddressPrefixes)).Where(IsAddressOrPrefix);
        if (written.Select(Cidr.IsIpv6).Distinct().Count() > 1)
        {
            errors.Add(NetworkErrors.MixedFamilies(id));
        }

        CheckPorts(id, "SourcePortRange", rule.SourcePortRange, rule.SourcePortRanges, errors);
        CheckPorts(id, "DestinationPortRange", rule.DestinationPortRange, rule.DestinationPortRanges, errors);
        if (rule.SourceApplicationSecurityGroups is not { Count: > 0 })
        {
            CheckPrefixes(id, "SourceAddressPrefix", rule.SourceAddressPrefix, rule.SourceAddressPrefixes, errors);
        }

        if (rule.DestinationApplicationSecurityGroups is not { Count: > 0 })
        {
            CheckPrefixes(id, "DestinationAddressPrefix", rule.DestinationAddressPrefix, rule.DestinationAddressPrefixes, errors);
        }
    }

    private static void CheckPorts(string id, string name, string? one, IReadOnlyList<string>? many, List<ArmError> errors)
    {
        if (CheckNumber(id, name, name + "s", one, many, errors))
        {
            errors.AddRange(from range in Both(one, many) where !IsPortRange(range) select NetworkErrors.SecurityRuleInvalidPortRange(range));
        }
    }

    private static void CheckPrefixes(string id, string name, string? one, IReadOnlyList<string>? many, List<ArmError> errors)
    {
        if (!CheckNumber(id, name, name + "es", one, many, errors))
        {
            return;
        }

        foreach (var prefix in Both(one, many))
        {
            var special = prefix == "*" || Tag(prefix) is not null || ServiceTags.IsKnown(prefix);
            if (special && many is { Count: > 1 })
            {
                errors.Add(NetworkErrors.SecurityRuleUnsupportedValue(id, name, prefix));
            }
            else if (!special && !IsAddressOrPrefix(prefix))
            {
                errors.Add(ServiceTags.IsRefused(prefix)
                    ? ArmErrors.NotSupported($"The service tag '{prefix}'") with { Target = id }
                    : NetworkErrors.SecurityRuleInvalidAddressPrefix(prefix));
            }
        }
    }

    private static bool CheckNumber(string id, string one, string many, string? single, IReadOnlyList<string>? list, List<ArmError> errors)
    {
        var (hasOne, hasMany) = (!string.IsNullOrEmpty(single), list is { Count: > 0 });
        if (hasOne == hasMany)
        {
            errors.Add(hasOne ? NetworkErrors.SecurityRuleBoth(id, one, many) : NetworkErrors.SecurityRuleMissing(id, one, many));
        }

        return hasOne != hasMany;
    }

    private static IEnumerable<string> Both(string? one, IReadOnlyList<string>? many) => string.IsNullOrEmpty(one) ? many ?? [] : [one];

    private static bool IsAddressOrPrefix(string text)
        => Cidr.TryAddress(text, out _) || Cidr.TryParse(text, out _) || Cidr6.TryAddress(text, out _) || Cidr6.TryParse(text, out _);

    private static bool IsPortRange(string text)
    {
        if (text == "*")
        {
            return true;
        }

        var ends = text.Split('-');
        return ends.Length is 1 or 2
            && ends.All(e => int.TryParse(e, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535)
            && int.Parse(ends[0], CultureInfo.InvariantCulture) <= int.Parse(ends[^1], CultureInfo.InvariantCulture);
    }
}
