using System.Buffers;
using Lazuli.Kernel.Errors;

namespace Lazuli.Kernel.Types;

/// <summary>What tags may be (https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources): at most 50, names to 512 characters without some, values to 256.</summary>
public static class TagRules
{
    private const int MaxTags = 50;
    private static readonly SearchValues<char> ForbiddenInNames = SearchValues.Create("<>%&\\?/");

    /// <param name="of">The name of what has the tags.</param>
    public static void Check(IReadOnlyDictionary<string, string>? tags, string of, List<ArmError> errors)
    {
        foreach (var (name, value) in tags ?? new Dictionary<string, string>())
        {
            if (name.AsSpan().ContainsAny(ForbiddenInNames) || name.Any(char.IsControl))
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
            errors.Add(ArmErrors.BadRequest("TooManyTags", $"The resource '{of}' has {tags.Count} tags; at most {MaxTags} are allowed.", "tags"));
        }
    }
}
