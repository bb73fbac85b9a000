using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.Deployments;

/// <summary>A group exported as a template makes the same group elsewhere.</summary>
public sealed class ExportTests(Lab lab)
{
    [Fact]
    public async Task What_is_exported_makes_the_same_in_another_group()
    {
        var stage = await Stage.PlayAsync(lab, "Microsoft.Network/networkInterfaces");
        await lab.SucceedAsync("PUT", stage.Group + "/providers/Microsoft.Network/publicIPAddresses/p-1", Samples.ByType["Microsoft.Network/publicIPAddresses"].Body);

        var template = (await lab.SendAsync("POST", stage.Group + "/exportTemplate", """{"resources":["*"],"options":"IncludeParameterDefaultValue"}""")).Expect(200).Json["template"]!;

        Assert.Equal("v", (string?)template["parameters"]!["virtualNetworks_v_name"]!["defaultValue"]);
        var nic = template["resources"]!.AsArray().Single(r => (string?)r!["type"] == "Microsoft.Network/networkInterfaces")!;
        Assert.Equal("[resourceId('Microsoft.Network/virtualNetworks/subnets', parameters('virtualNetworks_v_name'), 'first')]", (string?)nic["properties"]!["ipConfigurations"]![0]!["properties"]!["subnet"]!["id"]);
        Assert.Equal(["[resourceId('Microsoft.Network/virtualNetworks', parameters('virtualNetworks_v_name'))]"], nic["dependsOn"]!.AsArray().Select(d => (string?)d));
        Assert.DoesNotContain("provisioningState", template.ToJsonString(), StringComparison.Ordinal);
        var other = await lab.GroupAsync();
        await lab.SucceedAsync("PUT", Template.Path(other, "import"), $"{{\"properties\":{{\"mode\":\"Incremental\",\"template\":{template.ToJsonString()}}}}}");
        foreach (var id in new[] { "networkInterfaces/n", "virtualNetworks/v", "publicIPAddresses/p-1" })
        {
            (await lab.SendAsync("GET", $"{other}/providers/Microsoft.Network/{id}")).Expect(200);
        }
    }

    [Fact]
    public async Task Options_leave_parameters_out_and_resources_can_be_chosen()
    {
        var stage = await Stage.PlayAsync(lab, "Microsoft.Network/networkInterfaces");
        var one = (await lab.SendAsync("POST", stage.Group + "/exportTemplate", $"{{\"resources\":[\"{stage.Path}\"]}}")).Expect(200).Json["template"]!;
        Assert.Equal("{\"type\":\"String\"}", one["parameters"]!["subnets_v_first_externalid"]!.ToJsonString());
        Assert.Single(one["resources"]!.AsArray());
        var plain = (await lab.SendAsync("POST", stage.Group + "/exportTemplate", """{"resources":["*"],"options":"SkipAllParameterization"}""")).Expect(200).Json["template"]!;
        Assert.Empty(plain["parameters"]!.AsObject());
        Assert.Contains(plain["resources"]!.AsArray(), r => (string?)r!["name"] == "n");

        (await lab.SendAsync("POST", stage.Group + "/exportTemplate", $"{{\"resources\":[\"{stage.Path}x\"]}}")).Expect(404, "ResourceNotFound");
        (await lab.SendAsync("POST", stage.Group + "/exportTemplate", """{"resources":["*"],"options":"Everything"}""")).Expect(400, "InvalidParameter");
        (await lab.SendAsync("POST", stage.Group + "/exportTemplate", "[]")).Expect(400, "InvalidRequestContent");
        (await lab.SendAsync("POST", stage.Group + "/exportTemplate", "{}", Who.Reader)).Expect(403, "AuthorizationFailed");
        (await lab.SendAsync("POST", stage.Group + "-none/exportTemplate", "{}")).Expect(404, "ResourceGroupNotFound");
    }
}
