using System.Text.Json;
using Lazuli.Providers.ResourceGraph.Kql;
using Lazuli.Providers.ResourceGraph.Kql.Binding;
using Lazuli.Providers.ResourceGraph.Kql.Syntax;
using Lazuli.Providers.ResourceGraph.Kql.Values;

namespace Lazuli.Providers.ResourceGraph;

/// <summary>
/// A count of the answer's rows by one or several of its columns, after a condition of its own. A path that the query has made a column of is found under both names.
/// What is wrong with a facet is its own answer, and doesn't keep the query from being answered.
/// </summary>
internal sealed class Facet
{
    private readonly FacetRequest _request;
    private readonly List<(string Code, string Message)> _errors = [];
    private readonly IReadOnlyList<Column> _columns = [];
    private readonly List<Value[]> _rows = [];

    public Facet(FacetRequest request, Table answer, TimeProvider time, CancellationToken cancellationToken)
    {
        _request = request;
        try
        {
            var context = new QueryContext(new Answer(answer), time, cancellationToken);
            string[] expressions = [.. (request.Expression ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
            var keys = expressions.Select(e => (Expression: e, Key: Find(e, answer, context))).ToList();
            var invalid = keys.Where(k => k.Key is null).Select(k => k.Expression).ToList();
            if (invalid.Count == keys.Count)
            {
                _errors.Add(("NoValidColumns", "No valid columns in facet expression."));
            }

            if (invalid.Count > 0)
            {
                _errors.Add(("InvalidColumnNames", $"Invalid column names: [{string.Join(", ", invalid)}]."));
            }

            if (_errors.Count == 0)
            {
                var table = QueryBinder.Bind(Query(keys.Select(k => k.Key).OfType<ColumnSyntax>().ToList()), context);
                _columns = table.Columns;
                _rows = [.. table.Rows];
            }
        }
        catch (KqlFault fault)
        {
            _errors.Add((fault.Code == KqlFault.Parser ? "InvalidFacetQuery" : fault.Code, fault.Message));
        }
    }

    public void Write(Utf8JsonWriter json, bool asTable)
    {
        json.WriteStartObject();
        json.WriteString("expression", _request.Expression);
        json.WriteString("resultType", _errors.Count > 0 ? "FacetError" : "FacetResult");
        if (_errors.Count > 0)
        {
            json.WriteStartArray("errors");
            foreach (var (code, message) in _errors)
            {
                json.WriteStartObject();
                json.WriteString("code", code);
                json.WriteString("message", message);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
        else
        {
            var shown = _rows.Take(_request.Options?.Top ?? GraphOptions.MostRows).ToList();
            json.WriteNumber("totalRecords", _rows.Count);
            json.WriteNumber("count", shown.Count);
            json.WritePropertyName("data");
            GraphPage.Write(json, _columns, shown, asTable);
        }

        json.WriteEndObject();
    }

    // The expression as it stands, or the column that the query has named after it; text, so that it can be counted by.
    private static ColumnSyntax? Find(string expression, Table answer, QueryContext context)
    {
        var name = expression.Replace('.', '_').Replace("['", "_", StringComparison.Ordinal).Replace("']", "", StringComparison.Ordinal);
        if (answer.Find(name) >= 0)
        {
            return Text(name, new NameExpression(name));
        }

        try
        {
            var body = KqlQuery.Parse($"project {expression}").Body;
            QueryBinder.Bind(new KqlQuery([], body), context);
            return body.Operators is [ProjectOperator { Columns: [{ Names: [] } column] }] ? Text(name, column.Value) : null;
        }
        catch (KqlFault)
        {
            return null;
        }
    }

    private static ColumnSyntax Text(string name, Expression value) => new([name], new CallExpression("tostring", [value]));

    private KqlQuery Query(List<ColumnSyntax> keys)
    {
        var steps = new List<Operator>();
        if (_request.Options?.Filter is { Length: > 0 } filter)
        {
            steps.AddRange(KqlQuery.Parse($"where {filter}").Body.Operators);
        }

        steps.Add(new SummarizeOperator([new ColumnSyntax(["count"], new CallExpression("count", []))], keys));
        var order = _request.Options?.SortOrder ?? "desc";
        steps.AddRange(KqlQuery.Parse($"sort by {(_request.Options?.SortBy is { Length: > 0 } by ? by : "['count']")} {order.ToLowerInvariant()}").Body.Operators);
        return new KqlQuery([], new QueryExpression(null, steps));
    }

    /// <summary>The answer's rows are the only table.</summary>
    private sealed class Answer(Table answer) : ITables
    {
        public string Default => "";

        public Table? Find(string name) => name.Length == 0 ? answer : null;
    }
}
