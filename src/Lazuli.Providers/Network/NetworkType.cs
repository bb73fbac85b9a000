using Lazuli.Kernel.Types;

namespace Lazuli.Providers.Network;

/// <summary>What the resource types of Microsoft.Network share: they are versioned together, and show their ETag in the body.</summary>
public abstract class NetworkType<T> : ResourceType<T>
    where T : class
{
    public override IReadOnlyList<string> ApiVersions => NetworkVersions.All;

    public override bool EtagInBody => true;
}

/// <summary>A type of Microsoft.Network whose resources live in their parent's document.</summary>
public abstract class NetworkChildType<TParent, TChild> : EmbeddedType<TParent, TChild>
    where TParent : class
    where TChild : class
{
    public override IReadOnlyList<string> ApiVersions => NetworkVersions.All;
}
