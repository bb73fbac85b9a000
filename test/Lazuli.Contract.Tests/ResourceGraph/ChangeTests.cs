using System.Text.Json.Nodes;
using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.ResourceGraph;

/// <summary>What changes of resources leave behind: Microsoft.Resources/changes, and its tables in Resource Graph.</summary>
public sealed class ChangeTests(Lab lab)
{
    private const string Version = "api-version=2022-05-01";

    [Fact]
    public async Task Each_change_tells_what_was_and_what_is()
    {
        var address = await AddressAsync(await lab.GroupAsync());
        await lab.SucceedAsync("PATCH", address, """{"tags":{"a":"b"}}""");
        await lab.SucceedAsync("PATCH", address, """{"tags":{"a":"c"},"properties":{"idleTimeoutInMinutes":12}}""");
        await lab.SucceedAsync("PATCH", address, """{"tags":{"a":"c"}}""");

        var changes = (await lab.SendAsync("GET", $"{address}/providers/Microsoft.Resources/changes?{Version}")).Expect(200).Json["value"]!.AsArray();

        // The last one changed nothing.
        Assert.Equal(["Update", "Update", "Create"], changes.Select(c => (string?)c!["properties"]!["changeType"]));
        var newest = changes[0]!["properties"]!;
        Assert.Equal((address, "Microsoft.Network/publicIPAddresses"), ((string?)newest["targetResourceId"], (string?)newest["targetResourceType"]));
        Assert.Equal(
            ["properties.idleTimeoutInMinutes: Update 4 → 12", "tags.a: Update b → c"],
            newest["changes"]!.AsObject().Select(p => $"{p.Key}: {p.Value!["propertyChangeType"]} {p.Value["previousValue"]} → {p.Value["newValue"]}").Order());
        Assert.Equal(("Insert", null, "b"), Of(changes[1]!["properties"]!["changes"]!["tags.a"]!));
        Assert.Empty(changes[2]!["properties"]!["changes"]!.AsObject());
        var attributes = newest["changeAttributes"]!;
        Assert.Equal((2, "Application", "Microsoft.Network/publicIPAddresses/write"), ((int)attributes["changesCount"]!, (string?)attributes["changedByType"], (string?)attributes["operation"]));
        Assert.True(Guid.TryParse((string?)attributes["correlationId"], out _));
        Assert.InRange((DateTimeOffset)attributes["timestamp"]!, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(1));

        var one = (await lab.SendAsync("GET", $"{(string?)changes[0]!["id"]}?{Version}")).Expect(200).Json;
        Assert.Equal(changes[0]!.ToJsonString(), one.ToJsonString());
        (await lab.SendAsync("GET", $"{address}/providers/Microsoft.Resources/changes/{Guid.NewGuid()}?{Version}")).Expect(404);
    }

    [Fact]
    public async Task Changes_come_in_pages()
    {
        var address = await AddressAsync(await lab.GroupAsync());
        await lab.SucceedAsync("PATCH", address, """{"tags":{"a":"b"}}""");
        await lab.SucceedAsync("PATCH", address, """{"tags":{}}""");

        var types = new List<string?>();
        for (var next = $"{address}/providers/Microsoft.Resources/changes?{Version}&$top=2"; next is not null;)
        {
            var page = (await lab.SendAsync("GET", next)).Expect(200).Json;
            types.AddRange(page["value"]!.AsArray().Select(c => (string?)c!["properties"]!["changeType"]));
            next = (string?)page["nextLink"] is { } link ? new Uri(link).PathAndQuery : null;
        }

        Assert.Equal(["Update", "Update", "Create"], types);
        (await lab.SendAsync("GET", $"{address}/providers/Microsoft.Resources/changes?{Version}&$top=101")).Expect(400);
    }

    [Fact]
    public async Task Graph_tells_of_what_is_gone_to_who_could_read_it()
    {
        var group = await lab.GroupAsync();
        var address = await AddressAsync(group);
        await lab.SucceedAsync("DELETE", address);
        var query = $$"""
            ResourceChanges
            | where properties.targetResourceId =~ '{{address}}'
            | extend type = tostring(properties.changeType), at = todatetime(properties.changeAttributes.timestamp)
            | where at > ago(1d)
            | order by at asc
            | project type, who = tostring(properties.changeAttributes.changedByType), resourceGroup
            """;

        foreach (var who in new[] { Who.Owner, Who.Reader })
        {
            var rows = await AskAsync(query, who);
            Assert.Equal(["Create", "Delete"], rows.Select(r => (string?)r!["type"]));
            Assert.All(rows, r => Assert.Equal(("Application", group[(group.LastIndexOf('/') + 1)..]), ((string?)r!["who"], (string?)r["resourceGroup"])));
        }

        Assert.Empty(await AskAsync(query, Who.Nobody));
        (await lab.SendAsync("GET", $"{address}/providers/Microsoft.Resources/changes?{Version}")).Expect(404, "ResourceNotFound");
        await lab.SucceedAsync("PATCH", group, """{"tags":{"x":"y"}}""");
        Assert.Equal(["Create", "Update"], (await AskAsync($"ResourceContainerChanges | where properties.targetResourceId =~ '{group}' | summarize by type = tostring(properties.changeType) | order by type asc"))
            .Select(r => (string?)r!["type"]));
    }

    [Fact]
    public async Task A_secret_leaves_no_trace()
    {
        var stage = await Stage.SetAsync(lab, "Microsoft.Compute/virtualMachines");
        var body = JsonNode.Parse(stage.Body!)!;
        body["properties"]!["osProfile"]!["adminPassword"] = "Very-Secret-1!";
        body["properties"]!["osProfile"]!["linuxConfiguration"]!["disablePasswordAuthentication"] = false;
        body["properties"]!["osProfile"]!["customData"] = "dmVyeS1zZWNyZXQ=";
        await lab.SucceedAsync("PUT", stage.Path, body.ToJsonString());
        await lab.SucceedAsync("PATCH", stage.Path, """{"tags":{"a":"b"}}""");

        var text = (await lab.SendAsync("GET", $"{stage.Path}/providers/Microsoft.Resources/changes?{Version}")).Expect(200).Text;

        Assert.Contains("tags.a", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("adminPassword", text, StringComparison.Ordinal);
        Assert.DoesNotContain("dmVyeS1zZWNyZXQ", text, StringComparison.Ordinal);
    }

    private static (string? Type, string? Old, string? New) Of(JsonNode change) => ((string?)change["propertyChangeType"], (string?)change["previousValue"], (string?)change["newValue"]);

    private async Task<string> AddressAsync(string group)
    {
        var address = $"{group}/providers/Microsoft.Network/publicIPAddresses/p";
        await lab.SucceedAsync("PUT", address, """{"location":"eastus","sku":{"name":"Standard"},"properties":{"publicIPAllocationMethod":"Static"}}""");
        return address;
    }

    private async Task<JsonArray> AskAsync(string query, Who who = Who.Owner)
        => (await lab.SendAsync("POST", "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01", new JsonObject { ["query"] = query }.ToJsonString(), who)).Expect(200).Json["data"]!.AsArray();
}
