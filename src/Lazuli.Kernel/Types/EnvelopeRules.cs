using System.Buffers;
using System.Text.RegularExpressions;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;

namespace Lazuli.Kernel.Types;

/// <summary>Rules that hold for every resource: name, location, tags.</summary>
internal static class EnvelopeRules
{
    private const int MaxTags = 50;
    private static readonly SearchValues<char> ForbiddenInTagNames = SearchValues.Create("<>%&\\?/");

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

        foreach (var (name, value) in tags ?? new Dictionary<string, string>())
        {
            if (name.AsSpan().ContainsAny(ForbiddenInTagNames) || name.Any(char.IsControl))
            {
                errors.Add(ArmErrors.BadRequest("InvalidTagNameCharacters", $"The tag names '{name}' have reserved characters '<,>,%,&,\\,?,/' or control characters.", "tags"));
            }

            if (name.Length is 0 or > 512)
            {
                errors.Add(ArmErrors.BadRequest(
                    "InvalidTagNameLength", $"Tag name too large. Following tag name '{name}' exceeded the maximum length. Maximum allowed length for tag name - '512' characters.", "tags"));
            }

            if (value is null or { Length: > 256 })
            {
                errors.Add(ArmErrors.BadRequest(
                    "InvalidTagValueLength", $"Tag value too large. Following tag value '{value}' exceeded the maximum length. Maximum allowed length for tag value - '256' characters.", "tags"));
            }
        }

        if (tags?.Count > MaxTags)
        {
            errors.Add(ArmErrors.BadRequest("TooManyTags", $"The resource '{id.Name}' has {tags.Count} tags; at most {MaxTags} are allowed.", "tags"));
        }
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
