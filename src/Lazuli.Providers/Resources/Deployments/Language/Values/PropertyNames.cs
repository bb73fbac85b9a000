namespace Lazuli.Providers.Resources.Deployments.Language.Values;

/// <summary>Names within an object, without regard to case. The few of most objects are compared one by one; many get a set.</summary>
internal static class PropertyNames
{
    /// <summary>Whether it is among the properties read so far; the set is kept by the caller for the next one.</summary>
    public static bool Repeat(ReadOnlySpan<KeyValuePair<string, Value>> properties, string name, ref HashSet<string>? names)
    {
        if (properties.Length < 16)
        {
            foreach (ref readonly var property in properties)
            {
                if (property.Key.Length == name.Length && property.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }

            return false;
        }

        if (names is null)
        {
            names = new(StringComparer.OrdinalIgnoreCase);
            foreach (ref readonly var property in properties)
            {
                names.Add(property.Key);
            }
        }

        return !names.Add(name);
    }
}
