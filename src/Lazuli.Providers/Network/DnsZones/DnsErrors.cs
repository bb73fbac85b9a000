using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;

namespace Lazuli.Providers.Network.DnsZones;

/// <summary>What Azure DNS says when it refuses: nearly always BadRequest, and Conflict for what is in the way.</summary>
internal static class DnsErrors
{
    public static ArmError Invalid(string message, string? target = null) => ArmErrors.BadRequest("BadRequest", message, target ?? "");

    public static ArmError InvalidName(string name) => Invalid($"The domain name '{name}' is invalid.", name);

    public static ArmError Conflict(string message, string target) => new() { Code = "Conflict", Message = message, Target = target, Status = 409 };

    public static ArmError CnameConflict(string name, string fullName) => Conflict(
        $"The record set '{name}' could not be created because a CNAME record set cannot coexist with other record sets of the same name '{fullName}'.", name);

    public static ArmError Nested(ResourceId zone, IEnumerable<string> nested) => new()
    {
        Code = "CannotDeleteResource",
        Message = $"Cannot delete resource while nested resources exist. Some existing nested resource IDs include: '{string.Join("', '", nested)}'. Please delete all nested resources before deleting this resource.",
        Target = zone.ToString(),
        Status = 409,
    };
}
