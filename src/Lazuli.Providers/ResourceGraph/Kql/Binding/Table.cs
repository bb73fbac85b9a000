using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph.Kql.Binding;

/// <summary>A column of a table. Names have their casing.</summary>
public sealed record Column(string Name, ValueKind Type);

/// <summary>Columns and rows. The rows are made when they are enumerated, anew each time; nobody changes a row that was given.</summary>
public sealed record Table(IReadOnlyList<Column> Columns, IEnumerable<Value[]> Rows)
{
    /// <summary>Where a column is; -1 when there is none.</summary>
    public int Find(string name)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>The tables that queries start from.</summary>
public interface ITables
{
    /// <summary>The table that a query without a source works on.</summary>
    string Default { get; }

    /// <summary>A table by its name, or null when there is none.</summary>
    /// <exception cref="KqlFault">There is one, but it can't be asked.</exception>
    Table? Find(string name);
}
