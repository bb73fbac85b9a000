using Lazuli.Providers.ResourceGraph.Kql.Syntax;

namespace Lazuli.Providers.ResourceGraph.Kql.Binding;

/// <summary>What names mean besides columns: <c>let</c> statements before, and a lambda's parameters. Exactly one of a name's three meanings is given.</summary>
internal sealed record Meaning(Bound? Scalar = null, Func<Table>? Tabular = null, LambdaExpression? Lambda = null, NameScope? Home = null);

/// <summary>Names in scope; immutable, the newest first.</summary>
internal sealed class NameScope
{
    private readonly NameScope? _outer;
    private readonly string _name;
    private readonly Meaning _meaning;

    private NameScope(NameScope? outer, string name, Meaning meaning) => (_outer, _name, _meaning) = (outer, name, meaning);

    public static NameScope Empty { get; } = new(null, "", new Meaning());

    public NameScope With(string name, Meaning meaning) => new(this, name, meaning);

    public Meaning? Find(string name)
    {
        for (var at = this; at._outer is not null; at = at._outer)
        {
            if (at._name == name)
            {
                return at._meaning;
            }
        }

        return null;
    }
}
