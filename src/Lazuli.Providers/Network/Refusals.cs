using Lazuli.Kernel.Errors;

namespace Lazuli.Providers.Network;

/// <summary>Collects what a request asks for and Lazuli doesn't have. Absent, empty and harmless values pass.</summary>
internal sealed class Refusals
{
    private readonly List<ArmError> _errors = [];

    public IReadOnlyList<ArmError> Errors => _errors;

    public Refusals When(bool asked, string path)
    {
        if (asked)
        {
            _errors.Add(ArmErrors.NotSupported($"The property '{path}'") with { Target = path });
        }

        return this;
    }

    public Refusals IfSet(object? value, string path) => When(value is not null, path);

    public Refusals IfAny<T>(IReadOnlyList<T>? list, string path) => When(list is { Count: > 0 }, path);
}
