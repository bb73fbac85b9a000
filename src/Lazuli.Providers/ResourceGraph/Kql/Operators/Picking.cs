using Lazuli.Providers.ResourceGraph.Kql.Binding;
using Lazuli.Providers.ResourceGraph.Kql.Syntax;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Kql.Operators;

/// <summary>Steps that take columns as they are: project-away, -keep, -rename, -reorder.</summary>
internal static class Picking
{
    public static Table Pick(Table table, PickOperator pick, QueryContext context) => pick.Word switch
    {
        "project-away" => Take(table, [.. Places(table).Where(i => !pick.Columns.Any(p => Matches(table, p, i, pick)))], context),
        "project-keep" => Take(table, [.. Places(table).Where(i => pick.Columns.Any(p => Matches(table, p, i, pick)))], context),
        _ => Reorder(table, pick, context),
    };

    public static Table Rename(Table table, RenameOperator rename)
    {
        var columns = table.Columns.ToArray();
        foreach (var (to, from) in rename.Columns)
        {
            columns[Place(table, from, rename)] = table.Columns[Place(table, from, rename)] with { Name = to };
        }

        return columns.Select(c => c.Name).Distinct().Count() == columns.Length
            ? table with { Columns = columns }
            : throw KqlFault.Means("Two columns would have the same name.", rename.At);
    }

    private static Table Reorder(Table table, PickOperator pick, QueryContext context)
    {
        var places = new List<int>();
        foreach (var pattern in pick.Columns)
        {
            var found = Places(table).Where(i => !places.Contains(i) && Matches(table, pattern, i, pick));
            places.AddRange(pattern.Order switch
            {
                "asc" => found.OrderBy(i => table.Columns[i].Name, StringComparer.Ordinal),
                "desc" => found.OrderByDescending(i => table.Columns[i].Name, StringComparer.Ordinal),
                _ => found,
            });
        }

        return Take(table, [.. places, .. Places(table).Except(places)], context);
    }

    private static Table Take(Table table, int[] places, QueryContext context)
    {
        return new Table([.. places.Select(i => table.Columns[i])], Taken());

        IEnumerable<Value[]> Taken()
        {
            foreach (var row in table.Rows)
            {
                context.Step();
                yield return Array.ConvertAll(places, i => row[i]);
            }
        }
    }

    private static IEnumerable<int> Places(Table table) => Enumerable.Range(0, table.Columns.Count);

    private static bool Matches(Table table, PickSyntax pick, int place, Operator at)
        => pick.Pattern.Contains('*', StringComparison.Ordinal) ? Matches(pick.Pattern.Split('*'), table.Columns[place].Name) : Place(table, pick.Pattern, at) == place;

    private static bool Matches(string[] pieces, string name)
    {
        if (!name.StartsWith(pieces[0], StringComparison.Ordinal))
        {
            return false;
        }

        var at = pieces[0].Length;
        for (var i = 1; i < pieces.Length - 1; i++)
        {
            var found = name.IndexOf(pieces[i], at, StringComparison.Ordinal);
            if (found < 0)
            {
                return false;
            }

            at = found + pieces[i].Length;
        }

        return name.Length - at >= pieces[^1].Length && name.EndsWith(pieces[^1], StringComparison.Ordinal);
    }

    private static int Place(Table table, string name, Operator at)
        => table.Find(name) is >= 0 and var place ? place : throw KqlFault.Means($"Failed to resolve column named '{name}'.", at.At, name);
}
