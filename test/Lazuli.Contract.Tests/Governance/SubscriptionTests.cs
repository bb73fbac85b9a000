using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.Governance;

/// <summary>Making, renaming, cancelling and enabling subscriptions, and registering them for providers.</summary>
public sealed class SubscriptionTests(Lab lab)
{
    private const string Version = "?api-version=2021-10-01";

    [Fact]
    public async Task An_alias_makes_a_subscription_once_with_its_owner_its_group_and_its_tags()
    {
        var group = "/providers/Microsoft.Management/managementGroups/" + Guid.NewGuid();
        await lab.SucceedAsync("PUT", group, "{}");
        var alias = "/providers/Microsoft.Subscription/aliases/" + Guid.NewGuid();
        var body = $$$$"""{"properties":{"displayName":"Team","workload":"DevTest","additionalProperties":{"managementGroupId":"{{{{group}}}}","subscriptionOwnerId":"{{{{lab.Assignee}}}}","tags":{"team":"a"} } } }""";
        await lab.SucceedAsync("PUT", alias, body);
        var first = (await lab.SendAsync("GET", alias)).Expect(200).Json["properties"]!;
        await lab.SucceedAsync("PUT", alias, body);
        var again = (await lab.SendAsync("GET", alias)).Expect(200).Json["properties"]!;
        Assert.Equal((string?)first["subscriptionId"], (string?)again["subscriptionId"]);
        Assert.Equal(("Succeeded", group), ((string?)first["provisioningState"], (string?)first["managementGroupId"]));

        var made = $"/subscriptions/{first["subscriptionId"]}";
        var shown = (await lab.SendAsync("GET", made)).Expect(200).Json;
        Assert.Equal(("Team", "Enabled", "a"), ((string?)shown["displayName"], (string?)shown["state"], (string?)shown["tags"]?["team"]));
        Assert.Contains((await lab.SendAsync("GET", "/subscriptions")).Json["value"]!.AsArray(), s => made == (string?)s?["id"]);
        (await lab.SendAsync("GET", $"{group}/subscriptions/{first["subscriptionId"]}")).Expect(200);
        var roles = (await lab.SendAsync("GET", $"{made}/providers/Microsoft.Authorization/roleAssignments?$filter=principalId eq '{lab.Assignee}'")).Expect(200).Json["value"]!.AsArray();
        Assert.EndsWith("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", (string?)Assert.Single(roles)?["properties"]?["roleDefinitionId"], StringComparison.Ordinal);

        await lab.SucceedAsync("PUT", made + "/resourceGroups/first", """{"location":"eastus"}""");
        await lab.SucceedAsync("DELETE", alias);
        (await lab.SendAsync("GET", made + "/resourceGroups/first")).Expect(200);
    }

    [Fact]
    public async Task An_alias_can_name_a_subscription_that_is_there_and_no_other()
    {
        var (id, alias) = (Guid.NewGuid().ToString(), "/providers/Microsoft.Subscription/aliases/" + Guid.NewGuid());
        (await lab.SendAsync("PUT", alias, $$$"""{"properties":{"subscriptionId":"{{{id}}}"}}""")).Expect(404, "SubscriptionNotFound");
        (await lab.SendAsync("PUT", alias, "{}")).Expect(400, "InvalidParameter");
        await lab.SubscribeAsync(id);
        await lab.SucceedAsync("PUT", alias, $$$"""{"properties":{"subscriptionId":"{{{id}}}"}}""");
        Assert.Equal(id, (string?)(await lab.SendAsync("GET", alias)).Json["properties"]?["subscriptionId"]);
        (await lab.SendAsync("PUT", alias, $$$"""{"properties":{"subscriptionId":"{{{Guid.NewGuid()}}}"}}""")).Expect(409, "PropertyChangeNotAllowed");
    }

