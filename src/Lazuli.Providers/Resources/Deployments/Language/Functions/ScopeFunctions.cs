using System.Globalization;
using Lazuli.Kernel.Ids;
using Lazuli.Providers.Resources.Deployments.Language.Values;
using static Lazuli.Providers.Resources.Deployments.Language.Functions.Define;

namespace Lazuli.Providers.Resources.Deployments.Language.Functions;

/// <summary>parameters, external inputs and variables, and what is known of the deployment and its surroundings: deployment, environment, resourceGroup, subscription, tenant…</summary>
internal static class ScopeFunctions
{
    public static IEnumerable<TemplateFunction> All =>
    [
        Function("parameters", 1, c => c.Context.Scope.Parameter(c.String(0), c.Context)),
        Function("variables", 1, c => c.Context.Scope.Variable(c.String(0), c.Context)),
        Function("deployment", 0, c => c.Context.Facts.Deployment),
        Function("deployer", 0, c => c.Context.Facts.Deployer),
        Function("environment", 0, c => c.Context.Facts.Environment),
        Function("tenant", 0, c => c.Context.Facts.Tenant),
        Function("resourceGroup", 0, c => c.Context.Facts.ResourceGroup ?? throw NotHere(c)),
        Function("subscription", 0, c => c.Context.Facts.Subscription ?? throw NotHere(c)),
        Function("managementGroup", 0, c => c.Context.Facts.ManagementGroup ?? throw NotHere(c)),
        Function("providers", 1, 2, c => c.Context.Facts.Providers(c.String(0), c.OptionalString(1)) ?? throw c.Fault($"the provider '{c.String(0)}' or its resource type is not registered")),
        Function("externalInputs", 1, ExternalInput),
        Function("pickZones", 3, 5, PickZones),
        Function("toLogicalZone", 3, c => Mapped(c, c.String(2), toLogical: true)),
        Function("toLogicalZones", 3, c => MappedAll(c, toLogical: true)),
        Function("toPhysicalZone", 3, c => Mapped(c, c.String(2), toLogical: false)),
        Function("toPhysicalZones", 3, c => MappedAll(c, toLogical: false)),
    ];

    private static Value ExternalInput(Call call) => !call.Context.InParameterExpression ? throw NotHere(call)
        : (call.Context.Facts.ExternalInputs[call.String(0)] as ObjectValue)?["value"] ?? throw call.Fault($"the deployment was given no external input '{call.String(0)}'");

    private static TemplateFault NotHere(Call call)
        => new($"The template function '{call.Name}' is not expected at this location: it is not available at the scope of this deployment. Please see https://aka.ms/arm-functions#{call.Name.ToLowerInvariant()} for usage details");

    /// <summary>Between the zones that a subscription sees (<c>1</c>) and those that there are (<c>eastus-az1</c>); an empty string for none.</summary>
    private static StringValue Mapped(Call call, string zone, bool toLogical)
    {
        if (!Guid.TryParse(call.String(0), out _))
        {
            throw call.Fault($"'{call.String(0)}' is not the identifier of a subscription");
        }

        foreach (var (logical, physical) in call.Context.Facts.ZoneMappings(call.String(1)))
        {
            if ((toLogical ? physical : logical).Equals(zone, StringComparison.OrdinalIgnoreCase))
            {
                return Value.Of(toLogical ? logical : physical);
            }
        }

        throw call.Fault($"there is no {(toLogical ? "physical" : "logical")} zone '{zone}' in the location '{call.String(1)}'");
    }

    private static ArrayValue MappedAll(Call call, bool toLogical)
        => call.Made([.. call.List(2).Items.Select(z => z is StringValue s ? Mapped(call, s.Data, toLogical) : throw call.Wrong(2, "an array of strings"))]);

    private static ArrayValue PickZones(Call call)
    {
        if (!ResourceTypeName.TryParse($"{call.String(0)}/{call.String(1)}", out var type))
        {
            throw call.Fault($"'{call.String(0)}/{call.String(1)}' is not a resource type");
        }

        var zones = call.Context.Facts.Zones(type, call.String(2));
        if (zones.Count == 0)
        {
            return ArrayValue.Empty;
        }

        var count = call.Has(3) ? call.Integer(3) : 1;
        var offset = call.Has(4) ? call.Integer(4) : 0;
        return count >= 1 && offset >= 0 && count + offset <= zones.Count
            ? call.Made([.. zones.Skip((int)offset).Take((int)count).Select(Value.Of)])
            : throw call.Fault(string.Create(CultureInfo.InvariantCulture, $"there are {zones.Count} zones, not {count} after {offset}"));
    }
}
