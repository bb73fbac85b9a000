using System.Text.Json.Nodes;
using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.ResourceGraph;

/// <summary>Resource Graph over HTTP: what is asked about, for whose eyes, and in which form it is answered.</summary>
public sealed class GraphTests(Lab lab)
{
    private const string Path = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";

    [Fact]
    public async Task A_resource_is_found_in_the_form_that_Azure_shows()
    {
        var group = await GroupAsync(1, """{"env":"Prod"}""");

        var answer = await AskAsync($"Resources | where type =~ 'Microsoft.Network/publicIPAddresses' and resourceGroup == '{Name(group)}' and tags.env =~ 'prod'");

        var row = Assert.Single(answer["data"]!.AsArray())!;
        Assert.Equal(
            ["id", "name", "type", "tenantId", "kind", "location", "resourceGroup", "subscriptionId", "managedBy", "sku", "plan", "properties", "tags", "identity", "zones", "extendedLocation"],
            row.AsObject().Select(p => p.Key));
        Assert.Equal(($"{group}/providers/Microsoft.Network/publicIPAddresses/p0", "p0", "microsoft.network/publicipaddresses", "eastus", Name(group)),
            ((string?)row["id"], (string?)row["name"], (string?)row["type"], (string?)row["location"], (string?)row["resourceGroup"]));
        Assert.Equal(("Standard", "Static", "", null), ((string?)row["sku"]!["name"], (string?)row["properties"]!["publicIPAllocationMethod"], (string?)row["kind"], row["plan"]));
        Assert.Equal((1, 1, "false", null), ((int)answer["totalRecords"]!, (int)answer["count"]!, (string?)answer["resultTruncated"], answer["$skipToken"]));
    }

    [Fact]
    public async Task A_change_is_seen_at_once_and_what_has_gone_is_not()
    {
        var group = await GroupAsync(2);
        var count = $"where resourceGroup == '{Name(group)}' | summarize n = countif(tags.a == 'b'), all = count()";
        Assert.Equal("""[{"n":0,"all":2}]""", (await AskAsync(count))["data"]!.ToJsonString());
        await lab.SucceedAsync("PATCH", $"{group}/providers/Microsoft.Network/publicIPAddresses/p1", """{"tags":{"a":"b"}}""");
        Assert.Equal("""[{"n":1,"all":2}]""", (await AskAsync(count))["data"]!.ToJsonString());
        await lab.SucceedAsync("DELETE", $"{group}/providers/Microsoft.Network/publicIPAddresses/p0");
        Assert.Equal("""[{"n":1,"all":1}]""", (await AskAsync(count))["data"]!.ToJsonString());
    }

    [Fact]
    public async Task A_machine_tells_whether_it_runs()
    {
        var stage = await Stage.PlayAsync(lab, "Microsoft.Compute/virtualMachines");
        var query = $"where type == 'microsoft.compute/virtualmachines' and resourceGroup == '{Name(stage.Group)}' | project power = properties.extended.instanceView.powerState.code, size = properties.hardwareProfile.vmSize";
        Assert.Equal("""[{"power":"PowerState/running","size":"Standard_B1s"}]""", (await AskAsync(query))["data"]!.ToJsonString());
        await lab.SucceedAsync("POST", $"{stage.Path}/deallocate");
        Assert.Equal("""[{"power":"PowerState/deallocated","size":"Standard_B1s"}]""", (await AskAsync(query))["data"]!.ToJsonString());
    }

    [Fact]
    public async Task Everybody_sees_what_they_may_read()
    {
        var group = await GroupAsync(1);
        var other = $"{lab.Subscription}/resourceGroups/unseen{Name(group)}";
        await lab.SucceedAsync("PUT", other, """{"location":"eastus"}""");
        await lab.SucceedAsync("PUT", $"{other}/providers/Microsoft.Network/publicIPAddresses/p", Address());
        var query = $"ResourceContainers | where name endswith '{Name(group)}' | project name | union (Resources | where resourceGroup endswith '{Name(group)}' | project name = resourceGroup) | order by name asc";

        Assert.Equal(4, (await AskAsync(query))["data"]!.AsArray().Count);
        Assert.Equal([Name(group), Name(group)], (await AskAsync(query, Who.Reader))["data"]!.AsArray().Select(r => (string?)r!["name"]));
        Assert.Empty((await AskAsync(query, Who.Nobody))["data"]!.AsArray());
        Assert.Empty((await AskAsync("ResourceContainers", Who.Nobody))["data"]!.AsArray());
        Assert.Empty((await AskAsync("AuthorizationResources", Who.Nobody))["data"]!.AsArray());
        (await SendAsync(Body(query, subscriptions: true), Who.Nobody)).Expect(403, "AccessDenied");
        (await SendAsync(Body(query), Who.Stranger)).Expect(401);
    }

