using Lazuli.Engines.Disk;
using Lazuli.Engines.Image;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Lazuli.Engines.Vm;

namespace Lazuli.Node.Work;

/// <summary>What an engine's failure means to the caller.</summary>
internal static class Faults
{
    public static ItemError Of(Exception e) => e switch
    {
        NetException n => n.Error,
        DiskException d => d.Error,
        VmException v => v.Error,
        ImageException i => i.Error,
        _ => new("InternalExecutionError", "An internal execution error occurred. Please retry later."),
    };
}
