using System.Globalization;
using System.Text;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace Lazuli.Kernel.Http;

/// <summary>Collections: <c>{ "value": […], "nextLink"? }</c>, page by page. The cost of a page does not depend on what else is stored.</summary>
internal sealed class ListHandler(KernelServices kernel)
{
    private const int PageSize = 1000;

    public Result<ArmResponse> List(ArmRequest request, ResourceType type, ResourceId scope)
    {
        string? after = null;
        if (request.Query.GetValueOrDefault("$skiptoken") is { } token && !TryDecode(token, out after))
        {
            return ArmErrors.InvalidParameter("$skiptoken", "The value of $skiptoken is not one that this server gave.");
        }

        var top = PageSize;
        if (request.Query.GetValueOrDefault("$top") is { } asked && (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out top) || top is < 1 or > PageSize))
        {
            return ArmErrors.InvalidParameter("$top", $"The value '{asked}' of $top must be between 1 and {PageSize}.");
        }

        Func<ReadOnlyMemory<byte>, bool>? keep = null;
        if (request.Query.GetValueOrDefault("$filter") is { Length: > 0 } filter && !type.Filter(filter, request, kernel.Store).Ok(out keep, out var error))
        {
            return error;
        }

        var items = kernel.Registry.Handler(type).List(scope, after);
        if (type.ListsOwn)
        {
            items = items.Where(i => kernel.Authorizer.IsAllowed(request.Principal, $"{type.Name}/read", ResourceId.Parse(i.Key)));
        }

        foreach (var kept in new[] { keep, type.Kept(request) }.OfType<Func<ReadOnlyMemory<byte>, bool>>())
        {
            items = items.Where(i => kept(i.Json));
        }

        var page = items.Take(top + 1).ToList();
        if (type.ExpandsLists && request.Query.GetValueOrDefault("$expand") is { Length: > 0 } expand)
        {
            for (var i = 0; i < page.Count; i++)
            {
                if (kernel.Store.Get(page[i].Key) is { } record)
                {
                    if (!kernel.Registry.Handler(type).Expand(record, expand, request).Ok(out var expanded, out var fault))
                    {
                        return fault;
                    }

                    page[i] = page[i] with { Json = expanded };
                }
            }
        }

        var more = page.Count > top ? page[top - 1].Key : null;
        return new ArmResponse { Status = 200, Chunks = Chunks(page, Math.Min(top, page.Count), more is null ? null : NextLink(request, more)) };
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Chunks(List<ResourceSlice> page, int count, string? nextLink)
    {
        yield return Open;
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
            {
                yield return Comma;
            }

            yield return page[i].Json;
        }

        yield return nextLink is null ? Close : Encoding.UTF8.GetBytes($"],\"nextLink\":\"{nextLink}\"}}");
    }

    private static readonly byte[] Open = "{\"value\":["u8.ToArray();
    private static readonly byte[] Comma = ","u8.ToArray();
    private static readonly byte[] Close = "]}"u8.ToArray();

    private static string NextLink(ArmRequest request, string after)
    {
        var query = request.Query.Where(q => q.Key != "$skiptoken").Select(q => $"{Uri.EscapeDataString(q.Key).Replace("%24", "$", StringComparison.Ordinal)}={Uri.EscapeDataString(q.Value)}");
        var path = string.Join('/', request.Path.Split('/').Select(Uri.EscapeDataString));
        return $"{request.BaseUrl}{path}?{string.Join('&', query.Append("$skiptoken=" + Convert.ToBase64String(Encoding.UTF8.GetBytes(after)).Replace('+', '-').Replace('/', '_').TrimEnd('=')))}";
    }

    private static bool TryDecode(string token, out string? after)
    {
        var text = token.Replace('-', '+').Replace('_', '/');
        var buffer = new byte[text.Length];
        var ok = Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), buffer, out var length);
        after = ok ? Encoding.UTF8.GetString(buffer, 0, length) : null;
        return ok && after?.StartsWith('/') == true;
    }
}
