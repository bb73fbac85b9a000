using System.Text.Json.Nodes;

namespace Lazuli.Clients.Tests.AzureCli;

/// <summary>Images, sizes and usages, and what <c>az</c> shows where they don't exist.</summary>
public sealed class CatalogueTests(Cloud cloud)
{
    [Fact]
    public async Task Images_are_found_step_by_step()
    {
        var az = await Az.SignedInAsync(cloud);

        Assert.Contains("Debian", Names(await az.RunAsync("vm image list-publishers -l westeurope")));
        Assert.Contains("debian-12", Names(await az.RunAsync("vm image list-offers -l westeurope -p Debian")));
        Assert.Contains("12", Names(await az.RunAsync("vm image list-skus -l westeurope -p Debian -f debian-12")));
        Assert.Contains((await az.RunAsync("vm image list"))!.AsArray(), i => ((string?)i!["urnAlias"], (string?)i["urn"]) == ("Debian12", "Debian:debian-12:12:latest"));
        Assert.Contains((await az.RunAsync("vm image list -l westeurope -p Debian -f debian-12 -s 12 --all"))!.AsArray(), i => (string?)i!["architecture"] == "x64");
        var image = (await az.RunAsync("vm image show -l westeurope --urn Debian:debian-12:12:latest"))!;
        Assert.Equal(("Linux", "V1"), ((string?)image["osDiskImage"]!["operatingSystem"], (string?)image["hyperVGeneration"]));
    }

    [Fact]
    public async Task Sizes_are_listed_with_what_they_promise()
    {
        var az = await Az.SignedInAsync(cloud);

        var size = (await az.RunAsync("vm list-sizes -l westeurope"))!.AsArray().Single(s => (string?)s!["name"] == "Standard_B1s")!;
        Assert.Equal((1, 1024), ((int)size["numberOfCores"]!, (int)size["memoryInMB"]!));
        var sku = Assert.Single((await az.RunAsync("vm list-skus -l westeurope --size Standard_B2s --query [?name=='Standard_B2s']"))!.AsArray())!;
        Assert.Contains(sku["capabilities"]!.AsArray(), c => ((string?)c!["name"], (string?)c["value"]) == ("vCPUs", "2"));
        Assert.Contains((await az.RunAsync("vm list-usage -l westeurope"))!.AsArray(), u => (string?)u!["localName"] == "Total Regional vCPUs");
    }

    [Fact]
    public async Task What_does_not_exist_is_refused_with_azures_words()
    {
        var az = await Az.SignedInAsync(cloud);
        await az.RunAsync("group create -n refusals -l westeurope");

        // Debian's az ends with a traceback after a deployment's error (its SDK is newer than it expects): the error is in it.
        Assert.Contains("The value Standard_Nope provided for the VM size is not valid.",
            await az.FailAsync("vm create -g refusals -n v --image Micro --size Standard_Nope --admin-username azureuser --generate-ssh-keys"));
        Assert.Contains("Artifact: VMImage was not found.",
            await az.FailAsync("vm create -g refusals -n v --image Debian:debian-12:nope:latest --size Standard_B1s --admin-username azureuser --generate-ssh-keys"));
        Assert.Contains("(ResourceNotFound) The Resource 'Microsoft.Compute/virtualMachines/nobody' under resource group 'refusals' was not found.",
            await az.FailAsync("vm show -g refusals -n nobody"));
        Assert.Contains("(ResourceGroupNotFound) Resource group 'nowhere' could not be found.", await az.FailAsync("vm list -g nowhere"));
        Assert.Contains("(LocationNotAvailableForResourceGroup)", await az.FailAsync("group create -n r -l atlantis"));
        Assert.Empty((await az.RunAsync("resource list -g refusals"))!.AsArray());
        await az.RunAsync("group delete -n refusals --yes");
    }

    private static IEnumerable<string?> Names(JsonNode? list) => list!.AsArray().Select(i => (string?)i!["name"]);
}
