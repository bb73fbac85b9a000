using Lazuli.Engines.Node;

namespace Lazuli.Engines.Disk;

/// <summary>What can be wrong with a disk, in Azure's codes.</summary>
public static class DiskErrors
{
    public static ItemError InUse(string key) => new("OperationNotAllowed", $"Disk '{key}' is attached to a running virtual machine. Stop it or detach the disk, and try again.");

    public static ItemError NotFound(string key) => new("NotFound", $"Disk '{key}' was not found.");

    public static ItemError Failed(string key, string detail) => new("InternalServerError", $"Disk '{key}' can't be made: {detail}");
}
