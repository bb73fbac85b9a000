using System.Text.Json;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NetworkInterfaces;
using Lazuli.Providers.Network.NetworkSecurityGroups;
using Lazuli.Providers.Network.NetworkSecurityGroups.DefaultSecurityRules;

namespace Lazuli.Providers.Network.NetworkWatchers;

/// <summary><c>securityGroupView</c>: for each NIC of a virtual machine the rules as written, by where they come from, and as they take effect.</summary>
internal static class SecurityGroupView
{
    public static Result<ActionResult<NetworkWatcherProperties>> Of(ActionContext<NetworkWatcherProperties> context)
    {
        if (!FlowQuestions.Read(context, NetworkWatcherJson.Default.SecurityGroupQuestion).Ok(out var question, out var error)
            || !FlowQuestions.NicsOf(context, question.TargetResourceId).Ok(out var nics, out error))
        {
            return error;
        }

        return FlowQuestions.Answer(json =>
        {
            json.WriteStartArray("networkInterfaces");
            foreach (var model in nics.Select(n => NetworkModel.Of(n.Id, context.View)).OfType<NetworkModel>())
            {
                json.WriteStartObject();
                json.WriteString("id", model.Resource.Id.ToString());
                json.WriteStartObject("securityRuleAssociations");
                Association(json, "networkInterfaceAssociation", model.Resource.Id.ToString(), model.Nic.NsgKey, context.View);
                Association(json, "subnetAssociation", model.Resource.Properties.IpConfigurations?[0].Properties?.Subnet?.Id ?? "", model.Security.SubnetOf(model.Nic)?.NsgKey, context.View);
                json.WritePropertyName("defaultSecurityRules");
                var groups = model.Security.GroupsOf(model.Nic, inbound: true).ToArray();
                JsonSerializer.Serialize(json, groups.Length == 0 ? [] : DefaultRules.Of(Kernel.Ids.ResourceId.Parse(ResourceIds.Shown(context.View, groups[0].Key)), null, "Succeeded"),
                    NetworkSecurityGroupJson.Default.IReadOnlyListEmbeddedSecurityRuleProperties);
                json.WriteStartArray("effectiveSecurityRules");
                foreach (var group in groups)
                {
                    EffectiveViews.WriteRules(json, model, group);
                }

                json.WriteEndArray();
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static void Association(Utf8JsonWriter json, string name, string id, string? group, IResourceView view)
    {
        if (view.Get<NetworkSecurityGroupProperties>(group) is { } written)
        {
            json.WriteStartObject(name);
            json.WriteString("id", id);
            json.WritePropertyName("securityRules");
            JsonSerializer.Serialize(json, written.Properties.SecurityRules ?? [], NetworkSecurityGroupJson.Default.IReadOnlyListEmbeddedSecurityRuleProperties);
            json.WriteEndObject();
        }
    }
}
