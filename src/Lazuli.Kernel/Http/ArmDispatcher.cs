using Lazuli.Kernel.Types;

namespace Lazuli.Kernel.Http;

public sealed class ArmDispatcher(KernelServices kernel)
{
    public KernelServices Kernel { get; } = kernel;
}
