namespace Lazuli.Providers.Authorization.RoleDefinitions;

/// <summary>An action of a role with <c>*</c> for any characters, slashes included: <c>Microsoft.Compute/*/read</c>. Matching ignores case and allocates nothing.</summary>
public sealed class ActionPattern
{
    private readonly string[] _pieces;

    public ActionPattern(string pattern) => _pieces = pattern.Split('*');

    public bool Matches(ReadOnlySpan<char> action)
    {
        var first = _pieces[0];
        if (_pieces.Length == 1)
        {
            return action.Equals(first, StringComparison.OrdinalIgnoreCase);
        }

        if (!action.StartsWith(first, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var rest = action[first.Length..];
        for (var i = 1; i < _pieces.Length - 1; i++)
        {
            var at = rest.IndexOf(_pieces[i], StringComparison.OrdinalIgnoreCase);
            if (at < 0)
            {
                return false;
            }

            rest = rest[(at + _pieces[i].Length)..];
        }

        return rest.EndsWith(_pieces[^1], StringComparison.OrdinalIgnoreCase);
    }
}
