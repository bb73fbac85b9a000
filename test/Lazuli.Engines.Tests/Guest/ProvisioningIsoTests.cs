using System.Text;
using System.Xml.Linq;
using Lazuli.Engines.Node;
using Lazuli.Guest.Media;

namespace Lazuli.Engines.Tests.Guest;

public class ProvisioningIsoTests
{
    private static readonly XNamespace Wa = "http://schemas.microsoft.com/windowsazure";

    private static readonly VmProvisioning Full = new()
    {
        ComputerName = "web1",
        AdminUsername = "alice",
        AdminPassword = "p<&>\"'ä€𝄞 ]]>",
        DisablePasswordAuthentication = false,
        SshKeys = [new SshKey("/home/alice/.ssh/authorized_keys", "ssh-ed25519 AAAA alice@home\n")],
        CustomData = "I2Nsb3VkLWNvbmZpZwo=",
    };

    [Fact]
    public void The_environment_says_what_the_machine_was_asked_for()
    {
        var document = XDocument.Parse(Encoding.UTF8.GetString(OvfEnvironment.Render(Full)));
        var set = document.Root!.Element(Wa + "ProvisioningSection")!.Element(Wa + "LinuxProvisioningConfigurationSet")!;
        Assert.Equal("{http://schemas.dmtf.org/ovf/environment/1}Environment", document.Root.Name.ToString());
        Assert.Equal("web1", set.Element(Wa + "HostName")!.Value);
        Assert.Equal("alice", set.Element(Wa + "UserName")!.Value);
        Assert.Equal(Full.AdminPassword, set.Element(Wa + "UserPassword")!.Value);
        Assert.Equal("false", set.Element(Wa + "DisableSshPasswordAuthentication")!.Value);
        Assert.Equal("ssh-ed25519 AAAA alice@home", set.Element(Wa + "SSH")!.Element(Wa + "PublicKeys")!.Element(Wa + "PublicKey")!.Element(Wa + "Value")!.Value);
        Assert.Equal("I2Nsb3VkLWNvbmZpZwo=", set.Element(Wa + "CustomData")!.Value);
        var platform = document.Root.Element(Wa + "PlatformSettingsSection")!.Element(Wa + "PlatformSettings")!;
        Assert.Equal("true", platform.Element(Wa + "ProvisionGuestAgent")!.Value);
        Assert.Equal("false", platform.Element(Wa + "PreprovisionedVm")!.Value);
    }

    [Fact]
    public void What_was_not_asked_for_has_no_element()
    {
        var text = Encoding.UTF8.GetString(OvfEnvironment.Render(new VmProvisioning { ComputerName = "a", AdminUsername = "b", DisablePasswordAuthentication = true }));
        Assert.DoesNotContain("UserPassword", text, StringComparison.Ordinal);
        Assert.DoesNotContain("SSH>", text, StringComparison.Ordinal);
        Assert.DoesNotContain("CustomData", text, StringComparison.Ordinal);
        Assert.Contains("<DisableSshPasswordAuthentication>true<", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_character_that_XML_cannot_hold_is_refused() =>
        Assert.ThrowsAny<ArgumentException>(() => OvfEnvironment.Render(Full with { AdminPassword = "a\u0001b" }));

    [Fact]
    public void The_same_provisioning_gives_the_same_bytes() => Assert.Equal(ProvisioningIso.Build(Full), ProvisioningIso.Build(Full));

    [Theory]
    [InlineData(0)]
    [InlineData(65536)]
    [InlineData(65537)]
    public void The_image_has_a_primary_descriptor_and_the_file_at_its_extent(int size)
    {
        var content = new byte[size];
        new Random(1).NextBytes(content);
        var image = Iso9660.Build("OVFENV", "OVFENV.XML", "ovf-env.xml", content, DateTimeOffset.UnixEpoch);
        Assert.Equal("CD001", Encoding.ASCII.GetString(image, (16 * 2048) + 1, 5));
        Assert.Equal(image.Length / 2048, BitConverter.ToInt32(image, (16 * 2048) + 80));
        Assert.Equal(0, image.Length % 32768);
        Assert.Equal(content, image.AsSpan(22 * 2048, size).ToArray());
    }
}
