using System.Text.RegularExpressions;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NetworkSecurityGroups.SecurityRules;
using Lazuli.Providers.Network.RouteTables.Routes;

namespace Lazuli.Providers.Network.RouteTables;

/// <summary>What makes routes valid, alone and beside each other.</summary>
internal static class RouteRules
{
    public static IEnumerable<ArmError> Check(ResourceId table, IReadOnlyList<Embedded<RouteProperties>> routes, string namePattern)
    {
        var errors = new List<ArmError>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var prefixes = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var route in routes)
        {
            if (route.Name is not { Length: > 0 } name || route.Properties is not { } properties)
            {
                errors.Add(NetworkErrors.InvalidRequestFormat("A route has no name or no properties.", "properties.routes"));
                continue;
            }

            if (!Regex.IsMatch(name, namePattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking))
            {
                errors.Add(ArmErrors.BadRequest("InvalidResourceName", $"Resource name {name} is invalid. The name must match '{namePattern}'.", name));
            }

            if (!names.Add(name))
            {
                errors.Add(NetworkErrors.DuplicateName(table.ToString(), name));
            }
            else if (properties.AddressPrefix is { } prefix && !prefixes.TryAdd(prefix, name))
            {
                errors.Add(NetworkErrors.RouteConflict(name, prefixes[prefix], prefix));
            }

            CheckOne(table.Child("routes", name).ToString(), properties, errors);
        }

        return errors;
    }

    private static void CheckOne(string id, RouteProperties route, List<ArmError> errors)
    {
        if (route.AddressPrefix is not { Length: > 0 } prefix)
        {
            errors.Add(NetworkErrors.InvalidPrefixFormat("", id));
        }
        else if (Cidr.TryParse(prefix, out var cidr))
        {
            if (cidr.HasHostBits)
            {
                errors.Add(NetworkErrors.InvalidCidrNotation(prefix, cidr));
            }
        }
        else if (Cidr6.TryParse(prefix, out var cidr6))
        {
            if (cidr6.HasHostBits)
            {
                errors.Add(NetworkErrors.InvalidCidrNotation(prefix, cidr6));
            }
        }
        else if (!ServiceTags.IsKnown(prefix))
        {
            errors.Add(NetworkErrors.InvalidPrefixFormat(prefix, id));
        }

        var appliance = route.NextHopType == "VirtualAppliance";
        if (appliance && string.IsNullOrEmpty(route.NextHopIpAddress))
        {
            errors.Add(NetworkErrors.InvalidRequestFormat($"NextHopIpAddress cannot be Null or Empty in route {id} when NextHopType is VirtualAppliance.", $"{id}.nextHopIpAddress"));
        }
        else if (!appliance && !string.IsNullOrEmpty(route.NextHopIpAddress))
        {
            errors.Add(NetworkErrors.InvalidRequestFormat($"NextHopIpAddress can only be specified in route {id} when NextHopType is VirtualAppliance.", $"{id}.nextHopIpAddress"));
        }
        else if (appliance && !Cidr.TryAnyAddress(route.NextHopIpAddress, out _))
        {
            errors.Add(NetworkErrors.InvalidAddress(route.NextHopIpAddress ?? "", $"{id}.nextHopIpAddress"));
        }
        else if (appliance && (Cidr.TryParse(route.AddressPrefix, out _) || Cidr6.TryParse(route.AddressPrefix, out _)) && Cidr.IsIpv6(route.AddressPrefix) != Cidr.IsIpv6(route.NextHopIpAddress))
        {
            errors.Add(NetworkErrors.MixedFamilies(id));
        }

        errors.AddRange(new Refusals()
            .When(route.NextHopType == "VirtualApplianceEcmp", $"{id}.nextHopType")
            .IfSet(route.NextHop, $"{id}.nextHop").Errors);
    }
}
