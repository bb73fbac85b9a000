using System.Text.Json.Nodes;

namespace Lazuli.Providers.Tests.Compute;

/// <summary>What Azure refuses is refused with Azure's code, status and target.</summary>
public sealed class BadInputTests
{
    private const string Password = """{"computerName":"guest","adminUsername":"azureuser","adminPassword":"?"}""";

    /// <summary>A name, the path that is set in a good machine, its value (JSON; null removes), and the status, code and part of target or message that come back.</summary>
    public static TheoryData<string, string, string?, int, string, string> Machines => new()
    {
        { "unknown size", "properties.hardwareProfile.vmSize", "\"Standard_X\"", 400, "InvalidParameter", "The value Standard_X provided for the VM size is not valid" },
        { "no size", "properties.hardwareProfile", null, 400, "InvalidParameter", "vmSize" },
        { "no network", "properties.networkProfile", null, 400, "InvalidParameter", "networkProfile" },
        { "no interface", "properties.networkProfile.networkInterfaces", "[]", 400, "InvalidParameter", "networkInterfaces" },
        { "absent interface", "properties.networkProfile.networkInterfaces.0.id", $"\"{ComputeCloud.Group}/providers/Microsoft.Network/networkInterfaces/none\"", 400, "InvalidResourceReference", "none" },
        { "interface of another type", "properties.networkProfile.networkInterfaces.0.id", $"\"{ComputeCloud.Group}/providers/Microsoft.Network/virtualNetworks/v\"", 400, "LinkedInvalidPropertyId", "networkInterfaces" },
        { "configured interface", "properties.networkProfile.networkInterfaceConfigurations", """[{"name":"x"}]""", 400, "FeatureNotSupported", "networkInterfaceConfigurations" },
        { "no storage", "properties.storageProfile", null, 400, "InvalidParameter", "storageProfile" },
        { "no image", "properties.storageProfile.imageReference", null, 400, "InvalidParameter", "imageReference" },
        { "half an image", "properties.storageProfile.imageReference.sku", null, 400, "InvalidParameter", "imageReference.sku" },
        { "unknown image", "properties.storageProfile.imageReference.offer", "\"nothing\"", 404, "PlatformImageNotFound", "lazuli:nothing:1:latest" },
        { "unknown version", "properties.storageProfile.imageReference.version", "\"9.9.9\"", 404, "PlatformImageNotFound", "9.9.9" },
        { "image resource", "properties.storageProfile.imageReference", $$"""{"id":"{{ComputeCloud.Group}}/providers/Microsoft.Compute/images/i"}""", 404, "ImageNotFound", "images/i" },
        { "generation", "properties.storageProfile.imageReference", """{"publisher":"Debian","offer":"debian-12","sku":"12-gen2","version":"latest"}""", 200, "", "" },
        { "unknown create option", "properties.storageProfile.osDisk.createOption", "\"Invent\"", 400, "InvalidParameter", "createOption" },
        { "os disk from nothing", "properties.storageProfile.osDisk.createOption", "\"Empty\"", 400, "FeatureNotSupported", "osDisk.createOption" },
        { "attached os disk without id", "properties.storageProfile.osDisk", """{"createOption":"Attach","osType":"Linux"}""", 400, "MultipleErrorsOccurred", "InvalidParameter" },
        { "unmanaged disk", "properties.storageProfile.osDisk.vhd", """{"uri":"https://x/y.vhd"}""", 400, "FeatureNotSupported", "osDisk.vhd" },
        { "ephemeral disk", "properties.storageProfile.osDisk.diffDiskSettings", """{"option":"Local"}""", 400, "FeatureNotSupported", "diffDiskSettings" },
        { "huge os disk", "properties.storageProfile.osDisk.diskSizeGB", "5000", 400, "InvalidParameter", "osDisk.diskSizeGB" },
        { "caching", "properties.storageProfile.osDisk.caching", "\"Sometimes\"", 400, "InvalidParameter", "caching" },
        { "ultra disk", "properties.storageProfile.osDisk.managedDisk", """{"storageAccountType":"UltraSSD_LRS"}""", 400, "FeatureNotSupported", "UltraSSD_LRS" },
        { "unknown disk kind", "properties.storageProfile.osDisk.managedDisk", """{"storageAccountType":"Floppy_LRS"}""", 400, "InvalidParameter", "storageAccountType" },
        { "too many disks", "properties.storageProfile.dataDisks", Disks(5), 409, "OperationNotAllowed", "The maximum number of data disks allowed to be attached to a VM of this size is 4." },
        { "one LUN twice", "properties.storageProfile.dataDisks", """[{"lun":1,"createOption":"Empty","diskSizeGB":4},{"lun":1,"createOption":"Empty","diskSizeGB":4}]""", 400, "InvalidParameter", "dataDisk.lun" },
        { "LUN out of range", "properties.storageProfile.dataDisks", """[{"lun":64,"createOption":"Empty","diskSizeGB":4}]""", 400, "InvalidParameter", "lun" },
        { "data disk without size", "properties.storageProfile.dataDisks", """[{"lun":1,"createOption":"Empty"}]""", 400, "InvalidParameter", "dataDisk.diskSizeGB" },
        { "data disk that isn't there", "properties.storageProfile.dataDisks", $$"""[{"lun":1,"createOption":"Attach","managedDisk":{"id":"{{ComputeCloud.Disk("none")}}"} }]""", 400, "InvalidResourceReference", "none" },
        { "data disk attached without id", "properties.storageProfile.dataDisks", """[{"lun":1,"createOption":"Attach"}]""", 400, "InvalidParameter", "managedDisk.id" },
        { "no profile", "properties.osProfile", null, 400, "InvalidParameter", "osProfile" },
        { "root", "properties.osProfile.adminUsername", "\"root\"", 400, "MultipleErrorsOccurred", "adminUsername" },
        { "admin", "properties.osProfile", """{"computerName":"g","adminUsername":"admin","adminPassword":"Good enough 1"}""", 400, "InvalidParameter", "The Admin Username specified is not allowed." },
        { "no user", "properties.osProfile", """{"computerName":"g","adminPassword":"Good enough 1"}""", 400, "InvalidParameter", "adminUsername" },
        { "host name", "properties.osProfile.computerName", "\"under_score\"", 400, "InvalidParameter", "computerName" },
        { "long host name", "properties.osProfile.computerName", $"\"{new string('a', 65)}\"", 400, "InvalidParameter", "Linux host name cannot exceed 64 characters" },
        { "short password", "properties.osProfile", Password.Replace("?", "Ab1!", StringComparison.Ordinal), 400, "InvalidParameter", "must be between 6-72 characters long" },
        { "simple password", "properties.osProfile", Password.Replace("?", "onlyletters", StringComparison.Ordinal), 400, "InvalidParameter", "adminPassword" },
        { "known password", "properties.osProfile", Password.Replace("?", "P@ssw0rd", StringComparison.Ordinal), 400, "InvalidParameter", "adminPassword" },
        { "no way in", "properties.osProfile", """{"computerName":"g","adminUsername":"azureuser"}""", 400, "InvalidParameter", "Authentication using either SSH or by user name and password must be enabled" },
        { "keys only without a key", "properties.osProfile.linuxConfiguration.ssh", null, 400, "InvalidParameter", "Authentication using either SSH" },
        { "no key", "properties.osProfile.linuxConfiguration.ssh.publicKeys.0.keyData", "\"hello\"", 400, "InvalidParameter", "linuxConfiguration.ssh.publicKeys.keyData" },
        { "key of another type than it says", "properties.osProfile.linuxConfiguration.ssh.publicKeys.0.keyData", $"\"{ComputeCloud.Key.Replace("ssh-ed25519", "ssh-rsa", StringComparison.Ordinal)}\"", 400, "InvalidParameter", "keyData" },
        { "key elsewhere", "properties.osProfile.linuxConfiguration.ssh.publicKeys.0.path", "\"/root/.ssh/authorized_keys\"", 400, "InvalidParameter", "ssh.publicKeys.path" },
        { "custom data", "properties.osProfile.customData", "\"not base64!\"", 400, "InvalidParameter", "customData" },
        { "much custom data", "properties.osProfile.customData", $"\"{new string('A', 87384)}\"", 400, "InvalidParameter", "87380" },
        { "user data", "properties.userData", "\"%%%\"", 400, "InvalidParameter", "userData" },
        { "secrets", "properties.osProfile.secrets", """[{"sourceVault":{"id":"x"}}]""", 400, "FeatureNotSupported", "osProfile.secrets" },
        { "windows", "properties.osProfile.windowsConfiguration", """{"provisionVMAgent":true}""", 400, "InvalidParameter", "Parameter 'windowsConfiguration' is not allowed." },
        { "trusted launch", "properties.securityProfile", """{"securityType":"TrustedLaunch"}""", 400, "BadRequest", "Use of TrustedLaunch setting is not supported for the provided image" },
        { "encryption at host", "properties.securityProfile", """{"encryptionAtHost":true}""", 400, "FeatureNotSupported", "encryptionAtHost" },
        { "availability set", "properties.availabilitySet", """{"id":"/x"}""", 400, "FeatureNotSupported", "availabilitySet" },
        { "dedicated host", "properties.host", """{"id":"/x"}""", 400, "FeatureNotSupported", "host" },
        { "eviction without spot", "properties.evictionPolicy", "\"Delete\"", 409, "OperationNotAllowed", "Eviction policy can be set only on Azure Spot" },
        { "own storage for boot diagnostics", "properties.diagnosticsProfile", """{"bootDiagnostics":{"enabled":true,"storageUri":"https://x"}}""", 400, "FeatureNotSupported", "storageUri" },
        { "unknown property", "properties.colour", "\"blue\"", 400, "InvalidRequestContent", "colour" },
        { "zone 4", "zones", """["4"]""", 400, "InvalidAvailabilityZone", "The zone(s) '4'" },
        { "two zones", "zones", """["1","2"]""", 400, "InvalidAvailabilityZone", "zones" },
        { "another region than the interface's", "location", "\"westus\"", 400, "InvalidResourceReference", "same region" },
        { "no region", "location", "\"atlantis\"", 400, "LocationNotAvailableForResourceType", "atlantis" },
    };