    [Fact]
    public async Task Pages_join_to_the_whole_answer()
    {
        var group = await GroupAsync(5);
        var query = $"Resources | where resourceGroup == '{Name(group)}' | project name | order by name desc";

        var names = new List<string?>();
        string? token = null;
        do
        {
            var page = await AskAsync(query, options: Options(2, token));
            Assert.Equal((5, "false"), ((int)page["totalRecords"]!, (string?)page["resultTruncated"]));
            names.AddRange(page["data"]!.AsArray().Select(r => (string?)r!["name"]));
            token = (string?)page["$skipToken"];
        }
        while (token is not null);

        Assert.Equal(["p4", "p3", "p2", "p1", "p0"], names);
        var skipped = await AskAsync(query, options: new JsonObject { ["$top"] = 2, ["$skip"] = 3 });
        Assert.Equal((5, 2, null), ((int)skipped["totalRecords"]!, (int)skipped["count"]!, skipped["$skipToken"]));
        Assert.Equal(["p1", "p0"], skipped["data"]!.AsArray().Select(r => (string?)r!["name"]));
        var limited = await AskAsync(query + " | take 3", options: Options(2, null));
        Assert.Equal((3, 2, "true", null), ((int)limited["totalRecords"]!, (int)limited["count"]!, (string?)limited["resultTruncated"], limited["$skipToken"]));
        var first = (string?)(await AskAsync(query, options: Options(2, null)))["$skipToken"];
        Assert.Contains("InvalidSkipToken", (await SendAsync(Body("Resources", options: Options(2, first)))).Expect(400, "BadRequest").Text, StringComparison.Ordinal);
        (await SendAsync(Body(query, options: Options(2, "nonsense")))).Expect(400, "BadRequest");
        (await SendAsync(Body(query, options: Options(1001, null)))).Expect(400, "BadRequest");
    }

    [Fact]
    public async Task A_table_has_columns_with_types()
    {
        var group = await GroupAsync(1);
        var query = $"where resourceGroup == '{Name(group)}' | project name, n = 1, r = 1.5, b = true, d = datetime(2024-01-02), o = sku, s = 90s";

        var table = (await AskAsync(query, options: new JsonObject { ["resultFormat"] = "table" }))["data"]!;

        Assert.Equal("name string, n integer, r number, b boolean, d datetime, o object, s string", string.Join(", ", table["columns"]!.AsArray().Select(c => $"{c!["name"]} {c["type"]}")));
        Assert.Equal("""["p0",1,1.5,true,"2024-01-02T00:00:00.0000000Z",{"name":"Standard","tier":"Regional"},"00:01:30"]""", table["rows"]![0]!.ToJsonString());
        var old = await lab.SendAsync("POST", Path.Replace("2024-04-01", "2019-04-01", StringComparison.Ordinal), Body(query));
        Assert.NotNull(old.Expect(200).Json["data"]!["columns"]);
    }

