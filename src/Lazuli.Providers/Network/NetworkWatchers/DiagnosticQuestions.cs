using System.Globalization;
using System.Text.Json;
using Lazuli.Engines.Net;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.NetworkSecurityGroups.SecurityRules;

namespace Lazuli.Providers.Network.NetworkWatchers;

/// <summary>
/// <c>networkConfigurationDiagnostic</c>: for each profile of traffic, which security groups judge it, by which rule, and what of every rule matches. A prefix or tag of the profile
/// matches a rule that holds all of it.
/// </summary>
internal static class DiagnosticQuestions
{
    private const int MostProfiles = 10;

    public static Result<ActionResult<NetworkWatcherProperties>> Diagnose(ActionContext<NetworkWatcherProperties> context)
    {
        if (!FlowQuestions.Read(context, NetworkWatcherJson.Default.DiagnosticQuestion).Ok(out var question, out var error)
            || !NicsOf(context, question.TargetResourceId).Ok(out var nics, out error))
        {
            return error;
        }

        if (question.Profiles is not { Count: > 0 and <= MostProfiles } profiles)
        {
            return NetworkErrors.BadQuestion("profiles", question.Profiles?.Count.ToString(CultureInfo.InvariantCulture));
        }

        var models = nics.Select(n => NetworkModel.Of(n.Id, context.View)).OfType<NetworkModel>().ToArray();
        var traffics = new List<(DiagnosticProfile Profile, Traffic Traffic)>();
        foreach (var profile in profiles)
        {
            if (Fault(profile, models, out var traffic) is { } fault)
            {
                return fault;
            }

            traffics.Add((profile, traffic));
        }

        return FlowQuestions.Answer(json =>
        {
            json.WriteStartArray("results");
            foreach (var (profile, traffic) in traffics)
            {
                json.WriteStartObject();
                json.WritePropertyName("profile");
                JsonSerializer.Serialize(json, profile, NetworkWatcherJson.Default.DiagnosticProfile);
                json.WriteStartObject("networkSecurityGroupResult");
                Write(json, models, traffic, context.View);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static void Write(Utf8JsonWriter json, NetworkModel[] models, Traffic traffic, IResourceView view)
    {
        var judged = (from model in models
                      from @group in model.Security.GroupsOf(model.Nic, traffic.Inbound)
                      let rules = model.Security.Rules(@group, model.Security.VariantOf(model.Nic), traffic.Inbound).ToArray()
                      select (model, @group, rules, Matched: rules.FirstOrDefault(r => Matches(r, traffic) == Every))).ToArray();
        json.WriteString("securityRuleAccessResult", judged.All(j => j.Matched is null or { Allow: true }) ? "Allow" : "Deny");
        json.WriteStartArray("evaluatedNetworkSecurityGroups");
        foreach (var (model, group, rules, matched) in judged)
        {
            json.WriteStartObject();
            json.WriteString("networkSecurityGroupId", ResourceIds.Shown(view, group.Key));
            json.WriteString("appliedTo", group.Key == model.Nic.NsgKey ? model.Resource.Id.ToString() : model.Resource.Properties.IpConfigurations?[0].Properties?.Subnet?.Id ?? "");
            if (matched is not null)
            {
                json.WriteStartObject("matchedRule");
                json.WriteString("ruleName", LongName(matched));
                json.WriteString("action", matched.Allow ? "Allow" : "Deny");
                json.WriteEndObject();
            }

            json.WriteStartArray("rulesEvaluationResult");
            foreach (var rule in rules)
            {
                var matches = Matches(rule, traffic);
                json.WriteStartObject();
                json.WriteString("name", LongName(rule));
                json.WriteBoolean("protocolMatched", matches.Protocol);
                json.WriteBoolean("sourceMatched", matches.Source);
                json.WriteBoolean("sourcePortMatched", true);
                json.WriteBoolean("destinationMatched", matches.Destination);
                json.WriteBoolean("destinationPortMatched", matches.Port);
                json.WriteEndObject();
                if (rule == matched)
                {
                    break;
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A rule's name as diagnostics and flow logs write it.</summary>
    public static string LongName(EffectiveRule rule) => (rule.IsDefault ? "DefaultRule_" : "UserRule_") + rule.Name;

    private static readonly (bool, bool, bool, bool) Every = (true, true, true, true);

    private static (bool Protocol, bool Source, bool Destination, bool Port) Matches(EffectiveRule rule, Traffic traffic) =>
    (
        rule.Protocol == "*" || rule.Protocol == traffic.Protocol,
        Holds(rule.Sources, traffic.Source),
        Holds(rule.Destinations, traffic.Destination),
        traffic.Ports is { } ports ? rule.DestinationPorts.Any(r => r.First <= ports.First && ports.Last <= r.Last) : PortRanges.IsEvery(rule.DestinationPorts)
    );

    // Who asks for everything speaks of IPv4: most networks have nothing else.
    private static bool Holds(AddressRanges rule, AddressRanges asked)
        => asked.V4.List.All(a => rule.V4.Contains(a.First, a.Last)) && (asked.IsAll || asked.V6.List.All(a => rule.V6.Contains(a.First, a.Last)));

    private static ArmError? Fault(DiagnosticProfile profile, NetworkModel[] models, out Traffic traffic)
    {
        traffic = new(false, "", AddressRanges.All, AddressRanges.All, null);
        var inbound = "Inbound".Equals(profile.Direction, StringComparison.OrdinalIgnoreCase);
        if (!inbound && !"Outbound".Equals(profile.Direction, StringComparison.OrdinalIgnoreCase))
        {
            return NetworkErrors.BadQuestion("profiles.direction", profile.Direction);
        }

        var protocol = profile.Protocol?.ToLowerInvariant();
        if (protocol is not ("tcp" or "udp" or "icmp" or "esp" or "ah" or "*"))
        {
            return NetworkErrors.BadQuestion("profiles.protocol", profile.Protocol);
        }

        if (Ranges(profile.Source, models) is not { } source)
        {
            return NetworkErrors.BadQuestion("profiles.source", profile.Source);
        }

        if (Ranges(profile.Destination, models) is not { } destination)
        {
            return NetworkErrors.BadQuestion("profiles.destination", profile.Destination);
        }

        (ushort First, ushort Last)? ports = null;
        if (profile.DestinationPort is not ("*" or "" or null))
        {
            var ends = profile.DestinationPort.Split('-');
            if (ends.Length > 2 || !ushort.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
                || !ushort.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last) || last < first)
            {
                return NetworkErrors.BadQuestion("profiles.destinationPort", profile.DestinationPort);
            }

            ports = (first, last);
        }

        traffic = new(inbound, protocol, source, destination, ports);
        return null;
    }

    private static AddressRanges? Ranges(string? text, NetworkModel[] models)
        => text is null ? null
            : text == "*" ? AddressRanges.All
            : SecurityRuleRules.Tag(text) is { } tag ? models.FirstOrDefault()?.Security.Resolve(tag, null)
            : Cidr.TryAnyAddress(text, out _) || Cidr.TryParse(text, out _) || Cidr6.TryParse(text, out _) ? AddressRanges.Of([text]) : null;

    private static Result<IReadOnlyList<Resource<NetworkInterfaceProperties>>> NicsOf(ActionContext<NetworkWatcherProperties> context, string? target)
        => ResourceId.TryParse(target, out var nic) && nic.IsResource && nic.Type.Key == NetworkInterfaceType.TypeName.Key
            ? context.View.Get<NetworkInterfaceProperties>(nic) is not { } found ? ArmErrors.ResourceNotFound(nic)
                : found.Location == context.Resource.Location ? (Result<IReadOnlyList<Resource<NetworkInterfaceProperties>>>)new[] { found }
                : NetworkErrors.WatcherElsewhere(context.Resource.Id.ToString(), nic.ToString())
            : FlowQuestions.NicsOf(context, target);

    private sealed record Traffic(bool Inbound, string Protocol, AddressRanges Source, AddressRanges Destination, (ushort First, ushort Last)? Ports);
}
