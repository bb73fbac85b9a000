using Lazuli.Engines.Node;

namespace Lazuli.Engines.Net;

/// <summary>A network can't be made as asked; <see cref="Key"/> names the item at fault.</summary>
public sealed class NetException(string key, ItemError error, Exception? inner = null) : Exception($"{error.Code}: {error.Message}", inner)
{
    public string Key { get; } = key;
    public ItemError Error { get; } = error;
}
