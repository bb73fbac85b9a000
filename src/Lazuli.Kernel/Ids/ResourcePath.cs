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
    private static readonly Recent<ResourceId> Scopes = new(1024);
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("<>%&?\\\0\x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0b\x0c\r\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f");

    public static bool TryParse(string? text, [NotNullWhen(true)] out ResourcePath? path)
    {
        path = null;
        if (text is null || text.Length == 0 || text[0] != '/' || text.Length > 8192)
        {
            return false;
        }

        if (text.EndsWith('/') || text.Contains("//", StringComparison.Ordinal))
        {
            text = "/" + string.Join('/', text.Split('/', StringSplitOptions.RemoveEmptyEntries));
        }

        Span<Range> segments = stackalloc Range[MaxSegments + 1];
        segments = segments[..text.AsSpan().Split(segments, '/', StringSplitOptions.RemoveEmptyEntries)];
        if (segments.Length > MaxSegments)
        {
            return false;
        }

        foreach (var segment in segments)
        {
            if (!IsSegment(text.AsSpan(segment)))
            {
                return false;
            }
        }

        var id = ResourceId.Tenant;
        var i = 0;
        if (segments.Length > 1 && Is(text, segments[0], "subscriptions"))
        {
            i = segments.Length > 3 && Is(text, segments[2], "resourceGroups") ? 4 : 2;
            id = Scope(text.AsSpan(0, segments[i - 1].End.Value));
        }

        while (i < segments.Length && Is(text, segments[i], "providers"))
        {
            var end = i + 2;
            while (end + 1 < segments.Length && !Is(text, segments[end], "providers"))
            {
                end += 2;
            }

            if (i + 1 >= segments.Length || end == i + 2)
            {
                // "/providers", "/providers/NS" or "/providers/NS/tail"
                path = i + 1 >= segments.Length
                    ? new(ResourcePathKind.Tail, id, null, "providers")
                    : new(ResourcePathKind.Provider, id, text[segments[i + 1]], end < segments.Length ? text[segments[end].Start..] : null);
                return true;
            }

            id = id.Resource(ResourceTypeName.Parse(text.AsSpan(new Range(segments[i + 1].Start, segments[i + 2].End))), text[segments[i + 3]]);
            for (var t = i + 4; t + 1 < end; t += 2)
            {
                id = id.Child(text[segments[t]], text[segments[t + 1]]);
            }

            i = end;
        }

        path = i == segments.Length
            ? new(ResourcePathKind.Resource, id, null, null)
            : new(ResourcePathKind.Tail, id, null, text[segments[i].Start..]);
        return true;
    }

    /// <summary>Whether it may stand between two slashes of an id.</summary>
    public static bool IsSegment(string text) => IsSegment(text.AsSpan());

    private static bool IsSegment(ReadOnlySpan<char> text) => text.Length is > 0 and <= 1024 && text is not ("." or "..") && !text.ContainsAny(Forbidden);

    // "/subscriptions/S" or "/subscriptions/S/resourceGroups/G". The ids of thousands of resources share the objects of their few groups.
    private static ResourceId Scope(ReadOnlySpan<char> text)
    {
        if (Scopes.Find(text) is { } known)
        {
            return known;
        }

        var parts = text.ToString().Split('/');
        var id = parts.Length > 3 ? Scope(text[..^(parts[3].Length + parts[4].Length + 2)]).Group(parts[4]) : ResourceId.Subscription(parts[2]);
        return Scopes.Keep(text.ToString(), id);
    }

    private static bool Is(string text, Range segment, string word) => text.AsSpan(segment).Equals(word, StringComparison.OrdinalIgnoreCase);
}
