using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;

namespace Lazuli.Providers.Compute;

/// <summary>Errors of Microsoft.Compute, in Azure's codes and words.</summary>
public static class ComputeErrors
{
    public static ArmError Missing(string target) => ArmErrors.InvalidParameter(target, $"Required parameter '{target}' is missing (null).");

    public static ArmError Invalid(string target, object? value)
        => ArmErrors.InvalidParameter(target, $"The value {value} of parameter {target} is invalid.");

    public static ArmError OutOfRange(string target, object? value, int least, int most)
        => ArmErrors.InvalidParameter(target, $"The value {value} of parameter {target} is out of range. The value must be between {least} and {most}, inclusive.");

    public static ArmError PropertyChange(string target) => ArmErrors.ImmutableProperty(target);

    public static ArmError NotAllowed(string message, string? target = null) => new() { Code = "OperationNotAllowed", Message = message, Target = target, Status = 409 };

    public static ArmError PlatformImageNotFound(string publisher, string offer, string sku, string version) => new()
    {
        Code = "PlatformImageNotFound",
        Message = $"The platform image '{publisher}:{offer}:{sku}:{version}' is not available. Verify that all fields in the storage profile are correct. "
            + "For more details about storage profile information, please refer to https://aka.ms/storageprofile",
        Target = "imageReference",
        Status = 404,
    };

    public static ArmError ImageNotFound(string id) => new() { Code = "ImageNotFound", Message = $"The Image '{id}' cannot be found in the region.", Target = "imageReference", Status = 404 };

    public static ArmError DiskAttached(string disk, ResourceId vm) => NotAllowed($"Disk {disk} is attached to VM {vm}.");

    public static ArmError DiskTaken(string disk, ResourceId vm) => new()
    {
        Code = "ConflictingUserInput",
        Message = $"Disk '{disk}' cannot be attached as the disk is already owned by VM '{vm}'.",
        Target = disk,
        Status = 409,
    };

    public static ArmError DiskExists(string disk, string? group) => new()
    {
        Code = "ConflictingUserInput",
        Message = $"Disk {disk} already exists in resource group {group}. Only CreateOption.Attach is supported.",
        Target = disk,
        Status = 409,
    };

    public static ArmError DiskShrinks(int current, int wanted) => new()
    {
        Code = "ResizeDiskError",
        Message = $"Disk size reduction is not supported. Current size is {(long)current << 30} bytes, requested size is {(long)wanted << 30} bytes.",
        Target = "disk.diskSizeGB",
        Status = 409,
    };

    public static ArmError NicInUse(string nic, ResourceId vm) => new()
    {
        Code = "NicInUse",
        Message = $"Network Interface {nic} is used by existing resource {vm}. In order to delete the network interface, it must be dissociated from the resource. "
            + "To learn more, see aka.ms/deletenic.",
        Target = nic,
    };

    public static ArmError NotSupported(string path) => ArmErrors.NotSupported($"The property '{path}'") with { Target = path };

    /// <summary>An error for each value that is given and not empty.</summary>
    public static IEnumerable<ArmError> Refused(params IEnumerable<(string Path, JsonElement? Value)> properties)
        => from property in properties
           where property.Value is { } value && !IsEmpty(value)
           select NotSupported(property.Path);

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => true,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => value.EnumerateObject().All(p => IsEmpty(p.Value)),
        _ => false,
    };
}
