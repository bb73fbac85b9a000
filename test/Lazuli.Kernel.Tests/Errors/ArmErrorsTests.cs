using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Ids;

namespace Lazuli.Kernel.Tests.Errors;

public sealed class ArmErrorsTests
{
    [Theory]
    [InlineData("Microsoft.Resources/resourceGroups", "LocationNotAvailableForResourceGroup", "resource group. List of available regions is 'a,b'.")]
    [InlineData("Test.Things/widgets", "LocationNotAvailableForResourceType", "resource type 'Test.Things/widgets'. List of available regions for the resource type is 'a,b'.")]
    public void An_unknown_location_is_refused_in_other_words_for_a_group_than_for_a_resource(string type, string code, string end)
    {
        var error = ArmErrors.LocationNotAvailable("atlantis", ResourceTypeName.Parse(type), ["a", "b"]);

        Assert.Equal((code, $"The provided location 'atlantis' is not available for {end}"), (error.Code, error.Message));
    }
}
