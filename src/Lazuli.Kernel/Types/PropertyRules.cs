using System.Collections;
using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Lazuli.Kernel.Errors;

namespace Lazuli.Kernel.Types;

/// <summary>
/// What the attributes of a record demand, checked over a whole tree: every fault is reported with its JSON path, and
/// a value that differs from an allowed one only by case is given the allowed casing.
/// </summary>
internal sealed class PropertyRules(JsonSerializerOptions options)
{
    private readonly ConcurrentDictionary<Type, Rule[]> _plans = new();

    public void Check(object root, List<ArmError> errors) => CheckObject(root, "", errors);

    /// <summary>Not into lists: whose entry is whose, only the type knows.</summary>
    public void CarryOver(object current, object desired, List<ArmError> errors) => CarryObject(current, desired, "", errors);

    private void CheckObject(object target, string path, List<ArmError> errors)
    {
        foreach (var rule in PlanOf(target.GetType()))
        {
            if (rule.Carried && !rule.Secret)
            {
                continue;
            }

            var value = rule.Get(target);
            var at = path.Length == 0 ? rule.Name : $"{path}.{rule.Name}";
            if (value is null)
            {
                if (rule.Required)
                {
                    errors.Add(ArmErrors.InvalidParameter(at, $"Required parameter '{at}' is missing (null)."));
                }

                continue;
            }

            foreach (var constraint in rule.Constraints)
            {
                if (constraint is AllowedValuesAttribute allowed)
                {
                    CheckAllowed(rule, target, value, allowed, at, errors);
                }
                else if (!Holds(constraint, value))
                {
                    errors.Add(ArmErrors.InvalidParameter(at, Describe(constraint, value, at)));
                }
            }

            if (rule.Recurse)
            {
                CheckValue(value, at, errors);
            }
        }
    }

    private void CheckValue(object value, string path, List<ArmError> errors)
    {
        if (value is IEnumerable list)
        {
            var i = 0;
            foreach (var item in list)
            {
                if (item is not null && IsRecord(item.GetType()))
                {
                    CheckObject(item, $"{path}[{i}]", errors);
                }

                i++;
            }
        }
        else
        {
            CheckObject(value, path, errors);
        }
    }

    private void CarryObject(object current, object desired, string path, List<ArmError> errors)
    {
        foreach (var rule in PlanOf(desired.GetType()))
        {
            var at = path.Length == 0 ? rule.Name : $"{path}.{rule.Name}";
            var (before, after) = (rule.Get(current), rule.Get(desired));
            if (rule.Carried)
            {
                // What a client can't send and is there nevertheless was put there by Lazuli itself: a child that is written changes its parent.
                if (after is null or false or 0 or 0L || !(rule.Secret || rule.Private))
                {
                    rule.Set?.Invoke(desired, before);
                }
            }
            else if (rule.Immutable && after is null && before is not null)
            {
                rule.Set?.Invoke(desired, before);
            }
            else if (rule.Immutable && before is not null && !Same(before, after))
            {
                errors.Add(ArmErrors.ImmutableProperty(at));
            }
            else if (rule.Recurse && before is not null && after is not null && before is not IEnumerable)
            {
                CarryObject(before, after, at, errors);
            }
        }
    }

    private static bool Same(object? a, object? b)
        => a is string x && b is string y ? x.Equals(y, StringComparison.OrdinalIgnoreCase)
            : a is IEnumerable m && b is IEnumerable n ? m.Cast<object>().SequenceEqual(n.Cast<object>())
            : Equals(a, b);

    private static bool Holds(ValidationAttribute constraint, object value)
    {
        try
        {
            return constraint.IsValid(value);
        }
        catch (OverflowException)
        {
            // A range of int doesn't take a long beyond it.
            return false;
        }
    }

    private static void CheckAllowed(Rule rule, object target, object value, AllowedValuesAttribute allowed, string at, List<ArmError> errors)
    {
        if (value is not string text)
        {
            if (!Holds(allowed, value))
            {
                errors.Add(ArmErrors.InvalidParameter(at, $"The value of parameter {at} is invalid."));
            }
        }
        else if (allowed.Values.OfType<string>().FirstOrDefault(v => v.Equals(text, StringComparison.OrdinalIgnoreCase)) is not { } known)
        {
            errors.Add(ArmErrors.InvalidParameter(at, $"The value '{text}' of parameter '{at}' is not allowed. Allowed values are: {string.Join(", ", allowed.Values)}."));
        }
        else if (known != text)
        {
            rule.Set?.Invoke(target, known);
        }
    }

    private static string Describe(ValidationAttribute constraint, object value, string at) => constraint switch
    {
        RangeAttribute r => string.Create(CultureInfo.InvariantCulture, $"The value '{value}' of parameter '{at}' is out of range. The value must be between '{r.Minimum}' and '{r.Maximum}', inclusive."),
        StringLengthAttribute s => $"The value of parameter '{at}' must have {s.MinimumLength} to {s.MaximumLength} characters.",
        MaxLengthAttribute m => $"The value of parameter '{at}' must have at most {m.Length} entries or characters.",
        MinLengthAttribute m => $"The value of parameter '{at}' must have at least {m.Length} entries or characters.",
        RegularExpressionAttribute e => $"The value '{value}' of parameter '{at}' does not match the pattern '{e.Pattern}'.",
        _ => $"The value of parameter '{at}' is invalid.",
    };

    private Rule[] PlanOf(Type type) => _plans.GetOrAdd(type, MakePlan);

    private Rule[] MakePlan(Type type)
    {
        var info = options.GetTypeInfo(type);
        return info.Kind != JsonTypeInfoKind.Object ? [] : [.. info.Properties.Select(RuleOf).OfType<Rule>()];
    }

    private static Rule? RuleOf(JsonPropertyInfo property)
    {
        if (property.Get is not { } get || property.AttributeProvider is not { } attributes)
        {
            return null;
        }

        var all = attributes.GetCustomAttributes(typeof(ValidationAttribute), false).Cast<ValidationAttribute>().ToArray();
        var secret = attributes.IsDefined(typeof(SecretAttribute), false) || attributes.IsDefined(typeof(WriteOnlyAttribute), false);
        var rule = new Rule(
            property.Name,
            get,
            property.Set,
            all.Any(a => a is RequiredAttribute),
            attributes.IsDefined(typeof(ImmutableAttribute), false),
            [.. all.Where(a => a is not RequiredAttribute)],
            secret || attributes.IsDefined(typeof(ComputedAttribute), false) || attributes.IsDefined(typeof(PrivateAttribute), false),
            secret,
            attributes.IsDefined(typeof(PrivateAttribute), false),
            IsRecord(property.PropertyType) || ElementOf(property.PropertyType) is { } element && IsRecord(element));
        return rule.Required || rule.Immutable || rule.Carried || rule.Recurse || rule.Constraints.Length > 0 ? rule : null;
    }

    private static Type? ElementOf(Type type)
        => type == typeof(string) ? null
            : type.GetInterfaces().Append(type).FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];

    private static bool IsRecord(Type type)
        => type.IsClass && type != typeof(string) && !typeof(IEnumerable).IsAssignableFrom(type) && type.Namespace?.StartsWith("Lazuli.", StringComparison.Ordinal) == true
            && type != typeof(Ids.ResourceId);

    private sealed record Rule(string Name, Func<object, object?> Get, Action<object, object?>? Set, bool Required, bool Immutable, ValidationAttribute[] Constraints, bool Carried, bool Secret, bool Private, bool Recurse);
}
