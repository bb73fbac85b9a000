using System.Diagnostics.CodeAnalysis;

namespace Lazuli.Kernel.Errors;

/// <summary>A value, or the error that a caller may see. Exceptions are for defects and cancellation.</summary>
public readonly struct Result<T>
    where T : notnull
{
    private readonly T? _value;
    private readonly ArmError? _error;

    private Result(T? value, ArmError? error)
    {
        _value = value;
        _error = error;
    }

    /// <summary>True with the value, false with the error.</summary>
    public bool Ok([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out ArmError? error)
    {
        value = _value;
        error = _error;
        if (error is null && value is null)
        {
            throw new InvalidOperationException("A default Result holds neither a value nor an error.");
        }

        return error is null;
    }

#pragma warning disable CA2225 // The conversions are the whole interface.
    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(ArmError error) => new(default, error);
#pragma warning restore CA2225
}
