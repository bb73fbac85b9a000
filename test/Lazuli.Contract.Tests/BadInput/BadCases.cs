using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.BadInput;

/// <summary>A request that must be refused, and how.</summary>
internal sealed record BadCase(string Name, string Method, string Path, string? Body, int Status, string Code, Who Who = Who.Owner);

/// <summary>The table. In every path and body <c>new</c> at the end of a path stands for a name of the case's own. Codes and statuses are Azure's: from its REST references, its error lists and answers quoted in public issues.</summary>
internal static class BadCases
{
    private const string Vm = "C/virtualMachines/new";
    private const string Net = "N/virtualNetworks/new";
    private const string Nsg = "N/networkSecurityGroups/new";
    private const string Nic = "N/networkInterfaces/new";
    private const string Pip = "N/publicIPAddresses/new";
    private const string Disk = "C/disks/new";
    private const string Any = """{"location":"eastus"}""";

    public static readonly IReadOnlyList<BadCase> All =
    [
        // Who asks
        new("no token", "PUT", Nsg, Any, 401, "AuthenticationFailed", Who.Stranger),
        new("expired token", "PUT", Nsg, Any, 401, "ExpiredAuthenticationToken", Who.Late),
        new("wrong audience", "PUT", Nsg, Any, 401, "InvalidAuthenticationTokenAudience", Who.Elsewhere),
        new("forged token", "PUT", Nsg, Any, 401, "InvalidAuthenticationToken", Who.Forger),
        new("no role", "PUT", Nsg, Any, 403, "AuthorizationFailed", Who.Nobody),
        new("a reader writes", "PUT", Nsg, Any, 403, "AuthorizationFailed", Who.Reader),
        new("a reader deletes", "DELETE", "C/disks/k", null, 403, "AuthorizationFailed", Who.Reader),
        new("a reader starts a machine", "POST", "C/virtualMachines/m/start", null, 403, "AuthorizationFailed", Who.Reader),
        new("a reader gives himself a role", "PUT", "A/roleAssignments/00000000-0000-4000-8000-000000000001", "{}", 403, "AuthorizationFailed", Who.Reader),

        // Where
        new("no api-version", "PUT", Nsg + "?x=api-version", Any, 400, "MissingApiVersionParameter"),
        new("an api-version that is none", "PUT", Nsg + "?api-version=newest", Any, 400, "InvalidApiVersionParameter"),
        new("an api-version that isn't there", "PUT", Nsg + "?api-version=2001-01-01", Any, 400, "NoRegisteredProviderFound"),
        new("an unknown provider", "PUT", "{group}/providers/Microsoft.Nothing/things/t?api-version=2024-03-01", Any, 404, "InvalidResourceNamespace"),
        new("an unknown type", "PUT", "N/things/t?api-version=2024-03-01", Any, 404, "InvalidResourceType"),
        new("a foreign subscription", "PUT", "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/g/providers/Microsoft.Compute/disks/new", Any, 404, "SubscriptionNotFound"),
        new("a subscription that is none", "PUT", "/subscriptions/mine/resourceGroups/g/providers/Microsoft.Compute/disks/new", Any, 400, "InvalidSubscriptionId"),
        new("a group that isn't there", "PUT", "{group}-none/providers/Microsoft.Compute/disks/new", Any, 404, "ResourceGroupNotFound"),
        new("a group's name with a period at its end", "PUT", "{subscription}/resourceGroups/end.", Any, 400, "InvalidResourceGroup"),
        new("a group's name with a bad character", "PUT", "{subscription}/resourceGroups/a*b", Any, 400, "InvalidResourceGroup"),
        new("a group's name too long", "PUT", "{subscription}/resourceGroups/" + new string('a', 91), Any, 400, "InvalidResourceGroup"),
        new("a group elsewhere", "PUT", "{group}", """{"location":"westeurope"}""", 409, "InvalidResourceGroupLocation"),
        new("a group without a place", "PUT", "{group}-new", "{}", 400, "LocationRequired"),
        new("a method that isn't there", "POST", Nsg, Any, 405, "MethodNotAllowed"),
        new("an action that isn't there", "POST", "C/virtualMachines/m/dance?api-version=2024-03-01", null, 404, "NotFound"),
        new("a machine that isn't there", "POST", "C/virtualMachines/none/start", null, 404, "ResourceNotFound"),

        // Locks
        new("a change in a frozen group", "PUT", "{group}-frozen/providers/Microsoft.Network/networkSecurityGroups/new", Any, 409, "ScopeLocked"),
        new("a deletion in a frozen group", "DELETE", "{group}-frozen/providers/Microsoft.Network/networkSecurityGroups/g", null, 409, "ScopeLocked"),
        new("a deletion in a kept group", "DELETE", "{group}-kept/providers/Microsoft.Network/networkSecurityGroups/g", null, 409, "ScopeLocked"),
        new("deleting a group under lock", "DELETE", "{group}-kept", null, 409, "ScopeLocked"),
        new("a lock of no level", "PUT", "A/locks/new", """{"properties":{"level":"Perhaps"}}""", 400, "InvalidParameter"),

        // JSON
        new("no body", "PUT", Nsg, null, 400, "InvalidRequestContent"),
        new("half a body", "PUT", Nsg, """{"location":"eastus",""", 400, "InvalidRequestContent"),
        new("a list for a body", "PUT", Nsg, "[]", 400, "InvalidRequestContent"),
        new("null for a body", "PUT", Nsg, "null", 400, "InvalidRequestContent"),
        new("a word for a body", "PUT", Nsg, "\"eastus\"", 400, "InvalidRequestContent"),
        new("two bodies", "PUT", Nsg, Any + Any, 400, "InvalidRequestContent"),
        new("not UTF-8", "PUT", Nsg, "{\"location\":\"\\ud800\"}", 400, "InvalidRequestContent"),
        new("100 levels", "PUT", Nsg, Bodies.Nested(100), 400, "InvalidRequestContent"),
        new("10,000 levels", "PUT", Nsg, Bodies.Nested(10_000), 400, "InvalidRequestContent"),
        new("4 MB and a byte", "PUT", Nsg, "{\"location\":\"" + new string('x', (4 * 1024 * 1024) - 14) + "\"}", 413, "RequestContentTooLarge"),
        new("a list for an object", "PUT", Nsg, """{"location":"eastus","properties":[]}""", 400, "InvalidRequestContent"),
        new("an object for a string", "PUT", Nsg, """{"location":{}}""", 400, "InvalidRequestContent"),
        new("a list for tags", "PUT", Nsg, """{"location":"eastus","tags":["a"]}""", 400, "InvalidRequestContent"),
        new("a list that holds null", "PUT", Nsg, """{"location":"eastus","properties":{"securityRules":[null]}}""", 400, "InvalidRequestContent"),
        new("prefixes that hold null", "PUT", Net, Bodies.Net("null"), 400, "InvalidRequestContent"),
        new("subnets that hold null", "PUT", Net, Bodies.Net(more: ",\"subnets\":[null]"), 400, "InvalidRequestContent"),
        new("interfaces that hold null", "PUT", Vm, Bodies.Vm(("properties.networkProfile.networkInterfaces", "[null]")), 400, "InvalidRequestContent"),
        new("disks that hold null", "PUT", Vm, Bodies.Vm(("properties.storageProfile.dataDisks", "[null]")), 400, "InvalidRequestContent"),
        new("IP configurations that hold null", "PUT", Nic, """{"location":"eastus","properties":{"ipConfigurations":[null]}}""", 400, "InvalidRequestContent"),
        new("a number beyond all", "PUT", Disk, Bodies.Disk("\"diskSizeGB\":1e400,\"creationData\":{\"createOption\":\"Empty\"}"), 400, "InvalidRequestContent"),
        new("an unknown property", "PUT", Nsg, """{"location":"eastus","properties":{"colour":"blue"}}""", 400, "InvalidRequestContent"),
        new("a patch that is a list", "PATCH", "N/networkSecurityGroups/g", "[]", 400, "InvalidRequestContent"),
        new("a patch that is nothing", "PATCH", "N/networkSecurityGroups/g", "", 400, "InvalidRequestContent"),

        // Of every resource
        new("no place", "PUT", Nsg, "{}", 400, "LocationRequired"),
        new("an unknown place", "PUT", Nsg, """{"location":"atlantis"}""", 400, "LocationNotAvailableForResourceType"),
        new("another place", "PUT", "N/networkSecurityGroups/g", """{"location":"westeurope"}""", 409, "InvalidResourceLocation"),
        new("a name with a bad first letter", "PUT", "N/networkSecurityGroups/-new", Any, 400, "InvalidResourceName"),
        new("a name with a space", "PUT", "N/networkSecurityGroups/n e w", Any, 400, "InvalidResourceName"),
        new("a name too long", "PUT", "N/networkSecurityGroups/" + new string('n', 81), Any, 400, "InvalidResourceName"),
        new("51 tags", "PUT", Nsg, Bodies.Tags([.. Enumerable.Range(0, 51).SelectMany(i => new[] { $"t{i}", "x" })]), 400, "TooManyTags"),
        new("a tag's name with a bad character", "PUT", Nsg, Bodies.Tags("a<b", "x"), 400, "InvalidTagNameCharacters"),
        new("a tag's value too long", "PUT", Nsg, Bodies.Tags("a", new string('x', 257)), 400, "InvalidTagValueLength"),
        new("a tag's name too long", "PUT", Nsg, Bodies.Tags(new string('x', 513), "a"), 400, "InvalidTagNameLength"),

        // Networks
        new("prefixes that overlap", "PUT", Net, Bodies.Net("\"10.1.0.0/16\",\"10.1.2.0/24\""), 400, "NetcfgInvalidAddressSpace"),
        new("a prefix that is none", "PUT", Net, Bodies.Net("\"10.1.0.0\""), 400, "InvalidAddressPrefixFormat"),
        new("host bits in a prefix", "PUT", Net, Bodies.Net("\"10.1.0.1/16\""), 400, "InvalidCIDRNotation"),
        new("no prefix", "PUT", Net, """{"location":"eastus"}""", 400, "NoAddressPrefixOrPoolProvided"),
        new("20,000 prefixes", "PUT", Net, Bodies.Net(string.Join(',', Enumerable.Repeat("\"10.1.0.0/16\"", 20_000))), 400, "InvalidParameter"),
        new("3,001 subnets", "PUT", Net, Bodies.Subnets([.. Enumerable.Range(0, 3_001).SelectMany(i => new[] { $"s{i}", $"10.1.{i >> 4 & 255}.{(i & 15) << 4}/28" })]), 400, "InvalidParameter"),
        new("a subnet outside of its network", "PUT", "N/virtualNetworks/v/subnets/new", """{"properties":{"addressPrefix":"10.9.0.0/24"}}""", 400, "NetcfgSubnetRangeOutsideVnet"),
        new("a subnet over another", "PUT", "N/virtualNetworks/v/subnets/new", """{"properties":{"addressPrefix":"10.0.1.128/25"}}""", 400, "NetcfgSubnetRangesOverlap"),
        new("a subnet in no network", "PUT", "N/virtualNetworks/none/subnets/new", """{"properties":{"addressPrefix":"10.0.1.128/25"}}""", 404, "ParentResourceNotFound"),
        new("two subnets of one name", "PUT", Net, Bodies.Subnets("a", "10.1.0.0/24", "A", "10.1.1.0/24"), 400, "DuplicateResourceName"),
        new("a prefix taken from under a subnet", "PUT", "N/virtualNetworks/v", Bodies.Net("\"10.7.0.0/16\"", ",\"subnets\":[{\"name\":\"a\",\"properties\":{\"addressPrefix\":\"10.0.0.0/24\"}}]"), 400, "NetcfgSubnetRangeOutsideVnet"),
        new("a subnet in use is left out", "PUT", "N/virtualNetworks/v", Bodies.Net("\"10.0.0.0/16\"", ",\"subnets\":[]"), 400, "InUseSubnetCannotBeDeleted"),
        new("a subnet in use is deleted", "DELETE", "N/virtualNetworks/v/subnets/a", null, 400, "InUseSubnetCannotBeDeleted"),
        new("a network in use is deleted", "DELETE", "N/virtualNetworks/v", null, 400, "InUseSubnetCannotBeDeleted"),
        new("an interface in use is deleted", "DELETE", "N/networkInterfaces/n", null, 400, "NicInUse"),
        new("an address in use is deleted", "DELETE", "N/publicIPAddresses/p", null, 400, "PublicIPAddressCannotBeDeleted"),
        new("a security group in use is deleted", "DELETE", "N/networkSecurityGroups/g", null, 400, "InUseNetworkSecurityGroupCannotBeDeleted"),
        new("an address of another's", "PUT", Nic, Bodies.Nic(",\"publicIPAddress\":{\"id\":\"{N}/publicIPAddresses/p\"}"), 400, "PublicIPAddressInUse"),
        new("an address outside of the subnet", "PUT", Nic, Bodies.Nic(",\"privateIPAllocationMethod\":\"Static\",\"privateIPAddress\":\"10.0.0.9\""), 400, "PrivateIPAddressNotInSubnet"),
        new("a subnet that isn't there", "PUT", Nic, Bodies.Nic().Replace("subnets/b", "subnets/none", StringComparison.Ordinal), 400, "InvalidResourceReference"),
        new("a network of another region", "PUT", Nic, Bodies.Nic().Replace("v/subnets/b", "far/subnets/a", StringComparison.Ordinal), 400, "InvalidResourceReference"),
        new("an id that is none", "PUT", Nic, Bodies.Nic(more: ",\"networkSecurityGroup\":{\"id\":\"g\"}"), 400, "LinkedInvalidPropertyId"),
        new("an id of another type", "PUT", Nic, Bodies.Nic(more: ",\"networkSecurityGroup\":{\"id\":\"{N}/virtualNetworks/v\"}"), 400, "LinkedInvalidPropertyId"),
        new("a priority too low", "PUT", Nsg, Bodies.Nsg(Bodies.Rule(99)), 400, "SecurityRuleInvalidPriority"),
        new("a priority twice", "PUT", Nsg, Bodies.Nsg(Bodies.Rule(), Bodies.Rule(name: "s")), 400, "SecurityRuleConflict"),
        new("a rule's name twice", "PUT", Nsg, Bodies.Nsg(Bodies.Rule(), Bodies.Rule(101, "R")), 400, "DuplicateResourceName"),
        new("a port too high", "PUT", Nsg, Bodies.Nsg(Bodies.Rule(port: "70000")), 400, "SecurityRuleInvalidPortRange"),
        new("an unknown protocol", "PUT", Nsg, Bodies.Nsg(Bodies.Rule(protocol: "Sctp")), 400, "InvalidParameter"),
        new("a source that is none", "PUT", Nsg, Bodies.Nsg(Bodies.Rule(source: "10.0.0.0/40")), 400, "SecurityRuleInvalidAddressPrefix"),
        new("a Standard address that moves", "PUT", Pip, Bodies.Pip("\"publicIPAllocationMethod\":\"Dynamic\""), 400, "StandardSkuPublicIPAddressesMustBeStatic"),
        new("a label that another has", "PUT", Pip, Bodies.Pip("\"publicIPAllocationMethod\":\"Static\",\"dnsSettings\":{\"domainNameLabel\":\"bad-input\"}"), 400, "DnsRecordInUse"),
        new("a fourth zone", "PUT", Pip, Bodies.Pip(more: ",\"zones\":[\"4\"]"), 400, "InvalidAvailabilityZone"),

        // Machines
        new("an unknown size", "PUT", Vm, Bodies.Vm(("properties.hardwareProfile.vmSize", "\"Standard_X\"")), 400, "InvalidParameter"),
        new("no size", "PUT", Vm, Bodies.Vm(("properties.hardwareProfile", null)), 400, "InvalidParameter"),
        new("an unknown image", "PUT", Vm, Bodies.Vm(("properties.storageProfile.imageReference.offer", "\"nothing\"")), 404, "PlatformImageNotFound"),
        new("an unknown version of an image", "PUT", Vm, Bodies.Vm(("properties.storageProfile.imageReference.version", "\"9.9.9\"")), 404, "PlatformImageNotFound"),
        new("half an image", "PUT", Vm, Bodies.Vm(("properties.storageProfile.imageReference.sku", null)), 400, "InvalidParameter"),
        new("too many disks", "PUT", Vm, Bodies.Vm(("properties.storageProfile.dataDisks", Bodies.DataDisks(5))), 409, "OperationNotAllowed"),
        new("20,000 disks", "PUT", Vm, Bodies.Vm(("properties.storageProfile.dataDisks", Bodies.DataDisks(20_000, _ => 0))), 409, "InvalidParameter"),
        new("two disks in one place", "PUT", Vm, Bodies.Vm(("properties.storageProfile.dataDisks", Bodies.DataDisks(2, _ => 0))), 400, "InvalidParameter"),
        new("a disk that isn't there", "PUT", Vm, Bodies.Vm(("properties.storageProfile.dataDisks", "[{\"lun\":0,\"createOption\":\"Attach\",\"managedDisk\":{\"id\":\"{C}/disks/none\"}}]")), 400, "InvalidResourceReference"),
        new("an interface that isn't there", "PUT", Vm, Bodies.Vm(("properties.networkProfile.networkInterfaces.0.id", "\"{N}/networkInterfaces/none\"")), 400, "InvalidResourceReference"),
        new("another's interface", "PUT", Vm, Bodies.Vm(("properties.networkProfile.networkInterfaces.0.id", "\"{N}/networkInterfaces/n\"")), 400, "NicInUse"),
        new("a disk of no name", "PUT", Vm, Bodies.Vm(("properties.storageProfile.osDisk.name", "\"\"")), 400, "InvalidParameter"),
        new("a disk's name with a slash", "PUT", Vm, Bodies.Vm(("properties.storageProfile.osDisk.name", "\"a/b\"")), 400, "InvalidParameter"),
        new("no interface", "PUT", Vm, Bodies.Vm(("properties.networkProfile", null)), 400, "InvalidParameter"),
        new("a short password", "PUT", Vm, Bodies.Vm(("properties.osProfile", Bodies.Password("Ab1!"))), 400, "InvalidParameter"),
        new("a simple password", "PUT", Vm, Bodies.Vm(("properties.osProfile", Bodies.Password("onlyletters"))), 400, "InvalidParameter"),
        new("a password from the list", "PUT", Vm, Bodies.Vm(("properties.osProfile", Bodies.Password("P@ssw0rd"))), 400, "InvalidParameter"),
        new("no way in", "PUT", Vm, Bodies.Vm(("properties.osProfile.linuxConfiguration", null)), 400, "InvalidParameter"),
        new("a key that is none", "PUT", Vm, Bodies.Vm(("properties.osProfile.linuxConfiguration.ssh.publicKeys.0.keyData", "\"ssh-rsa hello\"")), 400, "InvalidParameter"),
        new("a key elsewhere", "PUT", Vm, Bodies.Vm(("properties.osProfile.linuxConfiguration.ssh.publicKeys.0.path", "\"/root/.ssh/authorized_keys\"")), 400, "InvalidParameter"),
        new("a user called admin", "PUT", Vm, Bodies.Vm(("properties.osProfile.adminUsername", "\"admin\"")), 400, "InvalidParameter"),
        new("a host name with a bad character", "PUT", Vm, Bodies.Vm(("properties.osProfile.computerName", "\"a_b\"")), 400, "InvalidParameter"),
        new("custom data that isn't base64", "PUT", Vm, Bodies.Vm(("properties.osProfile.customData", "\"not base64\"")), 400, "InvalidParameter"),
        new("a machine moved to another region", "PUT", "C/virtualMachines/m", Bodies.Vm(("location", "\"westeurope\"")), 409, "InvalidResourceLocation"),
        new("another user for a machine", "PATCH", "C/virtualMachines/m", """{"properties":{"osProfile":{"adminUsername":"other"}}}""", 409, "PropertyChangeNotAllowed"),
        new("a machine's disk is deleted", "DELETE", "{os}", null, 409, "OperationNotAllowed"),

        // Disks
        new("a disk of no size", "PUT", Disk, Bodies.Disk("\"creationData\":{\"createOption\":\"Empty\"}"), 400, "InvalidParameter"),
        new("a disk of size 0", "PUT", Disk, Bodies.Disk("\"diskSizeGB\":0,\"creationData\":{\"createOption\":\"Empty\"}"), 400, "InvalidParameter"),
        new("a disk too large", "PUT", Disk, Bodies.Disk("\"diskSizeGB\":70000,\"creationData\":{\"createOption\":\"Empty\"}"), 400, "InvalidParameter"),
        new("a disk from nothing said", "PUT", Disk, Bodies.Disk("\"diskSizeGB\":4"), 400, "InvalidParameter"),
        new("a disk that shrinks", "PATCH", "C/disks/k", """{"properties":{"diskSizeGB":2}}""", 409, "ResizeDiskError"),
        new("a copy of nothing", "PUT", Disk, Bodies.Disk("\"creationData\":{\"createOption\":\"Copy\",\"sourceResourceId\":\"{C}/disks/none\"}"), 400, "InvalidResourceReference"),

        // Roles and templates
        new("a role that isn't there", "PUT", "A/roleAssignments/00000000-0000-4000-8000-000000000001", """{"properties":{"principalId":"{assignee}","roleDefinitionId":"{subscription}/providers/Microsoft.Authorization/roleDefinitions/00000000-0000-4000-8000-000000000009"}}""", 404, "RoleDefinitionDoesNotExist"),
        new("a role for nobody", "PUT", "A/roleAssignments/00000000-0000-4000-8000-000000000001", """{"properties":{"principalId":"00000000-0000-4000-8000-000000000009","roleDefinitionId":"{subscription}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"}}""", 400, "PrincipalNotFound"),
        new("a role assignment whose name is no GUID", "PUT", "A/roleAssignments/me", """{"properties":{"principalId":"00000000-0000-4000-8000-000000000009","roleDefinitionId":"{subscription}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"}}""", 400, "InvalidRoleAssignmentId"),
        new("a template that is none", "PUT", "R/deployments/new", """{"properties":{"mode":"Incremental","template":{"resources":[]}}}""", 400, "InvalidTemplate"),
        new("a template with an unknown type", "PUT", "R/deployments/new", Bodies.Template("{\"type\":\"Microsoft.Nothing/things\",\"apiVersion\":\"2024-03-01\",\"name\":\"t\"}"), 400, "InvalidTemplateDeployment"),
        new("a template whose resource is bad", "PUT", "R/deployments/new", Bodies.Template("{\"type\":\"Microsoft.Network/networkSecurityGroups\",\"apiVersion\":\"2024-03-01\",\"name\":\"t\",\"location\":\"atlantis\"}"), 400, "InvalidTemplateDeployment"),
        new("a template without a mode", "PUT", "R/deployments/new", Bodies.Template("").Replace("\"mode\":\"Incremental\",", "", StringComparison.Ordinal), 400, "InvalidRequestContent"),
    ];
}
