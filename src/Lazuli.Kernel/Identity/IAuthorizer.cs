using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;

namespace Lazuli.Kernel.Identity;

/// <summary>Azure RBAC's decision: allowed by a role assigned at the scope or above it, unless a deny assignment forbids it; otherwise denied.</summary>
public interface IAuthorizer
{
    /// <summary>Whether <paramref name="principal"/> may do <paramref name="action"/> (<c>Microsoft.Network/virtualNetworks/write</c>) at <paramref name="scope"/>.</summary>
    bool IsAllowed(Principal principal, string action, ResourceId scope);

    /// <summary>The error for what a deny assignment forbids in spite of roles; null when it is the roles that don't allow it.</summary>
    ArmError? Refusal(Principal principal, string action, ResourceId scope) => null;

    /// <summary>As <see cref="IsAllowed"/>, for data actions.</summary>
    bool IsDataAllowed(Principal principal, string dataAction, ResourceId scope);
}