    [Theory]
    [MemberData(nameof(Machines))]
    public async Task A_bad_machine_is_refused(string what, string path, string? value, int status, string code, string part)
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeNicAsync();
        var body = ComputeCloud.Body();
        Set(body, path.Split('.'), value);

        var response = await cloud.SendAsync("PUT", ComputeCloud.Vm(), body.ToJsonString());

        if (status == 200)
        {
            Assert.Equal(201, response.Status);
            return;
        }

        var text = response.Content().Span.Length == 0 ? "{}" : JsonNode.Parse(response.Content().Span)!.ToJsonString(Relaxed);
        Assert.True(response.Status == status && text.Contains($"\"code\":\"{code}\"", StringComparison.Ordinal) && text.Contains(part, StringComparison.Ordinal), $"{what}: {response.Status} {text}");
        Assert.Equal(404, (await cloud.SendAsync("GET", ComputeCloud.Vm())).Status);
    }

    [Fact]
    public async Task All_faults_of_one_request_come_together()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeNicAsync();
        var body = ComputeCloud.Body();
        Set(body, ["properties", "hardwareProfile", "vmSize"], "\"Standard_X\"");
        Set(body, ["properties", "osProfile", "computerName"], "\"a b\"");
        Set(body, ["zones"], """["7"]""");

        var response = await cloud.SendAsync("PUT", ComputeCloud.Vm(), body.ToJsonString());

        var error = JsonNode.Parse(response.Content().Span)!;
        Assert.Equal("MultipleErrorsOccurred", (string?)error["code"]);
        Assert.Equal(3, error["details"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("""{"properties":{"osProfile":{"adminUsername":"other"}}}""", 409, "PropertyChangeNotAllowed", "osProfile.adminUsername")]
    [InlineData("""{"properties":{"osProfile":{"computerName":"other"}}}""", 409, "PropertyChangeNotAllowed", "osProfile.computerName")]
    [InlineData("""{"properties":{"osProfile":{"customData":"aGk="}}}""", 409, "PropertyChangeNotAllowed", "osProfile.customData")]
    [InlineData("""{"properties":{"osProfile":{"linuxConfiguration":{"disablePasswordAuthentication":false}}}}""", 409, "PropertyChangeNotAllowed", "disablePasswordAuthentication")]
    [InlineData("""{"properties":{"storageProfile":{"imageReference":{"offer":"other"}}}}""", 409, "PropertyChangeNotAllowed", "imageReference")]
    [InlineData("""{"properties":{"storageProfile":{"osDisk":{"name":"other"}}}}""", 409, "PropertyChangeNotAllowed", "osDisk.name")]
    [InlineData("""{"properties":{"storageProfile":{"osDisk":{"diskSizeGB":64}}}}""", 409, "OperationNotAllowed", "Resizing a disk")]
    [InlineData("""{"zones":["1"]}""", 409, "PropertyChangeNotAllowed", "zones")]
    [InlineData("""{"properties":{"priority":"Spot"}}""", 409, "PropertyChangeNotAllowed", "priority")]
    [InlineData("""{"properties":{"hardwareProfile":{"vmSize":"Standard_None"}}}""", 400, "InvalidParameter", "Standard_None")]
    public async Task What_may_not_change_does_not(string patch, int status, string code, string part)
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeVmAsync();
        var before = cloud.Stored()!.Version;

        var response = await cloud.SendAsync("PATCH", ComputeCloud.Vm(), patch);

        var text = JsonNode.Parse(response.Content().Span)!.ToJsonString(Relaxed);
        Assert.True(response.Status == status && text.Contains($"\"code\":\"{code}\"", StringComparison.Ordinal) && text.Contains(part, StringComparison.Ordinal), $"{response.Status} {text}");
        Assert.Equal(before, cloud.Stored()!.Version);
    }

    [Fact]
    public async Task An_interface_is_one_machine_s_and_changes_only_while_that_is_deallocated()
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeVmAsync();
        await cloud.MakeNicAsync("second");

        var taken = await cloud.SendAsync("PUT", ComputeCloud.Vm("other"), ComputeCloud.Body().ToJsonString());
        Assert.Equal((400, "NicInUse"), (taken.Status, (string?)JsonNode.Parse(taken.Content().Span)!["code"]));

        var both = $$"""
            { "properties": { "networkProfile": { "networkInterfaces": [
              { "id": "{{ComputeCloud.Nic()}}", "properties": { "primary": false } }, { "id": "{{ComputeCloud.Nic("second")}}", "properties": { "primary": true } } ] } } }
            """;
        Assert.Equal(409, (await cloud.SendAsync("PATCH", ComputeCloud.Vm(), both)).Status);
        await cloud.SucceedAsync("POST", ComputeCloud.Vm() + "/deallocate");
        await cloud.SucceedAsync("PATCH", ComputeCloud.Vm(), both);
        Assert.Equal([ComputeCloud.Nic("second").ToLowerInvariant(), ComputeCloud.Nic().ToLowerInvariant()], cloud.Item()!.NicKeys);

        var noPrimary = both.Replace("true", "false", StringComparison.Ordinal);
        var response = await cloud.SendAsync("PATCH", ComputeCloud.Vm(), noPrimary);
        Assert.Equal("VirtualMachineMustHaveOneNetworkInterfaceAsPrimary", (string?)JsonNode.Parse(response.Content().Span)!["code"]);
    }

    [Theory]
    [InlineData("runCommand")]
    [InlineData("capture")]
    [InlineData("simulateEviction")]
    public async Task Actions_that_are_not_there_are_not_found(string action)
    {
        await using var cloud = await ComputeCloud.StartAsync();
        await cloud.MakeVmAsync();

        Assert.Equal(404, (await cloud.SendAsync("POST", $"{ComputeCloud.Vm()}/{action}", "{}")).Status);
    }

    private static readonly System.Text.Json.JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Disks(int count)
        => new JsonArray([.. Enumerable.Range(0, count).Select(i => (JsonNode)new JsonObject { ["lun"] = i, ["createOption"] = "Empty", ["diskSizeGB"] = 4 })]).ToJsonString();

    private static void Set(JsonNode node, ReadOnlySpan<string> path, string? value)
    {
        while (path.Length > 1)
        {
            node = int.TryParse(path[0], out var index) ? node[index]! : node[path[0]] ?? (node[path[0]] = new JsonObject());
            path = path[1..];
        }

        if (value is null)
        {
            node.AsObject().Remove(path[0]);
        }
        else
        {
            node[path[0]] = JsonNode.Parse(value);
        }
    }
}