    [Fact]
    public async Task A_subscription_is_renamed()
    {
        var made = await SubscribeAsync();
        (await lab.SendAsync("POST", $"{made}/providers/Microsoft.Subscription/rename{Version}", """{"subscriptionName":"Better"}""")).Expect(200);
        Assert.Equal("Better", (string?)(await lab.SendAsync("GET", made)).Json["displayName"]);
        (await lab.SendAsync("POST", $"{made}/providers/Microsoft.Subscription/rename{Version}", """{"subscriptionName":""}""")).Expect(400, "InvalidParameter");
    }

    [Fact]
    public async Task A_cancelled_subscription_is_read_only_until_it_is_enabled()
    {
        var made = await SubscribeAsync();
        var group = made + "/resourceGroups/g";
        await lab.SucceedAsync("PUT", group, """{"location":"eastus"}""");
        await lab.SucceedAsync("PUT", group + Samples.ByType["Microsoft.Network/networkSecurityGroups"].Path, """{"location":"eastus"}""");
        (await lab.SendAsync("POST", $"{made}/providers/Microsoft.Subscription/cancel{Version}")).Expect(400, "SubscriptionNotEmpty");
        (await lab.SendAsync("POST", $"{made}/providers/Microsoft.Subscription/cancel{Version}&IgnoreResourceCheck=true")).Expect(200);
        Assert.Equal("Disabled", (string?)(await lab.SendAsync("GET", made)).Json["state"]);

        (await lab.SendAsync("GET", group)).Expect(200);
        (await lab.SendAsync("PUT", made + "/resourceGroups/h", """{"location":"eastus"}""")).Expect(409, "ReadOnlyDisabledSubscription");
        (await lab.SendAsync("DELETE", group)).Expect(409, "ReadOnlyDisabledSubscription");
        (await lab.SendAsync("PATCH", group + Samples.ByType["Microsoft.Network/networkSecurityGroups"].Path, """{"tags":{}}""")).Expect(409, "ReadOnlyDisabledSubscription");
        (await lab.SendAsync("PUT", group + "/providers/Microsoft.Resources/tags/default", """{"properties":{"tags":{}}}""")).Expect(409, "ReadOnlyDisabledSubscription");

        (await lab.SendAsync("POST", $"{made}/providers/Microsoft.Subscription/enable{Version}")).Expect(200);
        await lab.SucceedAsync("DELETE", group);
    }

    [Fact]
    public async Task A_subscription_makes_nothing_of_a_provider_that_it_is_unregistered_from()
    {
        var made = await SubscribeAsync();
        var (group, network) = (made + "/resourceGroups/g", made + "/providers/Microsoft.Network");
        var rules = group + Samples.ByType["Microsoft.Network/networkSecurityGroups"].Path;
        await lab.SucceedAsync("PUT", group, """{"location":"eastus"}""");
        await lab.SucceedAsync("PUT", rules, """{"location":"eastus"}""");
        (await lab.SendAsync("POST", network + "/unregister")).Expect(409);
        await lab.SucceedAsync("DELETE", rules);

        Assert.Equal("Unregistered", (string?)(await lab.SendAsync("POST", network + "/unregister")).Expect(200).Json["registrationState"]);
        (await lab.SendAsync("PUT", rules, """{"location":"eastus"}""")).Expect(409, "MissingSubscriptionRegistration");
        Assert.Equal("Registered", (string?)(await lab.SendAsync("GET", lab.Subscription + "/providers/Microsoft.Network")).Json["registrationState"]);
        Assert.Equal("Registered", (string?)(await lab.SendAsync("POST", network + "/register")).Expect(200).Json["registrationState"]);
        await lab.SucceedAsync("PUT", rules, """{"location":"eastus"}""");
        (await lab.SendAsync("POST", made + "/providers/Microsoft.Resources/unregister")).Expect(400, "UnregisterNotAllowed");
    }

    private async Task<string> SubscribeAsync()
    {
        var id = Guid.NewGuid().ToString();
        await lab.SubscribeAsync(id);
        return "/subscriptions/" + id;
    }
}
