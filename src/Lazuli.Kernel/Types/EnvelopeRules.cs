using System.Text.RegularExpressions;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;

namespace Lazuli.Kernel.Types;

/// <summary>Rules that hold for every resource: name, location, tags.</summary>
internal static class EnvelopeRules
{
    public static void Check(
        ResourceType type, ResourceId id, string? location, IReadOnlyDictionary<string, string>? tags, string? currentLocation, bool isNew, LocationCatalogue locations, List<ArmError> errors)
    {
        if (isNew && !Regex.IsMatch(id.Name, type.NamePattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking))
        {
            errors.Add(type.InvalidName(id));
        }

        if (type.IsTracked && type.EmbeddedIn is null)
        {
            CheckLocation(type, id, location, currentLocation, locations, errors);
        }

        TagRules.Check(tags, id.Name, errors);
    }

    private static void CheckLocation(ResourceType type, ResourceId id, string? location, string? current, LocationCatalogue locations, List<ArmError> errors)
    {
        if (location is null)
        {
            if (current is null)
            {
                errors.Add(ArmErrors.LocationRequired());
            }

            return;
        }

        if (locations.Normalize(location) is not { } known || known == "global" == type.IsRegional)
        {
            errors.Add(ArmErrors.LocationNotAvailable(location, type.Name, type.IsRegional ? locations.All.Select(l => l.Name) : ["global"]));
        }
        else if (current is not null && known != current)
        {
            errors.Add(type.InvalidLocationChange(id, current, known));
        }
    }
}
