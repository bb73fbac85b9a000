using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.BadInput;

/// <summary>What Azure refuses is refused with Azure's status and code, and nothing is made or changed by it.</summary>
public sealed class BadInputTests(BadStage stage) : IClassFixture<BadStage>
{
    public static TheoryData<string> Names => [.. BadCases.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_is_refused_as_azure_refuses_it(string name)
    {
        var wrong = BadCases.All.Single(c => c.Name == name);
        var path = (await PathAsync(wrong.Path)).Replace("/new", $"/new{BadCases.All.ToList().IndexOf(wrong)}", StringComparison.Ordinal);
        var at = path.Split('?')[0];
        var (before, all) = await SeenAsync(at);

        var answer = await stage.Lab.SendAsync(wrong.Method, path, wrong.Body is { } body ? stage.Fill(body) : null, wrong.Who);

        answer.Expect(wrong.Status, wrong.Code);
        Assert.True(answer.Text.Length < 256 * 1024, $"The refusal has {answer.Text.Length} characters.");
        Assert.Equal((before, all), await SeenAsync(at));
        if (wrong.Method == "PUT" && path.Contains("/new", StringComparison.Ordinal))
        {
            Assert.StartsWith("4", before, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task All_faults_of_one_request_are_told_together()
    {
        var machine = Bodies.Vm(("properties.hardwareProfile.vmSize", "\"Standard_X\""), ("properties.osProfile.computerName", "\"a b\""), ("zones", """["7"]"""));
        var refused = (await stage.Lab.SendAsync("PUT", stage.Path("C/virtualMachines/new"), stage.Fill(machine))).Expect(400, "MultipleErrorsOccurred");
        Assert.Equal(["InvalidAvailabilityZone", "InvalidParameter", "InvalidParameter", "MultipleErrorsOccurred"], refused.Codes.Order(StringComparer.Ordinal));

        var network = """{"tags":{"<":"x"},"properties":{"addressSpace":{"addressPrefixes":["10.1.0.1/16","x"]}}}""";
        refused = (await stage.Lab.SendAsync("PUT", stage.Path("N/virtualNetworks/-new"), network)).Expect(400, "MultipleErrorsOccurred");
        Assert.Equal(["InvalidResourceName", "InvalidTagNameCharacters", "LocationRequired", "MultipleErrorsOccurred"], refused.Codes.Order(StringComparer.Ordinal));
        (await stage.Lab.SendAsync("GET", stage.Path("C/virtualMachines/new"))).Expect(404);
        (await stage.Lab.SendAsync("GET", stage.Path("N/virtualNetworks/-new"))).Expect(404);
    }

    [Fact]
    public void There_are_enough_cases_and_each_has_a_name_of_its_own()
    {
        Assert.True(BadCases.All.Count >= 60);
        Assert.Equal(BadCases.All.Count, BadCases.All.Select(c => c.Name).Distinct().Count());
    }

    private async Task<string> PathAsync(string path)
        => path == "{os}"
            ? (string?)(await stage.Lab.SendAsync("GET", stage.Path("C/virtualMachines/m"))).Json["properties"]?["storageProfile"]?["osDisk"]?["managedDisk"]?["id"] ?? ""
            : stage.Path(path);

    // What is at the path, and what there is in the group.
    private async Task<(string At, string All)> SeenAsync(string path)
    {
        var at = await stage.Lab.SendAsync("GET", path);
        return ($"{at.Status} {at.Header("ETag")} {at.Text}", (await stage.Lab.SendAsync("GET", stage.Group + "/resources")).Expect(200).Text);
    }
}
