using Lazuli.Kernel.Ids;
using Lazuli.Providers.Authorization.RoleDefinitions;
using static Lazuli.Providers.Tests.Authorization.AuthorizationWorld;

namespace Lazuli.Providers.Tests.Authorization;

public sealed class AuthorizerTests : IAsyncLifetime
{
    private const string Owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
    private const string Contributor = "b24988ac-6180-42a0-ab88-20f7382dd24c";
    private const string Reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
    private const string AccessAdministrator = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9";
    private const string RoleAdministrator = "f58310d9-a9f6-439a-9e8d-f62e7b41a168";
    private const string MachineContributor = "9980e02c-c2be-4d73-94e8-173b1dc7cf3c";
    private const string NetworkContributor = "4d97b98b-1d4f-4787-a291-c67834d212e7";
    private const string TagContributor = "4a9ae827-6dc8-4573-8ac7-8239d42aa03f";

    private const string Read = "Microsoft.Compute/virtualMachines/read";
    private const string Write = "Microsoft.Compute/virtualMachines/write";
    private const string Start = "microsoft.compute/VIRTUALMACHINES/start/action";
    private const string NetWrite = "Microsoft.Network/virtualNetworks/write";
    private const string Join = "Microsoft.Network/virtualNetworks/subnets/join/action";
    private const string Assign = "Microsoft.Authorization/roleAssignments/write";
    private const string Lock = "Microsoft.Authorization/locks/delete";
    private const string Tag = "Microsoft.Resources/tags/write";

    private AuthorizationWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await CreateAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Theory]
    [InlineData(Owner, "RWSNJALT")]
    [InlineData(Contributor, "RWSNJT")]
    [InlineData(Reader, "R")]
    [InlineData(AccessAdministrator, "RAL")]
    [InlineData(RoleAdministrator, "RA")]
    [InlineData(MachineContributor, "RWSJ")]
    [InlineData(NetworkContributor, "NJ")]
    [InlineData(TagContributor, "T")]
    public async Task A_role_allows_what_it_lists_at_its_scope_and_below_and_nowhere_else(string role, string allowed)
    {
        (char Letter, string Action)[] actions = [('R', Read), ('W', Write), ('S', Start), ('N', NetWrite), ('J', Join), ('A', Assign), ('L', Lock), ('T', Tag)];
        (string Scope, string[] Inside, string[] Outside)[] places =
        [
            (GroupA, [GroupA, Machine, Machine.ToUpperInvariant()], ["/", First, GroupB, GroupA + "b", Second]),
            (First, [First, GroupA, GroupB, Machine], ["/", Second]),
            ("/", ["/", First, Second, Machine], []),
        ];
        foreach (var (scope, inside, outside) in places)
        {
            var path = await _world.AssignAsync(scope, role);
            foreach (var (letter, action) in actions)
            {
                Assert.All(inside, at => Assert.Equal(allowed.Contains(letter, StringComparison.Ordinal), Allowed(action, at)));
                Assert.All(outside, at => Assert.False(Allowed(action, at)));
            }

            await _world.SendAsync("DELETE", path);
            Assert.False(Allowed(Read, Machine));
        }
    }

    [Fact]
    public async Task A_role_of_a_group_is_its_members()
    {
        await _world.AssignAsync(GroupA, Reader, PeopleId);
        Assert.True(Allowed(Read, Machine));
        Assert.False(_world.Kernel.Authorizer.IsAllowed(_world.User with { Groups = [] }, Read, ResourceId.Parse(Machine)));
    }

    [Fact]
    public async Task Data_actions_are_apart_from_actions()
    {
        await _world.AssignAsync(GroupA, "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1");
        const string Blob = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read";
        Assert.True(_world.Kernel.Authorizer.IsDataAllowed(_world.User, Blob, ResourceId.Parse(GroupA)));
        Assert.False(_world.Kernel.Authorizer.IsAllowed(_world.User, Blob, ResourceId.Parse(GroupA)));
        Assert.False(_world.Kernel.Authorizer.IsDataAllowed(_world.Owner, Blob, ResourceId.Parse(GroupA)));
    }

    [Theory]
    [InlineData("*", "anything/at/all", true)]
    [InlineData("*/read", "Microsoft.Compute/disks/read", true)]
    [InlineData("*/read", "Microsoft.Compute/disks/readMore", false)]
    [InlineData("Microsoft.Compute/*/read", "Microsoft.Compute/a/b/read", true)]
    [InlineData("Microsoft.Compute/*/read", "Microsoft.Compute/read", false)]
    [InlineData("A/*/b/*/c", "a/x/B/y/c", true)]
    [InlineData("A/*/b/*/c", "a/x/y/c", false)]
    [InlineData("Microsoft.Compute/disks/read", "microsoft.compute/DISKS/read", true)]
    [InlineData("Microsoft.Compute/disks/read", "Microsoft.Compute/disks/read/x", false)]
    public void A_star_stands_for_anything(string pattern, string action, bool matches)
        => Assert.Equal(matches, new ActionPattern(pattern).Matches(action));

    [Fact]
    public void Every_built_in_role_has_an_id_a_name_and_well_formed_actions()
    {
        Assert.True(BuiltInRoles.All.Count >= 40);
        Assert.Equal(BuiltInRoles.All.Count, BuiltInRoles.All.Values.Select(r => r.RoleName).Distinct().Count());
        Assert.All(BuiltInRoles.All, r =>
        {
            Assert.True(Guid.TryParse(r.Key, out _));
            var permission = Assert.Single(r.Value.Permissions!);
            Assert.All(
                permission.Actions!.Concat(permission.NotActions!).Concat(permission.DataActions!).Concat(permission.NotDataActions!),
                a => Assert.Matches(@"^(\*|(\*|[A-Za-z.]+)(/[A-Za-z*]+)+)$", a));
        });
    }

    private bool Allowed(string action, string scope) => _world.Kernel.Authorizer.IsAllowed(_world.User, action, ResourceId.Parse(scope));
}
