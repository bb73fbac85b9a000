using System.Globalization;
using Lazuli.Providers.Resources.Deployments.Language.Values;
using static Lazuli.Providers.Resources.Deployments.Language.Functions.Define;

namespace Lazuli.Providers.Resources.Deployments.Language.Functions;

/// <summary>64-bit integer arithmetic (overflow is a fault), conversions, min and max, copyIndex.</summary>
internal static class NumericFunctions
{
    public static IEnumerable<TemplateFunction> All =>
    [
        Function("add", 2, c => Checked(c, static (a, b) => checked(a + b))),
        Function("sub", 2, c => Checked(c, static (a, b) => checked(a - b))),
        Function("mul", 2, c => Checked(c, static (a, b) => checked(a * b))),
        Function("div", 2, c => c.Integer(1) == 0 ? throw c.Fault("the second parameter must not be zero") : Checked(c, static (a, b) => checked(a / b))),
        Function("mod", 2, c => c.Integer(1) == 0 ? throw c.Fault("the second parameter must not be zero") : Value.Of(c.Integer(1) == -1 ? 0 : c.Integer(0) % c.Integer(1))),
        Function("int", 1, Int),
        Function("float", 1, Float),
        Function("min", 1, TemplateFunction.Any, c => Value.Of(Numbers(c).Min())),
        Function("max", 1, TemplateFunction.Any, c => Value.Of(Numbers(c).Max())),
        Function("copyIndex", 0, 2, CopyIndex),
    ];

    private static IntegerValue Checked(Call call, Func<long, long, long> compute)
    {
        try
        {
            return Value.Of(compute(call.Integer(0), call.Integer(1)));
        }
        catch (OverflowException)
        {
            throw call.Fault("the result is outside of the range of 64-bit integers");
        }
    }

    private static IntegerValue Int(Call call) => call[0] switch
    {
        IntegerValue n => n,
        FloatValue f when Math.Abs(f.Data) < 9e18 => Value.Of((long)f.Data),
        StringValue s when long.TryParse(s.Data, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var n) => Value.Of(n),
        StringValue s => throw call.Fault($"the value '{s.Data}' can't be converted to an integer"),
        _ => throw call.Wrong(0, "an integer or a string"),
    };

    private static Value Float(Call call) => call[0] switch
    {
        FloatValue f => f,
        IntegerValue n => new FloatValue(n.Data),
        StringValue s when double.TryParse(s.Data, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) && double.IsFinite(n) => new FloatValue(n),
        _ => throw call.Fault($"the value '{StringFunctions.ToText(call[0])}' can't be converted to a number"),
    };

    private static List<long> Numbers(Call call)
    {
        var source = call.Count == 1 && call[0] is ArrayValue a ? a.Items : call.Arguments;
        var result = source.Select(v => v is IntegerValue n ? n.Data : throw call.Fault("all values must be integers")).ToList();
        return result.Count > 0 ? result : throw call.Fault("there must be at least one value");
    }

    private static IntegerValue CopyIndex(Call call)
    {
        var name = call.Count > 0 && call[0] is StringValue s ? s.Data : null;
        var offset = call.Count == 0 || (name is not null && call.Count == 1) ? 0 : call.Integer(call.Count - 1);
        var frame = call.Context.Copy;
        if (name is not null)
        {
            while (frame is not null && !frame.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                frame = frame.Outer;
            }

            return frame is null
                ? throw new TemplateFault($"The template function 'copyIndex' is not expected at this location: there is no copy loop '{name}' around it. Please see https://aka.ms/arm-copy for usage details")
                : Value.Of(frame.Index + offset);
        }

        // Without a name it is the resource's own loop; within variables and outputs, which have no resource around them, the loop at hand.
        var own = frame;
        while (own is { OfProperty: true, Outer: not null })
        {
            own = own.Outer;
        }

        return own is null
            ? throw new TemplateFault("The template function 'copyIndex' is not expected at this location. The function can only be used in a resource with copy specified. Please see https://aka.ms/arm-copy for usage details")
            : Value.Of((own.OfProperty && frame is not null ? frame : own).Index + offset);
    }
}
