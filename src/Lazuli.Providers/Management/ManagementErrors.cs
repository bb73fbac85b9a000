using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;

namespace Lazuli.Providers.Management;

/// <summary>Errors of Microsoft.Management.</summary>
public static class ManagementErrors
{
    public static ArmError InvalidName(string name) => BadRequest(
        $"The management group name '{name}' is invalid. It has 1 to 90 letters, digits, '-', '_', '.', '(' or ')' and doesn't end with a period.");

    public static ArmError RootIsFixed(string action) => BadRequest($"The root management group can't be {action}.");

    public static ArmError NotEmpty(string name) => BadRequest($"The management group '{name}' still has child management groups or subscriptions. Move or delete them first.");

    public static ArmError Loop(string name, ResourceId parent) => BadRequest($"The management group '{name}' can't be placed under '{parent}', which is the group itself or lies below it.");

    public static ArmError TooDeep(string name) => BadRequest($"The management group '{name}' can't be placed there: the hierarchy has at most {ManagementTree.MaxDepth} levels below the root.");

    public static ArmError SettingsOfRootOnly() => BadRequest("Hierarchy settings can be defined on the root management group only.");

    private static ArmError BadRequest(string message) => new() { Code = "BadRequest", Message = message };
}
