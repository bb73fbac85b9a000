using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;

namespace Lazuli.Kernel.Tests.Types;

/// <summary>Allows everything but the actions listed.</summary>
public sealed class ListedAuthorizer : IAuthorizer
{
    public HashSet<string> Denied { get; } = [];

    public bool IsAllowed(Principal principal, string action, ResourceId scope) => !Denied.Contains(action);

    public bool IsDataAllowed(Principal principal, string dataAction, ResourceId scope) => true;
}

/// <summary>Encrypts like a child: enough to see that the stored text is not the plain one.</summary>
public sealed class ReversingBox : ISecretBox
{
    public string Protect(string plain) => "sealed:" + new string([.. plain.Reverse()]);

    public string Unprotect(string sealedText) => new([.. sealedText["sealed:".Length..].Reverse()]);
}