    [Fact]
    public async Task Facets_count_the_answer_and_answer_for_themselves()
    {
        var group = await GroupAsync(3);
        await lab.SucceedAsync("PATCH", $"{group}/providers/Microsoft.Network/publicIPAddresses/p1", """{"tags":{"a":"b"}}""");
        var body = JsonNode.Parse(Body($"where resourceGroup == '{Name(group)}' | project id, name, location, properties.publicIPAllocationMethod, tags"))!;
        body["facets"] = JsonNode.Parse("""
            [{"expression":"location"},
             {"expression":"name","options":{"sortBy":"name","sortOrder":"asc","$top":2}},
             {"expression":"properties.publicIPAllocationMethod"},
             {"expression":"name","options":{"filter":"isnotempty(tags.a)"}},
             {"expression":"nothing"},
             {"expression":"name","options":{"filter":"name =="}}]
            """);

        var facets = (await SendAsync(body.ToJsonString())).Expect(200).Json["facets"]!.AsArray();

        Assert.Equal("""{"expression":"location","resultType":"FacetResult","totalRecords":1,"count":1,"data":[{"location":"eastus","count":3}]}""", facets[0]!.ToJsonString());
        Assert.Equal("""{"expression":"name","resultType":"FacetResult","totalRecords":3,"count":2,"data":[{"name":"p0","count":1},{"name":"p1","count":1}]}""", facets[1]!.ToJsonString());
        Assert.Equal("""[{"properties_publicIPAllocationMethod":"Static","count":3}]""", facets[2]!["data"]!.ToJsonString());
        Assert.Equal("""[{"name":"p1","count":1}]""", facets[3]!["data"]!.ToJsonString());
        Assert.Equal(("FacetError", "NoValidColumns", "InvalidColumnNames"), ((string?)facets[4]!["resultType"], (string?)facets[4]!["errors"]![0]!["code"], (string?)facets[4]!["errors"]![1]!["code"]));
        Assert.Equal("FacetError", (string?)facets[5]!["resultType"]);
    }

    [Fact]
    public async Task Groups_subscriptions_and_management_groups_are_containers()
    {
        var group = await GroupAsync(1);
        var (tenant, subscription) = (lab.Host.Tenant.TenantId, lab.Host.Tenant.SubscriptionId);

        var joined = await AskAsync($$"""
            Resources
            | where resourceGroup == '{{Name(group)}}'
            | join kind=leftouter (ResourceContainers | where type == 'microsoft.resources/subscriptions' | project subscriptionName = name, subscriptionId,
                above = tostring(properties.managementGroupAncestorsChain[-1].name)) on subscriptionId
            | join kind=inner (resourcecontainers | where type =~ 'Microsoft.Resources/subscriptions/resourceGroups' | project groupId = id, resourceGroup) on resourceGroup
            | project name, subscriptionName, above, groupId
            """);
        var row = Assert.Single(joined["data"]!.AsArray())!;
        Assert.Equal(("p0", tenant, group), ((string?)row["name"], (string?)row["above"], (string?)row["groupId"]));
        Assert.NotEmpty((string?)row["subscriptionName"] ?? "");

        var count = $"ResourceContainers | where name == '{Name(group)}' | count";
        foreach (var (scope, expected) in new[] { ("managementGroups", tenant), ("subscriptions", subscription) }.Select(s => (s.Item1, s.Item2)))
        {
            var body = JsonNode.Parse(Body(count))!;
            body[scope] = new JsonArray(expected);
            Assert.Equal("""[{"Count":1}]""", (await SendAsync(body.ToJsonString())).Expect(200).Json["data"]!.ToJsonString());
            body[scope] = new JsonArray(Guid.NewGuid().ToString());
            (await SendAsync(body.ToJsonString())).Expect(403, "AccessDenied");
        }

        Assert.Equal(1, (int)(await AskAsync($"ResourceContainers | where type == 'microsoft.management/managementgroups' and id endswith '{tenant}'"))["totalRecords"]!);
        Assert.Equal(1, (int)(await AskAsync($"AuthorizationResources | where type == 'microsoft.authorization/roleassignments' and properties.scope =~ '{group}'"))["totalRecords"]!);
        Assert.Equal(0, (int)(await AskAsync("KustoResources"))["totalRecords"]!);
    }

