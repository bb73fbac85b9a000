namespace Lazuli.Providers.Resources.Deployments.Language.Templates;

/// <summary>
/// By what names the resources of a template may be meant: symbolic name (with or without index), loop name, id, <c>type/name</c> in either order of
/// segments, or the bare name.
/// </summary>
internal sealed class ResourceNames
{
    private readonly Dictionary<string, List<int>> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(PlannedResource Resource, string? Loop)> _waiting = [];

    // Many templates never ask: their names are made when somebody does.
    public void Add(PlannedResource resource, string? loop) => _waiting.Add((resource, loop));

    private void Index()
    {
        foreach (var (resource, loop) in _waiting)
        {
            Index(resource, loop);
        }

        _waiting.Clear();
    }

    private void Index(PlannedResource resource, string? loop)
    {
        var id = resource.Id;
        if (resource.Symbol is { } symbol)
        {
            AddName(symbol, resource.Index);
            var bracket = symbol.IndexOf('[', StringComparison.Ordinal);
            if (bracket > 0)
            {
                AddName(symbol[..bracket], resource.Index);
            }
        }

        AddName(id.ToString(), resource.Index);
        if (id.IsResourceGroup)
        {
            // What resourceId and subscriptionResourceId make of a group.
            AddName($"{id.SubscriptionScope}/providers/{id.Type}/{id.Name}", resource.Index);
        }

        if (resource.Symbol is null)
        {
            AddName($"{id.Type}/{id.NamePath}", resource.Index);
            AddName(id.NamePath, resource.Index);
            if (id.IsChild)
            {
                var tail = id.ToString();
                AddName(tail[(tail.LastIndexOf("/providers/", StringComparison.OrdinalIgnoreCase) + "/providers/".Length)..], resource.Index);
            }
        }

        if (loop is not null)
        {
            AddName(loop, resource.Index);
        }
    }

    /// <summary>Indexes of what the name means; empty for nothing.</summary>
    public IReadOnlyList<int> Find(string nameOrId)
    {
        Index();
        return _names.TryGetValue(nameOrId, out var found) ? found : [];
    }

    /// <summary>Notes a loop that has no turns, so that depending on it is depending on nothing.</summary>
    public void AddEmpty(string name) => _names.TryAdd(name, []);

    public bool Knows(string nameOrId)
    {
        Index();
        return _names.ContainsKey(nameOrId);
    }

    private void AddName(string name, int index)
    {
        if (!_names.TryGetValue(name, out var list))
        {
            _names[name] = list = [];
        }

        if (list.Count == 0 || list[^1] != index)
        {
            list.Add(index);
        }
    }
}
