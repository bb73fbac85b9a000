using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.Governance;

/// <summary>The activity log's filters, and features.</summary>
public sealed class ActivityTests(Lab lab)
{
    [Fact]
    public async Task What_was_done_is_found_by_group_resource_status_correlation_and_time()
    {
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);
        var stage = await Stage.PlayAsync(lab, "Microsoft.Network/networkSecurityGroups");
        var correlation = Guid.NewGuid().ToString();
        await lab.SendAsync("PATCH", stage.Path, """{"tags":{"a":"b"}}""", Who.Owner, ("x-ms-correlation-request-id", correlation));
        var group = stage.Group[(stage.Group.LastIndexOf('/') + 1)..];

        Assert.Contains("Microsoft.Network/networkSecurityGroups/write", await NamesAsync($"resourceGroupName eq '{group}'"));
        Assert.All(await NamesAsync($"resourceUri eq '{stage.Path}'"), n => Assert.StartsWith("Microsoft.Network/networkSecurityGroups/", n, StringComparison.Ordinal));
        Assert.Single(await NamesAsync($"correlationId eq '{correlation}'"));
        Assert.Single(await NamesAsync($"eventTimestamp ge '{before:o}' and correlationId eq {correlation} and status eq 'Accepted'"));
        Assert.Empty(await NamesAsync($"correlationId eq '{correlation}' and eventTimestamp le {before:yyyy-MM-ddTHH:mm:ssZ}"));
        Assert.Empty(await NamesAsync($"correlationId eq '{correlation}' and status eq 'Failed'"));
        (await lab.SendAsync("GET", Url("colour eq 'red'"))).Expect(400);
        (await lab.SendAsync("GET", Url("eventTimestamp ge 'yesterday'"))).Expect(400);
        var selected = (await lab.SendAsync("GET", Url($"correlationId eq '{correlation}'") + "&$select=caller,correlationId")).Expect(200).Json["value"]![0]!.AsObject();
        Assert.Equal(["caller", "correlationId"], selected.Select(p => p.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_feature_is_registered_for_and_forgotten()
    {
        var subscription = "/subscriptions/" + Guid.NewGuid();
        await lab.SubscribeAsync(subscription[15..]);
        var features = subscription + "/providers/Microsoft.Features/providers/Microsoft.Compute/features";
        const string Version = "?api-version=2021-07-01";
        (await lab.SendAsync("GET", features + "/EncryptionAtHost" + Version)).Expect(404, "FeatureNotFound");
        var made = (await lab.SendAsync("POST", features + "/EncryptionAtHost/register" + Version)).Expect(200).Json;
        Assert.Equal(("Microsoft.Compute/EncryptionAtHost", "Registered"), ((string?)made["name"], (string?)made["properties"]?["state"]));
        Assert.Single((await lab.SendAsync("GET", features.ToLowerInvariant() + Version)).Expect(200).Json["value"]!.AsArray());
        Assert.Equal("Unregistered", (string?)(await lab.SendAsync("POST", features + "/EncryptionAtHost/unregister" + Version)).Expect(200).Json["properties"]?["state"]);
        (await lab.SendAsync("POST", features.Replace("Microsoft.Compute", "Microsoft.None", StringComparison.Ordinal) + "/X/register" + Version)).Expect(404, "InvalidResourceNamespace");
        var registration = subscription + "/providers/Microsoft.Features/featureProviders/Microsoft.Compute/subscriptionFeatureRegistrations/EncryptionAtHost" + Version;
        Assert.Equal("Unregistered", (string?)(await lab.SendAsync("GET", registration)).Expect(200).Json["properties"]?["state"]);
        Assert.Equal("Registered", (string?)(await lab.SendAsync("PUT", registration, "{}")).Expect(200).Json["properties"]?["state"]);
        (await lab.SendAsync("DELETE", registration)).Expect(200);
        (await lab.SendAsync("DELETE", registration)).Expect(204);
    }

    private string Url(string filter) => $"{lab.Subscription}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&$filter={Uri.EscapeDataString(filter)}";

    private async Task<List<string>> NamesAsync(string filter)
        => [.. (await lab.SendAsync("GET", Url(filter))).Expect(200).Json["value"]!.AsArray().Select(e => (string?)e!["operationName"]!["value"]).OfType<string>()];
}