    [Theory]
    [InlineData("Resources\n| where name = 'x'", "ParserFailure", 2, 13, "=")]
    [InlineData("Resources | where missing == 1", "SemanticError", 1, 18, "missing")]
    [InlineData("Nowhere | take 1", "SemanticError", 1, 0, "Nowhere")]
    [InlineData("Resources | render piechart", "InvalidQueryLanguage", 1, 12, "render")]
    [InlineData("HealthResources", "InvalidQueryLanguage", -1, -1, "HealthResources")]
    public async Task A_fault_says_what_and_where(string query, string code, int line, int character, string token)
    {
        var details = (await SendAsync(Body(query))).Expect(400, "InvalidQuery").Json["error"]!["details"]!;
        Assert.Equal("InvalidQuery", (string?)details[0]!["code"]);
        Assert.Equal((code, line, character, token), ((string?)details[1]!["code"], (int)details[1]!["line"]!, (int)details[1]!["characterPositionInLine"]!, (string?)details[1]!["token"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"query":5}""")]
    [InlineData("""{"query":"Resources","facets":[null]}""")]
    [InlineData("""{"query":"Resources","options":{"$top":0}}""")]
    [InlineData("""{"query":"Resources","options":{"$skip":-1}}""")]
    [InlineData("""{"query":"Resources","options":{"resultFormat":"xml"}}""")]
    [InlineData("""{"query":""}""")]
    public async Task A_bad_request_is_refused(string body) => (await SendAsync(body)).Expect(400);

    [Fact]
    public async Task Odd_scopes_are_no_fault_of_the_server()
        => Assert.InRange((await SendAsync("""{"query":"Resources","subscriptions":["../x", "", null, "é"],"managementGroups":["a/b", "", null]}""")).Status, 200, 499);

    [Theory]
    [InlineData("""{"query":"ResourceContainers | take 1 | project a = '\\ud800', ['\\udc00'] = bag_pack('\\ud800', substring('😀', 0, 1)), c = parse_json('[\"\\\\ud800\"]')"}""")]
    [InlineData("""{"query":"ResourceContainers | take 1 | project r = real(nan), s = 1 / 0.0, i = -9223372036854775807 - 1"}""")]
    [InlineData("""{"query":"Resources | where name == '\ud800'"}""")]
    public async Task Odd_values_are_no_fault_of_the_server(string body) => Assert.InRange((await SendAsync(body)).Status, 200, 499);

    [Fact]
    public async Task The_history_of_resources_is_refused()
        => (await lab.SendAsync("POST", "/providers/Microsoft.ResourceGraph/resourcesHistory?api-version=2021-06-01-preview", "{}")).Expect(400, "FeatureNotSupported");

    [Fact]
    public async Task A_kept_query_must_be_one()
    {
        var group = await lab.GroupAsync();
        var answer = await lab.SendAsync("PUT", $"{group}/providers/Microsoft.ResourceGraph/queries/q", """{"properties":{"query":"Resources | whence x"}}""");
        answer.Expect(400, "InvalidQuery");
        await lab.SucceedAsync("PUT", $"{group}/providers/Microsoft.ResourceGraph/queries/q", """{"tags":{"a":"b"},"properties":{"query":"Resources | count"}}""");
    }

    private static JsonObject Options(int top, string? token) => new() { ["$top"] = top, ["$skipToken"] = token };

    private static string Name(string group) => group[(group.LastIndexOf('/') + 1)..];

    private static string Address(string tags = "{}") => $$$"""{"location":"eastus","tags":{{{tags}}},"sku":{"name":"Standard"},"properties":{"publicIPAllocationMethod":"Static"}}""";

    private async Task<string> GroupAsync(int addresses, string tags = "{}")
    {
        var group = await lab.GroupAsync();
        for (var i = 0; i < addresses; i++)
        {
            await lab.SucceedAsync("PUT", $"{group}/providers/Microsoft.Network/publicIPAddresses/p{i}", Address(tags));
        }

        return group;
    }

    private string Body(string query, bool subscriptions = false, JsonNode? options = null)
    {
        var body = new JsonObject { ["query"] = query };
        if (subscriptions)
        {
            body["subscriptions"] = new JsonArray(lab.Host.Tenant.SubscriptionId);
        }

        if (options is not null)
        {
            body["options"] = options;
        }

        return body.ToJsonString();
    }

    private async Task<JsonNode> AskAsync(string query, Who who = Who.Owner, JsonNode? options = null) => (await SendAsync(Body(query, options: options), who)).Expect(200).Json;

    private Task<Answer> SendAsync(string body, Who who = Who.Owner) => lab.SendAsync("POST", Path, body, who);
}
