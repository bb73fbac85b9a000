using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Lazuli.Kernel.Ids;

public enum ResourcePathKind
{
    /// <summary><see cref="ResourcePath.Id"/> names a resource, group, subscription or the tenant.</summary>
    Resource,

    /// <summary><see cref="ResourcePath.Tail"/> is a collection or an action below <see cref="ResourcePath.Id"/>: <c>…/subnets</c>, <c>…/start</c>.</summary>
    Tail,

    /// <summary><see cref="ResourcePath.Namespace"/> and <see cref="ResourcePath.Tail"/> below the scope <see cref="ResourcePath.Id"/>: <c>…/providers/Microsoft.Compute/virtualMachines</c>.</summary>
    Provider,
}

/// <summary>
/// A request's path, parsed once at the door: the longest id, then what is left. Paths have at most 1,024 characters per segment,
/// 60 segments and none of <c>&lt;&gt;%&amp;?\</c> or control characters (already percent-decoded).
/// </summary>
public sealed record ResourcePath(ResourcePathKind Kind, ResourceId Id, string? Namespace, string? Tail)
{
    private const int MaxSegments = 60;
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("<>%&?\\\0\x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0b\x0c\r\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f");

    public static bool TryParse(string? text, [NotNullWhen(true)] out ResourcePath? path)
    {
        path = null;
        if (text is null || text.Length == 0 || text[0] != '/' || text.Length > 8192)
        {
            return false;
        }

        var segments = text.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Length > MaxSegments || !Array.TrueForAll(segments, IsSegment))
        {
            return false;
        }

        var id = ResourceId.Tenant;
        var i = 0;
        if (i + 1 < segments.Length && Is(segments[0], "subscriptions"))
        {
            id = ResourceId.Subscription(segments[1]);
            i = 2;
            if (i + 1 < segments.Length && Is(segments[i], "resourceGroups"))
            {
                id = id.Group(segments[i + 1]);
                i += 2;
            }
        }

        while (i < segments.Length && Is(segments[i], "providers"))
        {
            var end = i + 2;
            while (end + 1 < segments.Length && !Is(segments[end], "providers"))
            {
                end += 2;
            }

            if (i + 1 >= segments.Length || end == i + 2)
            {
                // "/providers", "/providers/NS" or "/providers/NS/tail"
                path = i + 1 >= segments.Length
                    ? new(ResourcePathKind.Tail, id, null, "providers")
                    : new(ResourcePathKind.Provider, id, segments[i + 1], end < segments.Length ? string.Join('/', segments[end..]) : null);
                return true;
            }

            var ns = segments[i + 1];
            id = id.Resource(ResourceTypeName.Parse($"{ns}/{segments[i + 2]}"), segments[i + 3]);
            for (var t = i + 4; t + 1 < end; t += 2)
            {
                id = id.Child(segments[t], segments[t + 1]);
            }

            i = end;
        }

        path = i == segments.Length
            ? new(ResourcePathKind.Resource, id, null, null)
            : new(ResourcePathKind.Tail, id, null, string.Join('/', segments[i..]));
        return true;
    }

    /// <summary>Whether it may stand between two slashes of an id.</summary>
    public static bool IsSegment(string text) => text.Length is > 0 and <= 1024 && text is not ("." or "..") && !text.AsSpan().ContainsAny(Forbidden);

    private static bool Is(string segment, string word) => segment.Equals(word, StringComparison.OrdinalIgnoreCase);
}
