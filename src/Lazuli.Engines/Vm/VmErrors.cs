using Lazuli.Engines.Node;

namespace Lazuli.Engines.Vm;

/// <summary>What can be wrong with a machine, in Azure's codes.</summary>
public static class VmErrors
{
    public static ItemError NotRunning(string key) => new("OperationNotAllowed", $"Virtual machine '{key}' isn't running.");

    public static ItemError StartFailed(string key, string detail) => new("InternalOperationError", $"Virtual machine '{key}' can't be started: {detail}");

    public static ItemError Failed(string key, string detail) => new("InternalOperationError", $"Virtual machine '{key}' doesn't do what it is told: {detail}");
}
