using System.Text;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Reconcile;
using Lazuli.Kernel.Store;

namespace Lazuli.Kernel.Tests.Types;

public sealed class ResourceContractTests : IAsyncLifetime
{
    private const string One = KernelFixture.Widgets + "/one";
    private const string Good = """{"location":"East US","tags":{"a":"b"},"properties":{"title":"x","color":"green","password":"s3cret"}}""";
    private readonly KernelFixture _kernel = new();

    public async ValueTask InitializeAsync() => await _kernel.MakeGroupAsync();

    public ValueTask DisposeAsync() => _kernel.DisposeAsync();

    [Fact]
    public async Task Put_creates_with_201_and_updates_with_200()
    {
        var created = await _kernel.SendAsync("PUT", One, Good);
        Assert.Equal(201, created.Status);
        Assert.Equal("eastus", created.Json()["location"]!.GetValue<string>());
        Assert.Equal("Green", created.Json()["properties"]!["color"]!.GetValue<string>());
        Assert.Equal("Succeeded", created.Json()["properties"]!["provisioningState"]!.GetValue<string>());
        Assert.Equal(One, created.Json()["id"]!.GetValue<string>());
        Assert.Equal(200, (await _kernel.SendAsync("PUT", One, Good)).Status);
    }

    [Fact]
    public async Task Ids_keep_the_casing_of_creation_and_are_found_in_any()
    {
        await _kernel.SendAsync("PUT", One, Good);
        var got = await _kernel.SendAsync("GET", One.ToUpperInvariant());
        Assert.Equal(200, got.Status);
        Assert.Equal(One, got.Json()["id"]!.GetValue<string>());
        await _kernel.SendAsync("PUT", One.ToUpperInvariant(), Good);
        Assert.Equal(One, (await _kernel.SendAsync("GET", One)).Json()["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_secret_is_never_shown_is_sealed_at_rest_and_need_not_be_sent_again()
    {
        var created = await _kernel.SendAsync("PUT", One, Good);
        Assert.Null(created.Json()["properties"]!["password"]);
        await _kernel.SendAsync("PUT", One, """{"location":"eastus","properties":{"title":"y"}}""");
        var stored = Encoding.UTF8.GetString(_kernel.Kernel.Store.Get(One.ToLowerInvariant())!.Body.Span);
        Assert.Contains("sealed:terc3s", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_faults_of_a_request_are_reported_together()
    {
        var refused = await _kernel.SendAsync("PUT", One, """{"properties":{"color":"blue","size":11}}""");
        Assert.Equal(400, refused.Status);
        Assert.Equal("MultipleErrorsOccurred", refused.Code());
        Assert.Equal(4, refused.Json()["error"]!["details"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("{", "InvalidRequestContent")]
    [InlineData("[]", "InvalidRequestContent")]
    [InlineData("", "InvalidRequestContent")]
    [InlineData("""{"location":"eastus","properties":{"title":"x","nonsense":1}}""", "InvalidRequestContent")]
    [InlineData("""{"location":"eastus","properties":{"title":{}}}""", "InvalidRequestContent")]
    [InlineData("""{"location":"eastus","properties":{"title":"x","parts":[null]}}""", "InvalidRequestContent")]
    [InlineData("""{"location":"eastus","properties":{"title":"x","parts":[{"name":"p","properties":{"weight":1}},null]}}""", "InvalidRequestContent")]
    [InlineData("""{"location":"nowhere","properties":{"title":"x"}}""", "LocationNotAvailableForResourceType")]
    [InlineData("""{"properties":{"title":"x"}}""", "LocationRequired")]
    [InlineData("""{"location":"eastus","properties":{"title":"x","peer":{"id":"/nothing"}}}""", "LinkedInvalidPropertyId")]
    [InlineData("""{"location":"eastus","properties":{"title":"x","peer":{"id":"/subscriptions/6b1b3e0e-0000-4000-8000-000000000001/resourceGroups/g/providers/Test.Things/widgets/none"}}}""", "InvalidResourceReference")]
    public async Task Bad_input_is_refused_and_nothing_is_made(string body, string code)
    {
        var refused = await _kernel.SendAsync("PUT", One, body);
        Assert.Equal(400, refused.Status);
        Assert.Equal(code, refused.Code());
        Assert.Equal(404, (await _kernel.SendAsync("GET", One)).Status);
    }

    [Fact]
    public async Task Computed_and_unknown_envelope_values_that_come_back_are_ignored()
    {
        await _kernel.SendAsync("PUT", One, Good);
        var shown = (await _kernel.SendAsync("GET", One)).Json();
        shown["properties"]!["provisioningState"] = "Lying";
        shown["somethingElse"] = 1;
        Assert.Equal(200, (await _kernel.SendAsync("PUT", One, shown.ToJsonString())).Status);
        Assert.Equal("Succeeded", (await _kernel.SendAsync("GET", One)).Json()["properties"]!["provisioningState"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_is_sent_along_with_a_reference_is_not_looked_at()
    {
        await _kernel.SendAsync("PUT", One, Good);
        var body = """{"location":"eastus","properties":{"title":"x","peer":{"id":"ONE","location":"mars","properties":{"title":"y"}}}}""".Replace("ONE", One, StringComparison.Ordinal);
        Assert.Equal(201, (await _kernel.SendAsync("PUT", KernelFixture.Widgets + "/two", body)).Status);
        Assert.Equal(["id"], (await _kernel.SendAsync("GET", KernelFixture.Widgets + "/two")).Json()["properties"]!["peer"]!.AsObject().Select(p => p.Key));
        Assert.Equal("x", (await _kernel.SendAsync("GET", One)).Json()["properties"]!["title"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_immutable_property_may_be_left_out_but_not_changed()
    {
        await _kernel.SendAsync("PUT", One, """{"location":"eastus","properties":{"title":"x","shape":"round"}}""");
        Assert.Equal(409, (await _kernel.SendAsync("PUT", One, """{"location":"eastus","properties":{"title":"x","shape":"square"}}""")).Status);
        Assert.Equal(200, (await _kernel.SendAsync("PUT", One, """{"location":"eastus","properties":{"title":"x"}}""")).Status);
        Assert.Equal("round", (await _kernel.SendAsync("GET", One)).Json()["properties"]!["shape"]!.GetValue<string>());
    }

    [Fact]
    public async Task Patch_merges_properties_and_replaces_tags()
    {
        await _kernel.SendAsync("PUT", One, Good);
        var patched = await _kernel.SendAsync("PATCH", One, """{"tags":{"c":"d"},"properties":{"size":3}}""");
        Assert.Equal(200, patched.Status);
        Assert.Equal("""{"c":"d"}""", patched.Json()["tags"]!.ToJsonString());
        Assert.Equal("x", patched.Json()["properties"]!["title"]!.GetValue<string>());
        Assert.Equal(3, patched.Json()["properties"]!["size"]!.GetValue<int>());
        Assert.Equal(404, (await _kernel.SendAsync("PATCH", KernelFixture.Widgets + "/none", "{}")).Status);
    }

    [Fact]
    public async Task Entity_tags_are_honoured()
    {
        var tag = (await _kernel.SendAsync("PUT", One, Good)).Header("ETag");
        Assert.Equal(412, (await _kernel.SendAsync("PUT", One, Good, ifNoneMatch: "*")).Status);
        Assert.Equal(304, (await _kernel.SendAsync("GET", One, ifNoneMatch: tag)).Status);
        Assert.Equal(200, (await _kernel.SendAsync("PUT", One, Good, ifMatch: tag)).Status);
        Assert.Equal(412, (await _kernel.SendAsync("PUT", One, Good, ifMatch: tag)).Status);
        Assert.Equal(412, (await _kernel.SendAsync("DELETE", One, ifMatch: tag)).Status);
        Assert.Equal(412, (await _kernel.SendAsync("PUT", KernelFixture.Widgets + "/two", Good, ifMatch: "*")).Status);
    }

    [Fact]
    public async Task Delete_is_200_then_204_and_what_is_in_use_stays()
    {
        await _kernel.SendAsync("PUT", One, Good);
        await _kernel.SendAsync("PUT", KernelFixture.Widgets + "/two", """{"location":"eastus","properties":{"title":"x","peer":{"id":"ONE"}}}""".Replace("ONE", One, StringComparison.Ordinal));
        Assert.Equal("WidgetInUse", (await _kernel.SendAsync("DELETE", One)).Code());
        Assert.Equal(One, (await _kernel.SendAsync("GET", One)).Json()["properties"]!["usedBy"]![0]!.GetValue<string>().Replace("/two", "/one", StringComparison.Ordinal), ignoreCase: true);
        Assert.Equal(200, (await _kernel.SendAsync("DELETE", KernelFixture.Widgets + "/two")).Status);
        Assert.Empty((await _kernel.SendAsync("GET", One)).Json()["properties"]!["usedBy"]!.AsArray());
        Assert.Equal(200, (await _kernel.SendAsync("DELETE", One)).Status);
        Assert.Equal(204, (await _kernel.SendAsync("DELETE", One)).Status);
    }

    [Theory]
    [InlineData("GET", One, "", "MissingApiVersionParameter", 400)]
    [InlineData("GET", One, "tomorrow", "InvalidApiVersionParameter", 400)]
    [InlineData("GET", One, "2019-01-01", "NoRegisteredProviderFound", 400)]
    [InlineData("GET", One, "2024-01-01", "ResourceNotFound", 404)]
    [InlineData("PUT", KernelFixture.Widgets + "/-bad", "2024-01-01", "InvalidResourceName", 400)]
    [InlineData("PUT", "/subscriptions/6b1b3e0e-0000-4000-8000-000000000001/resourceGroups/none/providers/Test.Things/widgets/w", "2024-01-01", "ResourceGroupNotFound", 404)]
    [InlineData("PUT", "/subscriptions/6b1b3e0e-0000-4000-8000-00000000000f/resourceGroups/g/providers/Test.Things/widgets/w", "2024-01-01", "SubscriptionNotFound", 404)]
    [InlineData("PUT", "/subscriptions/foreign/resourceGroups/g/providers/Test.Things/widgets/w", "2024-01-01", "InvalidSubscriptionId", 400)]
    [InlineData("PUT", KernelFixture.Group + "/providers/Test.Things/gadgets/g", "2024-01-01", "InvalidResourceType", 404)]
    [InlineData("PUT", KernelFixture.Group + "/providers/Nobody.Things/gadgets/g", "2024-01-01", "InvalidResourceNamespace", 404)]
    [InlineData("POST", One, "2024-01-01", "MethodNotAllowed", 405)]
    [InlineData("PUT", KernelFixture.Widgets + "/none/parts/p", "2024-01-01", "ParentResourceNotFound", 404)]
    public async Task Requests_for_what_is_not_there_get_the_documented_error(string method, string path, string version, string code, int status)
    {
        var refused = await _kernel.SendAsync(method, path, """{"location":"eastus","properties":{"title":"x"}}""", version: version);
        Assert.Equal((code, status), (refused.Code(), refused.Status));
    }

    [Theory]
    [InlineData("GET", "read")]
    [InlineData("PUT", "write")]
    [InlineData("PATCH", "write")]
    [InlineData("DELETE", "delete")]
    public async Task Each_method_needs_its_right(string method, string verb)
    {
        await _kernel.SendAsync("PUT", One, Good);
        _kernel.Authorizer.Denied.Add($"Test.Things/widgets/{verb}");
        var refused = await _kernel.SendAsync(method, One, Good);
        Assert.Equal((403, "AuthorizationFailed"), (refused.Status, refused.Code()));
    }

    [Fact]
    public async Task Lists_page_by_next_link()
    {
        for (var i = 0; i < 5; i++)
        {
            await _kernel.SendAsync("PUT", $"{KernelFixture.Widgets}/w{i}", Good);
        }

        var names = new List<string>();
        var query = "$top=2";
        while (query.Length > 0)
        {
            var page = (await _kernel.SendAsync("GET", KernelFixture.Widgets, query: query)).Json();
            names.AddRange(page["value"]!.AsArray().Select(w => w!["name"]!.GetValue<string>()));
            query = page["nextLink"]?.GetValue<string>() is { } next ? "$top=2&$skiptoken=" + next[(next.IndexOf("$skiptoken=", StringComparison.Ordinal) + 11)..] : "";
        }

        Assert.Equal(["w0", "w1", "w2", "w3", "w4"], names);
        Assert.Equal(400, (await _kernel.SendAsync("GET", KernelFixture.Widgets, query: "$skiptoken=!!")).Status);
    }

    [Fact]
    public async Task An_embedded_child_is_one_truth_with_its_parent()
    {
        await _kernel.SendAsync("PUT", One, Good);
        var part = One + "/parts/p1";
        Assert.Equal(201, (await _kernel.SendAsync("PUT", part, """{"properties":{"weight":4}}""")).Status);
        Assert.Equal(200, (await _kernel.SendAsync("PUT", part.ToUpperInvariant(), """{"properties":{"weight":5}}""")).Status);
        Assert.Equal(5, (await _kernel.SendAsync("GET", One)).Json()["properties"]!["parts"]![0]!["properties"]!["weight"]!.GetValue<int>());
        Assert.Equal(5, (await _kernel.SendAsync("GET", part)).Json()["properties"]!["weight"]!.GetValue<int>());
        Assert.Single((await _kernel.SendAsync("GET", One + "/parts")).Json()["value"]!.AsArray());
        Assert.Equal(400, (await _kernel.SendAsync("PUT", part, """{"properties":{"weight":10}}""")).Status);
        Assert.Equal(200, (await _kernel.SendAsync("DELETE", part)).Status);
        Assert.Equal(204, (await _kernel.SendAsync("DELETE", part)).Status);
        Assert.Equal(404, (await _kernel.SendAsync("GET", part)).Status);
    }

    [Theory]
    [InlineData("ReadOnly", "PUT", 409)]
    [InlineData("ReadOnly", "DELETE", 409)]
    [InlineData("CanNotDelete", "PUT", 200)]
    [InlineData("CanNotDelete", "DELETE", 409)]
    [InlineData("ReadOnly", "GET", 200)]
    public async Task Locks_above_a_resource_hold_it(string level, string method, int status)
    {
        await _kernel.SendAsync("PUT", One, Good);
        var key = $"{KernelFixture.Group}/providers/microsoft.authorization/locks/l".ToLowerInvariant();
        var body = Encoding.UTF8.GetBytes($$$"""{"properties":{"level":"{{{level}}}"}}""");
        await _kernel.Kernel.Store.CommitAsync(
            new StoreTransaction { Writes = [new(key, new StoreRecord { Key = key, Type = LockRules.Type, Body = body })] }, TestContext.Current.CancellationToken);
        Assert.Equal(status, (await _kernel.SendAsync(method, One, Good)).Status);
    }

    [Fact]
    public async Task An_embedded_child_has_preconditions_and_existence_of_its_own()
    {
        await _kernel.SendAsync("PUT", One, Good);
        var part = One + "/parts/p1";
        const string Body = """{"properties":{"weight":5}}""";
        Assert.Equal(404, (await _kernel.SendAsync("HEAD", part)).Status);
        Assert.Equal(412, (await _kernel.SendAsync("PUT", part, Body, ifMatch: "*")).Status);
        Assert.Equal(201, (await _kernel.SendAsync("PUT", part, Body, ifNoneMatch: "*")).Status);
        Assert.Equal(412, (await _kernel.SendAsync("PUT", part, Body, ifNoneMatch: "*")).Status);
        Assert.Equal(200, (await _kernel.SendAsync("PUT", part, Body, ifMatch: "*")).Status);
        Assert.Equal(204, (await _kernel.SendAsync("HEAD", part)).Status);
    }

    [Fact]
    public void Many_faults_are_told_once_each_and_a_hundred_at_most()
    {
        static ArmError Fault(int i) => ArmErrors.InvalidParameter($"p{i}", "wrong");
        Assert.Equal(Fault(1), ArmError.Combine([Fault(1), Fault(1)]));
        Assert.Equal(2, ArmError.Combine([Fault(1), Fault(2), Fault(1)]).Details!.Count);
        Assert.Equal(100, ArmError.Combine([.. Enumerable.Range(0, 5000).Select(Fault)]).Details!.Count);
    }

    [Fact]
    public async Task A_group_that_is_not_there_is_told_by_its_own_error()
    {
        var none = KernelFixture.Group + "-none";
        foreach (var method in new[] { "GET", "DELETE" })
        {
            var answer = await _kernel.SendAsync(method, none);
            Assert.Equal((404, "ResourceGroupNotFound"), (answer.Status, answer.Code()));
        }
    }

    [Fact]
    public async Task A_change_is_in_the_activity_log()
    {
        await _kernel.SendAsync("PUT", One, Good);
        var entry = _kernel.Kernel.Store.Events(KernelFixture.Subscription, DateTimeOffset.MinValue, DateTimeOffset.MaxValue).First();
        Assert.Contains("Test.Things/widgets/write", Encoding.UTF8.GetString(entry.Body.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Concurrent_writers_never_lose_an_update_that_was_acknowledged()
    {
        await _kernel.SendAsync("PUT", One, Good);
        var spins = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => _kernel.SendAsync("POST", One + "/spin")));
        Assert.All(spins, s => Assert.Equal(202, s.Status));
        Assert.Equal("""{"spins":40}""", (await _kernel.SendAsync("POST", One + "/peek")).Json().ToJsonString());
    }
}

public sealed class ReconciledContractTests
{
    private const string One = KernelFixture.Widgets + "/one";
    private const string Good = """{"location":"eastus","properties":{"title":"x","password":"p"}}""";

    [Fact]
    public async Task A_put_ends_when_the_reconciler_has_settled()
    {
        Outcome outcome = new Outcome.LookAgain(TimeSpan.FromSeconds(9), "not yet");
        await using var kernel = new KernelFixture(true, (_, _) => outcome);
        await kernel.MakeGroupAsync();
        var created = await kernel.SendAsync("PUT", One, Good);
        var url = created.Header("Azure-AsyncOperation")!;
        Assert.Equal(201, created.Status);
        Assert.Equal("Creating", created.Json()["properties"]!["provisioningState"]!.GetValue<string>());
        Assert.Equal(TimeSpan.FromSeconds(9), await kernel.PassAsync("one"));
        Assert.Equal("InProgress", (await FollowAsync(kernel, url)).Json()["status"]!.GetValue<string>());

        outcome = new Outcome.Settled();
        Assert.Null(await kernel.PassAsync("one"));
        Assert.Equal("Succeeded", (await FollowAsync(kernel, url)).Json()["status"]!.GetValue<string>());
        Assert.Equal("Succeeded", (await kernel.SendAsync("GET", One)).Json()["properties"]!["provisioningState"]!.GetValue<string>());

        var sequence = kernel.Kernel.Store.Sequence;
        await kernel.PassAsync("one");
        Assert.Equal(sequence, kernel.Kernel.Store.Sequence);
    }

    [Fact]
    public async Task A_blocked_resource_fails_its_operation_with_the_reason()
    {
        await using var kernel = new KernelFixture(true, (_, _) => new Outcome.Blocked(ArmErrors.BadRequest("AllocationFailed", "full")));
        await kernel.MakeGroupAsync();
        var url = (await kernel.SendAsync("PUT", One, Good)).Header("Azure-AsyncOperation")!;
        await kernel.PassAsync("one");
        var status = (await FollowAsync(kernel, url)).Json();
        Assert.Equal(("Failed", "AllocationFailed"), (status["status"]!.GetValue<string>(), status["error"]!["code"]!.GetValue<string>()));
        Assert.Equal("Failed", (await kernel.SendAsync("GET", One)).Json()["properties"]!["provisioningState"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_deleted_resource_is_there_until_the_reconciler_has_settled()
    {
        await using var kernel = new KernelFixture(true);
        await kernel.MakeGroupAsync();
        await kernel.SendAsync("PUT", One, Good);
        await kernel.PassAsync("one");
        var deleted = await kernel.SendAsync("DELETE", One);
        Assert.Equal(202, deleted.Status);
        Assert.Equal("Deleting", (await kernel.SendAsync("GET", One)).Json()["properties"]!["provisioningState"]!.GetValue<string>());
        Assert.Equal(409, (await kernel.SendAsync("PUT", One, Good)).Status);
        Assert.Equal(202, (await FollowAsync(kernel, deleted.Header("Location")!)).Status);
        await kernel.PassAsync("one");
        Assert.Equal(404, (await kernel.SendAsync("GET", One)).Status);
        Assert.Equal(204, (await FollowAsync(kernel, deleted.Header("Location")!)).Status);
        Assert.Equal("Succeeded", (await FollowAsync(kernel, deleted.Header("Azure-AsyncOperation")!)).Json()["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_pass_that_throws_is_repeated_after_growing_pauses()
    {
        await using var kernel = new KernelFixture(true, (_, _) => throw new InvalidOperationException("broken"));
        await kernel.MakeGroupAsync();
        await kernel.SendAsync("PUT", One, Good);
        var first = await kernel.PassAsync("one");
        var second = await kernel.PassAsync("one");
        Assert.True(second > first);
    }

    private static Task<ArmResponse> FollowAsync(KernelFixture kernel, string url) => kernel.SendAsync("GET", new Uri(url).AbsolutePath);
}
