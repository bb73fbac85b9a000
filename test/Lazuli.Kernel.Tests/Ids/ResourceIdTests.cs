using Lazuli.Kernel.Ids;

namespace Lazuli.Kernel.Tests.Ids;

public sealed class ResourceIdTests
{
    private const string Sub = "/subscriptions/6b1b3e0e-0000-4000-8000-000000000001";

    [Theory]
    [InlineData("/")]
    [InlineData(Sub)]
    [InlineData(Sub + "/resourceGroups/g")]
    [InlineData(Sub + "/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v")]
    [InlineData(Sub + "/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/s")]
    [InlineData(Sub + "/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/providers/Microsoft.Authorization/locks/l")]
    [InlineData("/providers/Microsoft.Management/managementGroups/m")]
    [InlineData("/providers/Microsoft.Management/managementGroups/m/providers/Microsoft.Authorization/roleAssignments/r")]
    public void An_id_reads_back_as_it_was_written(string text) => Assert.Equal(text, ResourceId.Parse(text).ToString());

    [Fact]
    public void Fixed_words_get_their_casing_and_names_keep_theirs()
        => Assert.Equal(Sub + "/resourceGroups/MyGroup", ResourceId.Parse(Sub.ToUpperInvariant().Replace(Sub[15..].ToUpperInvariant(), Sub[15..], StringComparison.Ordinal) + "/RESOURCEGROUPS/MyGroup").ToString());

    [Fact]
    public void A_child_knows_its_parent_its_root_and_its_scope()
    {
        var id = ResourceId.Parse(Sub + "/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/s");
        Assert.Equal("virtualNetworks/subnets", id.Type.TypePath);
        Assert.Equal("v", id.Root.Name);
        Assert.Equal("v/s", id.NamePath);
        Assert.True(id.Scope.IsResourceGroup);
        Assert.Equal("g", id.ResourceGroup);
        Assert.Equal("v", id.Parent?.Name);
    }

    [Fact]
    public void An_extension_has_what_it_extends_as_scope()
    {
        var id = ResourceId.Parse(Sub + "/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/providers/Microsoft.Authorization/locks/l");
        Assert.False(id.IsChild);
        Assert.Equal("v", id.Scope.Name);
        Assert.True(id.IsWithin(ResourceId.Parse(Sub + "/resourceGroups/G")));
    }

    [Fact]
    public void A_management_group_is_a_scope_of_its_own()
    {
        var group = ResourceId.Parse("/PROVIDERS/microsoft.management/MANAGEMENTGROUPS/Mine");
        Assert.Equal(ResourceId.ManagementGroup("mine"), group);
        Assert.True(group.IsManagementGroup);
        Assert.True(group.Scope.IsTenant);
        Assert.Null(group.SubscriptionScope);

        var deployment = ResourceId.Parse("/providers/Microsoft.Management/managementGroups/mine/providers/Microsoft.Resources/deployments/d");
        Assert.False(deployment.IsManagementGroup);
        Assert.False(deployment.IsChild);
        Assert.Equal(group, deployment.Scope);
        Assert.Equal(group, deployment.ManagementGroupId);
        Assert.Null(ResourceId.Parse(Sub).ManagementGroupId);

        Assert.True(ResourcePath.TryParse("/providers/Microsoft.Management/managementGroups/mine/subscriptions", out var children));
        Assert.Equal((ResourcePathKind.Tail, "subscriptions", group), (children.Kind, children.Tail, children.Id));
        Assert.True(ResourcePath.TryParse("/providers/Microsoft.Management/managementGroups/mine/providers/Microsoft.Resources/deployments", out var below));
        Assert.Equal((ResourcePathKind.Provider, "deployments", group), (below.Kind, below.Tail, below.Id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("subscriptions/x")]
    [InlineData("/subscriptions/x/resourceGroups")]
    [InlineData("/subscriptions/x/resourceGroups/a<b")]
    [InlineData("/subscriptions/x/resourceGroups/..")]
    [InlineData("/subscriptions/x/resourceGroups/g/providers/A.B/c")]
    public void What_is_no_id_is_refused(string text) => Assert.False(ResourceId.TryParse(text, out _));

    [Fact]
    public void Siblings_with_a_common_prefix_are_not_within_each_other()
        => Assert.False(ResourceId.Parse(Sub + "/resourceGroups/group10").IsWithin(ResourceId.Parse(Sub + "/resourceGroups/group1")));

    [Theory]
    [InlineData("/subscriptions/x/resourceGroups/g/providers/A.B/c/d/start", ResourcePathKind.Tail, "start")]
    [InlineData("/subscriptions/x/providers/A.B/c", ResourcePathKind.Provider, "c")]
    [InlineData("/subscriptions/x/providers", ResourcePathKind.Tail, "providers")]
    [InlineData("/subscriptions/x/providers/A.B", ResourcePathKind.Provider, null)]
    [InlineData("/subscriptions/x/resourcegroups", ResourcePathKind.Tail, "resourcegroups")]
    public void A_path_is_split_into_the_longest_id_and_the_rest(string path, ResourcePathKind kind, string? tail)
    {
        Assert.True(ResourcePath.TryParse(path, out var parsed));
        Assert.Equal(kind, parsed.Kind);
        Assert.Equal(tail, parsed.Tail);
    }

    [Theory]
    [InlineData(Sub + "/resourceGroups/g/providers/A.B/c/d/")]
    [InlineData("/" + Sub + "//resourceGroups/g/providers//A.B/c//d")]
    public void Slashes_too_many_say_nothing(string text) => Assert.Equal(Sub + "/resourceGroups/g/providers/A.B/c/d", ResourceId.Parse(text).ToString());

    [Fact]
    public void What_is_read_again_keeps_the_casing_of_this_time()
    {
        Assert.Equal("G", ResourceId.Parse(Sub + "/resourceGroups/G/providers/A.B/c/d").ResourceGroup);
        Assert.Equal("g", ResourceId.Parse(Sub + "/resourceGroups/g/providers/A.B/c/d").ResourceGroup);
        Assert.Equal("A.B/c", ResourceId.Parse(Sub + "/resourceGroups/g/providers/A.B/c/d").Type.ToString());
        Assert.Equal("a.b/C", ResourceId.Parse(Sub + "/resourceGroups/g/providers/a.b/C/d").Type.ToString());
    }

    [Fact]
    public void The_ids_of_a_group_share_it_as_long_as_groups_are_few()
    {
        var (a, b) = (ResourceId.Parse(Sub + "/resourceGroups/shared/providers/A.B/c/d"), ResourceId.Parse(Sub + "/resourceGroups/shared/providers/A.B/c/e"));
        Assert.Same(a.Type, b.Type);
        Assert.Same(a.ResourceGroupId, b.ResourceGroupId);
        for (var i = 0; i < 5000; i++)
        {
            var id = ResourceId.Parse($"{Sub}/resourceGroups/group{i}/providers/A.B/type{i}/name");
            Assert.Equal(($"group{i}", $"type{i}", Sub[15..]), (id.ResourceGroup, id.Type.TypePath, id.SubscriptionId));
        }
    }
}
